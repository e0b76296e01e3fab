"""Replacing a file whole: whoever reads it sees the old content or the new, never a part.

The folder is opened part by part, following no symlink, and the file put into that very folder: what happens to
the path meanwhile can't lead the write elsewhere.
"""

import os
from stat import S_ISDIR, S_ISREG

from interlock.words.faults import Fault


def put(path: str, raw: bytes, mode: int) -> None:
    """Makes ``raw`` the content of ``path`` (absolute, without symlinks; one in the last place is replaced
    itself). A file that is there keeps its mode and owner; a new one gets ``mode``. Raises Fault."""
    try:
        folder = _open(os.path.dirname(path))
    except OSError as problem:
        raise Fault(
            f"The folder of {path[-200:]} can't be opened ({problem.strerror}). Make it, then again."
        ) from None
    try:
        _put(folder, os.path.basename(path), raw, mode)
    except OSError as problem:
        raise Fault(f"{path[-200:]} can't be written ({problem.strerror}).") from None
    finally:
        os.close(folder)


def _open(path: str) -> int:
    flags = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open("/", flags)
    for part in path.split("/"):
        if part:
            try:
                inner = os.open(part, flags, dir_fd=handle)
            finally:
                os.close(handle)
            handle = inner
    return handle


def _put(folder: int, name: str, raw: bytes, mode: int) -> None:
    try:
        there = os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        there = None
    if there is not None and S_ISDIR(there.st_mode):
        raise IsADirectoryError(21, "it is a folder now")
    fresh = f".interlock-restore-{os.getpid()}"
    handle = os.open(
        fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            if there is not None and S_ISREG(there.st_mode):
                mode = there.st_mode & 0o7777
                if (there.st_uid, there.st_gid) != (os.getuid(), os.getgid()):
                    os.fchown(handle, there.st_uid, there.st_gid)
            os.fchmod(handle, mode)
            os.fsync(handle)
        os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        os.unlink(fresh, dir_fd=folder)
        raise
