"""The kernel's locks of the mutexes of one run, and who of this process's ancestors has one.

A lock is on an open file, shared by the wrapper and all that inherits the file from it: it is free when the last
of them has ended, however that ended. So it is never unlocked here, which would free it for all; the file is
closed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from filelock import lock_descriptor

from interlock.doors import process, runlock

_POLL = 0.005  # seconds; a guard that asks has the lock for microseconds
_HIGH = 200  # where the command finds the open files: scripts take the low numbers for themselves


class Locks:
    """Open lock files, none at first. Raises OSError where one can't be opened."""

    def __init__(self, root: str, keys: list[str]) -> None:
        self.paths = sorted({runlock.path(root, key) for key in keys})
        self.handles: list[int] = []

    def take(self, seconds: float) -> bool:
        """Takes all, in sorted order, or none; False if that takes longer."""
        end = time.monotonic() + seconds
        try:
            for path in self.paths:
                os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                self.handles.append(os.open(path, flags, 0o600))
                while not lock_descriptor(self.handles[-1], blocking=False):
                    if time.monotonic() >= end:
                        self.close()
                        return False
                    time.sleep(_POLL)
        except BaseException:
            self.close()
            raise
        return True

    def close(self) -> None:
        """This process holds them no more; what inherited them does."""
        while self.handles:
            os.close(self.handles.pop())

    def handed_on(self) -> list[tuple[int, int, int]]:
        """What ``os.posix_spawn`` has to do so that the command holds them, too."""
        found: list[tuple[int, int, int]] = []
        for handle in self.handles:
            for low in (_HIGH + len(found), 10 + len(found), 3):
                with contextlib.suppress(OSError, ValueError):  # over the limit of open files
                    free = fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, low)
                    os.close(free)
                    found.append((os.POSIX_SPAWN_DUP2, handle, free))
                    break
        return found


def inside(root: str, keys: list[str]) -> bool:
    """Whether this process runs below one that holds the locks of all these mutexes: waiting for them would never
    end. The kernel says so, not the environment."""
    return all(any(_holds(pid, runlock.path(root, key)) for pid in _line()) for key in keys)


def had(root: str, key: str) -> list[tuple[int, str]]:
    """Who has the lock of this mutex, in the kernel's own words: (pid, name); not who merely has its file open."""
    if runlock.idle(root, key):
        return []
    path = runlock.path(root, key)
    return [one for one in runlock.holders(root, key) if _holds(one[0], path)]


def is_wrapper(pid: int, program: str) -> bool:
    """Whether it is one of our own, which has the lock while it writes down what came of its run."""
    return program.startswith(("python", "interlock")) and any(
        "interlock" in w for w in process.arguments(pid)[:5]
    )


def _line() -> list[int]:
    return [os.getpid(), *process.ancestors()]


def _holds(pid: int, path: str) -> bool:
    """Whether the process has the file open with a lock on it (Linux tells; elsewhere untested, and not known)."""
    try:
        info = os.stat(path)
    except OSError:
        return False
    return any("FLOCK" in text and "WRITE" in text for handle in _open(pid, info) for text in _locks(pid, handle))


def _open(pid: int, info: os.stat_result) -> Iterator[str]:
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return
    for name in names:
        with contextlib.suppress(OSError):
            if os.path.samestat(os.stat(f"/proc/{pid}/fd/{name}"), info):
                yield name


def _locks(pid: int, handle: str) -> list[str]:
    try:
        with open(f"/proc/{pid}/fdinfo/{handle}", encoding="ascii", errors="replace") as file:
            return [line for line in file if line.startswith("lock:")]
    except OSError:
        return []
