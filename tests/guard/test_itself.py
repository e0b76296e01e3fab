"""Agents don't write what guards them."""

import json
from pathlib import Path
from typing import Any

import pytest

from interlock.doors.place import lib_dir, pack_dir

from .calls import Guard

ENTRY = {"type": "command", "command": ": interlock-hook v1; exit 0"}
SETTINGS = {"model": "opus", "hooks": {"PreToolUse": [{"matcher": "^(Write)$", "hooks": [ENTRY]}]}}


@pytest.fixture
def settings(guard: Guard) -> Path:
    path = guard.repo / ".claude" / "settings.local.json"
    path.write_text(json.dumps(SETTINGS))
    return path


def test_state_code_and_config(guard: Guard) -> None:
    """The state folder, the hook, the package and the config of any checkout are refused."""
    guard.write(guard.file("a.py"))
    mine = [guard.root / "epoch", guard.root / "new", Path(pack_dir(), "hooks/guard.py"),
            Path(lib_dir(), "interlock/words/owner.py"), guard.repo / ".claude/interlock.toml"]  # fmt: skip
    for path in mine:
        asked = guard.tool("PreToolUse", "Write", file_path=str(path), content="x")
        assert "belongs to Interlock itself" in asked["permissionDecisionReason"], path
    moved = guard.tool("PreToolUse", "mcp__fs__move_file", source=str(guard.repo / ".claude"))
    assert moved["permissionDecision"] == "deny"
    above = guard.tool("PreToolUse", "mcp__fs__delete_directory", path=str(guard.root.parent))
    assert above["permissionDecision"] == "deny"


def denied(guard: Guard, tool: str, path: Path, **given: Any) -> bool:
    asked = guard.tool("PreToolUse", tool, file_path=str(path), **given)
    return asked.get("permissionDecision") == "deny"


def test_settings_keep_our_entries(guard: Guard, settings: Path) -> None:
    """A write to the settings passes while our entries stay as they are, and is refused otherwise."""
    kept = json.dumps({**SETTINGS, "model": "haiku"})
    assert not denied(guard, "Write", settings, content=kept)
    assert denied(guard, "Write", settings, content="{}")
    assert denied(guard, "Write", settings, content="{broken")
    assert denied(guard, "Write", settings, content=json.dumps({**SETTINGS, "disableAllHooks": True}))
    assert denied(guard, "Edit", settings, old_string="exit 0", new_string="exit 1")
    assert not denied(guard, "Edit", settings, old_string="opus", new_string="haiku")
    edits = [{"old_string": "opus", "new_string": "haiku"}, {"old_string": "Write", "new_string": "Edit"}]
    assert denied(guard, "MultiEdit", settings, edits=edits)
    assert not denied(guard, "MultiEdit", settings, edits=edits[:1])
    assert denied(guard, "MultiEdit", settings, edits=["odd"])
    replaced = guard.tool("PreToolUse", "mcp__fs__write_file", path=str(settings), content=kept)
    assert replaced["permissionDecision"] == "deny"


def test_settings_without_our_entries_are_the_users(guard: Guard) -> None:
    """Where Interlock has no entries the settings are not its business, but hooks are not turned off."""
    path = guard.repo / ".claude" / "settings.json"
    assert not denied(guard, "Write", path, content='{"model": "opus"}')
    path.write_text('{"model": "opus"}')
    assert not denied(guard, "Write", path, content='{"model": "haiku"}')
    assert denied(guard, "Write", path, content='{"disableAllHooks": true}')


def test_session_start_puts_the_command_on_the_path(guard: Guard, tmp_path: Path) -> None:
    """SessionStart adds Interlock's folder to PATH through the client's file, and greets."""
    (guard.root / "bin").mkdir(parents=True, mode=0o700)
    guard.root.chmod(0o700)
    from interlock.doors.client import Call
    from interlock.guard.life import session_start
    from interlock.guard.scene import Scene

    call = Call({"session_id": "alpha", "cwd": str(guard.repo)}, "SessionStart")
    env = tmp_path / "env"
    session_start(Scene(call, str(guard.root), {"HOME": str(guard.home), "CLAUDE_ENV_FILE": str(env)}, 0.0))
    assert env.read_text() == f'export PATH="$PATH":{guard.root}/bin\n'
