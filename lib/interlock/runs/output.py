"""What a run prints, kept in its log without changing what the command sees.

A regular file (the client gives one, live 2.1.329) is inherited, and the part that was added is copied afterwards.
In front of a pipe or a socket stands another of its kind, in front of a terminal a second one: a process of its
own (``tee.py``) passes on what comes, until the last writer has closed it. Anything else is inherited and not
kept.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

from interlock.doors.runticket import RUNNING, WAITING
from interlock.runs.tail import bounded
from interlock.runs.tee import Tee

DAY = 86400.0
DAYS, MOST = 30 * DAY, 256 * 1024 * 1024


class Output:
    """Standard output and error of one command. ``log`` is written by ``finish``."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.files: list[tuple[int, int]] = []
        self.tee = Tee(log)
        infos = [_info(handle) for handle in (1, 2)]
        same = infos[0] is not None and infos[1] is not None and os.path.samestat(infos[0], infos[1])
        for handle, info in zip((1, 2), infos, strict=True):
            if info is None or (handle == 2 and same):
                continue
            if stat.S_ISREG(info.st_mode):
                self.files.append((handle, _position(handle, info)))
            elif stat.S_ISFIFO(info.st_mode) or stat.S_ISSOCK(info.st_mode) or os.isatty(handle):
                self.tee.add(handle, (1, 2) if same else (handle,), stat.S_ISSOCK(info.st_mode))

    def start(self, closed: list[int]) -> list[tuple[int, int, int]]:
        """What ``os.posix_spawn`` has to do with the command's handles. ``closed``: what the tee must not keep."""
        self.tee.alone = not self.files
        return self.tee.start(closed)

    def finish(self) -> Path | None:
        """The command is over: the log with what it printed so far; None if it could not be kept."""
        try:
            self.tee.settle()
            with os.fdopen(os.open(self.log, _FLAGS, 0o600), "ab") as log:
                for handle, start in self.files:
                    _copy(handle, start, log.fileno())
        except OSError:
            return None
        return self.log


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


def _info(handle: int) -> os.stat_result | None:
    try:
        return os.fstat(handle)
    except OSError:
        return None


def _position(handle: int, info: os.stat_result) -> int:
    """Where the next write to the file goes."""
    import fcntl

    if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_APPEND:
        return info.st_size
    return os.lseek(handle, 0, os.SEEK_CUR)


def _copy(handle: int, start: int, log: int) -> None:
    """What was added to the file. It may be open for writing only: opened anew where /proc lets us, by its
    name."""
    size = os.fstat(handle).st_size
    with open(f"/dev/fd/{handle}", "rb") as file:
        for piece in bounded(file, start if start <= size else 0, size):
            os.write(log, piece)


def sweep(root: Path, now: float | None = None) -> None:
    """Removes logs of more than thirty days and the oldest of more than 256 MiB in all; tickets of a day; and what
    else was noted of runs thirty days ago. Lock files stay for ever: they are empty, and unlinking one that is
    open would make two of it."""
    now = time.time() if now is None else now
    room = MOST
    for changed, size, path in sorted(_files(root / "runs" / "logs"), reverse=True):
        room -= size
        if room < 0 or changed < now - DAYS:
            _remove(path)
    for changed, _, path in _files(root / "runs"):
        if path.suffix in (".took", ".told") and changed < now - DAYS:
            _remove(path)
    for changed, _, path in _files(root / "tickets"):
        if path.suffix in (WAITING, RUNNING) and changed < now - DAY:
            _remove(path)


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                info = path.lstat()
                found.append((info.st_mtime, info.st_size, path))
    return found


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
