"""The chain of the log: numbers without a gap, each line's hash in the next. Anyone who can write the files
could forge the whole chain anew; who cuts or edits is found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from interlock.doors.audit import FIRST, line_hash
from interlock.shapes.record import LogGap, Record, read
from interlock.shapes.verdict import Flaw


class Jump(NamedTuple):
    """Numbers missing between two lines."""

    before: int
    after: int
    flaw: Flaw


class Chain:
    """Follows the chain line by line."""

    def __init__(self) -> None:
        self.records = self.first = self.last = 0
        self.hash = ""
        self.flaw: Flaw | None = None
        self.jumps: list[Jump] = []
        self.gaps: list[LogGap] = []
        self.notes: list[str] = []

    def take(self, file: str, number: int, raw: bytes) -> None:
        """The next line."""
        record = read(raw)
        here = (file, number)
        if not raw.endswith(b"\n"):
            self._fault(here, "the line is torn: its end is missing")
        elif record is None:
            self._fault(here, "the line is no log record")
            self.last += 1  # it stands for one
        else:
            self._follow(here, record)
        self.hash = line_hash(raw)

    def take_all(self, file: str, raws: Iterable[bytes]) -> int:
        """The lines of a file; returns how many."""
        number = 0
        for number, raw in enumerate(raws, 1):
            self.take(file, number, raw)
        return number

    def _follow(self, here: tuple[str, int], record: Record) -> None:
        self._link(here, record.seq, record.prev, isinstance(record, LogGap))
        if isinstance(record, LogGap):
            self.gaps.append(record)

    def _link(self, here: tuple[str, int], seq: int, prev: str, gap: bool) -> None:
        """The next record by its number and the hash that it has of the line before; ``gap``: it is a log_gap."""
        if not self.records and not self.hash:
            self._begin(here, seq, prev, gap)
        elif prev != self.hash:
            self._fault(here, f"it does not follow from the line before (number {self.last}): one of the two "
                              "was changed, or lines between them are missing")  # fmt: skip
        elif seq <= self.last:
            self._fault(here, f"its number is {seq}, though the line before is number {self.last}")
        elif seq > self.last + 1:
            missing = f"records {self.last + 1} to {seq - 1} are missing before it"
            self.jumps.append(Jump(self.last, seq, Flaw(file=here[0], line=here[1], what=missing)))
        self.records += 1
        self.last = seq

    def _begin(self, here: tuple[str, int], seq: int, prev: str, gap: bool) -> None:
        self.first = seq
        if prev == FIRST:
            if seq != 1 and not gap:
                self._fault(here, f"the log begins with number {seq} instead of 1")
        elif seq == 1:
            self._fault(here, "the very first record names a line before it")
        else:
            self.notes.append(f"The log begins with record {seq}; older files are not here any more.")

    def _fault(self, here: tuple[str, int], what: str) -> None:
        self.flaw = self.flaw or Flaw(file=here[0], line=here[1], what=what)

    def first_flaw(self, order: list[str]) -> Flaw | None:
        """The first thing wrong; numbers that a later ``log_gap`` owns up to are not."""
        known = {(gap.found, gap.expected) for gap in self.gaps}
        flaws = [jump.flaw for jump in self.jumps if (jump.before, jump.after - 1) not in known]
        flaws += [self.flaw] if self.flaw else []
        return min(flaws, key=lambda flaw: (order.index(flaw.file), flaw.line), default=None)
