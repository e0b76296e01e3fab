"""The bounds of a log: its first 256 KiB and its last MiB; a line says how much is left out between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

HEAD, TAIL = 256 * 1024, 1024 * 1024
_PIECE = 1 << 16


def left_out(count: int) -> bytes:
    """The line in place of so many bytes."""
    return b"\n[interlock: %d bytes left out]\n" % count


def bounded(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """The file's bytes from ``start`` to ``end``, held to the bounds."""
    if end - start <= HEAD + TAIL:
        yield from _read(file, start, end)
        return
    yield from _read(file, start, start + HEAD)
    yield left_out(end - start - HEAD - TAIL)
    yield from _read(file, end - TAIL, end)


def _read(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (piece := file.read(min(_PIECE, end - start))):
        start += len(piece)
        yield piece


class Bounded:
    """Bytes as they come, held to the bounds."""

    def __init__(self) -> None:
        self.head = bytearray()
        self.tail = bytearray()
        self.dropped = 0

    def add(self, data: bytes) -> None:
        room = HEAD - len(self.head)
        self.head += data[:room]
        self.tail += data[room:]
        if len(self.tail) > 2 * TAIL:  # cut seldom: a cut copies
            self._cut()

    def _cut(self) -> None:
        over = len(self.tail) - TAIL
        if over > 0:
            self.dropped += over
            del self.tail[:over]

    def text(self) -> bytes:
        self._cut()
        return bytes(self.head + (left_out(self.dropped) if self.dropped else b"") + self.tail)
