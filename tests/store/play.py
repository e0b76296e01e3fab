"""Owners who ask for leases on a ground, one transaction for each act, as hooks do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.held import held_by
from interlock.leases.records import lease_of, ticket_of
from interlock.leases.release import depart, release, sweep
from interlock.leases.terms import Terms
from interlock.words.lease import Circle, Granted, Held, Lease, Ticket
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, TREE, Resource

from .grounds import Ground, World

if TYPE_CHECKING:
    from interlock.leases.port import Store

TERMS = Terms(ttl=100.0, grace=10.0, place=20.0)
A, B, C = Owner("h", "s-a"), Owner("h", "s-b"), Owner("h", "s-c")
PIDS = {A: 101, B: 102, C: 103}


def file(key: str, inode: str = "") -> Resource:
    return Resource(FILE, key, inode)


def tree(key: str) -> Resource:
    return Resource(TREE, key)


class Play:
    """``hook=False`` is an owner that asks without a sign of life, which no hook does."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.world = World()
        self.pids = dict(PIDS)
        self.store: Store = ground.store()

    def again(self) -> None:
        """Another process opens the store."""
        self.store = self.ground.store()

    def alive(self, owner: Owner) -> Liveness:
        """Evidence of the owner's process; of pid 0, unknown, where ``pids`` has none."""
        return Liveness(self.pids.get(owner, 0), 7, "boot", "ns")

    def arrive(self, owner: Owner) -> None:
        with self.store.transaction() as tx:
            arrive(tx, owner, TERMS.ttl, self.alive(owner))

    def ask(
        self,
        owner: Owner,
        *wants: Resource,
        queue: bool = False,
        hook: bool = True,
        until: float | None = None,
        waiting: bool = True,
    ) -> Granted | Held | Circle:
        with self.store.transaction() as tx:
            if hook:
                arrive(tx, owner, TERMS.ttl, self.alive(owner))
            return acquire(tx, self.world, owner, list(wants), TERMS, "test", queue, until, waiting)

    def take(self, owner: Owner, *wants: Resource, hook: bool = True) -> tuple[Lease, ...]:
        """Asks, and must be granted."""
        got = self.ask(owner, *wants, hook=hook)
        assert isinstance(got, Granted), got
        return got.leases

    def line_up(self, owner: Owner, *wants: Resource) -> Held:
        """Asks, and must be given a place in the queue."""
        got = self.ask(owner, *wants, queue=True)
        assert isinstance(got, Held), got
        return got

    def release(self, owner: Owner, *leases: Lease) -> list[Lease]:
        with self.store.transaction() as tx:
            return release(tx, owner, list(leases))

    def depart(self, owner: Owner, gone: bool = False) -> list[Lease]:
        with self.store.transaction() as tx:
            return depart(tx, owner, gone=gone)

    def sweep(self) -> list[str]:
        with self.store.transaction() as tx:
            return [row.id for row in sweep(tx, self.world, 0.0)]

    def held(self, owner: Owner) -> list[str]:
        with self.store.transaction() as tx:
            return [lease.resource.key for lease in held_by(tx, owner)]

    def holders(self) -> dict[str, Owner]:
        with self.store.transaction() as tx:
            return {row[0]: lease_of(row).owner for row in tx.run("lease_all")}

    def line(self) -> list[Ticket]:
        with self.store.transaction() as tx:
            return [ticket_of(row) for row in tx.run("ticket_all")]

    def told(self) -> list[str]:
        """The names of all events so far."""
        return [str(record["event"]) for record in self.ground.events()]
