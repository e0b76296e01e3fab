"""A file's content as a short digest, and cheap proof that it did not change.

mtime can be set by anyone (an agent did); ctime can't, so (size, inode, ctime) may prove *unchanged*,
unless the change and our look fell into one tick of the clock. Nothing but the digest proves *changed*.
"""

import os

from interlock.words.value import Value

MISSING = "missing"
_BIG = 16 * 1024 * 1024
_TICK = 0.05  # seconds; ext4's timestamps are as coarse as a kernel tick (4 to 10 ms)


class Look(Value):
    """What a file was when looked at. ``mark`` is (device, inode, size, ctime) as text, "" if it proves
    nothing; ``digest`` is MISSING where there is no file."""

    __slots__ = ("digest", "mark")

    def __init__(self, digest: str, mark: str = "") -> None:
        self.digest = digest
        self.mark = mark


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
        mark = f"{info.st_dev}:{info.st_ino}:{info.st_size}:{info.st_ctime_ns}"
        if before is not None and before.mark == mark:
            return before
        settled = abs(wall - info.st_ctime) > _TICK
        if info.st_size > _BIG or not _regular(info.st_mode):
            return Look(f"mark:{mark}", mark if settled else "")
        return Look(_digest(handle), mark if settled else "")
    finally:
        os.close(handle)


def _regular(mode: int) -> bool:
    return mode & 0o170000 == 0o100000


def _digest(handle: int) -> str:
    from _blake2 import blake2b  # hashlib's own import costs 40 % of an interpreter start

    total = blake2b(digest_size=16)
    while chunk := os.read(handle, 1 << 20):
        total.update(chunk)
    return total.hexdigest()
