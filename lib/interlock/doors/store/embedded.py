"""The embedded store: SQLite, entered under one OS lock, its events carried on to the audit log.

journal_mode=DELETE, never WAL: many short processes on one WAL file are the shape that SQLite's WAL-reset
bug corrupts (3.7.0 to 3.51.2). The OS lock comes first because SQLite's own waiting is unfair. synchronous
is OFF: what a killed process wrote is in the kernel's cache and safe; after a power loss all leases are void
anyway and fences start in a new epoch, which *is* synced (``epoch.py``). docs/adr/0002 has the numbers.
"""

import sys

from interlock import system as os
from interlock.doors.audit import body
from interlock.doors.store import epoch
from interlock.doors.store.transaction import Transaction
from interlock.leases.records import checked, meta_values
from interlock.words.faults import Fault, NewerState, StateFault, StorageFull

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from interlock.doors.audit import AuditFile

VERSION = 1
DATABASE = "leases.db"
LOCK = "store.lock"
BELLS = "bells"
VOIDED = (
    "lease_clear", "ticket_clear", "owner_clear", "call_clear", "wrote_past", "base_clear", "shell_clear",
    "notice_clear",
)  # fmt: skip
"""What a new boot ends: leases, and all that has a time on the last boot's clock."""
_HERE = os.path.dirname(__file__)


def sqlite() -> "Any":
    """The C module alone. It asks ``functools`` for one function; importing that for real costs a quarter
    of the guard's budget, so a stand-in with that function takes its place for the moment."""
    if "functools" in sys.modules:
        import _sqlite3

        return _sqlite3
    try:
        from _functools import _lru_cache_wrapper  # type: ignore[import-not-found]
    except ImportError:
        import _sqlite3

        return _sqlite3
    stand_in = type(sys)("functools")
    stand_in.lru_cache = lambda size, typed=False: lambda f: _lru_cache_wrapper(f, size, typed, tuple)  # type: ignore[attr-defined]
    sys.modules["functools"] = stand_in
    try:
        import _sqlite3
    finally:
        del sys.modules["functools"]
    return _sqlite3


def queries(name: str = "queries.sql") -> dict[str, str]:
    """The named queries of a .sql file."""
    parts = _text(name).split("-- name: ")[1:]
    return {head: body for head, _, body in (part.partition("\n") for part in parts)}


def _text(name: str) -> str:
    """A file that belongs to the store. Raises Fault, not StateFault: the database may be sound."""
    try:
        with open(os.path.join(_HERE, name), encoding="utf-8") as file:
            return file.read()
    except OSError as problem:
        raise Fault(f"Interlock's own files can't be read ({problem.strerror}). Reinstall it.") from None


class Embedded:
    """The store in a folder of this machine. ``clock`` gives seconds since boot, ``wall`` seconds since
    1970, ``boot`` names the boot."""

    def __init__(
        self,
        root: str,
        audit: "AuditFile",
        clock: "Callable[[], float]",
        wall: "Callable[[], float]",
        boot: str,
    ) -> None:
        self.root = root
        self.audit = audit
        self.clock = clock
        self.wall = wall
        self.boot = boot
        self.queries = queries()
        self.lock_path = os.path.join(root, LOCK)
        self.path = os.path.join(root, DATABASE)
        self._connection: Any = None

    def transaction(self) -> Transaction:
        return Transaction(self)

    def wait(self, ticket: int, seconds: float) -> bool:
        """Looks for the bell every 10 ms: a stat costs 2 microseconds and works on any system."""
        import time

        bell = self._bell(ticket)
        end = time.monotonic() + seconds
        while not os.path.exists(bell):
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(0.01, left))
        self.forget(ticket)
        return True

    def forget(self, ticket: int) -> None:
        try:
            os.unlink(self._bell(ticket))
        except OSError:
            pass

    def ring(self, ticket: int) -> None:
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            os.close(os.open(self._bell(ticket), flags, 0o600))
        except OSError:  # the waiter asks again within a second by itself
            pass

    def tidy(self, live: set[int]) -> None:
        """Removes the bells of tickets that are gone."""
        try:
            for name in os.listdir(os.path.join(self.root, BELLS)):
                if name.isdecimal() and int(name) not in live:
                    self.forget(int(name))
        except OSError:
            pass  # only a few empty files

    def _bell(self, ticket: int) -> str:
        return os.path.join(self.root, BELLS, str(ticket))

    def open(self) -> "Any":
        """The open database, ready for this boot. Call under the lock."""
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> "Any":
        running = epoch.read(self.root)
        if running is None and self.audit.tail().seq:
            raise StateFault(f"Interlock's epoch is gone. {epoch.REPAIR}")
        if running is None or running[1] != self.boot:
            return self._new_boot(running[0] + 1 if running else 1)
        if not _is_file(self.path):
            raise StateFault(f"Interlock's state is gone. {epoch.REPAIR}")
        connection, row = self._load()
        if row[1] != self.boot:
            connection.close()
            raise StateFault(f"Interlock's state is of another boot than its epoch. {epoch.REPAIR}")
        return connection

    def _file(self) -> "Any":
        """A connection to the database's file, which is made if it is missing."""
        module = sqlite()
        _is_file(f"{self.path}-journal")  # SQLite would open a FIFO there, and wait for ever
        try:
            return module.connect(self.path, timeout=1.0, isolation_level=None, cached_statements=64)
        except module.Error as problem:
            raise self.explain(problem) from None

    def _load(self) -> "tuple[Any, tuple[Any, ...]]":
        """The existing database and its meta row."""
        module, connection = sqlite(), self._file()
        try:
            connection.execute("PRAGMA synchronous=OFF")
            row = connection.execute(self.queries["meta_get"]).fetchone()
            if row is None:
                raise StateFault(f"Interlock's state is damaged (it has no version). {epoch.REPAIR}")
            if row[0] > VERSION:
                raise NewerState("Interlock's state is of a newer version. Upgrade Interlock on this machine.")
            checked(row[1:])
        except module.Error as problem:
            connection.close()
            raise self.explain(problem) from None
        except StateFault:
            connection.close()
            raise
        return connection, row

    def _new_boot(self, number: int) -> "Any":
        """First use ever, or since the machine started: leases of the last boot are void, fences go on
        higher. A database that the shutdown damaged is set aside."""
        try:
            connection, row = self._load() if _is_file(self.path) else self._create()
            self._check(connection)
            return self._begin_boot(connection, row, number)
        except NewerState:
            raise
        except StateFault:
            self.set_aside()
            connection, row = self._create()
            return self._begin_boot(connection, row, number)

    def _begin_boot(self, connection: "Any", row: "tuple[Any, ...]", number: int) -> "Any":
        fence = max(row[3], number * epoch.SPAN)
        number = fence // epoch.SPAN
        seq = max(row[2], self.audit.tail().seq) + 1
        told = body(seq, self.wall(), "new_boot", {"boot": self.boot, "epoch": number})
        meta = meta_values(self.boot, seq, fence, row[4])
        self._void(connection, meta, told)
        try:
            epoch.write(self.root, number, self.boot)
        except OSError as problem:
            connection.close()
            raise StorageFull(f"Interlock's state folder can't be written ({problem.strerror}).") from None
        return connection

    def _check(self, connection: "Any") -> None:
        """StateFault if the database is not sound."""
        module = sqlite()
        try:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            fresh = module.connect(":memory:", isolation_level=None)
            fresh.executescript(_text("schema.sql"))
            if sound and _tables(connection) == _tables(fresh):  # quick_check does not read their text
                return
        except module.Error as problem:
            connection.close()
            raise self.explain(problem) from None
        connection.close()
        raise StateFault(f"Interlock's state is damaged. {epoch.REPAIR}")

    def _create(self) -> "tuple[Any, tuple[Any, ...]]":
        module, connection = sqlite(), self._file()
        try:
            connection.execute("PRAGMA synchronous=OFF")
            connection.executescript("BEGIN IMMEDIATE;" + _text("schema.sql") + "COMMIT;")
            os.makedirs(os.path.join(self.root, BELLS), mode=0o700, exist_ok=True)
        except module.Error as problem:
            connection.close()
            raise self.explain(problem) from None
        except OSError as problem:
            connection.close()
            raise StorageFull(f"Interlock's state folder can't be written ({problem.strerror}).") from None
        return connection, (VERSION, "", 0, 0, 0)

    def _void(self, connection: "Any", meta: "dict[str, Any]", told: str) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            for query in VOIDED:
                connection.execute(self.queries[query])
            connection.execute(self.queries["meta_put"], meta)
            connection.execute(self.queries["outbox_add"], {"seq": meta["seq"], "body": told})
            connection.execute("COMMIT")
        except sqlite().Error as problem:
            connection.close()
            raise self.explain(problem) from None

    def explain(self, problem: Exception) -> Exception:
        """A database error as the fault it means."""
        text = str(problem)
        if "full" in text or "readonly" in text or "unable to open" in text or "disk I/O" in text:
            return StorageFull(f"Interlock's state folder can't be written ({text}).")
        return StateFault(f"Interlock's state can't be read ({text}). {epoch.REPAIR}")

    def set_aside(self) -> str:
        """Puts a damaged database out of the way, kept for whoever wants to look; returns its new path."""
        self.close()
        epoch.set_aside(f"{self.path}-journal")
        return epoch.set_aside(self.path)


def _tables(connection: "Any") -> "list[tuple[Any, ...]]":
    """What the database holds, by name, and how each was made."""
    return connection.execute(queries("inspect.sql")["tables"]).fetchall()  # type: ignore[no-any-return]


def _is_file(path: str) -> bool:
    """Whether the database is there; StateFault if something else stands in its place."""
    try:
        info = os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise StateFault(f"Interlock's state can't be read ({problem.strerror}). {epoch.REPAIR}") from None
    if info.st_mode & 0o170000 != 0o100000:
        raise StateFault(f"Interlock's state is not a regular file. {epoch.REPAIR}")
    return info.st_size > 0
