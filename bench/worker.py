"""One process of a bench: `python -I -S worker.py LIB STORE ROOT NAME TIMES FILES`.

STORE is `embedded` or `files`. TIMES transactions, each what the guard does before a write: an owner's sign of
life, a lease, the call and an event. Takes file NAME-1, NAME-2, ..., or one of FILES at random if that is not 0,
and gives it back at once. Prints the milliseconds of each transaction, the first with the start of the
store's engine, as JSON.
"""

import os
import sys
import time

LIB, STORE, ROOT, NAME, TIMES, FILES = sys.argv[1:7]
sys.path += [LIB, os.path.dirname(os.path.abspath(__file__))]

from interlock.doors import clock, process  # noqa: E402
from interlock.doors.audit import AuditFile  # noqa: E402
from interlock.leases.acquire import acquire, drop  # noqa: E402
from interlock.leases.arrive import arrive  # noqa: E402
from interlock.leases.terms import Terms  # noqa: E402
from interlock.words.jsontext import dumps  # noqa: E402
from interlock.words.lease import Granted  # noqa: E402
from interlock.words.owner import Liveness, Owner  # noqa: E402
from interlock.words.resource import FILE, Resource  # noqa: E402

if STORE == "embedded":
    from interlock.doors.store.embedded import Embedded as Store
else:
    from files import Files as Store  # type: ignore[import-not-found, no-redef]

BOOT = clock.boot_id()


class World:
    """Nobody is dead, no file has moved."""

    def dead(self, pid: int, started: int, boot: str, pid_namespace: str) -> bool:
        return process.dead(Liveness(pid, started, boot, pid_namespace), BOOT)

    def inode(self, resource: Resource) -> str:
        return resource.inode

    def idle(self, resource: Resource) -> bool:
        return True


def main() -> None:
    owner = Owner("host", NAME)
    alive = process.client(str(os.getppid()), "", BOOT)
    times = []
    for number in range(int(TIMES)):
        shared = int.from_bytes(os.urandom(2), "big") % int(FILES) if int(FILES) else -1
        chosen = f"{NAME}-{number}" if shared < 0 else f"shared-{shared}"
        began = time.perf_counter()
        if number == 0:
            store = Store(ROOT, AuditFile(ROOT), clock.now, clock.wall, BOOT)
        write(store, owner, alive, f"/work/project/src/{chosen}.py", f"{NAME}-{number}", back=FILES != "0")
        times.append((time.perf_counter() - began) * 1000)
    os.write(1, dumps(times).encode())
    os._exit(0)


def write(store: "Store", owner: Owner, alive: Liveness, path: str, call: str, back: bool) -> None:
    file = Resource(FILE, path, f"1:{abs(hash(path))}" if not back else "")
    with store.transaction() as tx:
        tx.run("call_get", id=call)
        arrive(tx, owner, 900.0, alive)
        got = acquire(tx, World(), owner, [file], Terms(), "")
        tx.run("seen_get", owner=owner.id, key=file.key)
        tx.run("wrote_get", key=file.key)
        tx.run("call_put", id=call, owner=owner.id, tool="Write", at=tx.now, decision="[]", ended=0)
        tx.event("decision", owner=owner.id, paths=[path], verdict="allow" if isinstance(got, Granted) else "deny")
        if back and isinstance(got, Granted):
            for lease in got.leases:
                drop(tx, lease, "released")


main()
