"""Where Interlock refuses to write, and where it writes through."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from interlock.install import disk
from interlock.install.errors import InstallError
from interlock.install.operate import Setup, install, uninstall
from interlock.install.places import Scope


def refused(setup: Setup, said: str, scope: Scope = Scope.LOCAL) -> None:
    """Both commands refuse with a sentence that holds ``said``."""
    for act in (install, uninstall):
        with pytest.raises(InstallError, match=said):
            act(setup, scope)


def test_repository_must_be_a_directory(setup: Setup, tmp_path: Path) -> None:
    """A repository that isn't there, or is a file, is refused; one without git is fine."""
    refused(replace(setup, repo=tmp_path / "none"), "no repository at")
    (tmp_path / "file").touch()
    refused(replace(setup, repo=tmp_path / "file"), "not a directory")
    assert install(setup).action == "installed"


def test_project_scope_at_home_is_refused(setup: Setup) -> None:
    """The home directory's project settings are the user's settings, so project scope is refused there."""
    refused(replace(setup, repo=setup.home), "--scope user", Scope.PROJECT)


@pytest.mark.parametrize("inside", [True, False])
def test_symlinked_folder(setup: Setup, tmp_path: Path, inside: bool) -> None:
    """A .claude that leads elsewhere in the repository is followed; one that leads out is refused."""
    there = (setup.repo if inside else tmp_path) / "elsewhere"
    there.mkdir()
    (setup.repo / ".claude").symlink_to(there)
    if inside:
        install(setup)
        assert (there / "settings.local.json").exists()
        uninstall(setup)
    else:
        refused(setup, "leads out of the repository")
    assert list(there.iterdir()) == [] and (setup.repo / ".claude").is_symlink()


def test_symlinked_file_is_written_through(setup: Setup, tmp_path: Path) -> None:
    """User settings kept in a dotfile folder are changed there, and the symlink stays."""
    kept = tmp_path / "dotfiles.json"
    kept.write_text("{}")
    (setup.home / ".claude").mkdir()
    link = setup.home / ".claude/settings.json"
    link.symlink_to(kept)
    install(setup, Scope.USER)
    assert link.is_symlink() and "interlock-hook" in kept.read_text()
    uninstall(setup, Scope.USER)
    assert link.is_symlink() and kept.read_text() == "{}"


def test_symlinked_file_out_of_the_repository(setup: Setup, tmp_path: Path, local: Path) -> None:
    """A repository's settings file that leads out of it is refused, and its target left alone."""
    (tmp_path / "victim").write_text("{}")
    local.symlink_to(tmp_path / "victim")
    refused(setup, "leads out of the repository")
    assert (tmp_path / "victim").read_text() == "{}"


@pytest.mark.parametrize("kind", ["fifo", "folder", "dangling", "loop"])
def test_odd_settings_file(setup: Setup, local: Path, kind: str) -> None:
    """A FIFO, a folder, a symlink to nowhere or to itself in the file's place is refused at once."""
    make: dict[str, Callable[[], object]] = {
        "fifo": lambda: os.mkfifo(local),
        "folder": local.mkdir,
        "dangling": lambda: local.symlink_to("nowhere"),
        "loop": lambda: local.symlink_to(local.name),
    }
    make[kind]()
    refused(setup, "leads nowhere" if kind in ("dangling", "loop") else "not a regular file")


@pytest.mark.parametrize("kind", ["fifo", "file", "dangling"])
def test_odd_folder(setup: Setup, kind: str) -> None:
    """A FIFO, a file or a symlink to nowhere in the place of .claude is refused at once."""
    path = setup.repo / ".claude"
    make: dict[str, Callable[[], object]] = {
        "fifo": lambda: os.mkfifo(path),
        "file": path.touch,
        "dangling": lambda: path.symlink_to("nowhere"),
    }
    make[kind]()
    refused(setup, "leads nowhere" if kind == "dangling" else "not a directory")


@pytest.mark.parametrize("which", ["", "install", "bin"])
@pytest.mark.parametrize("kind", ["symlink", "file"])
def test_planted_state_folder(setup: Setup, tmp_path: Path, which: str, kind: str) -> None:
    """A symlink or a file in the place of the state root or a folder in it is refused; settings stay."""
    path = setup.baked.root / which
    path.parent.mkdir(parents=True)
    (tmp_path / "there").mkdir()
    path.symlink_to(tmp_path / "there") if kind == "symlink" else path.touch()
    with pytest.raises(InstallError, match="symlink or not a directory"):
        install(setup)
    assert list((tmp_path / "there").iterdir()) == [] and not (setup.repo / ".claude").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_state_folder(setup: Setup) -> None:
    """A state root that belongs to another user is refused."""
    setup.baked.root.mkdir(parents=True)
    os.chown(setup.baked.root, 4242, 4242)
    with pytest.raises(InstallError, match="belongs to user 4242"):
        install(setup)


def test_open_state_folder_is_closed(setup: Setup) -> None:
    """A state root of ours that others could read is made ours alone."""
    setup.baked.root.mkdir(parents=True)
    setup.baked.root.chmod(0o777)
    install(setup)
    assert setup.baked.root.stat().st_mode & 0o777 == 0o700


def test_a_fifo_in_the_place_of_a_receipt_is_no_trap(setup: Setup, local: Path) -> None:
    """A FIFO where the receipt belongs neither hangs nor stops an install."""
    from interlock.install import receipt

    local.write_text("{}")
    path = receipt.path_of(setup.baked.root, local)
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    install(setup)
    uninstall(setup)
    assert local.read_text() == "{}"


def test_reading_a_fifo_does_not_wait(tmp_path: Path) -> None:
    """The reader refuses a FIFO at once, should one appear after the first look."""
    os.mkfifo(tmp_path / "f")
    with pytest.raises(InstallError, match="not a regular file"):
        disk.read(tmp_path / "f", 10)
