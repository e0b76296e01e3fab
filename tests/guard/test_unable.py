"""A refusal for want of a decision stands in the log too."""

import json
import time
from pathlib import Path

from interlock.guard.entry import respond
from interlock.shapes.record import check


def records(root: Path) -> list[dict[str, object]]:
    lines = (root / "audit.jsonl").read_bytes().splitlines(keepends=True)
    for line in lines:
        check(line)
    return [json.loads(line) for line in lines]


def test_input_that_is_no_json_is_logged(tmp_path: Path) -> None:
    """Unreadable input is refused and logged with its reason, its sentence and its time, owner unknown."""
    root = tmp_path / "state"
    said = respond(b"{nope", str(root), "PreToolUse", {}, time.monotonic())
    assert json.loads(said)["hookSpecificOutput"]["permissionDecision"] == "deny"
    last = records(root)[-1]
    assert (last["event"], last["verdict"], last["reason"]) == ("decision", "deny", "unreadable")
    assert last["sentence"]
    assert last["ms"]


def test_a_path_that_cannot_be_is_logged(tmp_path: Path) -> None:
    """A guarded tool without a usable path is refused and logged with who asked."""
    root = tmp_path / "state"
    for number, given in enumerate(({}, {"file_path": "a\0b"}, {"file_path": str(tmp_path)})):
        call = {
            "session_id": "alpha", "agent_id": "sub", "hook_event_name": "PreToolUse", "cwd": str(tmp_path),
            "tool_name": "Write", "tool_use_id": f"toolu_{number}", "tool_input": given,
        }  # fmt: skip
        said = respond(json.dumps(call).encode(), str(root), "PreToolUse", {}, time.monotonic())
        assert json.loads(said)["hookSpecificOutput"]["permissionDecision"] == "deny"
        last = records(root)[-1]
        assert last["reason"] == "unreadable"
        assert str(last["owner"]).endswith("|alpha|sub")
        assert last["use_id"] == f"toolu_{number}"
