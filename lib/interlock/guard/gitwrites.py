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
_FIRST = 64  # paths of one command that are looked up on the disk, each of which takes a walk


def rewritten(touched: "list[Touched]") -> list[Resource]:
    """The first of them, as resources."""
    return [target for one in touched for path in paths(one)[:_FIRST] if (target := _resource(path)) is not None]


def paths(touched: "Touched") -> list[str]:
    """All of them, absolute; one that ends in "/" means all below it. Of `git checkout` those that it names."""
    if touched.why in _WRITES:
        return list(touched.paths)
    return [path for path in touched.paths if path in touched.named] if touched.why == "overwrite" else []


def _resource(path: str) -> Resource | None:
    try:
        target = keys.resources(path.rstrip("/"), "/", "/")[0]
    except Unreadable:
        return None
    return Resource(TREE if path.endswith("/") else FILE, target.key, target.inode, target.shown)
