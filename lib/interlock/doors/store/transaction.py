"""One transaction of the embedded store: lock, carry over, work, commit, log, unlock.

State and events commit together; the log line follows while the lock is still held. A process that dies in
between leaves its events in the outbox, and the next one writes them first (facts: a naive "change, then
log" lost 5 of 13 lines in a kill storm).
"""

from interlock.doors import oslock
from interlock.doors.audit import body
from interlock.doors.store.epoch import REPAIR
from interlock.leases.records import checked, meta_values
from interlock.words.faults import StateFault, StorageFull

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from interlock.doors.store.embedded import Embedded
    from interlock.leases.port import Row


class Transaction:
    """See ``leases.port.Tx``."""

    def __init__(self, store: "Embedded") -> None:
        self.store = store
        self.now = self.wall = 0.0
        self.boot = store.boot
        self._handle = -1
        self._rings: set[int] = set()
        self._pending: list[tuple[int, str]] = []
        self._seq = self._fence = self._ticket = 0

    def __enter__(self) -> "Transaction":
        try:
            self._handle = oslock.acquire(self.store.lock_path)
        except OSError as problem:
            raise _unlockable(problem) from None
        try:
            self._begin()
        except BaseException:
            self.store.close()
            oslock.release(self._handle)
            raise
        return self

    def _begin(self) -> None:
        self._tail = self.store.audit.tail()
        self._database = self.store.open()
        self._error = self._database.Error
        self.now, self.wall = self.store.clock(), self.store.wall()
        self.run_raw("BEGIN IMMEDIATE")
        _, *meta = self.run("meta_get")[0]
        _, self._seq, self._fence, self._ticket, _ = checked(tuple(meta))
        self._started = (self._seq, self._fence, self._ticket)
        outbox = self.run("outbox_all")
        if not all(isinstance(text, str) for _, text in outbox):
            raise StateFault(f"Interlock's state is damaged (a row is not of its kind). {REPAIR}")
        self._pending = [(seq, text) for seq, text in outbox if seq > self._tail.seq]
        self._mend_log(all(self._tail.is_of(text) for seq, text in outbox if seq == self._tail.seq))

    def _mend_log(self, known: bool) -> None:
        """The log should end where the outbox begins; where it doesn't, somebody else cut or wrote it. ``known``:
        whether its last line is what was written; nothing in the file itself would tell, as no line follows it."""
        expected = self._pending[0][0] - 1 if self._pending else self._seq
        if self._tail.seq != expected or not known:
            found, self._seq = self._tail.seq, max(self._seq, self._tail.seq)
            self.event("log_gap", expected=expected, found=found)

    def run(self, query: str, **values: object) -> "list[Row]":
        return self.run_raw(self.store.queries[query], values)

    def run_raw(self, sql: str, values: "dict[str, Any] | None" = None) -> "list[Row]":
        try:
            return self._database.execute(sql, values or {}).fetchall()  # type: ignore[no-any-return]
        except self._error as problem:
            raise self.store.explain(problem) from None

    def next_fence(self) -> int:
        self._fence += 1
        return self._fence

    def next_ticket(self) -> int:
        self._ticket += 1
        return self._ticket

    def event(self, name: str, **facts: object) -> None:
        self._seq += 1
        entry = (self._seq, body(self._seq, self.store.wall(), name, facts))
        self.run("outbox_add", seq=entry[0], body=entry[1])
        self._pending.append(entry)

    def ring(self, ticket: int) -> None:
        self._rings.add(ticket)

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        problem: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        try:
            if kind is not None:
                self._undo()
                return
            self._commit()
            self._log()
        finally:
            oslock.release(self._handle)
        for ticket in self._rings:
            self.store.ring(ticket)

    def _undo(self) -> None:
        try:
            self.run_raw("ROLLBACK")
        except (StateFault, StorageFull):
            self.store.close()

    def _commit(self) -> None:
        try:
            self.run("outbox_drop", seq=self._tail.seq)
            if (self._seq, self._fence, self._ticket) != self._started:
                self.run("meta_put", **meta_values(self.boot, self._seq, self._fence, self._ticket))
            self.run_raw("COMMIT")
        except BaseException:
            self._undo()
            raise

    def _log(self) -> None:
        """Carries the outbox over. If the log can't take it now, it stays there for the next one."""
        if self._pending:
            try:
                self.store.audit.append(self._tail, self._pending, self.store.wall())
            except OSError:
                pass


def _unlockable(problem: OSError) -> Exception:
    if problem.errno in (28, 30, 13, 122, 2):
        return StorageFull(f"Interlock's state folder can't be written ({problem.strerror}).")
    return StateFault(f"Interlock's lock can't be taken ({problem.strerror}).")
