"""Outputs: told after the write, and before the stop."""

from __future__ import annotations

import json

import pytest

from interlock.guard import deskcall
from interlock.shapes.record import check
from interlock.words.faults import Unreadable

from .contracted import CRITIQUE, SUMMARY, Contracted

CRITIC = "alpha/a1:critic"
PATH = ".runs/r1/build/code_critique.md"
BAD = CRITIQUE.replace("round: 1", "round: x")


@pytest.fixture
def working(ground: Contracted) -> Contracted:
    """critic is at work, and has read what it must."""
    ground.write(".runs/r1/build/impl_changes_summary.md", SUMMARY)
    for name in ("signal/requirements.md", "build/impl_changes_summary.md"):
        ground.read(f".runs/r1/{name}", CRITIC)
    return ground


def test_an_invalid_output_is_told_at_once(working: Contracted) -> None:
    """With its line and how to mend it, beside the result of the write."""
    said = working.put(PATH, BAD, CRITIC)
    assert said.startswith(f"Interlock: not valid yet: {PATH}:4: `round` is 'x'")
    assert "write a whole number" in said and "keep you from ending" in said
    assert working.put(PATH, CRITIQUE, CRITIC) == ""


def test_whoever_writes_an_artifact_is_told(ground: Contracted) -> None:
    """A main agent too; of what is no artifact the desk is not asked."""
    assert "code_critique.md:4" in ground.put(PATH, BAD, "alpha")
    asked = len(ground.asked)
    ground.put(".runs/r1/signal/requirements.md", "---\nx: [\n", "alpha")
    ground.put("src/a_critique.md", BAD, "alpha")
    assert len(ground.asked) == asked


def test_who_has_no_contract_may_end(ground: Contracted) -> None:
    """It is told what is wrong, and nothing of an ending that nobody keeps it from."""
    for who in ("alpha", "alpha/g1:general-purpose"):
        said = ground.put(PATH, BAD, who)
        assert "code_critique.md:4" in said
        assert said.endswith("Mend it now: who reads it can't go by it.")
        assert ground.stop(who) == ""


@pytest.mark.parametrize(
    ("file", "how"),
    [
        ("build/worklist.json", "`interlock worklist sync --rebuild --run r1 --flow build` makes it again"),
        ("review/verdicts.json", "Move it away: `interlock verdict` makes it"),
        ("build/build_receipt.json", "`interlock receipt r1 build` makes it again"),
    ],
)
def test_what_code_makes_is_not_typed(ground: Contracted, file: str, how: str) -> None:
    """Who types it, valid or not, is told the command that makes it, not what would make it valid."""
    said = ground.put(f".runs/r1/{file}", "{}", "alpha")
    assert said.startswith(f"Interlock: .runs/r1/{file} is made by `interlock ")
    assert how in said
    assert "version" not in said
    assert ground.asked == [], "nothing is to be asked of it"


def test_a_stop_is_blocked_three_times(working: Contracted) -> None:
    """Then it passes, and is logged."""
    working.put(PATH, BAD, CRITIC)
    told = [working.stop(CRITIC) for _ in range(4)]
    assert f"your output is not valid yet: {PATH}:4: `round`" in told[0]
    assert [
        "2 more times" in told[0],
        "1 more time." in told[1],
        "for the last time" in told[2],
        told[3] == "",
    ] == [True] * 4
    checks = working.records("outputs_checked")
    assert [(one["attempt"], one["blocked"]) for one in checks] == [(1, True), (2, True), (3, True), (4, False)]
    assert checks[-1]["paths"] == [PATH] and checks[-1]["flaws"][0].startswith(f"{PATH}:4: ")
    assert len(working.records("subagent_stop")) == 1


def test_a_mended_output_lets_it_stop(working: Contracted) -> None:
    """The count begins anew where a stop found all valid."""
    working.put(PATH, BAD, CRITIC)
    assert working.stop(CRITIC) != ""
    working.put(PATH, CRITIQUE, CRITIC)
    assert working.stop(CRITIC) == ""
    assert [one["flaws"] for one in working.records("outputs_checked")][-1] == []
    working.put(PATH, BAD, CRITIC)
    assert "2 more times" in working.stop(CRITIC)


def test_a_valid_output_costs_one_look(working: Contracted) -> None:
    """Nothing is logged where nothing was ever wrong."""
    working.put(PATH, CRITIQUE, CRITIC)
    assert working.stop(CRITIC) == ""
    assert working.records("outputs_checked") == []


def test_who_could_not_proceed_stops(working: Contracted) -> None:
    """An output that is not there keeps nobody: what is missing is the receipt's to count."""
    assert working.stop(CRITIC) == ""
    assert ["artifacts"] not in [words[:1] for words in working.asked]


def test_what_code_makes_is_not_its_callers(ground: Contracted) -> None:
    """cleanup can't mend a receipt, so none keeps it: what is wrong with one is told to who builds on it."""
    ground.write(".runs/r1/build/build_receipt.json", "{}")
    assert ground.stop("alpha/c1:cleanup") == ""
    assert ["artifacts"] not in [words[:1] for words in ground.asked]


def test_a_session_that_is_an_agent(working: Contracted) -> None:
    """Its own stop is held to the same."""
    working.write(PATH, BAD)
    assert "not valid yet" in working.stop("beta:critic")
    assert working.stop("beta") == "", "who has no type has no outputs"


def test_who_waits_for_its_subagents(working: Contracted) -> None:
    """A stop that is none is not asked."""
    working.write(PATH, BAD)
    tasks = [{"id": "x", "type": "subagent", "status": "running"}]
    assert working.hook("Stop", "beta:critic", background_tasks=tasks) == {}


def test_a_shared_file_is_its_last_writers(working: Contracted) -> None:
    """Of a shared file only who wrote it last answers for it."""
    shared = ".runs/r1/build/ac_status.json"
    bad = {"version": 1, "run_id": "r1", "sections": {"critic": {"AC-1": {"status": "maybe"}}}}
    working.write(shared, json.dumps(bad))
    assert working.stop(CRITIC) == ""
    (working.repo / shared).unlink()
    assert "'maybe'" in working.put(shared, json.dumps(bad), CRITIC)
    assert shared in working.stop(CRITIC)


def test_a_desk_that_does_not_answer(working: Contracted, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard must not wedge an agent: the write and the stop pass, and the log says why."""
    working.put(PATH, BAD, CRITIC)

    def ask(*_: object) -> tuple[int, object]:
        raise Unreadable("interlock took too long")

    monkeypatch.setattr(deskcall, "ask", ask)
    assert working.put(PATH, BAD, CRITIC) == ""
    assert working.stop(CRITIC) == ""
    assert working.records("outputs_checked")[-1]["problem"] == "interlock took too long"


def test_the_installed_program(installed: Contracted) -> None:
    """The guard starts what was installed: contracts compiled, a flaw told, a stop blocked."""
    installed.environ["XDG_STATE_HOME"] = "/nonexistent"  # what was installed counts
    assert "is implementer's by contract" in installed.put("src/a.py", "a = 2\n", CRITIC)
    installed.read(".runs/r1/signal/requirements.md", CRITIC)
    assert f"{PATH}:4: `round`" in installed.put(PATH, BAD, CRITIC)
    assert "Mend it, then end again" in installed.stop(CRITIC)


def test_every_line_fits_its_shape(working: Contracted) -> None:
    """What is logged of contracts is what the schema says."""
    working.put("src/a.py", "x", CRITIC)
    working.put(PATH, BAD, CRITIC)
    working.stop(CRITIC)
    working.launch("repo-operator")
    lines = (working.root / "audit.jsonl").read_bytes().splitlines()
    assert {"outputs_checked", "decision"} <= {check(line).event for line in lines}
