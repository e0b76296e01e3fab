"""The in-memory twin of the store: what the port promises, and nothing else.

It is the model that other stores are held to (tests/store), and the ground for tests that need no disk. It
lives as long as its process; a new ``boot`` voids leases and tickets, as it does on disk.
"""

import threading

from interlock.doors.audit import body
from interlock.doors.store.embedded import VOIDED
from interlock.doors.store.tables import Tables
from interlock.leases.records import meta_values
from interlock.words.jsontext import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from interlock.leases.port import Row


class Memory:
    """``clock`` gives seconds since boot, ``wall`` seconds since 1970. ``events`` are the log's records as
    dicts, ``rung`` the tickets that were rung for and not waited for yet. ``pause``, if given, stands in for
    waiting: it is called with the ticket and the seconds."""

    def __init__(
        self,
        clock: "Callable[[], float]",
        wall: "Callable[[], float] | None" = None,
        boot: str = "boot-1",
        pause: "Callable[[int, float], None] | None" = None,
    ) -> None:
        self.clock = clock
        self.wall = wall or clock
        self.boot = boot
        self.pause = pause
        self.events: list[dict[str, object]] = []
        self.rung: set[int] = set()
        self.tables = Tables()
        self.turn = threading.Lock()
        self._bell = threading.Condition()

    def transaction(self) -> "MemoryTx":
        return MemoryTx(self)

    def begin(self) -> Tables:
        """The tables for one transaction, ready for this boot. Call in one's turn."""
        _, boot, seq, fence, ticket, _ = self.tables.meta
        if boot != self.boot:
            for query in VOIDED:
                getattr(self.tables, query)({})
            self.tables.meta_put(meta_values(self.boot, seq + 1, fence, ticket))
            self.events.append(record(seq + 1, self.wall(), "new_boot", {"boot": self.boot}))
        return Tables(self.tables.tables, self.tables.meta)

    def wait(self, ticket: int, seconds: float) -> bool:
        if self.pause is not None:
            self.pause(ticket, seconds)
        else:
            with self._bell:
                self._bell.wait_for(lambda: ticket in self.rung, seconds)
        rung = ticket in self.rung
        self.forget(ticket)
        return rung

    def forget(self, ticket: int) -> None:
        with self._bell:
            self.rung.discard(ticket)

    def ring(self, ticket: int) -> None:
        with self._bell:
            self.rung.add(ticket)
            self._bell.notify_all()


class MemoryTx:
    """See ``leases.port.Tx``."""

    def __init__(self, store: Memory) -> None:
        self.store = store
        self.now = self.wall = 0.0
        self.boot = store.boot
        self._rings: list[int] = []
        self._events: list[dict[str, object]] = []
        self._seq = self._fence = self._ticket = 0

    def __enter__(self) -> "MemoryTx":
        self.store.turn.acquire()
        self.now, self.wall = float(self.store.clock()), float(self.store.wall())
        self._tables = self.store.begin()
        _, _, self._seq, self._fence, self._ticket, _ = self._tables.meta
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        problem: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        try:
            if kind is not None:
                return
            self._tables.meta_put(meta_values(self.boot, self._seq, self._fence, self._ticket))
            self.store.tables = self._tables
            self.store.events += self._events
        finally:
            self.store.turn.release()
        for ticket in dict.fromkeys(self._rings):
            self.store.ring(ticket)

    def run(self, query: str, **values: object) -> "list[Row]":
        if query.startswith("_") or not hasattr(Tables, query):
            raise KeyError(query)
        for value in values.values():
            if isinstance(value, str):
                value.encode("utf-8")  # no database takes a lone surrogate either
        rows: list[Row] = getattr(self._tables, query)(values)
        return rows

    def next_fence(self) -> int:
        self._fence += 1
        return self._fence

    def next_ticket(self) -> int:
        self._ticket += 1
        return self._ticket

    def event(self, name: str, **facts: object) -> None:
        self._seq += 1
        self._events.append(record(self._seq, self.store.wall(), name, facts))

    def ring(self, ticket: int) -> None:
        self._rings.append(ticket)


def record(seq: int, wall: float, name: str, facts: dict[str, object]) -> dict[str, object]:
    """The event as it comes back from the log, without ``prev``."""
    told = loads(body(seq, wall, name, facts).encode("ascii"))
    if not isinstance(told, dict):
        raise TypeError("an event is an object")
    return told
