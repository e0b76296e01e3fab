"""A write's way through the guard: taken, refused, stale, strict, ignored, without room."""

from pathlib import Path

import pytest

from .calls import Guard


def test_the_first_write_takes_the_lease(guard: Guard) -> None:
    """The first write takes the file, the next of the same owner passes, another's is refused."""
    file = guard.file("a.py")
    assert guard.write(file) == ""
    assert guard.write(file) == ""
    assert "held by session alpha" in guard.write(file, "beta")
    assert "held by your parent" in guard.write(file, "alpha/sub1")
    assert [r["reason"] for r in guard.records("decision")] == ["granted", "holder", "held", "held"]


def test_stop_frees_the_main_agents_files_only(guard: Guard) -> None:
    """Stop ends the main agent's leases, SubagentStop the subagent's, SessionEnd all; /clear spares subagents."""
    mine, theirs = guard.file("a.py"), guard.file("b.py")
    guard.write(mine)
    guard.hook("SubagentStart", "alpha/sub1")
    guard.write(theirs, "alpha/sub1")
    guard.hook("Stop")
    guard.hook("SessionEnd", reason="clear")
    assert guard.write(theirs, "beta") and not guard.write(mine, "alpha/sub1")
    guard.hook("SubagentStop", "alpha/sub1")
    assert "next in the queue" not in guard.write(guard.file("c.py"), "alpha/sub2")
    guard.hook("SessionEnd", reason="exit")
    assert {r["owner"].split("|", 1)[1] for r in guard.records("released")} == {
        "alpha|main", "alpha|sub1", "alpha|sub2",
    }  # fmt: skip


def test_a_change_behind_the_back_is_told_once(guard: Guard) -> None:
    """What another session changed since the owner read it must be read again, naming who; then it passes."""
    file = guard.file("a.py")
    guard.read(file, "beta")
    guard.write(file, "alpha")
    guard.hook("Stop", "alpha")
    said = guard.write(file, "beta", tool="Edit")
    assert "changed by session alpha" in said and "read it again" in said
    guard.read(file, "beta")
    assert guard.write(file, "beta", tool="Edit") == ""


def test_a_change_from_outside_is_told(guard: Guard) -> None:
    """An editor's change is told too; so is a deletion, once, as there is nothing to read."""
    file = guard.file("a.py")
    guard.read(file)
    file.write_text("by hand\n")
    assert "someone outside Interlock" in guard.write(file)
    guard.read(file)
    file.unlink()
    assert "was deleted" in guard.write(file)
    assert guard.write(file) == ""


def test_a_file_never_seen_but_written_since(guard: Guard) -> None:
    """A file that somebody else wrote while this owner was at work must be read before it is overwritten."""
    guard.write(guard.file("b.py"), "beta")
    file = guard.file("a.py")
    guard.write(file, "alpha")
    guard.hook("Stop", "alpha")
    assert "changed by session alpha" in guard.write(file, "beta")


def test_a_repeated_hook_answers_the_same(guard: Guard) -> None:
    """The same tool_use_id gets the same answer, whatever happened in between."""
    file = guard.file("a.py")
    guard.write(file)
    first = guard.tool("PreToolUse", "Write", "beta", use="toolu_x", file_path=str(file))
    guard.hook("Stop", "alpha")
    assert guard.tool("PreToolUse", "Write", "beta", use="toolu_x", file_path=str(file)) == first
    assert len(guard.records("decision")) == 2


def test_strict_mode(guard: Guard) -> None:
    """In strict mode a write without a lease is refused with the command that takes it."""
    guard.config('mode = "strict"')
    assert "interlock lock try" in guard.write(guard.file("a.py"))


def test_ignored_paths_pass(guard: Guard) -> None:
    """A path that the config ignores takes no lease, before or after the call."""
    guard.config('wait = 0\nignore = ["dist/"]')
    (guard.repo / "dist").mkdir()
    file = guard.file("dist/a.js")
    assert guard.write(file) == guard.write(file, "beta") == ""
    assert not (guard.root / "audit.jsonl").exists() or not guard.records("granted")


def test_folders(guard: Guard) -> None:
    """A folder is no file to write; an MCP tool that moves one takes all of it, one that searches nothing."""
    (guard.repo / "src").mkdir()
    assert "is a folder" in guard.write(guard.repo / "src")
    assert guard.tool("PreToolUse", "mcp__fs__scan", path=str(guard.repo / "src")) == {}
    assert guard.tool("PreToolUse", "mcp__fs__move_directory", source=str(guard.repo / "src")) == {}
    assert "held" in guard.write(guard.repo / "src" / "new.py", "beta")


def test_waiting_in_the_hook(guard: Guard) -> None:
    """Where the file stays held, the hook answers after the configured time; the place is kept."""
    guard.config("wait = 0.05")
    file = guard.file("a.py")
    guard.write(file)
    assert "number 1 in the queue" in guard.write(file, "beta")


def test_a_full_disk(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without room a lone session goes on, warned; next to another living one it is refused."""
    from interlock.doors.store.embedded import Embedded
    from interlock.words.faults import StorageFull

    file = guard.file("a.py")
    guard.write(file, "alpha")

    def full(self: Embedded) -> None:
        raise StorageFull("Interlock's state folder can't be written (No space left on device).")

    monkeypatch.setattr(Embedded, "transaction", full)
    asked = guard.tool("PreToolUse", "Write", "alpha", file_path=str(file))
    assert "permissionDecision" not in asked and "No locks are kept" in asked["additionalContext"]
    assert "Free some space" in guard.write(file, "beta")
    assert guard.tool("PreToolUse", "Bash", "beta", command="ls") == {}
    Path(guard.root / "leases.db").write_bytes(b"rubbish" * 999)
    assert "Free some space" in guard.write(file, "alpha")


def test_a_number_used_again_is_another_call(guard: Guard) -> None:
    """A tool_use_id that comes again for another file is decided anew; for the same call it is answered once."""
    held, free = guard.file("held.py"), guard.file("free.py")
    guard.write(held, "beta")
    assert guard.tool("PreToolUse", "Write", use="call_0", file_path=str(free)) == {}
    told = [guard.tool("PreToolUse", "Write", use="call_0", file_path=str(held)) for _ in range(2)]
    assert told[0]["permissionDecision"] == "deny" and told[0] == told[1]
    assert guard.tool("PreToolUse", "Write", use="call_0", file_path=str(free)) == {}
    assert len([r for r in guard.records("decision") if r["use_id"].startswith("call_0-")]) == 3
