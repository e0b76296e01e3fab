"""The shell prefix in the settings: set, kept from doing harm, and given back."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from tests.install.formats import texts

from interlock.install import merge, plan, prefix, receipt
from interlock.install.entries import HOOKS, groups, own_entries
from interlock.install.operate import Setup, install, uninstall
from interlock.install.places import Scope
from interlock.install.plan import Known
from interlock.install.prefix import VARIABLE

WANTED = groups(lambda hook: ": interlock-hook v1; x", direct=True)
OURS = "/s/interlock/shell/run"
MINE = "/usr/bin/my prefix -v"


def value(data: bytes | None) -> Any:
    return json.loads((data or b"{}").decode("utf-8-sig").strip() or "{}")


def set_in(path: Path) -> Any:
    return merge.prefix_in(value(path.read_bytes()))


def program(setup: Setup, own: str = "") -> str:
    return str(prefix.path(setup.baked.root, own))


def write(path: Path, env: dict[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"env": env, "model": "opus"}))


@given(texts())
def test_only_the_prefix_changes_in_env(data: bytes) -> None:
    """Ours is set in place, or after what is there; every other key and value, and their order, stay."""
    before, after = value(data), value(merge.merged(data, WANTED, OURS))
    assert after["env"].pop(VARIABLE) == OURS
    before.setdefault("env", {}).pop(VARIABLE, None)
    assert list(after["env"].items()) == list(before["env"].items())
    rest = [key for key in after if key not in ("hooks", "env")]
    assert rest == [key for key in before if key not in ("hooks", "env")]


@given(texts())
def test_set_and_taken_out_again(data: bytes) -> None:
    """Taken out with the original known, the settings are what they were; without it, but for the own prefix."""
    before = value(data)
    after = merge.merged(data, WANTED, OURS)
    assert value(merge.stripped(after, before)) == before
    left = value(merge.stripped(after))
    assert merge.prefix_in(left) is None and not own_entries(left)
    told = plan.uninstalled(Known(after, None, "/own"))[0]
    assert merge.prefix_in(value(told)) == "/own"


@given(texts())
def test_a_second_install_changes_nothing(data: bytes) -> None:
    """What is set is known again; another program of ours takes its place."""
    after = plan.installed(Known(data, None), WANTED, OURS).after
    again = plan.installed(Known(after, None), WANTED, OURS)
    assert (again.after, again.action) == (after, "unchanged")
    other = plan.installed(Known(after, None), WANTED, f"{OURS}-0123456789ab")
    assert other.action == "updated" and merge.prefix_in(value(other.after)) == f"{OURS}-0123456789ab"


@pytest.mark.parametrize("scope", [Scope.LOCAL, Scope.USER])
def test_set_for_oneself(setup: Setup, scope: Scope) -> None:
    """Local and user scope set the prefix to a program that is there; uninstall leaves no trace in the settings,
    and the program, since sessions may still run that start their commands through it."""
    path = install(setup, scope).settings
    assert set_in(path) == program(setup) and Path(program(setup)).stat().st_mode & 0o777 == 0o755
    report = uninstall(setup, scope)
    assert not path.exists() and Path(program(setup)).exists()
    assert any("remove it when they have ended" in note for note in report.notes)


def test_not_set_for_others(setup: Setup) -> None:
    """What is committed names no program of this machine's; the install says how to set it for oneself."""
    report = install(setup, Scope.PROJECT)
    assert "env" not in value(report.settings.read_bytes())
    assert any(VARIABLE in note and program(setup) in note for note in report.notes)
    assert Path(program(setup)).exists()


def test_ones_own_prefix_is_chained_and_given_back(setup: Setup, local: Path) -> None:
    """A prefix in the same file is run by ours, told of, and back in its place after the uninstall."""
    write(local, {"A": "1", VARIABLE: MINE, "B": "2"})
    before = local.read_bytes()
    report = install(setup)
    assert set_in(local) == program(setup, MINE) and any(MINE in note for note in report.notes)
    assert list(value(local.read_bytes())["env"]) == ["A", VARIABLE, "B"]
    assert prefix.chained_by(program(setup, MINE)) == MINE
    assert install(setup).action == "unchanged"
    uninstall(setup)
    assert local.read_bytes() == before


@pytest.mark.parametrize("receipts", ["there", "damaged"])
def test_given_back_where_others_wrote_since(setup: Setup, local: Path, receipts: str) -> None:
    """With the file changed by others, and even with the receipt damaged, the own prefix comes back."""
    write(local, {VARIABLE: MINE})
    install(setup)
    local.write_text(local.read_text().replace("opus", "sonnet"))
    if receipts == "damaged":
        receipt.path_of(setup.baked.root, local).write_text("x")
    assert uninstall(setup).action == "removed"
    assert value(local.read_bytes()) == {"env": {VARIABLE: MINE}, "model": "sonnet"}


def test_a_prefix_set_since_is_the_users(setup: Setup, local: Path) -> None:
    """A prefix that the user put in ours' place stays at uninstall, and is chained by the next install."""
    write(local, {})
    install(setup)
    local.write_text(json.dumps({**value(local.read_bytes()), "env": {VARIABLE: MINE}}))
    assert install(setup).action == "updated" and set_in(local) == program(setup, MINE)
    local.write_text(json.dumps({**value(local.read_bytes()), "env": {VARIABLE: "/another"}}))
    assert uninstall(setup).action == "removed"
    assert set_in(local) == "/another"


def test_what_ours_overrides_is_chained(setup: Setup, local: Path) -> None:
    """The strongest of the project's, the user's and the environment's prefixes is the one that is run; theirs
    stay where they are."""
    given = replace(setup, environ_prefix="/environ")
    install(given)
    assert set_in(local) == program(setup, "/environ")
    write(setup.home / ".claude/settings.json", {VARIABLE: "/user"})
    install(given)
    assert set_in(local) == program(setup, "/user")
    write(setup.repo / ".claude/settings.json", {VARIABLE: "/project"})
    assert install(given).action == "updated"
    assert set_in(local) == program(setup, "/project")
    uninstall(given)
    assert set_in(setup.home / ".claude/settings.json") == "/user" and not local.exists()


def test_ours_is_never_chained(setup: Setup, local: Path) -> None:
    """An install from within a session whose prefix is ours, in whatever scope, does not run itself in turn."""
    given = replace(setup, environ_prefix=program(setup))
    install(given, Scope.USER)
    install(given)
    assert set_in(local) == program(setup) and prefix.chained_by(program(setup)) == ""


def test_a_state_root_that_cannot_be_a_prefix(setup: Setup) -> None:
    """Where the client would cut the path, none is set, and the install says so."""
    root = setup.baked.root.parent / "a -b" / "interlock"
    root.parent.mkdir(parents=True)
    report = install(replace(setup, baked=replace(setup.baked, root=root)))
    assert "env" not in value(report.settings.read_bytes())
    assert any("not contained" in note for note in report.notes)


TWICE = b'{"env": {"CLAUDE_CODE_SHELL_PREFIX": "/x", "CLAUDE_CODE_SHELL_PREFIX": "/y"}}'


@pytest.mark.parametrize("data", [b'{"env": []}', TWICE, b'{"env": {}, "env": {}}'])
def test_settings_where_it_cannot_be_set(data: bytes) -> None:
    """An ``env`` of another kind, and one that stands there twice, is refused and left."""
    with pytest.raises(ValueError, match=r"env|CLAUDE_CODE_SHELL_PREFIX"):
        merge.merged(data, WANTED, OURS)


def test_our_hooks_start_without_any_prefix(setup: Setup) -> None:
    """Where we set a prefix every hook of ours is started directly; committed hooks keep the form that every
    client knows."""
    for scope, direct in ((Scope.LOCAL, True), (Scope.USER, True), (Scope.PROJECT, False)):
        entries = own_entries(value(install(setup, scope).settings.read_bytes()))
        assert len(entries) == len(HOOKS)
        for entry in entries:
            assert ("args" in entry.handler) == direct
            assert entry.argv[-1] == entry.command and entry.argv[-2] == "-c" and entry.argv[-3] == "/bin/sh"


def test_a_program_that_cannot_run_is_not_set(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the state folder's programs can't be run, the settings name none, and the user is told why; one that
    an earlier install named is taken out again."""
    settings = setup.repo / ".claude/settings.local.json"
    install(setup, Scope.LOCAL)
    assert set_in(settings) == program(setup)
    monkeypatch.setattr(prefix, "barred", lambda root: f"{root} lies on a thing mounted noexec")
    (report,) = [install(setup, Scope.LOCAL)]
    assert set_in(settings) is None and own_entries(value(settings.read_bytes()))
    assert any("not contained" in note and "noexec" in note for note in report.notes)


def test_the_program_is_tried(setup: Setup) -> None:
    """It is run once it is there; before that nothing speaks against it."""
    root = setup.baked.root
    assert prefix.barred(root) == ""
    install(setup, Scope.LOCAL)
    assert prefix.barred(root) == ""
    for text, told in (("#!/nowhere/shell\n", "No such file"), ("#!/bin/sh\nexit 3\n", "ends with 3")):
        prefix.path(root).write_text(text)
        assert told in prefix.barred(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_state_folder_mounted_noexec(setup: Setup) -> None:
    """A file system mounted noexec is seen before anything is there, and after."""
    root = setup.baked.root
    root.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "noexec,mode=0700", "tmpfs", str(root)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        assert "noexec" in prefix.barred(root) and "noexec" in prefix.barred(root / "deeper" / "still")
        install(setup, Scope.LOCAL)
        assert set_in(setup.repo / ".claude/settings.local.json") is None
    finally:
        subprocess.run(["umount", str(root)], check=True)
