"""Install and uninstall on a real disk."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from tests.install.conftest import make_setup
from tests.install.formats import texts

from interlock.install import disk, receipt, settled
from interlock.install.entries import HOOKS, own_entries
from interlock.install.errors import InstallError
from interlock.install.operate import Report, Setup, install, uninstall
from interlock.install.places import Scope

FOREIGN = b"""{
    "model": "opus",
    "hooks": {
        "Stop": [{"hooks": [{"type": "command", "command": "say"}]}]
    }
}"""


def tree(base: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder below ``base``, with mode and content."""
    return {
        str(path.relative_to(base)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(base.rglob("*"))
    }


def with_lib(setup: Setup, lib: str) -> Setup:
    """The same place with another package folder, as after an upgrade."""
    return replace(setup, baked=replace(setup.baked, lib=Path(lib)))


@tuned(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts())
def test_round_trip_on_disk_is_byte_exact(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Install, install after an upgrade, uninstall: the very bytes and the mode are back."""
    setup = make_setup(tmp_path_factory.mktemp("p"))
    path = setup.repo / ".claude/settings.local.json"
    path.parent.mkdir()
    path.write_bytes(data)
    path.chmod(0o640)
    assert install(setup).action == "installed"
    assert install(with_lib(setup, "/other")).action == "updated"
    assert uninstall(setup).action == "restored"
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (data, 0o640)
    assert uninstall(setup).action == "absent"


@pytest.mark.parametrize("scope", list(Scope))
def test_nothing_there_before_nothing_there_after(setup: Setup, tmp_path: Path, scope: Scope) -> None:
    """Without settings before, uninstall removes the file, the folder, the launcher and the shim."""
    report = install(setup, scope)
    base = setup.home if scope is Scope.USER else setup.repo
    assert report.settings.is_relative_to(base / ".claude") and report.settings.is_file()
    assert len(own_entries(json.loads(report.settings.read_text()))) == len(HOOKS)
    assert all(path.is_file() for path in report.others)
    assert len(report.others) == (2 if scope is Scope.PROJECT else 3), "launcher, shim, and the prefix program"
    report = uninstall(setup, scope)
    assert report.action == "restored" and len(report.others) == 2
    assert not (base / ".claude").exists() and list((setup.baked.root / "bin").iterdir()) == []


def test_install_is_idempotent(setup: Setup, local: Path) -> None:
    """A second install changes no byte anywhere, and writes nothing."""
    local.write_bytes(FOREIGN)
    install(setup)
    before, stamp = tree(setup.repo.parent), local.stat()
    assert install(setup).action == "unchanged"
    assert tree(setup.repo.parent) == before and local.stat().st_mtime_ns == stamp.st_mtime_ns
    assert local.stat().st_ino == stamp.st_ino


def test_print_writes_nothing(setup: Setup, local: Path) -> None:
    """A dry run shows the outcome of install and uninstall and leaves no trace, not even a state root."""
    local.write_bytes(FOREIGN)
    before = tree(setup.repo.parent)
    report = install(setup, dry=True)
    assert report.after is not None and b"interlock-hook" in report.after and report.before == FOREIGN
    assert uninstall(setup, dry=True).action == "absent"
    assert tree(setup.repo.parent) == before
    install(setup)
    before = tree(setup.repo.parent)
    assert uninstall(setup, dry=True).after == FOREIGN
    assert tree(setup.repo.parent) == before


def test_uninstall_keeps_what_others_wrote_since(setup: Setup, local: Path) -> None:
    """Where somebody else touched the file since, uninstall takes out our entries and nothing more."""
    local.write_bytes(FOREIGN)
    install(setup)
    text = (
        local.read_text()
        .replace('"opus"', '"sonnet"')
        .replace('"SessionEnd": [', '"SessionEnd": [ {"hooks": []},')
    )
    local.write_text(text)
    assert uninstall(setup).action == "removed"
    left = json.loads(local.read_text())
    assert left["model"] == "sonnet" and left["hooks"]["SessionEnd"] == [{"hooks": []}]
    assert list(left["hooks"]) == ["Stop", "SessionEnd"] and len(left["hooks"]["Stop"]) == 1
    assert '"Stop": [{"hooks": [{"type": "command", "command": "say"}]}]' in local.read_text()


def test_a_file_of_ours_reformatted_by_others_goes_away(setup: Setup) -> None:
    """A file that we made and somebody only reformatted is removed with its folder."""
    path = install(setup).settings
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert uninstall(setup).action == "removed"
    assert not path.parent.exists()


def test_uninstall_without_receipt(setup: Setup, local: Path) -> None:
    """With the state root gone, our entries are known by their marker all the same."""
    local.write_bytes(FOREIGN)
    install(setup)
    for path in (setup.baked.root / "install").glob("*.json"):
        path.write_bytes(path.read_bytes()[:-20])
    assert uninstall(setup).action == "removed"
    assert local.read_bytes() == FOREIGN
    assert uninstall(setup).action == "absent"


@pytest.mark.parametrize("flip", range(0, 200, 17))
def test_a_damaged_receipt_never_gives_back_damaged_settings(setup: Setup, local: Path, flip: int) -> None:
    """A receipt with any flipped bit either still gives the right bytes, or counts as none."""
    local.write_bytes(FOREIGN)
    install(setup)
    path = receipt.path_of(setup.baked.root, local)
    data = bytearray(path.read_bytes())
    data[flip * len(data) // 200] ^= 4
    path.write_bytes(data)
    uninstall(setup)
    assert local.read_bytes() == FOREIGN


def test_an_older_versions_entries_are_replaced(setup: Setup, local: Path) -> None:
    """Entries of an earlier version, unknown to any receipt, are replaced and not doubled."""
    old = {"type": "command", "command": ": interlock-hook v0; exec /gone/python"}
    local.write_text(
        json.dumps({"hooks": {"Notification": [{"hooks": [old]}], "Stop": [{"hooks": [old]}]}}, indent=4)
    )
    assert install(setup).action == "updated"
    found = own_entries(json.loads(local.read_text()))
    assert len(found) == len(HOOKS) and not any("v0" in entry.command for entry in found)
    assert uninstall(setup).action == "restored"
    assert not own_entries(json.loads(local.read_text()))


def test_settings_touched_between_two_installs(setup: Setup, local: Path) -> None:
    """An install over a file that others changed since the last one keeps their change through uninstall."""
    local.write_bytes(FOREIGN)
    install(setup)
    local.write_text(local.read_text().replace("opus", "haiku"))
    assert install(setup).action == "unchanged"
    assert install(with_lib(setup, "/new")).action == "updated"
    assert uninstall(setup).action == "restored"
    assert local.read_bytes() == FOREIGN.replace(b"opus", b"haiku")


def test_a_kill_between_receipt_and_settings(setup: Setup, local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the receipt and before the settings, of a first install or an upgrade, nothing is lost."""

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    local.write_bytes(FOREIGN)
    with monkeypatch.context() as patch:
        patch.setattr(settled, "_put", killed)
        with pytest.raises(KeyboardInterrupt):
            install(setup)
    assert local.read_bytes() == FOREIGN and uninstall(setup).action == "absent"
    install(setup)
    with monkeypatch.context() as patch:
        patch.setattr(settled, "_put", killed)
        with pytest.raises(KeyboardInterrupt):
            install(with_lib(setup, "/new"))
    assert uninstall(setup).action == "restored" and local.read_bytes() == FOREIGN


def test_local_install_in_a_project_that_has_the_hooks(setup: Setup) -> None:
    """A plain install in a clone with committed hooks writes the launcher and leaves the files alone."""
    install(setup, Scope.PROJECT)
    committed = (setup.repo / ".claude/settings.json").read_bytes()
    mate = make_setup(setup.repo.parent / "mate")
    (mate.repo / ".claude").mkdir()
    (mate.repo / ".claude/settings.json").write_bytes(committed)
    assert install(mate, dry=True).action == "covered" and not mate.baked.root.exists()
    report = install(mate)
    assert (report.action, report.after) == ("covered", committed) and report.notes
    assert [path.name for path in (mate.repo / ".claude").iterdir()] == ["settings.json"]
    assert (mate.baked.root / "bin/launch").exists()
    assert install(mate).action == "covered"
    assert uninstall(mate).others == (), "the launcher goes on serving the clone"
    assert len(uninstall(mate, Scope.PROJECT).others) == 2


def test_project_install_takes_out_the_local_entries(setup: Setup) -> None:
    """Going from local to project scope leaves one set of hooks; the folder still counts as ours."""
    install(setup)
    report = install(setup, Scope.PROJECT)
    assert any("taken out" in note for note in report.notes)
    assert [path.name for path in (setup.repo / ".claude").iterdir()] == ["settings.json"]
    uninstall(setup, Scope.PROJECT)
    assert not (setup.repo / ".claude").exists()


def test_the_last_uninstall_takes_the_launcher(tmp_path: Path) -> None:
    """The launcher stays while another repository of the user is installed; a deleted repository doesn't count."""
    root = tmp_path / "state"
    first, second, third = (make_setup(tmp_path / name, root) for name in "abc")
    for one in (first, second, third):
        install(one)
    assert uninstall(first).others == ()
    (third.repo / ".claude/settings.local.json").unlink()
    assert {path.name for path in uninstall(second).others} == {"launch", "interlock"}


def test_a_strangers_file_in_bin_stays(setup: Setup) -> None:
    """A file in the state root's bin folder without our line is not removed."""
    launch = install(setup).others[0]
    launch.write_text("mine")
    assert [path.name for path in uninstall(setup).others] == ["interlock"]
    assert launch.exists()


def test_torn_settings_are_read_again(setup: Setup, local: Path) -> None:
    """A file that another program is just writing is read again before it is refused."""
    local.write_bytes(FOREIGN[:20])
    looks: list[float] = []

    def finish(pause: float) -> None:
        looks.append(pause)
        if len(looks) == 2:
            local.write_bytes(FOREIGN)

    assert install(replace(setup, sleep=finish)).before == FOREIGN
    local.write_bytes(b"")
    looks.clear()
    assert install(replace(setup, sleep=finish)).before == FOREIGN


def test_broken_settings_are_refused_and_left(setup: Setup, local: Path) -> None:
    """Settings that stay broken are refused with file, line and column by both commands, and not touched."""
    local.write_bytes(b'{\n  "a": 1,\n}')
    for act in (install, uninstall):
        with pytest.raises(InstallError, match=r"settings\.local\.json is left as it is.*line 3, column 1"):
            act(setup)
    assert local.read_bytes() == b'{\n  "a": 1,\n}'
    local.write_bytes(b'{"hooks": []}')
    with pytest.raises(InstallError, match='"hooks" is a list'):
        install(setup)
    assert local.read_bytes() == b'{"hooks": []}'


def test_a_write_in_the_middle_is_not_lost(setup: Setup, local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody writes between our reading and our writing is seen, and kept."""
    local.write_bytes(FOREIGN)
    real = disk.replace
    calls: list[Path] = []

    def late(path: Path, *args: object) -> bool:
        if path == local and not calls:
            calls.append(path)
            local.write_bytes(FOREIGN.replace(b"opus", b"haiku"))
        return bool(real(path, *args))  # type: ignore[arg-type]

    monkeypatch.setattr(disk, "replace", late)
    install(setup)
    assert b"haiku" in local.read_bytes() and b"interlock-hook" in local.read_bytes()
    calls.clear()
    monkeypatch.setattr(disk, "replace", real)
    assert uninstall(setup).action == "restored" and local.read_bytes() == FOREIGN.replace(b"opus", b"haiku")


@pytest.mark.parametrize("act", [install, uninstall])
def test_a_file_that_never_rests_is_given_up(
    setup: Setup, local: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Setup], Report]
) -> None:
    """A file that changes at every attempt is given up with a sentence."""
    local.write_bytes(FOREIGN)
    install(setup)
    local.write_text(local.read_text().replace("/bin/launch", "") + "\n")
    monkeypatch.setattr(settled, "_put", lambda *_: False)
    with pytest.raises(InstallError, match="keeps changing"):
        act(with_lib(setup, "/new"))


def test_disabled_hooks_are_told(setup: Setup, local: Path) -> None:
    """Settings that switch all hooks off get a note."""
    local.write_text('{"disableAllHooks": true}')
    assert any("disableAllHooks" in note for note in install(setup).notes)


def test_notes_on_the_place(tmp_path: Path) -> None:
    """A state root that committed hooks won't find, a folder inside a repository and a cached Python are told."""
    setup = make_setup(tmp_path, tmp_path / "state")
    (setup.repo / ".git").mkdir()
    (setup.repo / "sub").mkdir()
    python = setup.home / ".cache/uv/python"
    python.parent.mkdir(parents=True)
    python.touch()
    inner = replace(setup, repo=setup.repo / "sub", baked=replace(setup.baked, python=python))
    said = " ".join(install(inner, Scope.PROJECT, dry=True).notes)
    assert "XDG_STATE_HOME" in said and "inside the repository" in said and "cache" in said


def test_secrets_stay_private(setup: Setup, local: Path) -> None:
    """The state root is the user's alone, and so are the receipt and new user settings."""
    local.write_bytes(FOREIGN)
    install(setup)
    root = setup.baked.root
    assert [p.stat().st_mode & 0o777 for p in (root, root / "install", root / "bin")] == [0o700] * 3
    assert receipt.path_of(root, local).stat().st_mode & 0o777 == 0o600
    assert install(setup, Scope.USER).settings.stat().st_mode & 0o777 == 0o600
