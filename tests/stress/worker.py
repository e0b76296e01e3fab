"""One owner in the storm: takes leases, works on the resources under them, gives them back, for ever.

Run as `python -I -S -B worker.py LIB ROOT DESK NAME EVIDENCE SEED`, as the guard is. What the store has
acknowledged is written to DESK/acks/NAME, one write per acknowledgement, after the transaction has returned:
a line that stands there was promised. EVIDENCE 1 gives the store the process by which death can be proved.
"""

import os
import random
import signal
import sys
import time

sys.path.append(sys.argv[1])
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from ledger import Ledger

from interlock.doors import audit, clock, process
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.release import release
from interlock.leases.terms import Terms
from interlock.words.lease import Circle, Granted, Lease
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import Resource, mutex

TERMS = Terms(ttl=0.3, grace=0.2, place=0.5)
RESOURCES = 24
LOG_BYTES = 256 * 1024
"""The log is rotated often, so that the storm goes over it."""


class Worker:
    """An owner with its store, its ledger desk and its file of acknowledgements."""

    def __init__(self, root: str, desk: str, name: str, evidence: bool, seed: int) -> None:
        self.desk = desk
        self.chance = random.Random(seed)
        boot = clock.boot_id()
        self.store = Embedded(root, AuditFile(root), clock.now, clock.wall, boot)
        self.world = Evidence(boot)
        self.owner = Owner("host", name)
        self.alive = self._evidence(boot) if evidence else Liveness()
        path = os.path.join(desk, "acks", name)
        self.acks = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _evidence(self, boot: str) -> Liveness:
        seen = process.stat(os.getpid())
        assert seen is not None
        return Liveness(os.getpid(), seen[2], boot, process.namespace())

    def ack(self, *lines: tuple[object, ...]) -> None:
        """Writes down what was promised, in one write."""
        text = "".join(" ".join(map(str, line)) + "\n" for line in lines)
        os.write(self.acks, text.encode())

    def obtain(self, wants: list[Resource]) -> tuple[Lease, ...]:
        """Tries now and then, or waits in the queue, until all are granted; () where the storm is over or
        the wait is a circle."""
        held, queue = 0, self.chance.random() < 0.7
        while not self.over():
            before = clock.now()
            with self.store.transaction() as tx:
                arrive(tx, self.owner, TERMS.ttl, self.alive)
                got = acquire(tx, self.world, self.owner, wants, TERMS, "storm", queue=queue)
            after = clock.now()
            if isinstance(got, Granted):
                self.ack(*(("G", g.resource.key, g.fence, before, after, g.until, held) for g in got.leases))
                os.write(1, b"." * len(got.leases))  # the storm counts
                return got.leases
            self.ack(("H", before, after))
            if isinstance(got, Circle):
                return ()
            held += 1
            if queue:
                self.store.wait(got.ticket, 0.25)
            else:
                time.sleep(self.chance.random() * 0.1)
                queue = held > 5
        return ()

    def work(self, leases: tuple[Lease, ...]) -> None:
        """Adds one to each resource, with time between reading and writing for others to get in."""
        until = min(lease.until for lease in leases)
        ledgers = [Ledger(self.desk, lease.resource.key) for lease in leases]
        seen = [ledger.open(lease.fence) for ledger, lease in zip(ledgers, leases, strict=True)]
        time.sleep(self.chance.random() * 0.004)
        if self.chance.random() < 0.005:  # at the worst moment; the storm wakes it after its end
            os.kill(os.getpid(), signal.SIGSTOP)
        if self.chance.random() < 0.1:
            until = max(until, self.renew(leases))
        for ledger, lease, value in zip(ledgers, leases, seen, strict=True):
            verdict = "stale" if value is None else ledger.write(lease.fence, value + 1)
            self.ack(("W", lease.resource.key, lease.fence, verdict, clock.now(), until))

    def renew(self, leases: tuple[Lease, ...]) -> float:
        """A sign of life; returns the new end, 0 where a lease was lost meanwhile."""
        with self.store.transaction() as tx:
            row = arrive(tx, self.owner, TERMS.ttl, self.alive)
            standing = {values[6] for values in tx.run("lease_of", owner=self.owner.id)}
        if not all(lease.fence in standing for lease in leases):
            return 0.0
        self.ack(*(("N", lease.resource.key, lease.fence, row.until) for lease in leases))
        return row.until

    def give_back(self, leases: tuple[Lease, ...]) -> None:
        before = clock.now()
        self.ack(*(("B", lease.resource.key, lease.fence, before) for lease in leases))
        fences = self.release(leases)
        self.ack(*(("R" if g.fence in fences else "L", g.resource.key, g.fence) for g in leases))

    def release(self, leases: tuple[Lease, ...]) -> set[int]:
        """Returns the fences of those that it still had."""
        with self.store.transaction() as tx:
            return {lease.fence for lease in release(tx, self.owner, list(leases))}

    def over(self) -> bool:
        return os.path.exists(os.path.join(self.desk, "over"))

    def run(self) -> None:
        while not self.over():
            count = 2 if self.chance.random() < 0.1 else 1
            wants = [mutex(str(n)) for n in self.chance.sample(range(RESOURCES), count)]
            leases = self.obtain(wants)
            if leases:
                self.work(leases)
                self.give_back(leases)


if __name__ == "__main__":
    audit.MAX_BYTES = LOG_BYTES
    Worker(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5] == "1", int(sys.argv[6])).run()
