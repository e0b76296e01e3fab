"""hooks/guard.py where the package behind it is gone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from interlock.doors.client import SHELLS

GUARD = Path(__file__).parents[2] / "hooks" / "guard.py"


def answer(folder: Path, raw: bytes, event: str = "PreToolUse") -> str:
    """What is printed for this input with an empty folder for a package."""
    command = [sys.executable, "-I", "-S", str(GUARD), str(folder), str(folder), event]
    run = subprocess.run(command, input=raw, capture_output=True, cwd=folder, timeout=30, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    return run.stdout.decode()


def call(tool: str) -> bytes:
    return json.dumps({"tool_name": tool, "tool_input": {"command": "ls"}}).encode()


@pytest.mark.parametrize(
    "raw", [call("Write"), call("mcp__fs__write"), b"", b"{", b"[]", b'{"tool_name": 1}', b"\xff"]
)
def test_what_may_write_is_refused(raw: bytes, tmp_path: Path) -> None:
    """Without the package a write, and what can't be read, is denied with the way to mend it."""
    told = json.loads(answer(tmp_path, raw))["hookSpecificOutput"]
    assert told["permissionDecision"] == "deny"
    assert "interlock doctor" in told["permissionDecisionReason"]


@pytest.mark.parametrize("tool", sorted(SHELLS))
def test_shell_commands_pass(tool: str, tmp_path: Path) -> None:
    """Without the package a shell command passes: one of them repairs it."""
    assert answer(tmp_path, call(tool)) == ""


def test_other_events_say_nothing(tmp_path: Path) -> None:
    """Only what is about to happen can be refused."""
    assert answer(tmp_path, call("Write"), "PostToolUse") == ""
