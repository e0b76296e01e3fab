"""The twin's tables: a method for every named query of ``queries.sql``, with the same rows in the same order."""

import json

from interlock.doors.store.watched import Watching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.store.rows import Values
    from interlock.leases.port import Row


class Bookkeeping(Watching):
    """Meta, outbox, calls, and what was seen and written."""

    def meta_get(self, values: "Values") -> "list[Row]":
        return [self.meta]

    def meta_put(self, values: "Values") -> "list[Row]":
        named = ("boot", "seq", "fence", "ticket", "sum")
        self.meta = (self.meta[0], *(values[name] for name in named))
        return []

    def outbox_drop(self, values: "Values") -> "list[Row]":
        return self._drop("outbox", [seq for seq in self.tables["outbox"] if seq <= values["seq"]])

    def outbox_all(self, values: "Values") -> "list[Row]":
        return list(self._rows("outbox"))

    def outbox_add(self, values: "Values") -> "list[Row]":
        return self._put("outbox", values["seq"], values)

    def call_get(self, values: "Values") -> "list[Row]":
        return self._one("call", values["id"])

    def call_put(self, values: "Values") -> "list[Row]":
        return self._put("call", values["id"], {**values, "note": ""}, keep="owner tool at note")

    def call_mark(self, values: "Values") -> "list[Row]":
        return self._update("call", [values["id"]], note=values["note"])

    def call_since(self, values: "Values") -> "list[Row]":
        rows = [row for row in self._rows("call") if row[1] == values["owner"] and row[3] > values["at"]]
        return [(row[0], row[3]) for row in sorted(rows, key=lambda row: row[3])[:1]]

    def call_open(self, values: "Values") -> "list[Row]":
        return sorted((row for row in self._between("call", 1, values) if row[5] == 0), key=lambda row: row[3])

    def call_end(self, values: "Values") -> "list[Row]":
        return self._update("call", [row[0] for row in self._rows("call") if row[1] == values["owner"]], ended=1)

    def call_prune(self, values: "Values") -> "list[Row]":
        return self._drop("call", [row[0] for row in self._rows("call") if row[3] < values["before"]])

    def call_clear(self, values: "Values") -> "list[Row]":
        return self._drop("call", self.tables["call"])

    def seen_get(self, values: "Values") -> "list[Row]":
        return [row[2:] for row in self._one("seen", (values["owner"], values["key"]))]

    def seen_put(self, values: "Values") -> "list[Row]":
        return self._put("seen", (values["owner"], values["key"]), values)

    def seen_drop(self, values: "Values") -> "list[Row]":
        return self._drop("seen", [row[:2] for row in self._rows("seen") if row[0] == values["owner"]])

    def seen_of(self, values: "Values") -> "list[Row]":
        return [row[1:] for row in self._rows("seen") if row[0] == values["owner"]][:512]

    def seen_under(self, values: "Values") -> "list[Row]":
        return [row[1:3] for row in self._between("seen", 1, values) if row[0] == values["owner"]]

    def seen_copy(self, values: "Values") -> "list[Row]":
        for _, key, digest, mark in [row for row in self._rows("seen") if row[0] == values["old"]]:
            place = (values["new"], key)
            self._put("seen", place, {"owner": values["new"], "key": key, "digest": digest, "mark": mark})
        return []

    def past_get(self, values: "Values") -> "list[Row]":
        return [row[1:3] for row in self._one("past", values["owner"])]

    def past_put(self, values: "Values") -> "list[Row]":
        return self._put("past", values["owner"], values)

    def past_leave(self, values: "Values") -> "list[Row]":
        left = [row[0] for row in self._ended() if row[3] < 0]
        return self._update("past", left, last=values["wall"])

    def past_gone(self, values: "Values") -> "list[Row]":
        seen: dict[str, int] = {}
        for owner, _key in self.tables["seen"]:
            seen[owner] = seen.get(owner, 0) + 1
        rows = sorted(self._ended(), key=lambda row: (-row[3], row[0]))
        return [(row[0], row[3], seen.get(row[0], 0)) for row in rows]

    def _ended(self) -> "list[Row]":
        return [row for row in self._rows("past") if row[0] not in self.tables["owner"]]

    def past_drop(self, values: "Values") -> "list[Row]":
        return self._drop("past", [values["owner"]])

    def wrote_get(self, values: "Values") -> "list[Row]":
        return [row[1:] for row in self._one("wrote", values["key"])]

    def wrote_put(self, values: "Values") -> "list[Row]":
        return self._put("wrote", values["key"], values)

    def wrote_by_others(self, values: "Values") -> "list[Row]":
        found = self._between("wrote", 0, values)
        return [(1,) for row in found if row[1] != values["owner"]][:1]

    def wrote_under(self, values: "Values") -> "list[Row]":
        return self._between("wrote", 0, values)

    def wrote_past(self, values: "Values") -> "list[Row]":
        rows = self._changed("wrote")
        rows.update({key: (*row[:4], -1.0, row[5]) for key, row in rows.items()})
        return []

    def wrote_prune(self, values: "Values") -> "list[Row]":
        return self._drop("wrote", [row[0] for row in self._rows("wrote") if row[5] < values["before"]])


class Tables(Bookkeeping):
    """Owners, leases and tickets too: all that there is."""

    def owner_get(self, values: "Values") -> "list[Row]":
        return self._one("owner", values["id"])

    def owner_put(self, values: "Values") -> "list[Row]":
        return self._put("owner", values["id"], values)

    def owner_all(self, values: "Values") -> "list[Row]":
        return sorted(self._rows("owner"), key=lambda row: (row[9], row[0]))

    def owner_of_session(self, values: "Values") -> "list[Row]":
        return sorted(self._between("owner", 0, values), key=lambda row: (row[9], row[0]))

    def owner_drop(self, values: "Values") -> "list[Row]":
        return self._drop("owner", [values["id"]])

    def owner_clear(self, values: "Values") -> "list[Row]":
        return self._drop("owner", self.tables["owner"])

    def lease_on(self, values: "Values") -> "list[Row]":
        return [row for key in sorted(set(json.loads(values["keys"]))) for row in self._one("lease", key)]

    def lease_twin(self, values: "Values") -> "list[Row]":
        digests = set(json.loads(values["digests"]))
        return [row[:1] for row in self._rows("lease") if row[1] in digests]

    def lease_inode(self, values: "Values") -> "list[Row]":
        return [row[:1] for row in self._rows("lease") if row[4] and row[4] == values["inode"]]

    def lease_under(self, values: "Values") -> "list[Row]":
        return self._between("lease", 0, values)

    def lease_not_of(self, values: "Values") -> "list[Row]":
        return [(1,) for _ in self.lease_others({**values, "most": 1})]

    def lease_others_under(self, values: "Values") -> "list[Row]":
        found = self._between("lease", 0, values)
        return [row for row in found if row[5] != values["owner"]][: values["most"]]

    def lease_others(self, values: "Values") -> "list[Row]":
        return [row for row in self._rows("lease") if row[5] != values["owner"]][: values["most"]]

    def lease_others_trees(self, values: "Values") -> "list[Row]":
        rows = [row for row in self._rows("lease") if row[5] != values["owner"] and row[2] == "tree"]
        return rows[: values["most"]]

    def lease_of(self, values: "Values") -> "list[Row]":
        return [row for row in self._rows("lease") if row[5] == values["owner"]]

    def lease_all(self, values: "Values") -> "list[Row]":
        return list(self._rows("lease"))

    def lease_put(self, values: "Values") -> "list[Row]":
        return self._put("lease", values["key"], values)

    def lease_drop(self, values: "Values") -> "list[Row]":
        held = self._one("lease", values["key"])
        return self._drop("lease", [row[0] for row in held if row[6] == values["fence"]])

    def lease_clear(self, values: "Values") -> "list[Row]":
        return self._drop("lease", self.tables["lease"])

    def ticket_all(self, values: "Values") -> "list[Row]":
        return list(self._rows("ticket"))

    def ticket_put(self, values: "Values") -> "list[Row]":
        return self._put("ticket", values["number"], values, keep="owner wants since")

    def ticket_drop(self, values: "Values") -> "list[Row]":
        return self._drop("ticket", [values["number"]])

    def ticket_clear(self, values: "Values") -> "list[Row]":
        return self._drop("ticket", self.tables["ticket"])
