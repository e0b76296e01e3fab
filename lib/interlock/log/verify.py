"""Is the log what was written? Its chain, over all its files, and its end where the store says it is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, nullcontext
from typing import NamedTuple
from urllib.parse import quote

from interlock.doors import clock, oslock
from interlock.doors.audit import ACTIVE, archives
from interlock.doors.store.embedded import DATABASE, LOCK, VERSION, queries
from interlock.log.chain import Chain
from interlock.log.lines import exists, open_file
from interlock.log.patience import patience
from interlock.shapes.record import read
from interlock.shapes.verdict import Flaw, Gap, Verdict
from interlock.words.faults import NewerState, StateFault


class Head(NamedTuple):
    """What the store knows of the log: the number of the last event, the entries that it still keeps (of the last
    transaction, and what the log must catch up with), and whether the machine was started since."""

    seq: int
    kept: dict[int, str]
    restarted: bool


class Snapshot(NamedTuple):
    """The log and the store at one moment: no hook writes while this is taken. ``active`` is the content of
    the file being written, None if there is none; ``head`` is a sentence where the store can't say."""

    names: list[str]
    active: bytes | None
    head: Head | str


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
        return Snapshot(archives(root), active, _head(root))
    finally:
        oslock.release(handle)


def _head(root: str) -> Head | str:
    named = queries()
    try:
        uri = f"file:{quote(os.path.join(root, DATABASE))}?mode=rw"  # rw: a killed writer's journal is undone
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as database:
            version, boot, seq, *_ = database.execute(named["meta_get"]).fetchone()
            kept = database.execute(named["outbox_all"]).fetchall() if version == VERSION else []
    except (sqlite3.Error, TypeError, ValueError) as problem:
        return f"the store's own count can't be read ({problem})"
    if version > VERSION:
        raise NewerState("Interlock's state is of a newer version. Upgrade Interlock on this machine.")
    return Head(int(seq), {int(number): str(text) for number, text in kept}, boot != clock.boot_id())


def verify(root: str, chain: Chain | None = None) -> Verdict:
    """Checks all files of the log. ``chain``: a fresh one, which may do more with each line."""
    taken = snapshot(root)
    chain = chain or Chain()
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
    flaw = chain.first_flaw([*taken.names, ACTIVE]) or _end(taken, chain, count) or _latest(taken)
    gaps = [Gap(expected=gap.expected, found=gap.found, noted=gap.seq) for gap in chain.gaps]
    return Verdict(
        ok=flaw is None, files=len(taken.names) + (taken.active is not None), records=chain.records,
        first=chain.first, last=chain.last, flaw=flaw, gaps=gaps, notes=chain.notes,
    )  # fmt: skip


def _end(taken: Snapshot, chain: Chain, count: int) -> Flaw | None:
    """Does the log end where the store knows? What the store still keeps it will write by itself; after a
    restart it goes on from what the log has."""
    if isinstance(taken.head, str):
        what = f"whether records are missing after it can't be told: {taken.head}"
    else:
        missing = [number for number in taken.head.kept if number > chain.last]
        end = min(missing) - 1 if missing else taken.head.seq
        if end == chain.last or (end < chain.last and taken.head.restarted):
            return None
        what = f"it is number {chain.last}, but the store has logged {end} records only"
        if end > chain.last:
            what = f"records {chain.last + 1} to {end} are missing after it"
    return Flaw(file=ACTIVE if taken.active or not taken.names else taken.names[-1], line=count, what=what)


def _latest(taken: Snapshot) -> Flaw | None:
    """The last lines, which few or none follow, against what the store still keeps of them."""
    if isinstance(taken.head, str) or not taken.active:
        return None
    lines = taken.active[: taken.active.rfind(b"\n") + 1].splitlines(keepends=True)
    for number, raw in list(enumerate(lines, 1))[-len(taken.head.kept) - 1 :]:
        record = read(raw)
        entry = taken.head.kept.get(record.seq, "") if record else ""
        if entry and not raw.startswith(entry[:-1].encode("ascii", "replace")):
            return Flaw(file=ACTIVE, line=number, what="it is not what the store has logged")
    return None


def verify_log(root: str) -> str:
    """What is wrong with the log, in a sentence; "" if nothing."""
    if not exists(root):
        return ""
    flaw = verify(root).flaw
    return f"line {flaw.line} of {flaw.file}: {flaw.what}" if flaw else ""
