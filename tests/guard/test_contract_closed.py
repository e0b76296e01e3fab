"""A run that is closed: agents with a contract neither start nor write in it."""

from __future__ import annotations

import pytest

from interlock.shapes.record import check

from .contracted import SUMMARY, Contracted

IMPLEMENTER = "alpha/a2:implementer"
REQUIREMENTS = ".runs/r1/signal/requirements.md"
SUMMARY_PATH = ".runs/r1/build/impl_changes_summary.md"


@pytest.fixture
def over(ground: Contracted) -> Contracted:
    """r1 is closed, r2 is open; implementer has read what both ask for."""
    ground.run("r2")
    ground.write(".runs/r2/signal/requirements.md", "It must.\n")
    for run in ("r1", "r2"):
        ground.read(f".runs/{run}/signal/requirements.md", IMPLEMENTER)
    ground.run("r1", "closed")
    return ground


@pytest.mark.parametrize("kind", ["implementer", "critic", "test-author", "repo-operator"])
def test_nobody_is_started_for_it(over: Contracted, kind: str) -> None:
    """Whose prompt names it is not started, whatever it needs; the sentence says what to do instead."""
    said = over.launch(kind, "Do it.\nRUN: r1")
    assert said.startswith(f"Interlock: Cannot proceed: run r1 is closed, and {kind} would work in it.")
    assert "`interlock runs start ID --title TITLE`" in said
    assert said.endswith("or leave the line `RUN: r1` out.")
    assert over.reasons() == ["closed"]
    assert all(words[0] == "contracts" for words in over.asked), "no receipt is counted for it"


def test_others_start(over: Contracted) -> None:
    """Who is named an open run, or none, or has no contract, starts."""
    assert over.launch("implementer", "RUN: r2") == ""
    assert over.launch("implementer") == ""
    assert over.launch("general-purpose", "RUN: r1") == ""


def test_nobody_writes_in_it(over: Contracted) -> None:
    """Neither by a tool nor by a command, not even its own output; who writes is told which run it is."""
    said = over.put(SUMMARY_PATH, SUMMARY, IMPLEMENTER)
    assert said.startswith(f"Interlock: {SUMMARY_PATH} lies in run r1, which is closed")
    assert "in your last message" in said and "`interlock runs start ID --title TITLE`" in said
    for command in (f"echo x > {SUMMARY_PATH}", f"rm -f {REQUIREMENTS}", f"cp src/a.py {SUMMARY_PATH}"):
        assert "run r1, which is closed" in over.bash(command, IMPLEMENTER), command
    assert set(over.reasons()) == {"closed"}
    assert not (over.repo / SUMMARY_PATH).exists()
    for line in (over.root / "audit.jsonl").read_bytes().splitlines():
        check(line)


def test_the_rest_goes_on(over: Contracted) -> None:
    """Open runs, source, and agents without a contract are let be."""
    assert over.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""
    assert over.put(SUMMARY_PATH.replace("r1", "r2"), SUMMARY.replace("r1", "r2"), IMPLEMENTER) == ""
    assert over.put(".runs/r1/notes.md", "x\n", "alpha") == ""


def test_a_run_that_ends_under_its_agent(ground: Contracted) -> None:
    """Who was at work in it asks for no inputs of it any more, and may end, whatever it left there."""
    given = {"subagent_type": "implementer", "prompt": "RUN: r1", "description": "t"}
    ground.tool("PreToolUse", "Agent", "alpha", given)
    ground.hook("SubagentStart", IMPLEMENTER)
    ground.write(SUMMARY_PATH, "not valid\n")
    assert "Not read yet" in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)
    ground.run("r1", "closed")
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""
    assert ground.stop(IMPLEMENTER) == ""


def test_a_state_that_is_none(over: Contracted) -> None:
    """Only what says that it is closed is: a broken run_meta.json keeps nobody from mending the run."""
    for text in ("<<<<<<<", "[]", '{"state": 7}', '{"state": ["closed"]}'):
        over.write(".runs/r1/run_meta.json", text)
        assert over.put(SUMMARY_PATH, SUMMARY, IMPLEMENTER) == "", text
