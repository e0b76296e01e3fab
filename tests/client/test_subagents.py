"""Subagents are owners of their own: against their parent, a sibling, and another session."""

from __future__ import annotations

from .guarded import Guarded, actor
from .model import Model
from .say import agent, bash, edit, read, write
from .script import DONE, Block, Json, Turn


def test_a_subagent_against_its_parent(guarded: Guarded, model: Model) -> None:
    """A subagent is refused what its parent holds, and told so; what it wrote itself is free after its end."""
    ours, theirs = guarded.project / "parent.txt", guarded.project / "child.txt"
    model.scripts["MAIN"] = [
        [write(ours, "main\n")],
        [agent("SUB", run_in_background=False)],
        [read(theirs)],
        [write(theirs, "main\n")],
    ]
    model.scripts["SUB"] = [[read(ours)], [write(ours, "sub\n")], [write(theirs, "sub\n")]]
    main = guarded.client.start("MAIN").wait().session_id
    sub = actor(guarded.log("subagent_stop")[0])
    assert guarded.verdicts(ours) == [(main, "allow", "granted"), (sub, "deny", "held")]
    refused = model.tool_results("SUB")[1]
    assert refused.is_error and f"held by your parent, session {main[:8]}" in refused.text
    assert "end and tell your parent" in refused.text
    assert guarded.verdicts(theirs) == [(sub, "allow", "granted"), (main, "allow", "granted")]
    assert (ours.read_text(), theirs.read_text()) == ("main\n", "main\n")


def test_a_subagent_against_its_sibling(guarded: Guarded, model: Model) -> None:
    """Of two subagents at once the second is refused while the first works, and writes after its end."""
    path = guarded.project / "shared.txt"
    model.scripts["MAIN"] = [[agent("ONE"), agent("TWO")]]
    model.scripts["ONE"] = [[write(path, "one\n")], Turn(DONE, before=model.after("TWO", 2))]
    model.scripts["TWO"] = [
        Turn([read(path)], before=model.after("ONE", 1)),
        [write(path, "two\n")],
        Turn([edit(path, "one", "one, two")], before=guarded.after("subagent_stop")),
    ]
    guarded.client.start("MAIN").wait()
    one, two = (actor(r) for r in guarded.log("subagent_stop"))
    assert guarded.verdicts(path) == [
        (one, "allow", "granted"),
        (two, "deny", "held"),
        (two, "allow", "granted"),
    ]
    assert f"held by subagent general-purpose {one[:8]} of session" in model.tool_results("TWO")[1].text
    assert path.read_text() == "one, two\n"


def test_a_background_subagent_outlives_stop(guarded: Guarded, model: Model) -> None:
    """A background subagent's lease holds against its parent, survives the parent's Stop, and ends with it."""
    path = guarded.project / "shared.txt"
    model.scripts["MAIN"] = [
        [agent("SUB", run_in_background=True)],
        Turn([read(path)], before=model.after("SUB", 1)),
        [write(path, "main\n")],
    ]
    model.scripts["SUB"] = [
        [write(path, "sub\n")],
        Turn([edit(path, "sub", "sub again")], before=model.after("OTHER", 2)),
    ]
    model.scripts["OTHER"] = [
        Turn([read(path)], before=guarded.after("stop")),
        [write(path, "other\n")],
        Turn([read(path)], before=guarded.after("subagent_stop")),
        [write(path, "other\n")],
    ]
    sessions = [guarded.client.start(marker) for marker in ("MAIN", "OTHER")]
    main, other = (session.wait().session_id for session in sessions)
    sub = actor(guarded.log("subagent_stop")[0])
    assert guarded.verdicts(path) == [
        (sub, "allow", "granted"),
        (main, "deny", "held"),
        (other, "deny", "held"),
        (sub, "allow", "holder"),
        (other, "allow", "granted"),
    ]
    order = [(r["event"], actor(r)) for r in guarded.log() if r["event"] in ("stop", "released")]
    assert order[:2] == [("stop", main), ("released", sub)]
    assert path.read_text() == "other\n"


def test_a_worktree_of_its_own(guarded: Guarded, model: Model) -> None:
    """A subagent isolated in a worktree writes the same relative path as its parent, under another lease."""
    ours = guarded.project / "shared.txt"
    ours.write_text("start\n")
    guarded.commit()
    where: list[str] = []

    def look(_: list[Json]) -> list[Block]:
        where.append(model.tool_results("SUB")[0].text.strip() + "/shared.txt")
        return [read(where[0])]

    model.scripts["MAIN"] = [
        [read(ours)],
        [edit(ours, "start", "main")],
        [agent("SUB", run_in_background=False, isolation="worktree")],
    ]
    change = lambda _: [edit(where[0], "start", "sub")]  # noqa: E731
    model.scripts["SUB"] = [[bash("pwd")], look, change, [bash("cat shared.txt")]]
    main = guarded.client.start("MAIN").wait().session_id
    results = model.tool_results("SUB")
    assert [r.is_error for r in results] == [False] * 4
    assert results[-1].text == "sub"
    assert ours.read_text() == "main\n"
    assert "/.claude/worktrees/" in where[0]
    sub = actor(guarded.log("subagent_stop")[0])
    mine, theirs = guarded.log("granted")
    assert (actor(mine), mine["path"]) == (main, str(ours))
    assert (actor(theirs), theirs["path"]) == (sub, where[0])
    assert mine["fence"] != theirs["fence"]
    homes = {actor(r): (r["project"], r["repo"]) for r in guarded.log("owner")}
    assert homes[main] == homes[sub] == (str(guarded.project), str(guarded.project / ".git"))
