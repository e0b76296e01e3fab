"""The files below a checkout: read and written without following a symlink, waiting at a FIFO, or leaving a part.

Each folder on the way is opened from the one above it, so what happens to a path meanwhile leads nowhere else:
``doors.plainfile`` follows the folders of a path, as is right for agents' files and the state folder.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from interlock.artifacts.flaw import Gone, Unfit, clean

MOST = 1024 * 1024
"""Bytes of an artifact."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_SPARE = ".interlock-"
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES})


def take(top: Path, inside: str, most: int = MOST) -> bytes:
    """The bytes of the plain file at ``inside``, from the checkout's ``top``. Raises Unfit, or Gone."""
    try:
        with _folder(top, inside) as (folder, name):
            if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
                raise _odd(folder, name)
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise _odd(folder, name)
                raw = file.read(most + 1)
    except FileNotFoundError:
        raise Gone("it is not there", "write it") from None
    except (OSError, ValueError) as problem:
        raise Unfit(f"it can't be read ({_why(problem)})", "make it a plain file that you may read") from None
    if len(raw) > most:
        raise Unfit(f"it is over {most} bytes", "keep what it needs to say, and name other files for the rest")
    return raw


def put(top: Path, inside: str, raw: bytes) -> None:
    """Replaces the file at ``inside`` whole, making its folders: who reads it sees the old content or the new.
    Raises Unfit."""
    with _writing(top, inside, raw) as (folder, spare, name):
        os.rename(spare, name, src_dir_fd=folder, dst_dir_fd=folder)


def claim(top: Path, inside: str, raw: bytes) -> bool:
    """Makes the file at ``inside``, whole, if there is none: of all who try at once one gets True, whatever
    becomes of the others. Raises Unfit."""
    with _writing(top, inside, raw) as (folder, spare, name):
        try:
            os.link(spare, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            return False
        except OSError as problem:
            if problem.errno not in _NO_LINKS:
                raise
            if _there(folder, name):
                return False
            os.rename(spare, name, src_dir_fd=folder, dst_dir_fd=folder)  # under the caller's lock
        return True


def names(top: Path, inside: str) -> list[tuple[str, bool]]:
    """(name, is a folder) of each entry of a folder, sorted, links not followed; [] where there is none. Raises
    Unfit."""
    try:
        with _folder(top, f"{inside}/.") as (folder, _), os.scandir(folder) as entries:
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as problem:
        raise Unfit(f"it can't be listed ({_why(problem)})", "make it a folder that you may read") from None


def changed(top: Path, inside: str) -> int:
    """When the file at ``inside`` was last written, in nanoseconds since 1970; 0 where there is none."""
    try:
        with _folder(top, inside) as (folder, name):
            return os.lstat(name, dir_fd=folder).st_mtime_ns
    except (OSError, ValueError, Unfit):
        return 0


@contextmanager
def _writing(top: Path, inside: str, raw: bytes) -> Iterator[tuple[int, str, str]]:
    try:
        with _folder(top, inside, make=True) as (folder, name):
            spare = f"{_SPARE}{name}.{os.getpid()}.{os.urandom(4).hex()}"
            try:
                _fill(folder, spare, raw)
                yield folder, spare, name
            finally:
                with suppress(OSError):  # gone after the rename
                    os.unlink(spare, dir_fd=folder)
            _sweep(folder, name)
            with suppress(OSError):
                os.fsync(folder)
    except (OSError, ValueError) as problem:
        raise Unfit(f"it can't be written ({_why(problem)})", "see to its folder, then again") from None


def _fill(folder: int, name: str, raw: bytes) -> None:
    handle = os.open(
        name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder
    )
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(handle)


def _sweep(folder: int, name: str) -> None:
    """Removes what writers of this file left that were killed."""
    for left in os.listdir(folder):
        pid = left.removeprefix(f"{_SPARE}{name}.").partition(".")[0]
        if left.startswith(f"{_SPARE}{name}.") and pid.isdecimal() and not _lives(int(pid)):
            with suppress(OSError):
                os.unlink(left, dir_fd=folder)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


@contextmanager
def _folder(top: Path, inside: str, make: bool = False) -> Iterator[tuple[int, str]]:
    """The open folder of ``inside``, and the name in it. Raises OSError, Unfit."""
    parts = inside.split("/")
    if "\0" in inside or ".." in parts or "" in parts:
        raise Unfit("its path leads nowhere in this checkout", "name it from the checkout's top, without `..`")
    handle = os.open(os.path.realpath(top), _FOLDER)
    try:
        for part in parts[:-1]:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=handle)
            inner = _enter(handle, part)
            os.close(handle)
            handle = inner
        yield handle, parts[-1]
    finally:
        os.close(handle)


def _enter(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except OSError as problem:
        if problem.errno in (errno.ENOTDIR, errno.ELOOP):
            raise _odd(folder, name) from None
        raise


def _odd(folder: int, name: str) -> Unfit:
    """What is at ``name`` in place of a plain file or a folder."""
    try:
        mode = os.lstat(name, dir_fd=folder).st_mode
    except OSError:
        mode = 0
    kinds = (
        (stat.S_ISLNK, "a symlink"), (stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"),
        (stat.S_ISDIR, "a folder"), (stat.S_ISREG, "a file"),
    )  # fmt: skip
    found = next((said for test, said in kinds if test(mode)), "a device")
    what = f"`{clean(name, 80)}` is {found}: only plain files in plain folders are read and written here"
    return Unfit(what, "put one there")


def _there(folder: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=folder)
    except OSError:
        return False
    return True


def _why(problem: OSError | ValueError) -> str:
    return (problem.strerror or "") if isinstance(problem, OSError) else str(problem)[:80]
