"""One session open in two clients (`claude --resume` while the first lives): each client is an owner of its own.

Both say the same session id. Were they one owner, the second would overwrite what the first holds, and its Stop
would give back the first's leases.
"""

from interlock.leases.records import OwnerRow
from interlock.words.owner import Liveness, Owner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


def acting(tx: "Tx", world: "World", main: Owner, alive: Liveness, holder: OwnerRow | None) -> Owner:
    """Under which name the client ``alive`` acts in the session of ``main``, whose row names another client or is
    missing: the plain one, unless that other client provably lives. A name of its own, once given, stays the
    client's, and begins with what the session saw so far: the conversation is the same."""
    if (own := named(tx, main, alive)) != main or holder is None or not _lives(world, holder, alive):
        return own
    own = main.apart(alive.pid)
    tx.run("seen_copy", old=main.id, new=own.id)
    tx.run("past_put", owner=own.id, boot=tx.boot, came=holder.since, last=-1.0)
    return own


def named(tx: "Tx", main: Owner, alive: Liveness) -> Owner:
    """The session's main agent under the name that the client ``alive`` has there: its own if it was given one."""
    own = main.apart(alive.pid)
    rows = tx.run("owner_get", id=own.id)
    row = OwnerRow(rows[0]) if rows else None
    mine = row is not None and all(getattr(row, name) == getattr(alive, name) for name in Liveness.__slots__)
    return own if mine else main


def _lives(world: "World", row: OwnerRow, beside: Liveness) -> bool:
    """Whether the client is proved to live: its death could be, on the same boot and in the same namespace, and is
    not."""
    near = row.boot == beside.boot and row.pid_namespace == beside.pid_namespace != ""
    return bool(row.pid) and near and not world.dead(row.pid, row.started, row.boot, row.pid_namespace)
