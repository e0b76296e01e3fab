"""Shell commands beside somebody's lock, in the real client."""

from __future__ import annotations

import json

from .guarded import Guarded, actor
from .model import Model, ToolResult
from .say import agent, bash, read, write
from .script import DONE, Block, Tool, Turn

NAME = "-c user.name=tester -c user.email=tester@example.invalid"


def test_a_command_that_spells_the_file(guarded: Guarded, model: Model) -> None:
    """`sed -i` on a file that another session holds is refused with the holder, and the file stays."""
    path = guarded.project / "shared.txt"
    results = _beside(guarded, model, [bash("sed -i s/alpha/beta/ shared.txt"), bash("grep alpha shared.txt")])
    assert results[0].is_error and "shared.txt is held by session" in results[0].text
    assert results[1].text.strip() == "alpha"
    assert path.read_text() == "alpha\n"


def test_a_command_that_hides_the_file(guarded: Guarded, model: Model) -> None:
    """A make target that writes a held file is stopped by the kernel; what else it writes stands."""
    path = guarded.project / "shared.txt"
    (guarded.project / "Makefile").write_text("all:\n\techo made > made.txt\n\techo made > shared.txt\n")
    results = _beside(guarded, model, [bash("make all")])
    assert results[0].is_error and "Read-only file system" in results[0].text
    assert path.read_text() == "alpha\n"
    assert (guarded.project / "made.txt").read_text() == "made\n"
    assert [r["reason"] for r in guarded.log("decision", tool="Bash")] == ["contained"]
    assert not guarded.log("breach")


def test_a_command_that_gets_through_is_found(guarded: Guarded, model: Model) -> None:
    """Where nothing contains it, a change of a held file is a breach: the writer is told at once, the holder at
    its next call, and the bytes come back."""
    path = guarded.project / "shared.txt"
    (guarded.project / "Makefile").write_text("all:\n\techo made > shared.txt\n")
    settings = guarded.project / ".claude" / "settings.local.json"
    told = json.loads(settings.read_text())
    del told["env"]["CLAUDE_CODE_SHELL_PREFIX"]
    settings.write_text(json.dumps(told))
    results = _beside(guarded, model, [bash("make all")], then=[read(path), bash("true")])
    assert not results[0].is_error
    breach = guarded.log("breach")[0]
    assert breach["path"] == str(path)
    beta = actor(guarded.log("decision", tool="Bash", command="make all")[0])
    assert [by.split("|")[1] for by in breach["by"]] == [beta]
    assert "interlock restore" in model.seen_text("BETA") and "interlock restore" in model.seen_text("ALPHA")
    assert path.read_text() == "made\n"
    guarded.interlock("restore", path)
    assert path.read_text() == "alpha\n"


def test_stash_with_anothers_work_in_the_tree(guarded: Guarded, model: Model) -> None:
    """`git stash` is refused while it would take what another session changed and did not commit; the narrower
    command passes."""
    theirs, mine = guarded.project / "shared.txt", guarded.project / "mine.txt"
    for file in (theirs, mine):
        file.write_text("start\n")
    guarded.commit()
    calls: list[Block] = [bash("echo beta > mine.txt"), bash("git stash"), bash("git stash push -- mine.txt")]
    results = _beside(guarded, model, calls)
    assert results[1].is_error and "shared.txt" in results[1].text and "git stash push" in results[1].text
    assert not results[2].is_error, results[2].text
    assert (theirs.read_text(), mine.read_text()) == ("alpha\n", "start\n")


def test_a_background_command(guarded: Guarded, model: Model) -> None:
    """A background command runs contained too: what it writes to a held file never lands."""
    path, done = guarded.project / "shared.txt", guarded.project / "done.txt"
    (guarded.project / "later.sh").write_text("sleep 0.3; echo later > shared.txt; echo $? > done.txt\n")
    call = Tool("Bash", {"command": "sh later.sh", "description": "a step", "run_in_background": True})

    def waits() -> None:
        guarded.until(done.exists)

    model.scripts["ALPHA"] = [[write(path, "alpha\n")], Turn(DONE, before=waits)]
    model.scripts["BETA"] = [Turn([call], before=model.after("ALPHA", 1)), Turn(DONE, before=waits)]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    assert path.read_text() == "alpha\n"
    assert done.read_text().strip() != "0"


def test_a_subagents_command(guarded: Guarded, model: Model) -> None:
    """A subagent's command is refused on its parent's file, and the parent's on the subagent's."""
    ours, theirs = guarded.project / "parent.txt", guarded.project / "child.txt"
    model.scripts["MAIN"] = [[write(ours, "main\n")], [agent("SUB", run_in_background=False)]]
    model.scripts["SUB"] = [[bash("echo sub > parent.txt")], [bash("echo sub > child.txt")]]
    guarded.client.start("MAIN").wait()
    results = model.tool_results("SUB")
    assert results[0].is_error and "held by your parent" in results[0].text
    assert not results[1].is_error
    sub = actor(guarded.log("subagent_stop")[0])
    assert guarded.verdicts(theirs) == [(sub, "pass", "contained")]
    assert (ours.read_text(), theirs.read_text()) == ("main\n", "sub\n")


def test_a_commit_of_a_subagents_work(guarded: Guarded, model: Model) -> None:
    """What a subagent wrote before it ended is its parent's to commit, by name or with all."""
    named, other = guarded.project / "named.txt", guarded.project / "other.txt"
    calls = [f"git add named.txt && git {NAME} commit -qm named", f"git add -A && git {NAME} commit -qm all"]
    model.scripts["MAIN"] = [[agent("SUB", run_in_background=False)], *([bash(call)] for call in calls)]
    model.scripts["SUB"] = [[write(named, "sub\n"), write(other, "sub\n")]]
    guarded.client.start("MAIN").wait()
    assert guarded.log("subagent_stop")
    for result in model.tool_results("MAIN")[1:]:
        assert not result.is_error, result.text
    assert guarded.run("git", "show", "HEAD:other.txt", "HEAD~1:named.txt") == "sub\nsub\n"


def test_a_commit_of_an_earlier_sessions_work(guarded: Guarded, model: Model) -> None:
    """What a session left uncommitted is the next one's to commit."""
    path = guarded.project / "left.txt"
    model.scripts["ONE"] = [[write(path, "one\n")]]
    model.scripts["TWO"] = [[bash(f"git add left.txt && git {NAME} commit -qm left")]]
    for marker in ("ONE", "TWO"):
        guarded.client.start(marker).wait()
    assert not model.tool_results("TWO")[0].is_error, model.tool_results("TWO")[0].text
    assert guarded.run("git", "show", "HEAD:left.txt") == "one\n"


def test_what_a_command_writes_is_taken(guarded: Guarded, model: Model) -> None:
    """A free file that a command writes is its owner's: another session's Write on it is refused."""
    path = guarded.project / "fresh.txt"
    model.scripts["ALPHA"] = [
        Turn([bash("echo alpha > fresh.txt")], before=guarded.after("session_start", 2)),
        Turn(DONE, before=model.after("BETA", 1)),
    ]
    model.scripts["BETA"] = [Turn([write(path, "beta\n")], before=model.after("ALPHA", 1))]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    refused = model.tool_results("BETA")[0]
    assert refused.is_error and ("held by session" in refused.text or "not been read yet" in refused.text)
    assert path.read_text() == "alpha\n"


def _beside(
    guarded: Guarded, model: Model, calls: list[Block], then: list[Block] | None = None
) -> list[ToolResult]:
    """What BETA's calls, one a turn, come to while ALPHA holds shared.txt; then ALPHA's last calls."""
    path = guarded.project / "shared.txt"
    ends = model.after("BETA", len(calls))
    last = [Turn([call], before=ends) for call in then or []]
    begin: list[Block] = [read(path), write(path, "alpha\n")]
    model.scripts["ALPHA"] = [*([call] for call in begin), *last, Turn(DONE, before=ends)]
    first, *rest = calls
    model.scripts["BETA"] = [Turn([first], before=model.after("ALPHA", 2)), *([call] for call in rest)]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    return model.tool_results("BETA")
