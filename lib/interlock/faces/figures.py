"""The figures of a day, added up from the log's records as they stream by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from interlock.faces.rendering import paths, text
from interlock.shapes.health import Cluster, Locks, Mutex, Runs
from interlock.shapes.record import Record
from interlock.words.owner import PERSON
from interlock.words.resource import MUTEX, WRITER, Resource, is_run, mutex

HOURS = 24.0
LONG = 600.0
"""Seconds: a mutex wait that is longer counts as long."""
SPREAD, ENOUGH = 20.0, 10
"""When pass rates are stable: points between the halves at most, and runs at least."""
_TOGETHER = timedelta(minutes=15)  # agents that act within it are at work at once
_AHEAD = timedelta(minutes=1)  # by which a clock may have been wrong
_FILES, _TIMES = 5, 3
_MOST = 100_000  # places, files and agents that are kept in mind
FILE, TURN, RUN = "file", "turn", "run"
_OUTCOMES = ("passed", "failed", "partial", "unknown", "contaminated")


class _Place(NamedTuple):
    """A place in the queue that was not served yet, and for what: files, the turn to write, a run's mutex."""

    owner: str
    kind: str
    paths: frozenset[str]
    since: datetime


class Figures:
    """Adds up the records of the HOURS before ``wall`` (seconds since 1970). ``take`` them in the log's order."""

    def __init__(self, wall: float) -> None:
        self.now = datetime.fromtimestamp(wall, UTC)
        self.start = self.now - timedelta(hours=HOURS)
        self.entries = self.breaches = self.at_once = 0
        self.checkouts: dict[str, str] = {}
        """Where each session's main agent worked last, by owner."""
        self.agents: set[str] = set()
        self._granted: Counter[str] = Counter()
        self._queued: Counter[str] = Counter()
        self._in_vain: Counter[str] = Counter()
        self._waited: list[float] = []
        self._places: dict[object, _Place] = {}
        self._asked: dict[tuple[str, str], set[object]] = {}
        """The tickets of those places, by owner and path."""
        self._files: Counter[str] = Counter()
        self._times: Counter[str] = Counter()
        self._runs: Counter[str] = Counter()
        self._results: list[bool] = []
        self._last: dict[str, datetime] = {}
        self._counts: dict[str, Callable[[Record], None]] = {
            "granted": self._on_granted, "queued": self._on_queued, "place_lapsed": self._on_left,
            "yielded": self._on_left, "run_ended": self._on_run, "run_reused": self._on_run,
            "breach": self._on_breach,
        }  # fmt: skip

    def take(self, record: Record) -> None:
        """Counts the record, if it is of the time."""
        if not self.start <= record.at <= self.now + _AHEAD:
            return
        self.entries += 1
        if (counting := self._counts.get(record.event)) is not None:
            counting(record)
        self._act(record)

    def locks(self) -> Locks:
        """Files and folders that were asked for."""
        open_ = sum(place.kind == FILE for place in self._places.values())
        tries = self._granted[FILE] + self._in_vain[FILE] + open_
        waits = self._queued[FILE]
        rate = _percent(waits, tries)
        return Locks(
            tries=tries, waits=waits, wait_rate=rate, turn_waits=self._queued[TURN], holder_checks=None
        )  # fmt: skip

    def mutex(self) -> Mutex:
        """The mutexes of runs. How long who gave up waited is not logged."""
        open_ = sum(place.kind == RUN for place in self._places.values())
        return Mutex(
            tries=self._granted[RUN] + self._in_vain[RUN] + open_, waits=self._queued[RUN],
            seconds=round(sum(self._waited), 1), longest=round(max(self._waited, default=0.0), 1),
            long_waits=sum(seconds > LONG for seconds in self._waited),
        )  # fmt: skip

    def runs(self) -> Runs:
        """Validation commands."""
        results, half = self._results, len(self._results) // 2
        older, newer = (_percent(sum(part), len(part)) for part in (results[:half], results[half:]))
        near = older is not None and newer is not None and abs(older - newer) <= SPREAD
        return Runs(
            ended=sum(self._runs[name] for name in _OUTCOMES), reused=self._runs["reused"],
            pass_rate=_percent(sum(results), len(results)), stable=len(results) >= ENOUGH and near,
            **{name: self._runs[name] for name in _OUTCOMES},
        )  # fmt: skip

    def files(self) -> list[Cluster]:
        """The files most waited for."""
        return _top(self._files, _FILES)

    def when(self) -> list[Cluster]:
        """The hours with most waits."""
        return _top(self._times, _TIMES)

    def _on_granted(self, record: Record) -> None:
        owner, path = text(record, "owner"), text(record, "path")
        self._granted[kind_of([path])] += 1
        for ticket in list(self._asked.get((owner, path), ())):
            place = self._leave(ticket)
            if place is not None and place.kind == RUN:
                self._waited.append(max(0.0, (record.at - place.since).total_seconds()))

    def _on_queued(self, record: Record) -> None:
        wanted = frozenset(paths(record))
        kind = kind_of(wanted)
        self._queued[kind] += 1
        if kind == FILE and len(self._files) < _MOST:
            self._files.update(wanted)
            self._times[record.at.astimezone(UTC).strftime("%Y-%m-%dT%H:00Z")] += 1
        if len(self._places) < _MOST:
            ticket, owner = _ticket(record), text(record, "owner")
            self._leave(ticket)
            self._places[ticket] = _Place(owner, kind, wanted, record.at)
            for path in wanted:
                self._asked.setdefault((owner, path), set()).add(ticket)

    def _on_left(self, record: Record) -> None:
        place = self._leave(_ticket(record))
        if place is not None:
            self._in_vain[place.kind] += 1

    def _leave(self, ticket: object) -> _Place | None:
        """The place, which is none any more."""
        place = self._places.pop(ticket, None)
        if place is not None:
            for path in place.paths:
                self._asked[(place.owner, path)].discard(ticket)
        return place

    def _on_run(self, record: Record) -> None:
        result = "reused" if record.event == "run_reused" else text(record, "result")
        self._runs[result] += result in (*_OUTCOMES, "reused")
        if result in ("passed", "failed"):
            self._results.append(result == "passed")

    def _on_breach(self, _record: Record) -> None:
        self.breaches += 1

    def _act(self, record: Record) -> None:
        """An agent that its own record shows at work. A stop or an end is none."""
        owner = text(record, "owner")
        if record.event not in ("decision", "tool_done", "tool_failed") or not owner or len(self.agents) >= _MOST:
            return
        if f"|{PERSON}" in owner:
            return
        self.agents.add(owner)
        if owner.endswith("|main"):
            self.checkouts[owner] = text(record, "project")
        self._last.pop(owner, None)
        self._last[owner] = record.at
        while next(iter(self._last.values())) < record.at - _TOGETHER:  # the one heard of longest ago comes first
            del self._last[next(iter(self._last))]
        self.at_once = max(self.at_once, len(self._last))


def kind_of(names: list[str] | frozenset[str]) -> str:
    """What an asking with these paths is for."""
    mutexes = [Resource(MUTEX, name) for name in names if name.startswith("mutex:")]
    if any(map(is_run, mutexes)):
        return RUN
    if any(one.key.startswith(f"{mutex(WRITER).key}@") for one in mutexes):
        return TURN
    return FILE if len(mutexes) < len(names) else "mutex"


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _ticket(record: Record) -> object:
    number = getattr(record, "ticket", 0)
    return number if isinstance(number, int) else 0


def _top(counted: Counter[str], many: int) -> list[Cluster]:
    """By number, then by name."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [Cluster(at=name, waits=count) for name, count in ordered[:many]]
