"""After the call: what is noted, and what is not held against an owner."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from interlock.doors import oslock

from .calls import Guard, settle


def test_a_call_that_was_not_asked_about(guard: Guard) -> None:
    """A Post without its Pre is an unguarded_call; with it, it is not; told twice, it is noted once."""
    file = guard.file("a.py")
    guard.write(file)
    for _ in range(2):
        guard.tool("PostToolUse", "Write", use="toolu_alone", file_path=str(file))
    assert [record["use_id"] for record in guard.records("unguarded_call")] == ["toolu_alone"]


def test_a_failed_call(guard: Guard) -> None:
    """A failed write is noted as failed and changes nothing of what the owner has seen."""
    file = guard.file("a.py")
    guard.tool("PreToolUse", "Write", use="toolu_f", file_path=str(file))
    guard.tool("PostToolUseFailure", "Write", use="toolu_f", file_path=str(file))
    assert len(guard.records("tool_failed")) == 1


def test_a_held_file_that_was_replaced_is_held_through_its_links(guard: Guard) -> None:
    """A tool that writes by rename gives the file another inode: a hard link of the new one is the held file too,
    and the old one's other name is free."""
    file, old = guard.file("a.py"), guard.repo / "old.py"
    os.link(file, old)
    guard.tool("PreToolUse", "Write", use="toolu_r", file_path=str(file), content="new")
    guard.file("temporary.py", "new").rename(file)
    guard.tool("PostToolUse", "Write", use="toolu_r", file_path=str(file), content="new")
    link = guard.repo / "link.py"
    os.link(file, link)
    assert "held (as a.py)" in guard.write(link, "beta")
    assert guard.write(old, "gamma") == ""


def test_shell_commands_pass_and_are_logged(guard: Guard) -> None:
    """A command passes unchanged; one that speaks to Interlock gets its mark on a line of its own."""
    assert guard.tool("PreToolUse", "Bash", command="make it") == {}
    asked = guard.tool("PreToolUse", "Bash", use="toolu_i", command="interlock lock try a", timeout=5)
    assert asked["updatedInput"] == {"command": "interlock lock try a\n# interlock:toolu_i", "timeout": 5}
    assert guard.tool("PreToolUse", "Bash", use="a b\nrm -rf /", command="interlock status") == {}
    assert guard.records("decision")[0]["command"] == "make it"


def test_an_owners_own_formatter(guard: Guard) -> None:
    """What the owner's own command changed while it ran is not held against it; an earlier change is."""
    mine, before = guard.file("a.py"), guard.file("b.py")
    for file in (mine, before):
        guard.read(file)
    before.write_text("by hand\n")
    settle(before)
    guard.tool("PreToolUse", "Bash", use="toolu_b", command="fmt")
    mine.write_text("formatted\n")
    guard.tool("PostToolUse", "Bash", use="toolu_b", command="fmt")
    assert guard.write(mine) == ""
    assert "outside" in guard.write(before)


def test_a_read_of_a_young_change_does_not_count(guard: Guard) -> None:
    """A file that changed while it was being read counts as unread: the agent may have the old text."""
    file = guard.file("a.py")
    guard.read(file)
    file.write_text("younger\n")
    guard.tool("PostToolUse", "Read", file_path=str(file))
    assert "read it again" in guard.write(file)


def test_a_change_while_the_reads_hook_waits_does_not_count(guard: Guard) -> None:
    """A file that changed after it was read, while the hook waited for the store, counts as unread."""
    file = guard.file("a.py")
    guard.read(file)
    file.write_text("newer\n")
    handle = oslock.acquire(str(guard.root / "store.lock"))
    try:
        with ThreadPoolExecutor(1) as pool:
            hook = pool.submit(guard.tool, "PostToolUse", "Read", file_path=str(file))
            time.sleep(0.05)
            file.write_text("newest\n")
            time.sleep(0.4)
            oslock.release(handle)
            handle = -1
            hook.result(10)
    finally:
        if handle >= 0:
            oslock.release(handle)
    assert "read it again" in guard.write(file)


@pytest.mark.parametrize(
    ("raw", "shown", "first"),
    [
        (b"one\ntwo\n", "one\ntwo\n", 1),
        (b"one\ntwo\nthree\n", "two", 2),
        (b"\xef\xbb\xbfone\r\ntw\xc3\xb6\r\n", "one\ntw\u00f6\n", 1),
        (b"", "", 1),
    ],
)
def test_a_read_that_showed_what_is_there_counts(guard: Guard, raw: bytes, shown: str, first: int) -> None:
    """However young the file's change is, an agent that was shown the text that is there has read it."""
    file = guard.file("a.py")
    guard.read(file)
    file.write_bytes(raw)
    guard.show(file, shown, first)
    assert guard.write(file) == ""


@pytest.mark.parametrize(
    ("shown", "first", "kind"),
    [
        ("old\n", 1, "text"),
        ("new", 2, "text"),
        ("new\nmore\n", 1, "text"),
        ("new\n", 0, "text"),
        ("new\n", 1, "x"),
    ],
)
def test_a_read_that_showed_something_else_does_not(guard: Guard, shown: str, first: int, kind: str) -> None:
    """The text before the change, other lines, or what can't be compared: the agent is told to read again."""
    file = guard.file("a.py")
    guard.read(file)
    file.write_text("new\n")
    guard.show(file, shown, first, kind)
    assert "read it again" in guard.write(file)


def test_odd_input_after_the_call_is_no_fault(guard: Guard) -> None:
    """Paths that can't be, and tools without any, are passed over."""
    assert guard.tool("PostToolUse", "Write", file_path="a\0b") == {}
    assert guard.tool("PostToolUse", "Read", file_path="a\0b") == {}
    assert guard.tool("PostToolUse", "mcp__x__ping", text="hello") == {}


def test_an_mcp_reader_counts_as_reading(guard: Guard) -> None:
    """What an MCP tool showed its agent counts as read."""
    file = guard.file("a.py")
    guard.read(file)
    file.write_text("by hand\n")
    settle(file)
    guard.tool("PostToolUse", "mcp__fs__read_file", path=str(file))
    assert guard.write(file) == ""
