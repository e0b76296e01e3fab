"""Repair: a damaged state is set aside, and the leases that the log vouches for are written anew.

The log is the one record that is never rewritten. Every lease that it shows as granted in this boot and not
ended since is restored under its own fence; owners are restored without their process (unknown, so they end
by time), until their next hook renews them. A new epoch keeps every fence of before below those to come.
"""

import os

from interlock.doors import oslock
from interlock.doors.audit import ACTIVE, archives
from interlock.doors.store import epoch
from interlock.doors.store.embedded import BELLS, LOCK, Embedded
from interlock.leases.records import lease_values, new_owner
from interlock.words.faults import StateFault, Unreadable
from interlock.words.jsontext import loads
from interlock.words.lease import Lease
from interlock.words.owner import parse
from interlock.words.resource import Resource, is_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDS = ("released", "lapsed", "taken_over")


def repair(store: Embedded, ttl: float) -> list[str]:
    """Makes the state usable again; returns what was done, a sentence each. ``ttl``: seconds that restored
    leases last unless their owners go on. Raises OSError where the folder can't be written."""
    done = _clear_the_ground(store.root)
    handle = oslock.acquire(store.lock_path)
    try:
        records = list(_records(store.root))
        boot, highest = _boot_and_fence(records)
        number = max(_epoch_number(store.root), highest // epoch.SPAN) + 1
        for name in (epoch.EPOCH, f"{epoch.EPOCH}.new"):
            epoch.set_aside(os.path.join(store.root, name))
        aside = store.set_aside()
        done += [f"set the old state aside as {os.path.basename(aside)}"] if aside else []
        epoch.write(store.root, number - 1, "repaired")
    finally:
        oslock.release(handle)
    leases = _standing(records) if boot == store.boot else {}
    return [*done, _restore(store, leases, ttl)]


def _restore(store: Embedded, leases: dict[str, Lease], ttl: float) -> str:
    with store.transaction() as tx:
        for lease in leases.values():
            until = tx.now + ttl
            ends = tx.now if is_run(lease.resource) else until  # how long a run goes on, the kernel knows
            renewed = Lease(lease.resource, lease.owner, lease.fence, tx.now, ends, lease.purpose)
            tx.run("lease_put", **lease_values(renewed))
            if not tx.run("owner_get", id=lease.owner.id):
                tx.run("owner_put", **new_owner(lease.owner, tx.now, until).values())
        tx.event("repaired", leases=[[lease.resource.key, lease.fence] for lease in leases.values()])
    return f"restored {len(leases)} lease{'' if len(leases) == 1 else 's'} from the log"


def _clear_the_ground(root: str) -> list[str]:
    """What stands where a file or a folder of ours should, and is something else, goes aside."""
    done = []
    wanted = {LOCK: 0o100000, ACTIVE: 0o100000, BELLS: 0o040000}
    for name, kind in wanted.items():
        path = os.path.join(root, name)
        if os.path.lexists(path) and os.lstat(path).st_mode & 0o170000 != kind:
            done.append(f"set {name} aside as {os.path.basename(epoch.set_aside(path))}: not of its kind")
    os.makedirs(os.path.join(root, BELLS), mode=0o700, exist_ok=True)
    return done


def _records(root: str) -> "Iterator[dict[str, object]]":
    """Every record of the log that can be read, oldest first."""
    for name in (*archives(root), ACTIVE):
        try:
            with open(os.path.join(root, name), "rb") as file:
                for line in file:
                    record = _record(line)
                    if record is not None:
                        yield record
        except OSError:
            continue


def _record(line: bytes) -> dict[str, object] | None:
    try:
        record = loads(line)
    except Unreadable:
        return None
    return record if isinstance(record, dict) else None


def _boot_and_fence(records: list[dict[str, object]]) -> tuple[str, int]:
    """The boot that the log last saw begin, and the highest fence it shows."""
    boot, highest = "", 0
    for record in records:
        if record.get("event") == "new_boot":
            boot = str(record.get("boot"))
        fence = record.get("fence")
        highest = max(highest, fence if isinstance(fence, int) else 0)
    return boot, highest


def _epoch_number(root: str) -> int:

    try:
        running = epoch.read(root)
    except StateFault:
        return 0
    return running[0] if running else 0


def _standing(records: list[dict[str, object]]) -> dict[str, Lease]:
    """The leases that were granted since the boot began and not ended, by key. A repair begins a new epoch
    too, and names what it carried over."""
    held: dict[str, Lease] = {}
    known: dict[tuple[str, object], Lease] = {}
    for record in records:
        event, key = record.get("event"), str(record.get("key"))
        if event == "new_boot":
            held = {}
        elif event == "repaired":
            held = _carried(record.get("leases"), known)
        elif event == "granted" and (lease := _granted(record)) is not None:
            held[key] = known[key, lease.fence] = lease
        elif event in _ENDS and key in held and held[key].fence == record.get("fence"):
            del held[key]
    return held


def _carried(pairs: object, known: dict[tuple[str, object], Lease]) -> dict[str, Lease]:
    named = [tuple(pair) for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
    return {str(pair[0]): known[pair] for pair in named if len(pair) == 2 and pair in known}


def _granted(record: dict[str, object]) -> Lease | None:
    fence = record.get("fence")
    try:
        owner = parse(str(record["owner"]))
        key, kind, shown = str(record["key"]), str(record["kind"]), str(record["path"])
    except (KeyError, ValueError):
        return None
    if not isinstance(fence, int):
        return None
    resource = Resource(kind, key, str(record.get("inode", "")), shown)
    return Lease(resource, owner, fence, 0.0, 0.0, str(record.get("purpose", "")))
