"""What `interlock status` shows, gathered: owners, leases, queue, last events, coverage."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Literal

from interlock.doors import process
from interlock.doors.config import load
from interlock.doors.keys import path_of
from interlock.faces.coverage import Count
from interlock.faces.desk import Desk
from interlock.faces.scope import Scope
from interlock.guard import messages
from interlock.leases.held import overlapping, with_owner
from interlock.leases.records import OwnerRow, lease_of, ticket_of
from interlock.leases.terms import LAPSED, LIVE, Terms, standing
from interlock.log.lines import exists, lines
from interlock.log.patience import patience
from interlock.shapes.record import Record
from interlock.shapes.status import Coverage, Holding, OwnerState, Status, Waiting
from interlock.words.lease import Lease, Ticket
from interlock.words.owner import Liveness
from interlock.words.resource import is_run

if TYPE_CHECKING:
    from interlock.leases.port import Tx


class Survey:
    """Everything in ``scope``, at one moment."""

    def __init__(self, desk: Desk, scope: Scope, many: int) -> None:
        self.desk = desk
        self.scope = scope
        with patience(desk.root), desk.store.transaction() as tx:
            self.now, self.wall = tx.now, desk.store.wall()
            self.rows = {row.id: row for row in map(OwnerRow, tx.run("owner_all"))}
            self.leases = [with_owner(tx, lease_of(row)) for row in tx.run("lease_all")]
            live = [ticket for ticket in map(ticket_of, tx.run("ticket_all")) if self._waits(ticket)]
            self.queue = [self._waiting(tx, ticket, live[:at]) for at, ticket in enumerate(live)]
        self.events, self.coverage = self._log(many)

    def kinds(self) -> dict[str, str]:
        """The agent types by owner."""
        return {row.id: row.kind for row in self.rows.values()}

    def status(self) -> Status:
        """What was found, for this scope."""
        return Status(
            at=round(self.wall, 3),
            repo=self.scope.id,
            project=self.scope.project,
            owners=[self._owner(row) for row in self.rows.values() if self._shown(row)],
            queue=[waiting for waiting in self.queue if self._concerns(waiting)],
            events=[json.loads(raw) for raw, _ in self.events],
            coverage=self.coverage,
            hint="",
        )

    def _shown(self, row: OwnerRow) -> bool:
        return self._ours(row.id) or any(
            lease.owner.id == row.id and self.scope.has(lease.resource.shown) for lease in self.leases
        )

    def _ours(self, owner_id: str) -> bool:
        row = self.rows.get(owner_id)
        return self.scope.id is None or (row is not None and self.scope.is_repo(row.repo))

    def _concerns(self, waiting: Waiting) -> bool:
        return self._ours(waiting.owner) or any(map(self.scope.has, waiting.paths))

    def _owner(self, row: OwnerRow) -> OwnerState:
        mine = [lease for lease in self.leases if lease.owner.id == row.id]
        if row.owner.is_person or not self._ours(row.id):  # who works elsewhere too: what concerns us
            mine = [lease for lease in mine if self._ours_lease(lease)]
        terms = load(path_of(row.project), self.desk.root).terms if row.project else self.desk.terms
        last = row.until - (0.0 if row.owner.is_person else terms.ttl)
        return OwnerState(
            id=row.id,
            name=messages.name(row.owner, row.kind),
            agent_type=row.kind,
            person=row.owner.is_person,
            state=self._state(row),
            pid=row.pid,
            since=self._when(row.since),
            last_hook=self._when(min(self.now, max(row.since, last))),
            project=row.project,
            holds=[self._holding(lease, row, terms) for lease in mine],
        )

    def _ours_lease(self, lease: Lease) -> bool:
        return not lease.resource.shown.startswith("/") or self.scope.has(lease.resource.shown)

    def _state(self, row: OwnerRow) -> Literal["alive", "dead", "unknown"]:
        who = Liveness(row.pid, row.started, row.boot, row.pid_namespace)
        if process.dead(who, self.desk.boot):
            return "dead"
        known = row.pid and row.boot == self.desk.boot and row.pid_namespace == process.namespace()
        return "alive" if known and row.pid_namespace else "unknown"

    def _holding(self, lease: Lease, row: OwnerRow, terms: Terms) -> Holding:
        state = standing(lease.until, self.now, terms.grace, self._state(row) == "dead")
        if is_run(lease.resource):  # it ends with its processes
            state = LIVE if self.now < lease.until or not self.desk.world.idle(lease.resource) else LAPSED
        facts: dict[str, object] = {"path": lease.resource.shown, "kind": lease.resource.kind}
        facts |= {"owner": lease.owner.id, "fence": lease.fence, "purpose": lease.purpose, "standing": state}
        times = {"since": self._when(lease.since), "until": self._when(lease.until)}
        return Holding.model_validate(facts | times)

    def _waits(self, ticket: Ticket) -> bool:
        row = self.rows.get(ticket.owner.id)
        return ticket.until > self.now and not (row and self._state(row) == "dead")

    def _waiting(self, tx: Tx, ticket: Ticket, earlier: list[Ticket]) -> Waiting:
        holders = [lease.owner.id for lease in overlapping(tx, self.desk.world, list(ticket.wants))]
        before = [
            other.owner.id
            for other in earlier
            if any(want.overlaps(theirs) for want in ticket.wants for theirs in other.wants)
        ]
        me = ticket.owner.id
        return Waiting(
            ticket=ticket.number,
            owner=me,
            paths=[want.shown for want in ticket.wants],
            place=len({one for one in before if one != me}) + 1,
            since=self._when(ticket.since),
            until=self._when(ticket.until),
            behind=[one for one in dict.fromkeys(holders + before) if one != me],
            yielding=bool(ticket.yielded_to),
        )

    def _when(self, at: float) -> float:
        """A time on the store's clock as seconds since 1970."""
        return round(self.wall - (self.now - at), 3)

    def _log(self, many: int) -> tuple[list[tuple[bytes, Record]], Coverage]:
        count = Count(self.wall)
        last: deque[tuple[bytes, Record]] = deque(maxlen=many)
        self.scope.owners.update(row.id for row in self.rows.values() if self._ours(row.id))
        day = count.start.strftime("%Y-%m-%d")
        for line in lines(self.desk.root, day, spare=1) if exists(self.desk.root) else ():
            if line.record is None:
                continue
            self.scope.learn(line.record)
            if self.scope.covers(line.record):
                count.take(line.record)
                last.append((line.raw, line.record))
        return list(last), count.total()
