"""Agents don't write what guards them."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
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


@pytest.mark.parametrize(
    "tool", ["mcp__fs__write_file", "mcp__fs__search_and_replace", "mcp__x__get_or_create_file"]
)
@pytest.mark.parametrize("name", ["settings.json", "settings.local.json"])
@pytest.mark.parametrize("before", ["", "{}", json.dumps(SETTINGS), "{broken"])
def test_what_can_not_be_foreseen_is_refused_for_any_settings(
    guard: Guard, tool: str, name: str, before: str
) -> None:
    """An MCP tool could turn the hooks off from any settings file, the user's too, whatever is in it now; the
    sentence says with what the rest of it can be changed."""
    for folder in (guard.repo / ".claude", guard.home / ".claude"):
        folder.mkdir(exist_ok=True)
        if before:
            (folder / name).write_text(before)
        asked = guard.tool("PreToolUse", tool, path=str(folder / name), content='{"disableAllHooks":true}')
        assert "Edit or Write" in asked["permissionDecisionReason"]


def test_a_shell_writer_is_not_foreseen_either(guard: Guard) -> None:
    """Nor is what a redirection would make of a settings file without entries of ours."""
    path = guard.repo / ".claude" / "settings.json"
    asked = guard.tool("PreToolUse", "Bash", command=f"echo '{{\"disableAllHooks\":true}}' > {path}")
    assert asked.get("permissionDecision") == "deny"


def refused_as_own(guard: Guard, tool: str, **given: Any) -> bool:
    asked = guard.tool("PreToolUse", tool, **given)
    return "belongs to Interlock itself" in asked.get("permissionDecisionReason", "")


def test_trees_around_what_is_protected_stay(guard: Guard, settings: Path) -> None:
    """Who moves or deletes the repository, or a folder above it, takes the hooks with it; who copies or formats
    it does not, and other folders go."""
    (guard.repo / "src").mkdir()
    guard.write(guard.file("held.py"), "beta")  # so that every command is read
    for tree in (guard.repo, guard.repo.parent, guard.repo / ".claude"):
        assert refused_as_own(guard, "mcp__fs__move_file", source=str(tree), destination="/x/y"), tree
        assert refused_as_own(guard, "mcp__fs__delete_directory", path=str(tree)), tree
        assert refused_as_own(guard, "Bash", command=f"rm -rf {tree}"), tree
        assert refused_as_own(guard, "Bash", command=f"mv {tree} /tmp/elsewhere"), tree
    assert not refused_as_own(guard, "mcp__fs__copy_file", source=str(guard.repo), destination="/x/y")
    assert not refused_as_own(guard, "mcp__fs__search_and_replace", path=str(guard.repo), old="a", new="b")
    assert not refused_as_own(guard, "Bash", command=f"ruff format {guard.repo}")
    assert not refused_as_own(guard, "mcp__fs__delete_directory", path=str(guard.repo / "src"))
    assert not refused_as_own(guard, "Bash", command=f"rm -rf {guard.repo}/src")


def linked_file(guard: Guard) -> Path:
    """`.claude/settings.local.json -> ../dots.json`, as people keep their dot files."""
    path = guard.repo / "dots.json"
    (guard.repo / ".claude" / "settings.local.json").symlink_to("../dots.json")
    return path


def linked_twice(guard: Guard) -> Path:
    (guard.repo / "a.json").symlink_to("dots.json")
    (guard.repo / ".claude" / "settings.json").symlink_to("../a.json")
    return guard.repo / "dots.json"


def linked_folder(guard: Guard) -> Path:
    (guard.repo / ".claude").rename(guard.repo / "dotclaude")
    (guard.repo / ".claude").symlink_to("dotclaude")
    return guard.repo / "dotclaude" / "settings.local.json"


def linked_home(guard: Guard) -> Path:
    (guard.home / "dots").mkdir()
    (guard.home / ".claude").symlink_to("dots")
    return guard.home / "dots" / "settings.json"


def hard_link(guard: Guard) -> Path:
    path = guard.repo / "dots.json"
    path.write_text("{}")
    (guard.repo / ".claude" / "settings.json").hardlink_to(path)
    return path


def elsewhere(guard: Guard) -> Path:
    folder = guard.home / "conf"
    folder.mkdir()
    guard.environ["CLAUDE_CONFIG_DIR"] = str(folder)
    return folder / "settings.json"


LINKED = [linked_file, linked_twice, linked_folder, linked_home, hard_link, elsewhere]


@pytest.mark.parametrize("make", LINKED)
@pytest.mark.parametrize("there", [True, False])
def test_settings_behind_links_are_settings(guard: Guard, make: Callable[[Guard], Path], there: bool) -> None:
    """Where the settings lie really, by whatever links, counts: there our entries stay and hooks stay on."""
    path = make(guard)
    if there:
        path.write_text(json.dumps(SETTINGS))
        assert denied(guard, "Write", path, content="{}")
    assert denied(guard, "Write", path, content=json.dumps({**SETTINGS, "disableAllHooks": True}))
    kept = SETTINGS if there else {}
    assert not denied(guard, "Write", path, content=json.dumps({**kept, "model": "haiku"}))
    assert refused_as_own(guard, "mcp__fs__write_file", path=str(path))
    assert make is hard_link or refused_as_own(guard, "Bash", command=f"echo > {path}")  # no name tells of those
    assert not denied(guard, "Write", guard.repo / "other.json", content="{}")


def test_the_config_behind_links_is_the_config(guard: Guard) -> None:
    """So with Interlock's own config: as a link, and in a linked folder."""
    toml = guard.repo / ".claude" / "interlock.toml"
    toml.rename(guard.repo / "conf.toml")
    toml.symlink_to("../conf.toml")
    assert denied(guard, "Write", guard.repo / "conf.toml", content="")
    assert not denied(guard, "Write", guard.repo / "pyproject.toml", content="")
    linked_folder(guard)
    assert denied(guard, "Write", guard.repo / "dotclaude" / "interlock.toml", content="")
    assert refused_as_own(guard, "mcp__fs__move_file", source=str(guard.repo / "dotclaude"), destination="/x")


def test_links_that_lead_nowhere_stop_nobody(guard: Guard) -> None:
    """A circle of links in the settings' place is no settings file; other writes go on."""
    (guard.repo / ".claude" / "settings.json").symlink_to("settings.json")
    assert not denied(guard, "Write", guard.repo / "a.py", content="")


def test_a_plain_write_looks_at_few_files(guard: Guard, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What protection costs every write where nothing is linked: at most ten looks more at the disk."""
    from interlock.guard import itself

    looks: list[str] = []

    def look(path: str) -> os.stat_result:
        looks.append(path)
        return os.lstat(path)

    monkeypatch.setattr(itself, "os", SimpleNamespace(lstat=look))
    assert not denied(guard, "Write", guard.repo / "a.py", content="")
    assert 0 < len(looks) <= 10
