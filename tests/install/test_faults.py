"""Disks that fail: nothing is ever left half written."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.install.conftest import LIB, make_setup
from tests.install.test_operate import FOREIGN, tree

from interlock.install import disk
from interlock.install.errors import InstallError
from interlock.install.operate import Setup, install, uninstall

CALLS = ["open", "write", "fsync", "rename", "fchmod", "fchown"]


def failing(monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: int) -> Callable[[], int]:
    """Make the ``number``-th call of ``os.<call>`` in the disk module fail; returns a count of all calls."""
    real, count = getattr(os, call), [0]

    class Layer:
        def __getattr__(self, name: str) -> Any:
            return broken if name == call else getattr(os, name)

    def broken(*args: Any, **named: Any) -> Any:
        count[0] += 1
        if count[0] == number:
            raise OSError(code, os.strerror(code))
        return real(*args, **named)

    monkeypatch.setattr(disk, "os", Layer())
    return lambda: count[0]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("act", [install, uninstall])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_every_call_failing_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, act: Callable[[Setup], Any], code: int
) -> None:
    """Whichever system call fails, the settings are the old or the new ones, whole, and the next try works."""
    for number in range(1, 30):
        setup = make_setup(tmp_path / str(number))
        path = setup.repo / ".claude/settings.local.json"
        path.parent.mkdir()
        path.write_bytes(FOREIGN)
        if act is uninstall:
            install(setup)
        before = path.read_bytes()
        with monkeypatch.context() as patch:
            count = failing(patch, call, number, code)
            try:
                act(setup)
            except InstallError as fault:
                assert os.strerror(code) in str(fault) or "not a directory" in str(fault)
            done = count() < number
        assert path.read_bytes() == before or (path.read_bytes() == FOREIGN) == (act is uninstall)
        assert [one.name for one in path.parent.iterdir()] == [path.name], "a temporary file is left"
        act(setup)
        assert uninstall(setup) and path.read_bytes() == FOREIGN
        if done:
            return
    raise AssertionError(f"{call} is called without end")


def test_short_writes_are_completed(setup: Setup, local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes a few bytes at a time still gets the whole file."""
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, data: real(to, bytes(data[:1000])))
    local.write_bytes(FOREIGN)
    report = install(setup)
    assert local.read_bytes() == report.after


def test_a_new_folder_goes_when_the_write_fails(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .claude folder made for a file that then can't be written doesn't stay."""
    real = disk._fill

    def full(folder: int, spare: str, name: str, data: bytes, mode: int | None) -> None:
        if "settings" in name:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(folder, spare, name, data, mode)

    monkeypatch.setattr(disk, "_fill", full)
    with pytest.raises(InstallError, match="No space left"):
        install(setup)
    assert not (setup.repo / ".claude").exists()


def test_leftovers_of_a_kill_are_cleared(setup: Setup, local: Path) -> None:
    """A temporary file that a killed install left is replaced and gone after the next."""
    install(setup)
    (local.parent / f".{local.name}.{disk.tag(setup.baked.root)}.tmp").write_text("half")
    uninstall(setup)
    local.parent.mkdir(exist_ok=True)
    (local.parent / f".{local.name}.{disk.tag(setup.baked.root)}.tmp").write_text("half")
    install(setup)
    assert [path.name for path in local.parent.iterdir()] == [local.name]


def as_nobody(setup: Setup, act: str) -> subprocess.CompletedProcess[str]:
    """Run ``act`` as a user whom permissions bind."""
    code = (
        "import os,sys; from pathlib import Path\n"
        "from interlock.install.operate import *; from interlock.install.command import Baked\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "r,h,g,l,s=map(Path,sys.argv[1:6])\n"
        f"{act}(Setup(r,h,Baked(Path(sys.executable),g,l,s)))"
    )
    parts = [setup.repo, setup.home, setup.baked.guard, LIB, setup.baked.root]
    env = {"PYTHONPATH": str(LIB), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-c", code, *map(str, parts)], env=env, capture_output=True, text=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become a user whom permissions bind")
@pytest.mark.parametrize("readonly", [".claude", "repo", "home"])
def test_read_only_directory(readonly: str) -> None:
    """In a directory that can't be written the command says so, and all stays as it was."""
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as base:
        setup = make_setup(Path(base))
        Path(base).chmod(0o755)
        folder = setup.repo / ".claude"
        if readonly == ".claude":
            folder.mkdir()
            (folder / "settings.local.json").write_bytes(FOREIGN)
        if readonly != "home":
            os.chown(setup.home, 65534, 65534)
        before = tree(setup.repo)
        done = as_nobody(setup, "install")
        assert done.returncode != 0 and "Permission denied" in done.stderr and "InstallError" in done.stderr
        assert tree(setup.repo) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine mounts no tmpfs")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("which", ["repo", "state"])
def test_full_disk(tmp_path: Path, small_disk: Path, which: str) -> None:
    """On a disk that is really full the old settings stay whole; with room again the install works."""
    root = (small_disk if which == "state" else tmp_path) / "interlock"
    setup = make_setup(tmp_path / "p", root)
    if which == "repo":
        (small_disk / "repo").mkdir()
        setup = Setup(small_disk / "repo", setup.home, setup.baked, setup.sleep)
    path = setup.repo / ".claude/settings.local.json"
    path.parent.mkdir()
    path.write_bytes(FOREIGN)
    for free in (0, 1, 2):
        filler = small_disk / "filler"
        room = os.statvfs(small_disk)
        filler.write_bytes(b"x" * (room.f_bavail - free) * room.f_frsize)
        try:
            install(setup)
        except InstallError as fault:
            assert "No space left" in str(fault)
            assert path.read_bytes() == FOREIGN and len(list(path.parent.iterdir())) == 1
        filler.unlink()
    assert install(setup).action in ("installed", "unchanged")
    assert uninstall(setup).action == "restored" and path.read_bytes() == FOREIGN
