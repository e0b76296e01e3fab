"""Giving leases back, and the going of owners."""

from interlock.leases.acquire import drop
from interlock.leases.held import held_by
from interlock.leases.queue import leave_all
from interlock.leases.records import OwnerRow
from interlock.words.lease import Lease
from interlock.words.owner import Owner, parse
from interlock.words.resource import is_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


DAY = 86400.0
_MONTH = 30 * DAY
KEPT_OWNERS, KEPT_SEEN = 2000, 20_000
"""Owners that ended of whom is remembered when they came and what they saw, and files that they saw in all."""


def release(tx: "Tx", owner: Owner, leases: list[Lease]) -> list[Lease]:
    """Ends those of ``leases`` that are the owner's under that very fence; returns them. A lease that was
    lost and granted again has another fence and stays; the mutex of a run is not given back so."""
    held = [lease for lease in held_by(tx, owner) if not is_run(lease.resource)]
    current = {(lease.resource.key, lease.fence) for lease in held}
    ended = [lease for lease in leases if (lease.resource.key, lease.fence) in current]
    for lease in ended:
        drop(tx, lease, "released")
    return ended


def depart(tx: "Tx", owner: Owner, event: str = "released", gone: bool = False) -> list[Lease]:
    """The owner stops: everything it holds and every place it keeps is free, but for the mutexes of its runs,
    which may go on in the background (``leases/runs.py``). With ``gone`` it has ended: calls whose end nobody
    told are over. It may be resumed, and goes by what it saw then, so that is kept."""
    ended = [lease for lease in held_by(tx, owner) if not is_run(lease.resource)]
    for lease in ended:
        drop(tx, lease, event)
    leave_all(tx, owner)
    if gone:
        tx.run("call_end", owner=owner.id)
        tx.run("owner_drop", id=owner.id)
    return ended


def forget(tx: "Tx", owner: Owner) -> None:
    """What an owner that ended saw, and when it came, is not remembered any more."""
    tx.run("seen_drop", owner=owner.id)
    tx.run("past_drop", owner=owner.id)


def session_owners(tx: "Tx", host: str, session: str) -> list[OwnerRow]:
    """The main agent and all subagents of a session that the store knows."""
    low = f"{host}|{session}|"
    return [OwnerRow(row) for row in tx.run("owner_of_session", low=low, high=low[:-1] + chr(ord("|") + 1))]


def sweep(tx: "Tx", world: "World", wall: float) -> list[OwnerRow]:
    """Buries every owner that is provably dead, or was not heard of for a day and holds nothing; returns
    the dead. Calls older than a day, and last writes and ended owners older than thirty, are forgotten. ``wall``:
    seconds since 1970."""
    buried = []
    for values in tx.run("owner_all"):
        row = OwnerRow(values)
        if world.dead(row.pid, row.started, row.boot, row.pid_namespace):
            depart(tx, row.owner, "taken_over", gone=True)
            tx.event("owner_dead", owner=row.id)
            buried.append(row)
        elif row.until + DAY < tx.now and not tx.run("lease_of", owner=row.id):
            depart(tx, row.owner, gone=True)
    from interlock.leases.runs import sweep_runs

    sweep_runs(tx, world)
    tx.run("call_prune", before=tx.now - DAY)
    tx.run("wrote_prune", before=wall - _MONTH)
    _forget_the_oldest(tx, wall)
    return buried


def _forget_the_oldest(tx: "Tx", wall: float) -> None:
    """Bounds what is remembered of those that ended, in days and in rows."""
    tx.run("past_leave", wall=wall)
    files = 0
    for number, (owner, last, seen) in enumerate(tx.run("past_gone")):
        files += seen
        if last < wall - _MONTH or number >= KEPT_OWNERS or files > KEPT_SEEN:
            forget(tx, parse(owner))
