"""Agents may not write what guards them. The pack is a copy, so that a failure harms nobody's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .guarded import TREE, Guarded
from .model import Model
from .say import edit, read, write
from .script import Block

OWN = "belongs to Interlock itself"


@pytest.fixture
def copied(place: Guarded, tmp_path: Path) -> Guarded:
    """A project with settings of its own, and Interlock installed from a copy of the tree."""
    pack = tmp_path / "pack"
    for part in ("hooks", "lib/interlock"):
        shutil.copytree(TREE / part, pack / part, ignore=shutil.ignore_patterns("__pycache__"))
    place.client.settings({"env": {"COLOUR": "red"}, "includeCoAuthoredBy": False})
    copied = Guarded(place.client, pack)
    copied.install()
    return copied


def test_what_guards_is_not_written(copied: Guarded, model: Model) -> None:
    """State, guard, config, and Interlock's entries in the settings are refused in every permission mode."""
    config = copied.project / ".claude" / "interlock.toml"
    settings = config.with_name("settings.local.json")
    guard, shim = copied.pack / "hooks" / "guard.py", copied.state / "bin" / "interlock"
    existing = [config, settings, guard, shim]
    texts = [path.read_bytes() for path in existing]
    calls: list[Block] = [
        write(copied.state / "bin" / "more", "x"),
        edit(shim, "#!/bin/sh", "#!/bin/sh\nexit 0"),
        edit(guard, "import gc", "import sys; sys.exit(0)"),
        write(copied.pack / "lib" / "interlock" / "guard" / "more.py", "x"),
        edit(config, "wait = 0", "wait = 1"),
        edit(settings, '"timeout": 5', '"timeout": 1'),
        edit(settings, '"includeCoAuthoredBy": false', '"includeCoAuthoredBy": false, "disableAllHooks": true'),
        edit(settings, '"CLAUDE_CODE_SHELL_PREFIX": "', '"CLAUDE_CODE_SHELL_PREFIX": "/bin/sh", "ANOTHER": "'),
        write(settings, "{}"),
    ]
    model.scripts["ONE"] = [[read(path) for path in existing], *([call] for call in calls)]
    copied.client.start("ONE", permission_mode="bypassPermissions").wait()
    results = model.tool_results("ONE")[len(existing) :]
    assert [r.text for r in results if OWN not in r.text or not r.is_error] == []
    assert [path.read_bytes() for path in existing] == texts
    assert not (copied.state / "bin" / "more").exists()
    assert [r["reason"] for r in copied.log("decision")] == ["own_files"] * len(calls)


def test_other_settings_are_free(copied: Guarded, model: Model) -> None:
    """Another key of the same settings file can be changed, and the guard goes on."""
    settings = copied.project / ".claude" / "settings.local.json"
    before = json.loads(settings.read_text())
    more = copied.state / "more"
    model.scripts["ONE"] = [[read(settings)], [edit(settings, '"red"', '"blue"')], [write(more, "x")]]
    copied.client.start("ONE", permission_mode="bypassPermissions").wait()
    changed, refused = model.tool_results("ONE")[1:]
    assert not changed.is_error, changed.text
    assert json.loads(settings.read_text()) == {**before, "env": {**before["env"], "COLOUR": "blue"}}
    assert refused.is_error and OWN in refused.text and not more.exists()
