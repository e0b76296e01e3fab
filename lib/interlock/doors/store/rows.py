"""How the twin keeps its rows: tuples in the order of ``schema.sql``'s columns, in dicts by primary key. A table
is copied at the first write of a transaction, so that one which is thrown away has changed nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from interlock.leases.port import Row

    Values = dict[str, Any]

COLUMNS = {
    "owner": "id kind issue project repo pid started boot pid_namespace since until sum".split(),
    "lease": "key digest kind shown inode owner fence since until purpose waited sum".split(),
    "ticket": "number owner wants since until yielded_to waiting".split(),
    "call": "id owner tool at decision ended note".split(),
    "seen": "owner key digest mark".split(),
    "past": "owner boot came last".split(),
    "wrote": "key owner kind digest at wall".split(),
    "base": "key owner lease shown digest mark mode size how wall looked writing".split(),
    "shell": "id owner command background began over noted".split(),
    "version": "number key digest mode size owners how wall".split(),
    "notice": "number owner wall text".split(),
    "kept": "id bytes".split(),
    "outbox": "seq body".split(),
}
_REAL = frozenset({"since", "until", "at", "wall", "looked", "writing", "began", "over", "noted", "came", "last"})


class Base:
    """The tables as one transaction sees them: shared with the store until written."""

    def __init__(
        self, tables: "dict[str, dict[Any, Row]] | None" = None, meta: "Row" = (1, "", 0, 0, 0, 797448010499767537)
    ) -> None:
        self.tables = dict(tables) if tables else {name: {} for name in COLUMNS}
        self.meta = meta
        self._copied: set[str] = set()

    def _rows(self, table: str) -> "Iterable[Row]":
        """By primary key, as the database keeps them."""
        rows = self.tables[table]
        return (rows[key] for key in sorted(rows))

    def _changed(self, table: str) -> "dict[Any, Row]":
        if table not in self._copied:
            self._copied.add(table)
            self.tables[table] = dict(self.tables[table])
        return self.tables[table]

    def _put(self, table: str, key: object, values: "Values", keep: str = "") -> "list[Row]":
        """Inserts, or updates all columns but those in ``keep``."""
        rows = self._changed(table)
        old = dict(zip(COLUMNS[table], rows.get(key, ()), strict=False))
        kept = {name: old[name] for name in keep.split() if name in old}
        new = {**values, **kept}
        rows[key] = tuple(float(new[name]) if name in _REAL else new[name] for name in COLUMNS[table])
        return []

    def _update(self, table: str, keys: "Iterable[object]", **values: "Any") -> "list[Row]":
        """Sets columns of the rows that there are."""
        for key in list(keys):
            for row in self._one(table, key):
                named = dict(zip(COLUMNS[table], row, strict=True))
                self._put(table, key, {**named, **values})
        return []

    def _add(self, table: str, values: "Values") -> "list[Row]":
        """Inserts under the next number."""
        number = max(self.tables[table], default=0) + 1
        return self._put(table, number, {**values, "number": number})

    def _drop(self, table: str, keys: "Iterable[object]") -> "list[Row]":
        rows = self._changed(table)
        for key in list(keys):
            rows.pop(key, None)
        return []

    def _one(self, table: str, key: object) -> "list[Row]":
        row = self.tables[table].get(key)
        return [] if row is None else [row]

    def _between(self, table: str, column: int, values: "Values") -> "list[Row]":
        return [row for row in self._rows(table) if values["low"] <= row[column] < values["high"]]
