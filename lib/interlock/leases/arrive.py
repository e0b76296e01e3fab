"""The coming of owners: every hook is a sign of life."""

from interlock.leases.records import OwnerRow, new_owner
from interlock.words.owner import Liveness, Owner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


def arrive(tx: "Tx", owner: Owner, ttl: float, alive: Liveness, **facts: str) -> OwnerRow:
    """Notes a sign of life: a new owner is written down, a known one renewed for ``ttl`` seconds. Facts
    (kind, issue, project, repo) that are given and not empty replace what was known. One that ended and is back
    came when it first came."""
    rows = tx.run("owner_get", id=owner.id)
    until = tx.now + ttl
    known = {name: value for name, value in facts.items() if value}
    known_life = {name: getattr(alive, name) for name in Liveness.__slots__} if alive.pid else {}
    if rows:
        row = OwnerRow(rows[0])
        row.until = max(row.until, until)
        for name, value in {**known, **known_life}.items():
            setattr(row, name, value)
    else:
        row = new_owner(owner, _came(tx, owner), until, **known, **known_life)
        facts_told = {"agent_type": known.get("kind", ""), "project": known.get("project", "")}
        tx.event("owner", owner=owner.id, **facts_told, repo=known.get("repo", ""), pid=alive.pid)
    tx.run("owner_put", **row.values())
    return row


def acting(tx: "Tx", world: "World", main: Owner, alive: Liveness) -> Owner:
    """The main agent as the client ``alive`` runs it: ``main`` itself, unless another client that provably lives
    has the same session open. A client that is not known (pid 0) is taken for the only one."""
    if not alive.pid:
        return main
    rows = tx.run("owner_get", id=main.id)
    holder = OwnerRow(rows[0]) if rows else None
    if holder is not None and (holder.pid, holder.started) == (alive.pid, alive.started):
        return main
    from interlock.leases import clients

    return clients.acting(tx, world, main, alive, holder)


def _came(tx: "Tx", owner: Owner) -> float:
    """When the owner first came, written down so that it outlasts its end; -1, before all on this boot's clock,
    for one of an earlier boot."""
    rows = tx.run("past_get", owner=owner.id)
    came = tx.now
    if rows:
        came = rows[0][1] if rows[0][0] == tx.boot else -1.0
    tx.run("past_put", owner=owner.id, boot=tx.boot, came=came, last=-1.0)
    return came
