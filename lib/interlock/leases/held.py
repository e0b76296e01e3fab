"""What is held: the leases that overlap a wish, and an owner's own."""

from interlock.leases.records import DAMAGED, OwnerRow, lease_of, seal
from interlock.words.faults import StateFault
from interlock.words.jsontext import dumps
from interlock.words.lease import Lease
from interlock.words.owner import Owner
from interlock.words.resource import FILE, TREE, Resource, is_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


def overlapping(tx: "Tx", world: "World", wants: list[Resource]) -> list[Lease]:
    """All leases that overlap any of ``wants``, with their effective ends, whoever holds them."""
    keys = {key for want in wants for key in (want.key, *want.ancestors())}
    for want in wants:
        if want.inode:
            keys.update(key for (key,) in tx.run("lease_inode", inode=want.inode))
    rows = tx.run("lease_on", keys=dumps(sorted(keys)))
    twins = tx.run("lease_twin", digests=dumps(sorted(seal(key) for key in keys)))
    if {row[0] for row in rows} != {key for (key,) in twins}:
        raise StateFault(f"{DAMAGED} (two indexes of the leases disagree)")
    for want in wants:
        if want.kind == TREE or (want.kind == FILE and not want.inode):  # what is not there may become a folder
            low = want.under()
            rows += tx.run("lease_under", low=low, high=low[:-1] + chr(ord("/") + 1))
    found = {row[0]: lease_of(row) for row in rows}
    return [
        with_owner(tx, lease) for lease in found.values() if any(_collides(world, lease, want) for want in wants)
    ]


def with_owner(tx: "Tx", lease: Lease) -> Lease:
    """The lease with its effective end: its own, or its owner's last hook + TTL if that is later. No hook renews
    the mutex of a run, which may outlive its owner."""
    if is_run(lease.resource):
        return lease
    rows = tx.run("owner_get", id=lease.owner.id)
    if not rows:  # owners outlive their leases; a flipped bit hid the row, and with it the renewals
        raise StateFault(f"{DAMAGED} (a lease's owner is missing)")
    until = max(lease.until, OwnerRow(rows[0]).until)
    return lease.lasting(until)


def _collides(world: "World", lease: Lease, want: Resource) -> bool:
    """Overlap, where a shared inode counts only while the leased path still has it: a file replaced by
    rename frees its inode for others."""
    held = lease.resource
    if not held.overlaps(want):
        return False
    by_path = Resource(held.kind, held.key).overlaps(Resource(want.kind, want.key))
    return by_path or world.inode(held) == want.inode


def held_by(tx: "Tx", owner: Owner) -> list[Lease]:
    """What the owner holds, by key, with effective ends."""
    return [with_owner(tx, lease_of(row)) for row in tx.run("lease_of", owner=owner.id)]
