"""One runner of a relay: waits for the one lease, holds it for a moment, gives it back, and notes when.

`python -I -S -B relay.py LIB ROOT NOTES NAME ROUNDS`. NOTES gets "G fence time" when the grant is known and
"R fence time" before the release begins, so a hand-over includes the release's own transaction.
"""

import os
import sys
import time

sys.path.append(sys.argv[1])

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.release import release
from interlock.leases.terms import Terms
from interlock.words.lease import Granted, Held
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import mutex

TERMS = Terms(ttl=60.0, grace=10.0, place=30.0)


def run(root: str, notes: str, name: str, rounds: int) -> None:
    boot = clock.boot_id()
    store = Embedded(root, AuditFile(root), clock.now, clock.wall, boot)
    owner, world = Owner("host", name), Evidence(boot)
    out = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for _ in range(rounds):
        while True:
            with store.transaction() as tx:
                arrive(tx, owner, TERMS.ttl, Liveness())
                got = acquire(tx, world, owner, [mutex("baton")], TERMS, "relay", queue=True)
            if isinstance(got, Granted):
                break
            assert isinstance(got, Held)
            store.wait(got.ticket, 1.0)  # as the guard asks again
        os.write(out, b"G %d %.6f\n" % (got.leases[0].fence, clock.now()))
        time.sleep(0.02)
        os.write(out, b"R %d %.6f\n" % (got.leases[0].fence, clock.now()))
        with store.transaction() as tx:
            assert release(tx, owner, list(got.leases)) == list(got.leases)


if __name__ == "__main__":
    run(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
