"""Would a git command sweep away what belongs to Interlock itself: its settings, its config, its state?"""

from interlock.doors import keys
from interlock.guard.gitlook import Touched
from interlock.guard.itself import protected
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene

_DIRECT = 256  # touched paths that are looked up one by one; of more, only those whose names speak of it


def swept(scene: "Scene", touched: Touched) -> str:
    """The sentence against deleting or stashing what is Interlock's own, "" if nothing of it is touched."""
    paths = touched.paths if touched.why == "delete" else touched.changes if touched.why == "stash" else ()
    if len(paths) > _DIRECT:
        paths = tuple(path for path in paths if "claude" in path.casefold() or "interlock" in path.casefold())
    for path in paths:
        try:
            found = keys.resources(path, "/", "/")[0]
        except Unreadable:
            continue
        target = Resource(TREE if path.endswith("/") else FILE, found.key, found.inode, found.shown)
        if protected(scene, target, removes=True):
            from interlock.guard.gitsays import own

            return own(touched, path.rstrip("/"), scene.project, scene.cwd)
    return ""
