"""Asking for leases: all of what is wanted, or none."""

from interlock.leases.held import overlapping
from interlock.leases.queue import ahead_of, join, places, served, wake
from interlock.leases.records import OwnerRow, lease_values
from interlock.leases.terms import DEAD, LAPSED, Terms, standing
from interlock.words.lease import Circle, Granted, Held, Lease, Ticket
from interlock.words.owner import Owner
from interlock.words.resource import MUTEX, Resource, is_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World

PURPOSE = 200
"""Characters of a lease's purpose that are kept."""


def acquire(
    tx: "Tx",
    world: "World",
    owner: Owner,
    wants: list[Resource],
    terms: Terms,
    purpose: str,
    queue: bool = False,
    until: float | None = None,
    waiting: bool = True,
) -> Granted | Held | Circle:
    """Takes every lease in ``wants`` for ``owner``, or none. What it holds already counts as taken (its
    fence stays). With ``queue`` a refusal leaves a ticket, asked again by calling again with the same wants;
    a wait that would close a circle is refused. Without ``waiting`` the place is kept, but nobody waits with
    it: it is no part of a circle. ``until``: how long the leases last if no hook renews them (default: now +
    TTL); a lease that is held already lasts at least as long. The mutex of a run is the call's, which ``purpose``
    begins with: what another call of the same owner holds is in the way."""
    wanted = {want.key: want for want in sorted(wants, key=lambda want: want.key)}
    mine: dict[str, Lease] = {}
    blocking: list[Lease] = []
    for lease in overlapping(tx, world, list(wanted.values())):
        if lease.owner == owner and not _of_another_run(lease, purpose):
            mine[lease.resource.key] = lease
        elif not _void(tx, world, lease, terms):
            blocking.append(lease)
    need = [want for key, want in wanted.items() if key not in mine]
    apart = [want for want in need if not any(lease.resource.contains(want) for lease in mine.values())]
    ahead = ahead_of(tx, world, owner, apart, tx.now) if apart else []
    if blocking or ahead:
        return join(tx, world, owner, tuple(wanted.values()), blocking, ahead, terms, queue, waiting)
    queued = places(tx, owner)
    waited = frozenset(key for key, want in wanted.items() if _waited(want, mine, queued))
    ends = until or tx.now + terms.ttl
    fresh = [_grant(tx, owner, want, purpose, ends, want.key in waited) for want in need]
    served(tx, owner, queued)
    kept = [_extended(tx, mine[key], until) for key in wanted if key in mine]
    return Granted(tuple(kept + fresh), tuple(fresh), waited)


def _waited(want: Resource, mine: dict[str, Lease], queued: list[Ticket]) -> bool:
    """Whether its owner had to wait for it: it holds it, or a folder around it, since then, or stands in the queue
    for it."""
    if any(lease.waited and lease.resource.contains(want) for lease in mine.values()):
        return True
    return any(wish.contains(want) for ticket in queued for wish in ticket.wants)


def in_the_way(tx: "Tx", world: "World", owner: Owner, wants: list[Resource], terms: Terms) -> list[Lease]:
    """The leases of others that overlap ``wants``; nothing is taken and nobody queued."""
    found = [lease for lease in overlapping(tx, world, wants) if lease.owner != owner]
    return [lease for lease in found if not _void(tx, world, lease, terms)]


def _extended(tx: "Tx", lease: Lease, until: float | None) -> Lease:
    """The lease, lasting until then at least."""
    if until is None or until <= lease.until:
        return lease
    longer = lease.lasting(until)
    tx.run("lease_put", **lease_values(longer))
    facts = {"owner": lease.owner.id, "path": lease.resource.shown, "key": lease.resource.key}
    tx.event("extended", **facts, fence=lease.fence, until=round(until, 3))
    return longer


def standing_of(tx: "Tx", world: "World", lease: Lease) -> bool:
    """Whether the mutex of a run is still held; ends it if not: its time has passed and the kernel's lock is
    free."""
    if tx.now < lease.until or not world.idle(lease.resource):
        return True
    drop(tx, lease, "lapsed")
    return False


def _of_another_run(lease: Lease, purpose: str) -> bool:
    return is_run(lease.resource) and lease.purpose.partition(" ")[0] != purpose.partition(" ")[0]


def _void(tx: "Tx", world: "World", lease: Lease, terms: Terms) -> bool:
    """Ends a lease of another owner that has lapsed or whose owner is provably dead."""
    if is_run(lease.resource):
        return not standing_of(tx, world, lease)
    rows = tx.run("owner_get", id=lease.owner.id)
    row = OwnerRow(rows[0]) if rows else None
    gone = row is not None and world.dead(row.pid, row.started, row.boot, row.pid_namespace)
    state = standing(lease.until, tx.now, terms.grace, gone)
    if state not in (LAPSED, DEAD):
        return False
    drop(tx, lease, "taken_over" if state == DEAD else "lapsed")
    return True


def drop(tx: "Tx", lease: Lease, event: str) -> None:
    """Ends the lease and wakes who waits for it."""
    tx.run("lease_drop", key=lease.resource.key, fence=lease.fence)
    tx.event(event, owner=lease.owner.id, path=lease.resource.shown, key=lease.resource.key, fence=lease.fence)
    wake(tx, [lease.resource])


def _grant(tx: "Tx", owner: Owner, want: Resource, purpose: str, until: float, waited: bool) -> Lease:
    lease = Lease(want, owner, tx.next_fence(), tx.now, until, purpose[:PURPOSE], waited)
    tx.run("lease_put", **lease_values(lease))
    facts: dict[str, object] = {"owner": owner.id, "path": want.shown, "key": want.key, "kind": want.kind}
    if want.kind != MUTEX:
        facts["inode"] = want.inode
    tx.event("granted", **facts, fence=lease.fence, until=round(until, 3), purpose=lease.purpose)
    return lease
