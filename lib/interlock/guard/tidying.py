"""Holding what is kept to its bounds: at a session's start, and whenever there is too much of it."""

from interlock.doors import kept
from interlock.guard import messages_breach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx
    from interlock.words.owner import Owner

_DAYS = 30 * 86400.0  # seconds that versions are kept


def tidy(tx: "Tx", root: str, wall: float) -> None:
    """Forgets what no lease, no owner and no restore will ask for: versions after thirty days."""
    tx.run("base_prune")
    tx.run("notice_prune")
    tx.run("version_prune", before=wall - _DAYS)
    sweep(tx, root)


def hand_on(tx: "Tx", owner: "Owner", kind: str, parent: "Owner", wall: float) -> None:
    """What a subagent that ends was still to be told is told to its parent."""
    for (text,) in tx.run("notice_of", owner=owner.id):
        tx.run("notice_add", owner=parent.id, wall=wall, text=messages_breach.handed_on(text, owner, kind))
    tx.run("notice_drop", owner=owner.id)


def sweep(tx: "Tx", root: str) -> None:
    """Holds the kept content to its bound: what nothing refers to goes first, then versions, the oldest first, and
    what holders know last."""
    ranks = {digest: 1 for (digest,) in tx.run("version_digests")}
    ranks.update((digest, 0) for (digest,) in tx.run("base_digests"))
    tx.run("kept_set", bytes=kept.sweep(root, ranks))
