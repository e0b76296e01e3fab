"""What a shell command could collide with: who holds something where it can reach, who else is at work.

Cheap by design: most commands run while nobody holds anything, and are answered on this alone.
"""

from interlock import system as os
from interlock.doors import keys
from interlock.doors.config import SEQUENTIAL
from interlock.doors.place import home
from interlock.guard.itself import aliases
from interlock.guard.scene import Scene
from interlock.leases.records import OwnerRow, lease_of
from interlock.words.faults import StorageFull, Unreadable
from interlock.words.lease import Lease
from interlock.words.resource import FILE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx

MOST = 1000
"""Leases of others that are looked at for one command."""
_WRITERS = (
    ">", "tee", "sed", "perl", "awk", "cp", "mv", "rm", "ln", "dd", "install", "truncate", "patch", "git", "fmt",
    "fix", "format", "open(", "write", "black", "isort", "prettier", "unzip", "tar", "sort", "curl", "wget",
    "rsync", "touch",
)  # fmt: skip
"""Text that most commands hold which write a file by name."""


def reachable(tx: "Tx", scene: Scene) -> list[Lease]:
    """The leases of others that the command could run into: those below the checkout and the working
    folder, trees around it, and any at all if its text may leave these places."""
    me = scene.owner.id
    if not tx.run("lease_not_of", owner=me):
        return []
    rows = []
    for folder in _grounds(scene):  # what is nearest first: of very much, the rest is left out
        rows += tx.run("lease_others_under", **_below(folder), owner=me, most=MOST)
    rows += tx.run("lease_others_trees", owner=me, most=MOST)
    if _leaves(scene.call.command):
        rows += tx.run("lease_others", owner=me, most=MOST)
    leases = {lease.resource.key: lease for lease in map(lease_of, rows)}
    return [lease for lease in leases.values() if not lease.resource.key.startswith("mutex:")]


def beside(tx: "Tx", scene: Scene) -> bool:
    """Whether others hold something in another checkout of the same repository: scripts go there as easily as
    to the next folder, and their text does not tell."""
    me = scene.owner.id
    if not tx.run("lease_not_of", owner=me):
        return False
    from interlock.doors import repo

    account = home(scene.environ)
    for top in repo.checkouts(repo.common_dir(repo.checkout(scene.cwd) or scene.cwd)):
        try:
            folder = keys.resources(top, "/", account)[0]
        except Unreadable:
            continue
        if tx.run("lease_others_under", **_below(folder), owner=me, most=1):
            return True
    return False


def to_contain(scene: Scene, held: list[Lease]) -> list[Lease]:
    """What others hold that a command which nobody can read must be kept off: all of it, ``held`` first; nothing
    where they hold something in strange places alone."""
    if len(held) >= MOST:
        return held
    try:
        with scene.store.transaction() as tx:
            if not held and not beside(tx, scene):
                return []
            rows = tx.run("lease_others", owner=scene.owner.id, most=MOST)
    except StorageFull:
        return held
    leases = {lease.resource.key: lease for lease in (*held, *map(lease_of, rows))}
    return [lease for lease in leases.values() if not lease.resource.key.startswith("mutex:")]


def touches_uncommitted(tx: "Tx", scene: Scene) -> bool:
    """Whether the command may speak to git where somebody else wrote something."""
    if "git" not in scene.call.command:
        return False
    return any(tx.run("wrote_by_others", **_below(f), owner=scene.owner.id) for f in _grounds(scene))


def may_write_beside_others(tx: "Tx", scene: Scene, project: str) -> bool:
    """Whether the command looks like a writer while somebody else is at work in the project: then what it
    writes is taken for it, as with any write."""
    if not looks_like_writing(scene.call.command):
        return False
    rows = [OwnerRow(row) for row in tx.run("owner_all")]
    return any(row.id != scene.owner.id and row.until > tx.now and row.project == project for row in rows)


def takes_turns(scene: Scene) -> bool:
    """Whether the command looks like a writer, and the config lets writes through in turn (``guard/turns.py``)."""
    turns = scene.config.freeze or scene.config.mode == SEQUENTIAL
    return turns and looks_like_writing(scene.call.command)


def speaks_of_itself(scene: Scene) -> bool:
    """Whether the command could write Interlock's own files, by their names or by those behind their links."""
    command = scene.call.command
    if not looks_like_writing(command):
        return False
    if "git" in command and ("clean" in command or "stash" in command):
        return True  # what is ignored or new goes with it, unnamed
    return any(name in command for name in (".claude", "interlock", *aliases(scene)))


def looks_like_writing(command: str) -> bool:
    """Whether there is a word in it that most commands hold which write a file by name."""
    return any(word in command for word in _WRITERS)


def _grounds(scene: Scene) -> list[Resource]:
    account = home(scene.environ)
    found = [keys.resources(scene.project, "/", account)[0]]
    cwd = keys.resources(scene.cwd, "/", account)[0]
    return found if (cwd.key + "/").startswith(found[0].under()) else [*found, cwd]


def _below(folder: Resource) -> dict[str, str]:
    low = folder.under()
    return {"low": low, "high": low[:-1] + chr(ord("/") + 1)}


def _leaves(command: str) -> bool:
    """Whether the text may name a place outside of where it runs: an absolute path, ``..``, ``~``, or a
    variable that could hold one."""
    if ".." in command or "~" in command or "$" in command:
        return True
    pieces = command.split("/")[:-1]
    return any(not piece or not (piece[-1].isalnum() or piece[-1] in "_-.") for piece in pieces)


def to_bind(leases: list[Lease], below: str) -> list[str]:
    """The paths that a contained command must not write: what is held, and the other names of held files
    with several hard links, as far as they are found in the checkout."""
    from interlock.doors.disk import links

    found = {keys.path_of(lease.resource.shown): lease.resource.kind for lease in leases[:MOST]}
    there = [path for path in found if os.path.lexists(path)]
    return there + links([path for path in there if found[path] == FILE], below)


def not_asked(scene: Scene, leases: list[Lease], asks: tuple[str, ...]) -> list[Lease]:
    """Without what the command itself asks Interlock for: by the time it writes, that may be its own. The lease
    decides then, not this ticket."""
    wanted: list[Resource] = []
    for path in asks:
        try:
            wanted += keys.resources(path, scene.cwd, home(scene.environ))
        except Unreadable:
            continue
    return [lease for lease in leases if not any(lease.resource.overlaps(one) for one in wanted)]
