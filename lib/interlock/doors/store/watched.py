"""The twin's tables of layer 3: what held files were, who ran what, what is kept, and what is to be told."""

import json

from interlock.doors.store.rows import Base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.store.rows import Values
    from interlock.leases.port import Row


class Watching(Base):
    """What held files were, who ran what, what is kept, and what is to be told."""

    def base_get(self, values: "Values") -> "list[Row]":
        return self._one("base", values["key"])

    def base_put(self, values: "Values") -> "list[Row]":
        return self._put("base", values["key"], values)

    def base_mark(self, values: "Values") -> "list[Row]":
        return self._update("base", [values["key"]], mark=values["mark"])

    def base_writing(self, values: "Values") -> "list[Row]":
        mine = [row[0] for row in self._one("base", values["key"]) if row[1] == values["owner"]]
        return self._update("base", mine, writing=values["at"])

    def base_looked(self, values: "Values") -> "list[Row]":
        return self._update("base", json.loads(values["keys"]), looked=values["at"])

    def base_due(self, values: "Values") -> "list[Row]":
        due = [row for row in self._rows("base") if row[10] < values["before"]]
        due.sort(key=lambda row: (row[10], row[0]))
        return [(*row, int(self._held(row))) for row in due[: values["most"]]]

    def _held(self, base: "Row") -> bool:
        return any(lease[5] == base[1] for lease in self._one("lease", base[2]))

    def base_drop(self, values: "Values") -> "list[Row]":
        return self._drop("base", [values["key"]])

    def base_prune(self, values: "Values") -> "list[Row]":
        return self._drop("base", [row[0] for row in self._rows("base") if not self._held(row)])

    def base_digests(self, values: "Values") -> "list[Row]":
        return [(digest,) for digest in sorted({row[4] for row in self._rows("base")})]

    def base_clear(self, values: "Values") -> "list[Row]":
        return self._drop("base", self.tables["base"])

    def shell_put(self, values: "Values") -> "list[Row]":
        return self._put("shell", values["id"], values, keep="owner command began")

    def shell_any(self, values: "Values") -> "list[Row]":
        return [(1,)] if self.tables["shell"] else []

    def shell_all(self, values: "Values") -> "list[Row]":
        return sorted(self._rows("shell"), key=lambda row: (row[4], row[0]))

    def shell_end(self, values: "Values") -> "list[Row]":
        mine = [row for row in self._rows("shell") if row[1] == values["owner"] and row[5] < 0]
        ending = [row[0] for row in mine if row[3] <= values["background"]]
        return self._update("shell", ending, over=values["at"])

    def shell_drop(self, values: "Values") -> "list[Row]":
        return self._drop("shell", [row[0] for row in self._rows("shell") if 0 <= row[5] < values["before"]])

    def shell_clear(self, values: "Values") -> "list[Row]":
        return self._drop("shell", self.tables["shell"])

    def version_add(self, values: "Values") -> "list[Row]":
        return self._add("version", values)

    def version_of(self, values: "Values") -> "list[Row]":
        return [row for row in self._rows("version") if row[1] == values["key"]][::-1]

    def version_digests(self, values: "Values") -> "list[Row]":
        return [(row[2],) for row in self._rows("version")]

    def version_prune(self, values: "Values") -> "list[Row]":
        return self._drop("version", [row[0] for row in self._rows("version") if row[7] < values["before"]])

    def notice_add(self, values: "Values") -> "list[Row]":
        return self._add("notice", values)

    def notice_of(self, values: "Values") -> "list[Row]":
        return [(row[3],) for row in self._rows("notice") if row[1] == values["owner"]]

    def notice_drop(self, values: "Values") -> "list[Row]":
        return self._drop("notice", [row[0] for row in self._rows("notice") if row[1] == values["owner"]])

    def notice_prune(self, values: "Values") -> "list[Row]":
        known = self.tables["owner"]
        return self._drop("notice", [row[0] for row in self._rows("notice") if row[1] not in known])

    def notice_clear(self, values: "Values") -> "list[Row]":
        return self._drop("notice", self.tables["notice"])

    def kept_get(self, values: "Values") -> "list[Row]":
        return [row[1:] for row in self._rows("kept")]

    def kept_add(self, values: "Values") -> "list[Row]":
        (before,) = self._one("kept", 1) or [(1, 0)]
        return self._put("kept", 1, {"id": 1, "bytes": before[1] + values["bytes"]})

    def kept_set(self, values: "Values") -> "list[Row]":
        return self._put("kept", 1, {"id": 1, **values})
