"""Is the log what was written? Numbers without a gap, each line's hash in the next, and an end where the
store says it is. Anyone who can write the files could forge the whole chain; who cuts or edits is found."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, nullcontext
from typing import NamedTuple
from urllib.parse import quote

from interlock.doors import clock, oslock
from interlock.doors.audit import ACTIVE, FIRST, archives, line_hash
from interlock.doors.store.embedded import DATABASE, LOCK, VERSION, queries
from interlock.faces.loglines import open_file
from interlock.faces.patience import patience
from interlock.shapes.record import LogGap, Record, read
from interlock.shapes.verdict import Flaw, Gap, Verdict
from interlock.words.faults import NewerState, StateFault


class Jump(NamedTuple):
    """Numbers missing between two lines."""

    before: int
    after: int
    flaw: Flaw


class Snapshot(NamedTuple):
    """The log and the store at one moment: no hook writes while this is taken. ``active`` is the content of
    the file being written, None if there is none; ``head`` the number that its last line should have, -1
    where the store can't say; ``restarted`` whether the machine was started since the store was used."""

    names: list[str]
    active: bytes | None
    head: int
    restarted: bool
    trouble: str


def snapshot(root: str) -> Snapshot:
    """Taken under the store's lock, changing nothing."""
    try:
        with patience(root):
            handle = oslock.acquire(os.path.join(root, LOCK))
    except OSError as problem:
        raise StateFault(f"Interlock's lock can't be taken ({problem.strerror}).") from None
    try:
        file = open_file(root, ACTIVE)
        with file or nullcontext():
            active = file.read() if file else None
        names = archives(root)
        try:
            return Snapshot(names, active, *_head(root), "")
        except NewerState:
            raise
        except StateFault as problem:
            return Snapshot(names, active, -1, False, str(problem))
    finally:
        oslock.release(handle)


def _head(root: str) -> tuple[int, bool]:
    """The number of the last line that the store has handed to the log."""
    named = queries()
    try:
        uri = f"file:{quote(os.path.join(root, DATABASE))}?mode=rw"  # rw: a killed writer's journal is undone
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as database:
            version, boot, seq, *_ = database.execute(named["meta_get"]).fetchone()
            outbox = database.execute(named["outbox_all"]).fetchall() if version == VERSION else []
    except (sqlite3.Error, TypeError, ValueError) as problem:
        raise StateFault(f"the store's own count can't be read ({problem})") from None
    if version > VERSION:
        raise NewerState("Interlock's state is of a newer version. Upgrade Interlock on this machine.")
    waiting = [int(number) for number, _ in outbox]
    return min(waiting) - 1 if waiting else int(seq), boot != clock.boot_id()


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
        if not self.records and not self.hash:
            self._begin(here, record)
        elif record.prev != self.hash:
            self._fault(here, f"it does not follow from the line before (number {self.last}): one of the two "
                              "was changed, or lines between them are missing")  # fmt: skip
        elif record.seq <= self.last:
            self._fault(here, f"its number is {record.seq}, though the line before is number {self.last}")
        elif record.seq > self.last + 1:
            missing = f"records {self.last + 1} to {record.seq - 1} are missing before it"
            self.jumps.append(Jump(self.last, record.seq, Flaw(file=here[0], line=here[1], what=missing)))
        if isinstance(record, LogGap):
            self.gaps.append(record)
        self.records += 1
        self.last = record.seq

    def _begin(self, here: tuple[str, int], record: Record) -> None:
        self.first = record.seq
        if record.prev == FIRST:
            if record.seq != 1 and not isinstance(record, LogGap):
                self._fault(here, f"the log begins with number {record.seq} instead of 1")
        elif record.seq == 1:
            self._fault(here, "the very first record names a line before it")
        else:
            self.notes.append(f"The log begins with record {record.seq}; older files are not here any more.")

    def _fault(self, here: tuple[str, int], what: str) -> None:
        self.flaw = self.flaw or Flaw(file=here[0], line=here[1], what=what)

    def first_flaw(self, order: list[str]) -> Flaw | None:
        """The first thing wrong; numbers that a later ``log_gap`` owns up to are not."""
        known = {(gap.found, gap.expected) for gap in self.gaps}
        flaws = [jump.flaw for jump in self.jumps if (jump.before, jump.after - 1) not in known]
        flaws += [self.flaw] if self.flaw else []
        return min(flaws, key=lambda flaw: (order.index(flaw.file), flaw.line), default=None)


def verify(root: str) -> Verdict:
    """Checks all files of the log."""
    taken = snapshot(root)
    chain = Chain()
    count = 0
    for name in taken.names:
        file = open_file(root, name)
        if file is not None:
            with file:
                count = chain.take_all(name, file)
    if taken.active:
        whole = taken.active[: taken.active.rfind(b"\n") + 1]
        count = chain.take_all(ACTIVE, whole.splitlines(keepends=True)) or count
        if torn := len(taken.active) - len(whole):
            chain.notes.append(f"The last {torn} bytes are half a line; the next hook writes it anew.")
    flaw = chain.first_flaw([*taken.names, ACTIVE]) or _end(taken, chain, count)
    gaps = [Gap(expected=gap.expected, found=gap.found, noted=gap.seq) for gap in chain.gaps]
    return Verdict(
        ok=flaw is None, files=len(taken.names) + (taken.active is not None), records=chain.records,
        first=chain.first, last=chain.last, flaw=flaw, gaps=gaps, notes=chain.notes,
    )  # fmt: skip


def _end(taken: Snapshot, chain: Chain, count: int) -> Flaw | None:
    """Does the log end where the store knows? After a restart the store goes on from what the log has."""
    name = ACTIVE if taken.active or not taken.names else taken.names[-1]
    if taken.head < 0:
        what = f"whether lines are missing after it can't be told: {taken.trouble}"
    elif taken.head > chain.last:
        what = f"records {chain.last + 1} to {taken.head} are missing after it"
    elif taken.head < chain.last and not taken.restarted:
        what = f"it is number {chain.last}, but the store has logged {taken.head} records only"
    else:
        return None
    return Flaw(file=name, line=count, what=what)
