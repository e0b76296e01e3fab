"""Writes by tools that the guard was not asked about, and commands whose Pre never came."""

from tests.guard.calls import settle

from .repo import UNREAD, Watched


def test_a_tool_that_was_not_asked_about(watched: Watched) -> None:
    """A held file that another's tool wrote all the same is a breach by that owner."""
    file = watched.held()
    file.write_text("theirs\n")
    call = {"tool_name": "mcp__fs__put", "tool_use_id": "toolu_x", "tool_input": {"path": str(file)}}
    said = watched.hook("PostToolUse", "beta", **call, duration_ms=5000)
    assert "held.py" in said["additionalContext"] and "session alpha" in said["additionalContext"]
    (breach,) = watched.breaches()
    assert breach["owner"].endswith("|beta|main")


def test_a_command_without_its_pre(watched: Watched) -> None:
    """A command that is first heard of at its end is judged by how long it took."""
    watched.held()
    watched.shell("echo theirs > held.py")
    assert "held.py" in watched.end("toolu_unknown")
    assert watched.breaches()[0]["commands"] == [["toolu_unknown", UNREAD]]
    settle(watched.repo / "held.py")
    watched.shell("echo again > held.py")
    settle(watched.repo / "held.py")
    assert watched.end("toolu_late") == ""
    assert watched.breaches()[1]["by"] == ["outside"]


def test_without_a_use_id(watched: Watched) -> None:
    """A client that names no call is watched too."""
    watched.held()
    for event in ("PreToolUse", "PostToolUse"):
        said = watched.hook(event, "beta", tool_name="Bash", tool_input={"command": "./x"}, duration_ms=1)
        watched.shell("echo theirs > held.py") if event == "PreToolUse" else None
    assert "held.py" in said["additionalContext"]


def test_quiet_and_contained_commands_are_no_suspects(watched: Watched) -> None:
    """A command that writes no file, or ran with the file bound read-only, is not blamed; a contained one whose
    ticket was not used is."""
    watched.held()
    watched.run("true", by="alpha")
    for note, by in (("quiet", ["outside"]), ("contained", "beta")):
        use = watched.begin()
        watched.mark(use, note)
        watched.shell(f"echo {note} > held.py")
        watched.end(use)
        found = watched.breaches()[-1]["by"]
        assert found == by or [one.split("|")[1] for one in found] == [by]
