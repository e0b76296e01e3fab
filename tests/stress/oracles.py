"""The three oracles of the storm, from the workers' acknowledgements, the ledgers and the log.

None of them asks the package: acknowledgements were written by the workers, the ledgers know fences only, the
log is read by ``history``. Each returns figures, or raises Violation with the first thing that can't be.
"""

from pathlib import Path
from typing import Any

from tests.stress.history import Held
from tests.stress.ledger import Ledger
from tests.stress.storm import Process

GRACE = 0.2
MILLISECOND = 0.002
"""The log's times are cut to milliseconds, on another clock."""


class Violation(AssertionError):
    """Something that must not be."""


class Grant:
    """A lease as its worker had it acknowledged. ``until`` follows its own renewals; ``safe`` is the moment
    from which the worker may not rely on it any more: its end, the beginning of its giving back or its death."""

    def __init__(self, worker: str, fields: list[str]) -> None:
        self.worker = worker
        self.key, self.fence = fields[1], int(fields[2])
        self.before, self.after, self.until = map(float, fields[3:6])
        self.waited = int(fields[6])
        self.end = ""
        self.given_back = 0.0
        self.verdict = ""
        self.safe = 0.0


class Acknowledged:
    """Everything the workers had acknowledged."""

    def __init__(self, desk: Path, processes: list[Process]) -> None:
        self.grants: dict[int, Grant] = {}
        self.asks: list[float] = []
        killed = {process.name: process.killed for process in processes if process.killed}
        for path in sorted((desk / "acks").iterdir()):
            lines = path.read_text().split("\n")
            if lines.pop():
                raise Violation(f"{path.name} ends in a torn line")
            for fields in (line.split(" ") for line in lines):
                self._take(path.name, fields)
        for grant in self.grants.values():
            ends = [grant.until, grant.given_back, killed.get(grant.worker, 0.0)]
            grant.safe = min(end for end in ends if end)

    def _take(self, worker: str, fields: list[str]) -> None:
        kind = fields[0]
        if kind == "H":
            self.asks.append(float(fields[2]) - float(fields[1]))
        elif kind == "G":
            grant = Grant(worker, fields)
            if grant.fence in self.grants:
                raise Violation(f"fence {grant.fence} was granted twice")
            self.grants[grant.fence] = grant
            self.asks.append(grant.after - grant.before)
        else:
            grant = self.grants[int(fields[2])]
            if kind == "N":
                grant.until = max(grant.until, float(fields[3]))
            elif kind == "W":
                grant.verdict = fields[3]
                if grant.verdict == "stale" and float(fields[4]) < grant.until:
                    raise Violation(f"fence {grant.fence} was superseded {fields} before its end at {grant.until}")
            elif kind == "B":
                grant.given_back = float(fields[3])
            else:
                grant.end = kind


def ledgers(desk: Path, grants: list[Grant]) -> tuple[int, int, int]:
    """Oracle (a): (writes accepted, stale writes offered, stale writes accepted). A superseded holder's write
    that gets in overwrites an update: the value then stays behind the number of accepted writes."""
    accepted = lost = 0
    for path in (desk / "ledgers").iterdir():
        _, value, count = Ledger(str(desk), path.name).record()
        acknowledged = sum(grant.verdict == "accepted" for grant in grants if grant.key == path.name)
        if acknowledged > count:
            raise Violation(f"{path.name}: {acknowledged} updates were acknowledged, {count} accepted")
        accepted, lost = accepted + count, lost + count - value
    return accepted, sum(grant.verdict == "stale" for grant in grants), lost


def overlaps(grants: list[Grant]) -> int:
    """Oracle (b): pairs of workers who could both rely on one resource at one moment."""
    found = 0
    last: dict[str, Grant] = {}
    for grant in sorted(grants, key=lambda grant: grant.after):
        before = last.get(grant.key)
        if before is not None and before.safe > grant.after:
            found += 1
        if before is None or grant.safe > before.safe:
            last[grant.key] = grant
    return found


def log_agrees(leases: list[Held], acknowledged: Acknowledged, processes: list[Process], offset: float) -> int:
    """Oracle (c): every acknowledgement is one line of the log, and the log has no line more than kills
    explain. ``offset`` is wall clock - boot clock. Returns the grants that were never acknowledged."""
    by_name = {process.name: process for process in processes}
    logged = {lease.fence: lease for lease in leases}
    for fence, grant in acknowledged.grants.items():
        lease = logged.get(fence)
        if lease is None or (lease.key, lease.owner) != (grant.key, f"host|{grant.worker}|main"):
            raise Violation(f"the grant of {grant.key} to {grant.worker} under {fence} is not in the log")
        _end_agrees(lease, grant, by_name[grant.worker], offset)
    unknown = [lease for lease in leases if lease.fence not in acknowledged.grants]
    for lease in unknown:
        if not by_name[lease.owner.split("|")[1]].killed:
            raise Violation(f"{lease.owner} was granted {lease.key} and never told")
    return len(unknown)


def _end_agrees(lease: Held, grant: Grant, process: Process, offset: float) -> None:
    event = lease.ended["event"] if lease.ended else ""
    if (grant.end == "R") != (event == "released") and grant.end:
        raise Violation(f"{grant.worker} heard {grant.end} of {grant.fence}, the log says {event or 'held'}")
    if not grant.end and event == "released" and not process.killed:
        raise Violation(f"{grant.worker} released {grant.fence} and was never told")
    if lease.ended and event == "lapsed" and at(lease.ended) - offset < grant.until + GRACE - MILLISECOND:
        raise Violation(f"{grant.fence} lapsed before its end and the delay after it")
    if lease.ended and event == "taken_over":
        provable = process.killed and process.evidence
        if not provable or at(lease.ended) - offset < process.killed - MILLISECOND:
            raise Violation(f"{grant.fence} was taken over from {grant.worker}, who was not provably dead")


def at(record: dict[str, Any]) -> float:
    """The record's time, in seconds since 1970."""
    from datetime import datetime

    return datetime.fromisoformat(record["at"]).timestamp()
