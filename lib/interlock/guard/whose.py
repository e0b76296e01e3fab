"""Whose a change of a held file may be: its holder's, or which of the commands of others could have made it.

When it was is its ctime, which nobody can set. What ran then is written down; the rest is where a doubt remains,
and doubts are never told as certainties.
"""

import os

from interlock.doors import content, keys
from interlock.guard import behind
from interlock.guard.watch import GOES_ON
from interlock.guard.watched import SLACK, Base, Known, Run, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx
    from interlock.words.lease import Lease

HOOKS = 3.0
"""Seconds after a write's Post in which the holder's own hooks (a formatter) may go on with the file."""


def when(tx: "Tx", base: Base, path: str, look: content.Look, wall: float) -> tuple[float, float]:
    """From when to when the change was, on the store's clock. A name that is gone has no ctime of its own; the
    nearest folder that is left changed when it went, or later."""
    if look.changed_at < float("inf"):
        at = tx.now - (tx.wall - look.changed_at)
        return at, at
    while path != "/":
        path = os.path.dirname(path)
        try:
            at = tx.now - (tx.wall - os.stat(path).st_ctime)
        except OSError:
            continue
        return base.looked, at if at >= base.looked else tx.now
    return base.looked, tx.now


def suspects(
    tx: "Tx", scene: "Scene", base: Base, lease: "Lease", runs: list[Run], low: float, high: float
) -> list[Run]:
    """The commands of others that ran then and could have reached the file; which of them certainly."""
    found = []
    for run in runs:
        if run.owner == base.owner or not run.ran(low, high):
            continue
        what = behind.known(tx, run.id)
        held_off = _held_off(tx, scene, what, run, base, lease) if what.contained else 0
        if not what.quiet and held_off < SURELY:
            run.certain = held_off == NO and low <= run.sure + SLACK
            found.append(run)
    return found


NO, PERHAPS, SURELY = 0, 1, 2


def _held_off(tx: "Tx", scene: "Scene", what: Known, run: Run, base: Base, lease: "Lease") -> int:
    """Whether the kernel kept a contained command off the file: if that was bound, and its mount was not dropped
    meanwhile, as by a rename over the file outside of the command."""
    digests = what.bound
    if digests is None:
        from interlock.doors import contain

        paths = contain.bound(scene.root, run.id)
        if paths is None:  # no ticket was used yet; at the command's end it will be known
            return PERHAPS if run.over > tx.now else NO
        digests = [short(path) for path in paths]
    at = keys.path_of(lease.resource.shown)
    written = base.wall - (tx.wall - tx.now)  # by its holder, last
    was_bound = short(at) in digests and base.digest != content.MISSING
    if not was_bound or lease.since > run.began or written > run.began:
        return PERHAPS
    return SURELY if scene.world.inode(lease.resource) == lease.resource.inode != "" else PERHAPS


def ran_own(base: Base, runs: list[Run], low: float, high: float) -> bool:
    """Whether a command of the holder's ran then."""
    return any(run.owner == base.owner and run.ran(low, high) for run in runs)


def under_way(tx: "Tx", scene: "Scene", base: Base, others: list[Run], low: float, high: float) -> bool:
    """Whether the holder's write to the file was under way then. It counts as under way until its Post, but, as
    that may never come (a permission refused, an interrupt), no longer than until its next call. After its Post
    the holder's own hooks may change the file for a while: beside commands that began before, it was they."""
    if base.writing == GOES_ON:
        return True
    if base.writing > 0:
        return high >= base.writing - SLACK and low <= ended(tx, scene, base)
    wrote = -base.writing
    if not wrote or high < wrote - SLACK or low > min(wrote + HOOKS, ended(tx, scene, base)):
        return False
    return all(run.began < wrote for run in others)


def ended(tx: "Tx", scene: "Scene", base: Base) -> float:
    """When the holder's write that is noted was over at the latest: at its next call, endless before that."""
    later = tx.run("call_since", owner=base.owner, at=abs(base.writing))
    if later:
        return float(later[0][1])
    began = tx.now - scene.call.duration_ms / 1000
    return began if scene.owner.id == base.owner and began > abs(base.writing) else float("inf")


def over(tx: "Tx", scene: "Scene", base: Base) -> None:
    """At its holder's next call the write that is noted is over: reads are not written down as calls."""
    if base.writing and scene.owner.id == base.owner and ended(tx, scene, base) < float("inf"):
        tx.run("base_writing", key=base.key, owner=base.owner, at=0.0)
