"""The files whose content a git command takes away or puts in their place: for an agent's contract that is a
write.

Going from one commit to another (switch, merge, pull, rebase) is not: nobody's work is lost by it that git does
not have, and it is not the agent that wrote what comes.
"""

from interlock.doors import keys
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.gitlook import Touched

_WRITES = ("discard", "delete", "move", "patch", "stash")
_MOST = 64  # paths of one command that are judged


def rewritten(touched: "list[Touched]") -> list[Resource]:
    """They, as resources; of `git checkout` those that it names."""
    found = []
    for one in touched:
        paths = one.paths if one.why in _WRITES else [path for path in one.paths if path in one.named]
        if one.why in (*_WRITES, "overwrite"):
            found += [target for path in paths[:_MOST] if (target := _resource(path)) is not None]
    return found


def _resource(path: str) -> Resource | None:
    try:
        target = keys.resources(path.rstrip("/"), "/", "/")[0]
    except Unreadable:
        return None
    return Resource(TREE if path.endswith("/") else FILE, target.key, target.inode, target.shown)
