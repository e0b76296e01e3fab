"""The room's door to the disk: whole files or none, in folders of our own or beside the user's settings."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from interlock.install.errors import InstallError

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
PATIENCE = 30.0
"""Seconds to wait for another install of the same user."""


def private(folder: Path) -> Path:
    """Make ``folder`` (and its parents) if need be, ours alone, mode 0700.

    Refuses a symlink and somebody else's folder: a planted one would let others choose where state lies.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    try:
        opened = os.open(folder, _DIRECTORY)
    except OSError:
        raise InstallError(
            f"{folder} is a symlink or not a directory, so Interlock won't keep its state there; "
            "look at what it is, and remove it."
        ) from None
    try:
        found = os.fstat(opened)
        if found.st_uid != os.geteuid():
            raise InstallError(
                f"{folder} belongs to user {found.st_uid}, not to you ({os.geteuid()}); "
                "run Interlock as that user, or remove the folder."
            )
        if stat.S_IMODE(found.st_mode) != 0o700:
            os.fchmod(opened, 0o700)
    finally:
        os.close(opened)
    return folder


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold this user's install lock under ``root``, which is made if need be."""
    private(root)
    lock = FileLock(private(root / "install") / "lock", timeout=PATIENCE, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise InstallError(
            f"Another install has held {lock.lock_file} for {PATIENCE:.0f} seconds; wait, then try again."
        ) from None
    try:
        yield
    finally:
        lock.release()


def read(path: Path, limit: int) -> bytes | None:
    """The bytes of the regular file at ``path`` (at most ``limit`` + 1 of them); None if there is no file.

    Neither follows a symlink nor waits at a FIFO.
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise InstallError(f"{path} is not a regular file; look at what it is, and remove it.")
        return file.read(limit + 1)


def write(path: Path, data: bytes, mode: int | None, tag: str) -> None:
    """Put ``data`` at ``path``, whole or not at all. See ``replace``."""
    replace(path, data, mode, tag, lambda: True)


def replace(path: Path, data: bytes, mode: int | None, tag: str, still: Callable[[], bool]) -> bool:
    """Put ``data`` at ``path`` if ``still()`` says, at the last moment, that nobody else wrote there.

    The file gets ``mode``; if that is None, the mode of the file it replaces, or one by the umask. It keeps
    the old file's owner where that is allowed. The temporary file's name holds ``tag``, one per state root:
    under that root's lock a leftover is ours to remove, and installs with different roots never touch each
    other's.
    """
    folder = os.open(path.parent, _DIRECTORY)
    spare = f".{path.name}.{tag}.tmp"
    try:
        with suppress(FileNotFoundError):
            os.unlink(spare, dir_fd=folder)
        try:
            _fill(folder, spare, path.name, data, mode)
            if not still():
                return False
            os.rename(spare, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with suppress(OSError):  # gone after the rename; else the first fault is the one to tell
                os.unlink(spare, dir_fd=folder)
        os.fsync(folder)
        return True
    finally:
        os.close(folder)


def _fill(folder: int, spare: str, name: str, data: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    opened = os.open(spare, flags, 0o666 if mode is None else mode, dir_fd=folder)
    try:
        with suppress(FileNotFoundError):
            old = os.stat(name, dir_fd=folder, follow_symlinks=False)
            with suppress(PermissionError):
                os.fchown(opened, old.st_uid, old.st_gid)
            os.fchmod(opened, stat.S_IMODE(old.st_mode) if mode is None else mode)
        left = memoryview(data)
        while left:  # a full disk writes short before it refuses
            left = left[os.write(opened, left) :]
        os.fsync(opened)
    finally:
        os.close(opened)


def tag(root: Path) -> str:
    """A short name for this state root as a place on a disk, for temporary files."""
    found = (root / "install").stat()
    named = f"{root} {found.st_dev} {found.st_ino}".encode(errors="surrogateescape")
    return "interlock-" + hashlib.sha256(named).hexdigest()[:12]


def digest(data: bytes) -> str:
    """The SHA-256 of ``data``, in hex."""
    return hashlib.sha256(data).hexdigest()
