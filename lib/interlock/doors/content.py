"""A file's content as a short digest, and cheap proof that it did not change.

mtime can be set by anyone (an agent did); ctime can't, so (size, inode, ctime) may prove *unchanged*,
unless the change and our look fell into one tick of the clock. Nothing but the digest proves *changed*.
"""

from interlock import system as os
from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MISSING = "missing"
_BIG = 16 * 1024 * 1024
_TICK = 0.05  # seconds; ext4's timestamps are as coarse as a kernel tick (4 to 10 ms)


class Look(Value):
    """What a file was when looked at. ``mark`` is (device, inode, size, ctime) as text, "" if it proves
    nothing; ``digest`` is MISSING where there is no file. ``changed_at`` is its ctime (seconds since 1970;
    endless where it can't be known), which is not kept."""

    __slots__ = ("changed_at", "digest", "mark")

    def __init__(self, digest: str, mark: str = "", changed_at: float = float("inf")) -> None:
        self.digest = digest
        self.mark = mark
        self.changed_at = changed_at


def look(path: str, wall: float, before: Look | None = None) -> Look:
    """The file as it is. Where ``before`` has the same mark, its digest is taken over unread. ``wall``
    is the time of looking, seconds since 1970. Files above 16 MiB are known by their mark alone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return Look(MISSING)
    except OSError as problem:
        return Look(f"unreadable:{problem.errno}")
    try:
        info = os.fstat(handle)
        mark = _mark(info)
        if before is not None and before.mark == mark:
            return before
        settled = abs(wall - info.st_ctime) > _TICK
        if info.st_size > _BIG or not _regular(info.st_mode):
            return Look(f"mark:{mark}", mark if settled else "", info.st_ctime)
        return Look(_digest(_chunks(handle)), mark if settled else "", info.st_ctime)
    finally:
        os.close(handle)


class Taken(Value):
    """A name's own content, symlinks not followed: ``mode`` and ``size`` in bytes (0 where there is none), ``raw``
    the bytes of a regular file of at most 16 MiB, else None. A symlink's digest names where it leads."""

    __slots__ = ("look", "mode", "raw", "size")

    def __init__(self, look: Look, mode: int = 0, size: int = 0, raw: bytes | None = None) -> None:
        self.look = look
        self.mode = mode
        self.size = size
        self.raw = raw


def take(path: str, wall: float) -> Taken:
    """What stands at ``path`` itself. ``wall`` is the time of looking, seconds since 1970."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return Taken(Look(MISSING))
    except OSError as problem:
        return _unopened(path, problem.errno or 0)
    try:
        info = os.fstat(handle)
        mark = _mark(info)
        settled = mark if abs(wall - info.st_ctime) > _TICK else ""
        if info.st_size > _BIG or not _regular(info.st_mode):
            return Taken(Look(f"mark:{mark}", settled, info.st_ctime), info.st_mode & 0o7777, info.st_size)
        raw = b"".join(_chunks(handle))
        return Taken(Look(_digest([raw]), settled, info.st_ctime), info.st_mode & 0o7777, len(raw), raw)
    except OSError as problem:
        return Taken(Look(f"unreadable:{problem.errno}"))
    finally:
        os.close(handle)


def _unopened(path: str, errno: int) -> Taken:
    try:
        info = os.lstat(path)
        where = os.readlink(path) if info.st_mode & 0o170000 == 0o120000 else None
    except (FileNotFoundError, NotADirectoryError):
        return Taken(Look(MISSING))
    except OSError:
        return Taken(Look(f"unreadable:{errno}"))
    told = f"unreadable:{errno}" if where is None else f"link:{_digest([os.fsencode(where)])}"
    return Taken(Look(told, _mark(info), info.st_ctime), 0, 0)


def mark(path: str) -> str:
    """The name's mark as it is now, symlinks not followed; MISSING where there is nothing, "" where that can't be
    said. One system call: where it equals a mark that was kept, nothing changed."""
    try:
        return _mark(os.lstat(path))
    except (FileNotFoundError, NotADirectoryError):
        return MISSING
    except OSError:
        return ""


def _mark(info: os.stat_result) -> str:
    return f"{info.st_dev}:{info.st_ino}:{info.st_size}:{info.st_ctime_ns}"


def _regular(mode: int) -> bool:
    return mode & 0o170000 == 0o100000


def read(path: str) -> bytes:
    """The content of a file of at most 16 MiB; b"" of anything else."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        info = os.fstat(handle)
        return b"".join(_chunks(handle)) if info.st_size <= _BIG and _regular(info.st_mode) else b""
    finally:
        os.close(handle)


def digest(raw: bytes) -> str:
    """What ``look`` says of a file with this content."""
    return _digest([raw])


def _chunks(handle: int) -> "Iterator[bytes]":
    while chunk := os.read(handle, 1 << 20):
        yield chunk


def _digest(chunks: "Iterable[bytes]") -> str:
    from _blake2 import blake2b  # hashlib's own import costs 40 % of an interpreter start

    total = blake2b(digest_size=16)
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()
