"""What the audit log has of receipts, worklists and verdicts."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from interlock.log import lines
from interlock.log.lines import exists
from interlock.log.verify import verify
from interlock.runs.evidence import Evidence, Runs, Tampered
from interlock.shapes.artifacts.records import (
    ArtifactRunClosed,
    ArtifactRunStarted,
    ReceiptSealed,
    VerdictGiven,
    WorklistLooked,
    WorklistMoved,
    WorklistStuck,
)
from interlock.shapes.record import Record, read

RECEIPT, MOVED, LOOKED, STUCK, RULED = (
    "receipt_sealed", "worklist_moved", "worklist_looked", "worklist_stuck", "verdict_given",
)  # fmt: skip
STARTED, CLOSED = "artifact_run_started", "artifact_run_closed"
_NAMES = (RECEIPT, MOVED, LOOKED, STUCK, RULED, STARTED, CLOSED)
_OURS = re.compile(rf'^.{{0,80}}"event":"(?:{"|".join(_NAMES)})"'.encode())
"""The name stands in a line's first 80 bytes (doors/audit)."""
_RUNS = re.compile(rb'^.{0,80}"event":"run_(?:started|ended|reused)"')
_SHAPES = (
    ReceiptSealed, WorklistMoved, WorklistLooked, WorklistStuck, VerdictGiven, ArtifactRunStarted,
    ArtifactRunClosed,
)  # fmt: skip
_COMMON = frozenset({"v", "seq", "at", "event", "prev", "owner"})


class Event(NamedTuple):
    """A record; ``at`` in seconds since 1970. One that the log does not have yet has the number 0."""

    seq: int
    at: float
    name: str
    owner: str
    facts: dict[str, Any]

    def of(self, checkout: str, run: str, flow: str) -> bool:
        """Whether it is about that flow of a run; ``checkout`` as the log spells it."""
        facts = self.facts
        return (facts.get("checkout"), facts.get("run"), facts.get("flow")) == (checkout, run, flow)


class Ledger(NamedTuple):
    """``events`` and ``runs``, oldest first; each run with its lines as the log has them."""

    events: list[Event]
    runs: list[tuple[Evidence, bytes]]

    def until(self, seq: int) -> Ledger:
        """As it was when the record with that number was written."""
        return Ledger(
            [event for event in self.events if event.seq < seq],
            [(run, raw) for run, raw in self.runs if run.seq < seq],
        )


def told(root: str) -> list[Event]:
    """The events as the log has them, unproved: quick."""
    found = []
    for _, _, raw in lines.raw(root) if exists(root) else ():
        if _OURS.match(raw) and (record := read(raw)) is not None and (event := _event(record)) is not None:
            found.append(event)
    return found


def proved(root: str) -> Ledger:
    """The whole, after the log's chain was checked. Raises Tampered."""
    if not exists(root):
        return Ledger([], [])
    chain = _Chain()
    flaw = verify(root, chain).flaw
    if flaw is not None:
        raise Tampered(
            f"The audit log is not what was written (line {flaw.line} of {flaw.file}: {flaw.what}), so nothing in "
            "it proves anything. Tell the person you work for; `interlock log --verify` says more."
        )
    strange = chain.strange()
    runs = [(one, b"".join(chain.raw[seq] for seq in sorted(seqs))) for one, seqs in chain.with_lines()]
    return Ledger([event for event in chain.events if event.seq not in strange], runs)


class _Chain(Runs):
    reads = Runs.reads | {name.encode() for name in _NAMES}

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.raw: dict[int, bytes] = {}

    def take(self, file: str, number: int, raw: bytes) -> None:
        super().take(file, number, raw)
        if _RUNS.match(raw):
            self.raw[self.last] = raw

    def _follow(self, here: tuple[str, int], record: Record) -> None:
        super()._follow(here, record)
        if (event := _event(record)) is not None:
            self.events.append(event)


def _event(record: Record) -> Event | None:
    """The record, if it is one of ours to the letter: who forges others is not gone on with."""
    if not isinstance(record, _SHAPES):
        return None
    facts = record.model_dump(exclude=set(_COMMON))
    return Event(record.seq, record.at.timestamp(), record.event, record.owner, facts)
