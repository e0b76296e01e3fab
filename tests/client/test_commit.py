"""`interlock commit` by agents, in the real client."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .guarded import Guarded, actor
from .model import Model
from .say import agent, bash, read, write
from .script import DONE, Block, Json, Turn


@pytest.fixture
def ready(guarded: Guarded) -> Guarded:
    """The project with two files committed, and a name for who commits."""
    for name in ("shared.txt", "mine.txt"):
        (guarded.project / name).write_text("start\n")
    guarded.commit()
    guarded.run("git", "config", "user.name", "tester")
    guarded.run("git", "config", "user.email", "tester@example.invalid")
    return guarded


def obey(model: Model, marker: str, call: int) -> Callable[[list[Json]], list[Block]]:
    """A turn that runs the command that a refusal named, with a message of its own."""

    def turn(_: list[Json]) -> list[Block]:
        found = re.search(r"`(interlock commit [^`]+)`", model.tool_results(marker)[call].text)
        return [bash(found[1].replace("MESSAGE", "'my work'") if found else "false")]

    return turn


def test_adding_all_is_pointed_to_it(ready: Guarded, model: Model) -> None:
    """Beside another session's change `git add -A` is refused; the command that the refusal names, as it stands,
    commits just one's own file, as that session; what the other changed stays uncommitted."""
    theirs, mine = ready.project / "shared.txt", ready.project / "mine.txt"
    ends = model.after("BETA", 4)
    model.scripts["ALPHA"] = [[read(theirs)], [write(theirs, "alpha\n")], Turn(DONE, before=ends)]
    model.scripts["BETA"] = [
        Turn([read(mine)], before=model.after("ALPHA", 2)),
        [write(mine, "beta\n")],
        [bash("git add -A && git commit -qm all")],
        obey(model, "BETA", 2),
    ]
    for session in [ready.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    results = model.tool_results("BETA")
    assert results[2].is_error and "shared.txt" in results[2].text
    assert not results[3].is_error, results[3].text
    assert results[3].text.startswith("committed ")
    assert ready.run("git", "show", "--format=%s", "--name-only").split() == ["my", "work", "mine.txt"]
    assert ready.run("git", "status", "--porcelain", "-uno") == " M shared.txt\n"
    (event,) = ready.log("committed")
    beta = next(r for r in ready.log("decision", tool="Bash") if r["verdict"] == "deny")
    assert actor(event) == actor(beta)


def test_a_subagents_commit_and_its_parents(ready: Guarded, model: Model) -> None:
    """A subagent commits its own as itself; its parent is refused the subagent's file while that works, and
    commits what it left when it has ended."""
    theirs, mine = ready.project / "shared.txt", ready.project / "mine.txt"
    model.scripts["MAIN"] = [
        [agent("SUB", run_in_background=False)],
        [bash("interlock commit -m 'left behind' shared.txt")],
    ]
    model.scripts["SUB"] = [
        [read(theirs), read(mine)],
        [write(theirs, "sub\n"), write(mine, "sub\n")],
        [bash("interlock commit -m 'done' mine.txt")],
    ]
    ready.client.start("MAIN").wait()
    assert not model.tool_results("MAIN")[1].is_error, model.tool_results("MAIN")[1].text
    sub, main = (actor(r) for r in ready.log("committed"))
    assert sub == actor(ready.log("subagent_stop")[0])
    assert main == ready.log("stop")[0]["owner"].split("|")[1]
    assert "Left by" not in model.tool_results("MAIN")[1].text  # a main agent's subagents' work is its own
    assert ready.run("git", "log", "--format=%s", "-2").split("\n")[:2] == ["left behind", "done"]


def test_a_hook_that_writes_what_another_holds(ready: Guarded, model: Model) -> None:
    """The commit runs contained: a formatter's hook can't write another session's file, and the commit stands."""
    theirs, mine = ready.project / "shared.txt", ready.project / "mine.txt"
    hook = ready.project / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nfor f in *.txt; do echo formatted >> $f; done; true\n")
    hook.chmod(0o755)
    model.scripts["ALPHA"] = [
        [read(theirs)],
        [write(theirs, "alpha\n")],
        Turn(DONE, before=model.after("BETA", 3)),
    ]
    model.scripts["BETA"] = [
        Turn([read(mine)], before=model.after("ALPHA", 2)),
        [write(mine, "beta\n")],
        [bash("interlock commit -m mine mine.txt")],
    ]
    for session in [ready.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    result = model.tool_results("BETA")[2]
    assert not result.is_error, result.text
    assert "mine.txt" in result.text and "git hook" in result.text
    assert theirs.read_text() == "alpha\n"
    assert not ready.log("breach")
