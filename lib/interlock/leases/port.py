"""The store's port: what leases need of any store, and what any store promises.

A transaction is alone: no other runs between its first query and its end, and it takes effect whole or not
at all, together with its events. Queries go by name (``doors/store/queries.sql``); rows are tuples in the
order of the columns. ``now`` is the store's clock in seconds: given by the caller for the embedded store and
the twin, the server's own for a server; ``wall`` is what this machine's clock of files and people said at that
very moment (seconds since 1970), so that a file's time can be put on the store's clock however long the process
was held up since. Fences and ticket numbers only grow.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Protocol

    from interlock.words.resource import Resource

    Row = tuple[Any, ...]

    class Tx(Protocol):
        """One transaction. Use as a context manager; an exception undoes it."""

        now: float
        wall: float
        boot: str

        def __enter__(self) -> "Tx": ...
        def __exit__(
            self,
            kind: type[BaseException] | None,
            problem: BaseException | None,
            trace: TracebackType | None,
        ) -> None: ...
        def run(self, query: str, **values: object) -> list[Row]: ...
        def next_fence(self) -> int: ...
        def next_ticket(self) -> int: ...
        def event(self, name: str, **facts: object) -> None:
            """Adds a line to the audit log, in this transaction."""

        def ring(self, ticket: int) -> None:
            """Wakes whoever waits with that ticket, once the transaction has taken effect."""

    class Store(Protocol):
        def transaction(self) -> Tx: ...
        def wait(self, ticket: int, seconds: float) -> bool:
            """Returns when the ticket was rung for, or the seconds are over; whether it was."""

        def forget(self, ticket: int) -> None:
            """The ticket is not waited for any more."""

    class World(Protocol):
        """Evidence from outside the store."""

        def dead(self, pid: int, started: int, boot: str, pid_namespace: str) -> bool:
            """Whether that process is provably gone."""

        def inode(self, resource: Resource) -> str:
            """The file's inode now, "" if there is none."""

        def idle(self, resource: Resource) -> bool:
            """Whether nobody has the kernel's lock of this run's mutex."""
