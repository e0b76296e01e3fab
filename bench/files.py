"""The other store that was looked at: one file per lease, per owner, per call, under one lock.

A sketch for `bench.stores`, with the queries that a write needs, so that the same `arrive` and `acquire` run
on it. A row is a JSON list in a file named by its key's hash, replaced by rename. What it leaves out is
what it can't do cheaply: a crash between two renames leaves half a transaction, and the log may miss it.
"""

import fcntl
import os

from interlock.doors.audit import AuditFile, body
from interlock.words.jsontext import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.leases.port import Row

TABLES = {
    "owner": "id", "lease": "key", "ticket": "number", "call": "id", "seen": "place", "wrote": "key",
    "past": "owner",
}  # fmt: skip
"""Every folder, and the value that names its files."""
COLUMNS = {
    "owner": "id kind issue project repo pid started boot pid_namespace since until sum",
    "lease": "key digest kind shown inode owner fence since until purpose waited sum",
    "ticket": "number owner wants since until yielded_to",
    "call": "id owner tool at decision ended",
    "seen": "place digest mark",
    "wrote": "key owner kind digest at wall",
    "past": "owner boot came last",
}


class Files:
    """The store in a folder; the same arguments as ``Embedded``."""

    def __init__(
        self, root: str, audit: AuditFile, clock: "Callable[[], float]", wall: "Callable[[], float]", boot: str
    ) -> None:
        self.root = root
        self.audit = audit
        self.clock = clock
        self.wall = wall
        self.boot = boot

    def create(self) -> None:
        for folder in (*TABLES, "inode"):
            os.makedirs(f"{self.root}/{folder}", mode=0o700, exist_ok=True)

    def transaction(self) -> "FilesTx":
        return FilesTx(self)


class FilesTx:
    """One transaction: alone, but not whole if the process dies in it."""

    def __init__(self, store: Files) -> None:
        self.store = store
        self.boot = store.boot
        self.now = self.wall = 0.0
        self._entries: list[tuple[int, str]] = []
        self._on: list[Row] = []

    def __enter__(self) -> "FilesTx":
        self._handle = os.open(f"{self.store.root}/store.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        self._tail = self.store.audit.tail()
        self._seq = self._tail.seq
        self._numbers = self._read(f"{self.store.root}/numbers") or (0, 0)
        self._started = self._numbers
        self.now, self.wall = self.store.clock(), self.store.wall()
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        try:
            if kind is None:
                if self._numbers != self._started:
                    self._write(f"{self.store.root}/numbers", list(self._numbers))
                if self._entries:
                    self.store.audit.append(self._tail, self._entries, self.store.wall())
        finally:
            os.close(self._handle)

    def next_fence(self) -> int:
        self._numbers = (self._numbers[0] + 1, self._numbers[1])
        return int(self._numbers[0])

    def next_ticket(self) -> int:
        self._numbers = (self._numbers[0], self._numbers[1] + 1)
        return int(self._numbers[1])

    def event(self, name: str, **facts: object) -> None:
        self._seq += 1
        self._entries.append((self._seq, body(self._seq, self.store.wall(), name, facts)))

    def ring(self, ticket: int) -> None:
        pass

    def run(self, query: str, **values: object) -> "list[Row]":
        """The named queries of ``queries.sql`` that a write asks."""
        if "key" in values and query.startswith("seen"):
            values["place"] = f"{values['owner']}\n{values['key']}"
        if query in ("lease_on", "lease_twin", "lease_inode", "lease_put", "lease_drop", "ticket_all", "lease_of"):
            rows: list[Row] = getattr(self, query)(values)
            return rows
        table, _, verb = query.partition("_")
        if verb == "get":
            row = self._read(self._place(table, values[TABLES[table]]))
            return [] if row is None else [row if table not in ("seen", "wrote", "past") else row[1:]]
        if verb == "put":
            self._put(table, values)
        elif verb == "drop":
            os.unlink(self._place(table, values[TABLES[table]]))
        else:
            raise KeyError(query)
        return []

    def lease_on(self, values: "dict[str, object]") -> "list[Row]":
        keys = loads(str(values["keys"]).encode())
        found = [self._read(self._place("lease", key)) for key in keys]  # type: ignore[attr-defined]
        self._on = [row for row in found if row is not None]
        return list(self._on)

    def lease_twin(self, values: "dict[str, object]") -> "list[Row]":
        return [row[:1] for row in self._on]  # a file has one name: nothing to compare with

    def lease_inode(self, values: "dict[str, object]") -> "list[Row]":
        key = self._read(self._place("inode", values["inode"]))
        return [] if key is None else [key]

    def lease_put(self, values: "dict[str, object]") -> "list[Row]":
        self._put("lease", values)
        if values["inode"]:
            self._write(self._place("inode", values["inode"]), [values["key"]])
        return []

    def lease_drop(self, values: "dict[str, object]") -> "list[Row]":
        place = self._place("lease", values["key"])
        row = self._read(place)
        if row is not None and row[6] == values["fence"]:
            os.unlink(place)
            if row[4]:
                os.unlink(self._place("inode", row[4]))
        return []

    def lease_of(self, values: "dict[str, object]") -> "list[Row]":
        return [row for row in self._all("lease") if row[5] == values["owner"]]

    def ticket_all(self, values: "dict[str, object]") -> "list[Row]":
        return sorted(self._all("ticket"))

    def _all(self, table: str) -> "list[Row]":
        folder = f"{self.store.root}/{table}"
        found = [self._read(f"{folder}/{name}") for name in os.listdir(folder) if not name.endswith(".new")]
        return [row for row in found if row is not None]

    def _put(self, table: str, values: "dict[str, object]") -> None:
        row = [values[name] for name in COLUMNS[table].split()]
        self._write(self._place(table, values[TABLES[table]]), row)

    def _place(self, table: str, key: object) -> str:
        from _blake2 import blake2b

        return f"{self.store.root}/{table}/{blake2b(str(key).encode(), digest_size=16).hexdigest()}"

    @staticmethod
    def _read(path: str) -> "Row | None":
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return tuple(loads(os.read(handle, 1 << 16)))  # type: ignore[arg-type]
        finally:
            os.close(handle)

    @staticmethod
    def _write(path: str, row: "list[object]") -> None:
        data = dumps(row).encode()
        handle = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            if os.write(handle, data) != len(data):
                raise OSError(28, "No space left on device")
        finally:
            os.close(handle)
        os.rename(f"{path}.new", path)
