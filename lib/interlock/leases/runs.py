"""The mutexes of runs: leases whose truth is the kernel's lock on a file (docs/adr/0008).

Such a lease is over when its own time has passed *and* nobody has the kernel's lock. No hook renews it, and no
stop, end or death of its owner ends it: what was started in the background goes on. Its purpose begins with the
call it was taken for, so that one owner's second run is held by its first.
"""

from interlock.leases.acquire import drop
from interlock.leases.acquire import standing_of as standing_of
from interlock.leases.held import overlapping
from interlock.leases.queue import ahead_of, join
from interlock.leases.records import lease_of, lease_values
from interlock.leases.terms import Terms
from interlock.words.jsontext import dumps
from interlock.words.lease import Circle, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import Resource, is_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World

REDEEMED_WITHIN = 30.0
"""Seconds that a granted mutex waits for its command to begin."""


def redeem(tx: "Tx", owner: Owner, leases: list[tuple[str, int]]) -> bool:
    """The command for which these (key, fence) were granted begins, under the kernel's locks: from now on those
    alone say when it is over. False, and nothing is changed, if one of them has lapsed since."""
    mine = _current(tx, owner, leases)
    if len(mine) < len(leases):
        return False
    for lease in mine:
        tx.run("lease_put", **lease_values(lease.lasting(tx.now)))
        facts = {"owner": owner.id, "path": lease.resource.shown, "key": lease.resource.key}
        tx.event("redeemed", **facts, fence=lease.fence)
    return True


def renew(tx: "Tx", owner: Owner, leases: list[tuple[str, int]]) -> None:
    """The command for which these (key, fence) were granted is there, and waits for the kernel's locks: they are
    its for thirty seconds more."""
    for lease in _current(tx, owner, leases):
        if lease.until < tx.now + REDEEMED_WITHIN / 2:
            tx.run("lease_put", **lease_values(lease.lasting(tx.now + REDEEMED_WITHIN)))


def has(tx: "Tx", owner: Owner, leases: list[tuple[str, int]]) -> bool:
    """Whether all of these (key, fence) are the owner's still."""
    return len(_current(tx, owner, leases)) == len(leases)


def give_back(tx: "Tx", world: "World", owner: Owner, leases: list[tuple[str, int]]) -> list[Lease]:
    """Ends those of the owner's leases of which nobody has the kernel's lock, and wakes who waits for them; the
    others the kernel will free. Returns the ended."""
    ended = [lease for lease in _current(tx, owner, leases) if world.idle(lease.resource)]
    for lease in ended:
        drop(tx, lease, "released")
    return ended


def sweep_runs(tx: "Tx", world: "World") -> None:
    """Ends the mutexes of runs that are over."""
    for row in tx.run("lease_all"):
        lease = lease_of(row)
        if is_run(lease.resource):
            standing_of(tx, world, lease)


def turn(
    tx: "Tx", world: "World", owner: Owner, wants: list[Resource], terms: Terms, purpose: str, waiting: bool
) -> Held | Circle:
    """Whether it would be the owner's turn now: takes nothing, and keeps a place in the queue. It is, when
    nothing is in the way and nobody ahead."""
    wanted = tuple(sorted(wants, key=lambda want: want.key))
    found = [lease for lease in overlapping(tx, world, list(wanted)) if standing_of(tx, world, lease)]
    ahead = ahead_of(tx, world, owner, list(wanted), tx.now)
    return join(tx, world, owner, wanted, found, ahead, terms, True, waiting)


def _current(tx: "Tx", owner: Owner, leases: list[tuple[str, int]]) -> list[Lease]:
    """Those of the leases that the owner still has under that fence."""
    rows = tx.run("lease_on", keys=dumps(sorted(key for key, _ in leases)))
    found = [lease_of(row) for row in rows]
    return [lease for lease in found if lease.owner == owner and (lease.resource.key, lease.fence) in leases]
