"""A lease given to another owner, with nobody in between."""

from interlock.leases.records import lease_values
from interlock.words.lease import Lease
from interlock.words.owner import Owner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx


def pass_on(tx: "Tx", lease: Lease, heir: Owner, until: float) -> Lease:
    """Ends the lease and grants it to ``heir`` in one step, under a new fence, until then; who waits for it
    goes on waiting."""
    facts = {"path": lease.resource.shown, "key": lease.resource.key}
    tx.event("released", owner=lease.owner.id, **facts, fence=lease.fence)
    passed = Lease(lease.resource, heir, tx.next_fence(), tx.now, until, lease.purpose)
    tx.run("lease_put", **lease_values(passed))
    kind = lease.resource.kind
    tx.event(
        "granted", owner=heir.id, **facts, kind=kind, fence=passed.fence, until=round(until, 3),
        purpose=passed.purpose,
    )  # fmt: skip
    return passed
