"""Reading the log, without its lock: whole lines only, in order, over rotation and torn tails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from interlock.doors.audit import ACTIVE, archives
from interlock.shapes.record import Record, read
from interlock.words.faults import StateFault


class Line(NamedTuple):
    """One line: ``number`` counts from 1 in its file; ``record`` is None where it can't be read."""

    file: str
    number: int
    raw: bytes
    record: Record | None


def exists(root: str) -> bool:
    """Whether anything was ever logged there."""
    try:
        return os.path.lexists(os.path.join(root, ACTIVE)) or bool(archives(root))
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise StateFault(f"Interlock's state folder {root} can't be read ({problem.strerror}).") from None


def open_file(root: str, name: str) -> BinaryIO | None:
    """A file of the log, None if it is not there. Raises StateFault for anything but a regular file."""
    path = os.path.join(root, name)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise StateFault(f"Interlock's log {path} can't be opened ({problem.strerror}).") from None
    if os.fstat(handle).st_mode & 0o170000 != 0o100000:
        os.close(handle)
        raise StateFault(f"Interlock's log {path} is not a regular file.")
    return os.fdopen(handle, "rb")


def lines(root: str, since: str = "", spare: int = 0) -> Iterator[Line]:
    """All lines so far, oldest first. Files that ended before the day ``since`` (YYYY-MM-DD, UTC) are left
    out, but for the newest ``spare`` of them."""
    for name, number, text in raw(root, since, spare):
        yield Line(name, number, text, read(text))


def raw(root: str, since: str = "", spare: int = 0) -> Iterator[tuple[str, int, bytes]]:
    """The same unread: (file, number in it, bytes)."""
    active = open_file(root, ACTIVE)  # before the list: what is rotated from here on is in it
    older = archives(root)
    late = [name for name in older if name[6:16] >= since]
    seen = set()
    for name in older[max(0, len(older) - len(late) - spare) :]:
        file = open_file(root, name)
        if file is not None:
            with file:
                seen.add(os.fstat(file.fileno()).st_ino)
                yield from _texts(name, file)
    if active is not None:
        with active:
            if os.fstat(active.fileno()).st_ino not in seen:
                yield from _texts(ACTIVE, active)


def _whole(name: str, file: BinaryIO) -> Iterator[Line]:
    for _, number, text in _texts(name, file):
        yield Line(name, number, text, read(text))


def _texts(name: str, file: BinaryIO) -> Iterator[tuple[str, int, bytes]]:
    for number, text in enumerate(file, 1):
        if text.endswith(b"\n"):
            yield name, number, text


class Follower:
    """The lines after number ``last``, as they come. A line counts once its newline is there."""

    def __init__(self, root: str, last: int) -> None:
        self.root = root
        self.last = last
        self._file: BinaryIO | None = None
        self._at = self._number = 0
        self._live = False

    def poll(self) -> list[Line]:
        """What was added since the last look, through any number of rotations."""
        found: list[Line] = []
        while self._file is None or not self._current():
            self.close()
            self._file = open_file(self.root, ACTIVE)  # before the list, as in ``lines``
            self._at = self._number = 0
            self._live = False
            found += self._rotated()
            if self._file is None:
                return found
            found += self._drain()
        return found + self._drain()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _current(self) -> bool:
        """Whether the open file is still the one being written, and was not cut to before our place. What
        it had left when it was rotated is read from the archive."""
        assert self._file is not None
        mine = os.fstat(self._file.fileno())
        try:
            now = os.lstat(os.path.join(self.root, ACTIVE)).st_ino
        except FileNotFoundError:
            now = 0
        return now == mine.st_ino and mine.st_size >= self._at

    def _rotated(self) -> list[Line]:
        found: list[Line] = []
        for name in archives(self.root):
            ends = name[-18:-6]
            if not ends.isdecimal() or int(ends) <= self.last:
                continue
            file = open_file(self.root, name)
            if file is not None:
                with file:
                    found += [line for line in _whole(name, file) if self._fresh(line)]
        return found

    def _drain(self) -> list[Line]:
        assert self._file is not None
        self._file.seek(self._at)
        found: list[Line] = []
        for raw in self._file:
            if not raw.endswith(b"\n"):
                break  # torn, or still being written: looked at again next time
            self._at += len(raw)
            self._number += 1
            line = Line(ACTIVE, self._number, raw, read(raw))
            if self._fresh(line):
                found.append(line)
        return found

    def _fresh(self, line: Line) -> bool:
        """Whether the line was not given out before. One that can't be read has no number: it counts
        after one that was fresh."""
        if line.record is None:
            return self._live
        if line.record.seq <= self.last:
            return False
        self.last = line.record.seq
        self._live = True
        return True
