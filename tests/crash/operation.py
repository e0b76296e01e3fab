"""Does one operation on a store, between two marks that a trace shows.

`python -I -S -B operation.py LIB ROOT BOOT OPERATION`. Prints "ack ..." after the transaction returned, or
"fault NAME" for a fault with a sentence; any other exception is a defect and ends it with a traceback.
"""

import os
import sys

sys.path.append(sys.argv[1])

from interlock.doors import audit, clock, process
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.circles import circle  # noqa: F401  imported late otherwise
from interlock.leases.held import held_by
from interlock.leases.release import release
from interlock.leases.terms import Terms
from interlock.words.faults import Fault
from interlock.words.lease import Granted, Held
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import mutex

TERMS = Terms()
ME = Owner("host", "worker")


def evidence(boot: str) -> Liveness:
    seen = process.stat(os.getpid())
    assert seen is not None
    return Liveness(os.getpid(), seen[2], boot, process.namespace())


def take(store: Embedded, world: Evidence, alive: Liveness) -> str:
    with store.transaction() as tx:
        arrive(tx, ME, TERMS.ttl, alive)
        got = acquire(tx, world, ME, [mutex("wanted")], TERMS, "crash", queue=True)
    if isinstance(got, Granted):
        return f"granted {got.leases[0].fence}"
    assert isinstance(got, Held)
    return f"queued {got.ticket}"


def renew(store: Embedded, world: Evidence, alive: Liveness) -> str:
    with store.transaction() as tx:
        row = arrive(tx, ME, TERMS.ttl, alive)
    return f"renewed {row.until!r}"


def give(store: Embedded, world: Evidence, alive: Liveness) -> str:
    with store.transaction() as tx:
        ended = release(tx, ME, held_by(tx, ME))
    return f"released {ended[0].fence}" if ended else "released 0"


OPERATIONS = {"take": take, "renew": renew, "give": give}


def main(root: str, boot: str, name: str) -> None:
    world, alive = Evidence(boot), evidence(boot)
    warm = f"{root}-warm"  # what is imported late is imported now
    os.makedirs(warm, 0o700, exist_ok=True)
    OPERATIONS["take"](Embedded(warm, AuditFile(warm), clock.now, clock.wall, boot), world, alive)
    if os.path.exists(f"{root}/rotate"):
        audit.MAX_BYTES = 0
    if os.path.exists(f"{root}/limit"):
        import resource

        with open(f"{root}/limit") as file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(file.read()),) * 2)
    store = Embedded(root, AuditFile(root), clock.now, clock.wall, boot)
    os.access("/mark/begin", os.F_OK)
    try:
        told = f"ack {OPERATIONS[name](store, world, alive)}"
    except Fault as fault:
        told = f"fault {type(fault).__name__} {fault}"
    try:
        os.write(1, told.encode() + b"\n")
    except OSError:
        pass  # nobody was told
    os.access("/mark/end", os.F_OK)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[2], sys.argv[3], sys.argv[4])
