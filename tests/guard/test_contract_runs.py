"""Which run's inputs must have been read, and what counts as reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .contracted import SUMMARY, Contracted

IMPLEMENTER = "alpha/a2:implementer"
FIRST, SECOND = ".runs/r1/signal/requirements.md", ".runs/r2/signal/requirements.md"


@pytest.fixture
def two(ground: Contracted) -> Contracted:
    """Two runs are open, both with requirements."""
    ground.run("r2")
    ground.write(SECOND, "It must.\n")
    return ground


def test_the_run_that_was_read(two: Contracted) -> None:
    """Of several open runs it is the one whose artifacts the agent has read."""
    assert "(open: r1, r2; read those of yours)" in two.put("src/a.py", "a = 2\n", IMPLEMENTER)
    two.read(SECOND, IMPLEMENTER)
    assert two.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""


def test_a_part_of_a_run_was_read(two: Contracted) -> None:
    """Having read something of a run, one is told what is missing of that one."""
    two.write(".runs/r2/plan/adr.md", "so\n")
    two.read(".runs/r2/plan/adr.md", IMPLEMENTER)
    assert f"Not read yet: {SECOND}. Read" in two.put("src/a.py", "a = 2\n", IMPLEMENTER)


def test_the_paths_own_run(two: Contracted) -> None:
    """An artifact's run is the one in whose folder it lies, whatever else was read."""
    two.read(SECOND, IMPLEMENTER)
    assert f"Not read yet: {FIRST}." in two.put(".runs/r1/build/impl_changes_summary.md", SUMMARY, IMPLEMENTER)


def test_closed_runs_ask_for_nothing(two: Contracted) -> None:
    """What is closed is not worked on: its inputs need not be read, and having read them does not help."""
    two.run("r1", "closed")
    two.read(FIRST, IMPLEMENTER)
    assert f"Not read yet: {SECOND}." in two.put("src/a.py", "a = 2\n", IMPLEMENTER)
    two.run("r2", "closed")
    assert two.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""


def test_the_index_says_what_is_open(two: Contracted) -> None:
    """Where there is an index no folder is looked into; a broken one is passed over."""
    two.run("r2", index=True)
    assert f"Not read yet: {SECOND}. Read" in two.put("src/a.py", "a = 2\n", IMPLEMENTER)
    two.write(".runs/index.json", "<<<<<<< ours")
    assert "(open: r1, r2;" in two.put("src/a.py", "a = 2\n", IMPLEMENTER)


def test_a_run_in_the_prompt(two: Contracted) -> None:
    """A line `RUN: id` in the prompt of the call that started the agent says which, also beside other agents."""
    for kind, run in (("implementer", "r2"), ("critic", "r1")):
        two.write(f".runs/{run}/build/impl_changes_summary.md", SUMMARY)
        given = {"subagent_type": kind, "prompt": f"Do it.\nRUN: {run}\n", "description": "t"}
        assert two.tool("PreToolUse", "Agent", "alpha", given) == {}
    two.hook("SubagentStart", IMPLEMENTER)
    said = two.put("src/a.py", "a = 2\n", IMPLEMENTER)
    assert f"Not read yet: {SECOND}. Read" in said


def test_alike_agents_started_at_once(two: Contracted) -> None:
    """Of two of one type it is known which has which run once the client says which call started which."""
    for run in ("r1", "r2"):
        given = {"subagent_type": "implementer", "prompt": f"Do it.\nRUN: {run}\n", "description": "t"}
        two.tool("PreToolUse", "Agent", "alpha", given)
    two.hook("SubagentStart", IMPLEMENTER)
    assert "(open: r1, r2;" in two.put("src/a.py", "a = 2\n", IMPLEMENTER)
    two.tool("PostToolUse", "Agent", "alpha", given, tool_response={"status": "async_launched", "agentId": "a2"})
    assert f"Not read yet: {SECOND}. Read" in two.put("src/a.py", "a = 2\n", IMPLEMENTER)


def test_a_run_in_the_transcript(two: Contracted) -> None:
    """Where no hook could tell, the agent's own transcript has its prompt."""
    folder = two.base / "sessions"
    (folder / "alpha" / "subagents").mkdir(parents=True)
    line = {"message": {"role": "user", "content": "Go.\nRUN: r2"}}
    (folder / "alpha" / "subagents" / "agent-a2.jsonl").write_text(json.dumps(line) + "\n")
    given = {"file_path": str(two.repo / "src/a.py"), "content": "a = 2\n"}
    said = two.tool("PreToolUse", "Write", IMPLEMENTER, given, transcript_path=str(folder / "alpha.jsonl"))
    assert f"Not read yet: {SECOND}. Read" in str(said["permissionDecisionReason"])


def test_a_main_agents_prompt(two: Contracted) -> None:
    """A session that is an agent has its run from the user's prompt."""
    two.hook("UserPromptSubmit", "beta:implementer", prompt="Do it.\nRUN: r2")
    assert f"Not read yet: {SECOND}. Read" in two.put("src/a.py", "a = 2\n", "beta:implementer")


@pytest.mark.parametrize(
    ("command", "shows"),
    [
        ("cat {}", "{text}"),
        ("cat -n {}", "     1\t{text}"),
        ("cd .runs/r1/signal && head -20 *", "==> requirements.md <==\n{text}"),
    ],
)
def test_commands_that_show_a_file(ground: Contracted, command: str, shows: str) -> None:
    """A command whose output has the input's text has shown it."""
    text = Path(ground.repo / FIRST).read_text()
    ground.show(command.format(FIRST), shows.format(text=text), IMPLEMENTER)
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""


def test_commands_that_do_not(ground: Contracted) -> None:
    """A command that names the file and shows something else has not."""
    ground.show(f"ls {FIRST}", f"{FIRST}\n", IMPLEMENTER)
    ground.show(f"grep -c . {FIRST}", "1\n", IMPLEMENTER)
    assert "Not read yet" in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)


def test_what_another_read_does_not_count(ground: Contracted) -> None:
    """Each owner reads for itself."""
    ground.read(FIRST, "alpha")
    ground.read(FIRST, "alpha/a1:critic")
    assert "Not read yet" in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)


def test_a_newer_version_need_not_be_read(ground: Contracted) -> None:
    """The existing inputs are asked for, not their newest version: some are written all the time."""
    ground.read(FIRST, IMPLEMENTER)
    ground.write(FIRST, "It should, really.\n")
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""


def test_reading_what_is_not_there(ground: Contracted) -> None:
    """Having seen that a file is not there is not having read it."""
    text = (ground.repo / FIRST).read_text()
    (ground.repo / FIRST).unlink()
    ground.read(FIRST, IMPLEMENTER)
    ground.write(FIRST, text)
    assert f"Not read yet: {FIRST}." in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)


def test_inputs_by_links(ground: Contracted) -> None:
    """A file is known by where it really lies."""
    (ground.repo / ".runs/r1/signal").rename(ground.repo / "elsewhere")
    (ground.repo / ".runs/r1/signal").symlink_to("../../elsewhere")
    assert f"Not read yet: {FIRST}." in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)
    ground.read(FIRST, IMPLEMENTER)
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""


def test_a_worktree_has_runs_of_its_own(ground: Contracted) -> None:
    """Paths count from the top of the checkout that they are in, another checkout of the repository, too."""
    other = ground.base / "other"
    notes = ground.repo / ".git" / "worktrees" / "other"
    notes.mkdir(parents=True)
    (notes / "commondir").write_text("../..\n")
    (other / "src").mkdir(parents=True)
    (other / ".git").write_text(f"gitdir: {notes}\n")
    given = {"file_path": str(other / "src/a.py"), "content": "x"}
    assert "src/a.py is implementer's" in ground.refused("Write", "alpha/a1:critic", **given)
    assert ground.refused("Write", IMPLEMENTER, **given) == ""


def test_another_repository_is_free(ground: Contracted) -> None:
    """A checkout of another repository is none of the contract's."""
    other = ground.base / "other"
    (other / ".git").mkdir(parents=True)
    assert ground.refused("Write", "alpha/a1:critic", file_path=str(other / "a.py"), content="x") == ""
