"""Which run's inputs must have been read, and what counts as reading."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.guard.whichrun import of_prompt

from .calls import settle
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


@pytest.mark.parametrize(
    "line",
    [
        "RUN: r2", "**RUN: r2**", "`RUN: r2`", "- RUN: r2", "* RUN: r2", "> RUN: r2", '"RUN: r2"', "RUN: r2.",
        "- **RUN:** `r2`.", "RUN: 'r2'", "**RUN: r2**.", "  RUN:r2\r",
    ],
)  # fmt: skip
def test_markdown_around_a_run(line: str) -> None:
    """Orchestrators write Markdown: signs around the line, and a full stop behind it, are no part of the id."""
    assert of_prompt(f"Do it.\n{line}\nThen end.") == "r2"


@pytest.mark.parametrize("line", ["the RUN: r2", "RUN: r2 r3", "Run: r2", "RUN:", "RUN: ../r2", "RUN: r2, now"])
def test_lines_that_name_no_run(line: str) -> None:
    """Anything else does not name one."""
    assert of_prompt(line) == ""


@given(run=st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?", fullmatch=True))
def test_every_run_can_be_named(run: str) -> None:
    """Whatever its id, but for one that ends in a full stop."""
    assert of_prompt(f"RUN: {run}") == of_prompt(f"- **RUN: {run}**.") == run


LONG = "".join(f"AC-{number}: it should do thing {number}.\n" for number in range(500))


@pytest.mark.parametrize(
    ("part", "counts"),
    [
        ({}, True), ({"limit": 200}, True), ({"offset": 1, "limit": 10}, True), ({"offset": 100}, True),
        ({"offset": 400, "limit": 1}, False), ({"limit": 1}, False), ({"offset": 400}, False),
        ({"offset": 600}, False),
    ],
)  # fmt: skip
def test_a_glance_is_no_reading(ground: Contracted, part: dict[str, int], counts: bool) -> None:
    """Of a part it counts if that is the file's beginning or most of it."""
    path = ground.write(FIRST, LONG)
    settle(path)
    ground.tool("PostToolUse", "Read", IMPLEMENTER, {"file_path": str(path), **part})
    assert (ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == "") is counts


def test_a_glance_at_ones_own_file(ground: Contracted) -> None:
    """What is no input is noted as ever: whoever edits it next has seen it."""
    ground.read(FIRST, IMPLEMENTER)
    path = ground.write("src/a.py", LONG)
    settle(path)
    ground.tool("PostToolUse", "Read", IMPLEMENTER, {"file_path": str(path), "offset": 400, "limit": 1})
    ground.write("src/a.py", "a = 9\n")
    assert "changed" in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)


@pytest.mark.parametrize(
    ("shows", "counts"),
    [
        ("head -1", False), ("head -3", False), ("head -20", True), ("sed -n 400p", False), ("cat -n", True),
        ("tail -300", True),
    ],
)  # fmt: skip
def test_a_glance_by_a_command(ground: Contracted, shows: str, counts: bool) -> None:
    """The same goes for what a command printed."""
    path = ground.write(FIRST, LONG)
    printed = subprocess.run([*shows.split(), str(path)], capture_output=True, text=True, check=True).stdout
    ground.show(f"{shows} {FIRST}", printed, IMPLEMENTER)
    assert (ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == "") is counts


def test_words_that_happen_to_be_there(ground: Contracted) -> None:
    """A short file is not read because its words stand in what something else printed."""
    ground.write(FIRST, "a\nb\n")
    ground.show(f"ls -l {FIRST}; echo about", f"-rw-r--r-- 1 {FIRST}\nabout\n", IMPLEMENTER)
    assert "Not read yet" in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)
