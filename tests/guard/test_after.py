"""After the call: what is noted, and what is not held against an owner."""

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


def test_shell_commands_pass_and_are_logged(guard: Guard) -> None:
    """A command passes unchanged; one that speaks to Interlock gets its mark on a line of its own."""
    assert guard.tool("PreToolUse", "Bash", command="make test") == {}
    asked = guard.tool("PreToolUse", "Bash", use="toolu_i", command="interlock lock try a", timeout=5)
    assert asked["updatedInput"] == {"command": "interlock lock try a\n# interlock:toolu_i", "timeout": 5}
    assert guard.tool("PreToolUse", "Bash", use="a b\nrm -rf /", command="interlock status") == {}
    assert guard.records("decision")[0]["command"] == "make test"


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
