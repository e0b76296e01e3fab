"""Has the writer seen what it is about to change? A lease alone does not stop an update from being lost.

Each owner's last look at a file (after its Read, Edit, Write) is kept as a digest. A write to a file whose
content is another now is refused until the owner reads it again. A file it never saw counts as changed if
another owner wrote it since this one came, or if this one had to wait for it (the lease says so).
"""

from interlock.doors import content
from interlock.doors.keys import path_of
from interlock.words.owner import Owner
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx
    from interlock.leases.records import OwnerRow


class Change:
    """Somebody else's change: ``owner`` "" and ``kind`` "" where it came from outside; ``ago`` in seconds,
    negative if not known; ``gone`` if the file was deleted; ``unseen``: nobody is known to have changed it, but
    others had it while this owner waited, which never saw it."""

    __slots__ = ("ago", "gone", "kind", "owner", "unseen")

    def __init__(self, owner: str, kind: str, ago: float, gone: bool, unseen: bool = False) -> None:
        self.owner = owner
        self.kind = kind
        self.ago = ago
        self.gone = gone
        self.unseen = unseen


def stale(tx: "Tx", row: "OwnerRow", target: Resource, wall: float, waited: bool) -> Change | None:
    """What was changed behind the owner's back, None if it may write. ``waited``: it had to wait for its lease."""
    rows = tx.run("seen_get", owner=row.id, key=target.key)
    before = content.Look(*rows[0]) if rows else None
    now = content.look(path_of(target.shown), wall, before)
    if before is not None and now.digest == before.digest:
        return None
    wrote = tx.run("wrote_get", key=target.key)
    writer, kind, digest, at, when = wrote[0] if wrote else ("", "", "", 0.0, 0.0)
    other = writer if writer != row.id and digest == now.digest else ""
    if before is None:
        since_came = other and row.since <= at <= tx.now
        if now.digest == content.MISSING or not (since_came or waited):
            return None
    if now.digest == content.MISSING:
        note(tx, row.owner, target, now)  # nothing to read again: said once
    ago = max(0.0, wall - when) if other else -1.0
    unseen = before is None and not other
    return Change(other, kind if other else "", ago, now.digest == content.MISSING, unseen)


def note(tx: "Tx", owner: Owner, target: Resource, look: content.Look) -> None:
    """Writes down what the owner has seen."""
    tx.run("seen_put", owner=owner.id, key=target.key, digest=look.digest, mark=look.mark)


def wrote(tx: "Tx", row: "OwnerRow", target: Resource, look: content.Look, wall: float) -> None:
    """Writes down that the owner made the file what it is."""
    note(tx, row.owner, target, look)
    tx.run("wrote_put", key=target.key, owner=row.id, kind=row.kind, digest=look.digest, at=tx.now, wall=wall)
