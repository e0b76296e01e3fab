"""The client's JSON: which paths a call reads or writes, and what is said back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors.client import Call, answer, parse, read, written
from interlock.words.decision import ALLOW, DENY, PASS, Decision
from interlock.words.faults import Unreadable


def call(tool: str, given: Any, event: str = "PreToolUse", **more: Any) -> Call:
    data = {"session_id": "s", "hook_event_name": event, "tool_name": tool, "tool_input": given, **more}
    return parse(json.dumps(data).encode(), event)


@pytest.mark.parametrize(
    ("tool", "given", "expected"),
    [
        ("Write", {"file_path": "/a", "content": ""}, ["/a"]),
        ("Edit", {"file_path": "a b", "old_string": "", "new_string": ""}, ["a b"]),
        ("MultiEdit", {"file_path": "/a", "edits": []}, ["/a"]),
        ("NotebookEdit", {"notebook_path": "/n.ipynb", "file_path": "/other"}, ["/n.ipynb"]),
        ("Read", {"file_path": "/a"}, []),
        ("Bash", {"command": "rm /a"}, []),
        ("WebFetch", {"url": "http://x/y"}, []),
        ("mcp__fs__write_file", {"path": "/a", "content": "path"}, ["/a"]),
        ("mcp__fs__edit_file", {"path": "/a", "edits": [{"path": "/b"}]}, ["/a", "/b"]),
        ("mcp__fs__move_file", {"source": "/a", "destination": "/b"}, ["/a", "/b"]),
        ("mcp__fs__write_files", {"files": [{"path": "/a"}, {"path": "/b"}, {"path": "/a"}]}, ["/a", "/b"]),
        ("mcp__fs__create", {"paths": ["/a", 7, None, "/b"]}, ["/a", "/b"]),
        ("mcp__ed__replace", {"uri": "file:///a%20b%25/c"}, ["/a b%/c"]),
        ("mcp__ed__replace", {"uri": "file://localhost/a"}, ["/a"]),
        ("mcp__ed__replace", {"uri": "https://x/a"}, []),
        ("mcp__ed__replace", {"uri": "file:///caf%C3%A9%zz"}, ["/café%zz"]),
        ("mcp__fs__read_file", {"path": "/a"}, []),
        ("mcp__fs__readFile", {"path": "/a"}, []),
        ("mcp__fs__list-directory", {"path": "/a"}, []),
        ("mcp__fs__readjust", {"path": "/a"}, ["/a"]),
        ("mcp__x__y", {"where": "/a", "path": "/b"}, ["/a"]),
        ("mcp__x__touch", {"text": "/a"}, []),
    ],
)
def test_what_a_call_writes(tool: str, given: dict[str, Any], expected: list[str]) -> None:
    """Each writing tool names its paths; tools that read, and keys that aren't paths, name none."""
    assert written(call(tool, given), {"mcp__x__y": ["where"]}) == expected


@pytest.mark.parametrize("tool", ["Write", "Edit", "MultiEdit", "NotebookEdit"])
@pytest.mark.parametrize(
    "given", [{}, {"file_path": ""}, {"file_path": 7}, {"file_path": ["/a"]}, None, "x", [], 7]
)
def test_a_writer_without_a_path_is_not_understood(tool: str, given: Any) -> None:
    """A writing tool whose path can't be found is refused, never let through."""
    with pytest.raises(Unreadable):
        written(call(tool, given), {})


@pytest.mark.parametrize(
    ("tool", "given", "expected"),
    [
        ("Read", {"file_path": "/a"}, ["/a"]),
        ("NotebookRead", {"notebook_path": "/n"}, ["/n"]),
        ("Read", {}, []),
        ("mcp__fs__read_files", {"paths": ["/a", "/b"]}, ["/a", "/b"]),
        ("mcp__fs__write_file", {"path": "/a"}, []),
        ("Write", {"file_path": "/a"}, []),
    ],
)
def test_what_a_call_reads(tool: str, given: dict[str, Any], expected: list[str]) -> None:
    """What was shown to the agent counts as read."""
    assert read(call(tool, given, "PostToolUse")) == expected


def test_the_actor_is_session_and_agent() -> None:
    """In a subagent the session stays the parent's, the agent is its own."""
    found = call("Write", {}, agent_id="a1", agent_type="coder", cwd="/w", tool_use_id="t", duration_ms=5)
    assert (found.session, found.agent, found.agent_type) == ("s", "a1", "coder")
    assert (found.cwd, found.duration_ms) == ("/w", 5.0)
    assert call("Write", {}).agent == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"7", b"null", b"{}", b'{"session_id":""}', b'{"session_id":7}', b'{"session_id":"s"',
        b'{"session_id":"s","hook_event_name":"PostToolUse"}', b'{"session_id":NaN}', b"\xff", b"[" * 100_000,
    ],
)  # fmt: skip
def test_input_that_is_no_call(raw: bytes) -> None:
    """What isn't a call of this event by a named session is refused with a sentence."""
    with pytest.raises(Unreadable) as told:
        parse(raw, "PreToolUse")
    assert len(str(told.value)) > 10


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["path", "file_path", "uri", "files", "x"]), inner, max_size=4)
    ),
    max_leaves=15,
)
KEYS = ["session_id", "hook_event_name", "agent_id", "agent_type", "cwd", "tool_name", "tool_input", "tool_use_id",
        "duration_ms", "source", "reason"]  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON), st.sampled_from(["Write", "mcp__a__b", "mcp__a__read", "Bash"])
)
def test_any_shape_is_paths_or_a_sentence(data: dict[str, Any], tool: str) -> None:
    """Whatever types stand where: a list of non-empty texts, or Unreadable; nothing else."""
    try:
        found = parse(json.dumps({**data, "session_id": "s", "tool_name": tool}).encode(), "PreToolUse")
        paths = [*written(found, {}), *read(found)]
    except Unreadable:
        return
    assert all(isinstance(path, str) and path for path in paths)
    assert isinstance(found.command, str)


def test_what_is_said_back() -> None:
    """A refusal is a deny with its sentence; allow is never said, it would skip the user's own rules."""
    told = json.loads(answer("PreToolUse", Decision(DENY, "held", "no \ud800"), {}))
    assert told == {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": "no \ud800",
        }
    }
    assert answer("PreToolUse", Decision(ALLOW, "granted"), {"a": 1}) == ""
    assert answer("PreToolUse", Decision(PASS, "x"), {}) == ""
    marked = json.loads(answer("PreToolUse", Decision(PASS, "x", command="new"), {"command": "old", "timeout": 5}))
    assert marked["hookSpecificOutput"]["updatedInput"] == {"command": "new", "timeout": 5}
    assert "permissionDecision" not in marked["hookSpecificOutput"]
    start = json.loads(answer("SessionStart", Decision(PASS, "x", context="hello"), {}))
    assert start["hookSpecificOutput"] == {"hookEventName": "SessionStart", "additionalContext": "hello"}


def test_the_calls_name() -> None:
    """A tool_use_id of the service's own stays; any other is made its agent's own, the same every time."""
    named = [
        call("Write", {}, tool_use_id=use, **agent).use_id
        for use in ("toolu_01A", "call_0", "")
        for agent in ({}, {"agent_id": "a1"}, {"agent_id": "a1"})
    ]
    assert named[:3] == ["toolu_01A"] * 3 and named[6:] == [""] * 3
    assert named[3] != named[4] == named[5] and all(name.startswith("call_0-") for name in named[3:6])
