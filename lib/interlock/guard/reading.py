"""What an agent saw: the files whose content a call showed it.

A read counts only if the agent saw what is there now. A file that did not change since the tool began is what
the agent saw; of one that did, the text that the tool returned tells, compared line by line with the file.
"""

from interlock.doors import client, content, keys
from interlock.doors.place import home
from interlock.guard import fresh
from interlock.guard.scene import Scene
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx
    from interlock.leases.records import OwnerRow

_SLACK = 0.1  # seconds from the tool's end to this hook's beginning, with room


def shown(scene: Scene) -> list[Resource]:
    """The files that the call showed its agent; names that can't be are passed over."""
    found: list[Resource] = []
    for path in client.read(scene.call):
        try:
            found += keys.resources(path, scene.cwd, home(scene.environ))
        except Unreadable:
            continue
    return [target for target in found if target.kind == FILE]


def saw(tx: "Tx", scene: Scene, row: "OwnerRow", target: Resource, wall: float) -> None:
    """Notes a read, unless the agent may have the old text: then it is better told to read again."""
    path = keys.path_of(target.shown)
    look = content.look(path, wall)
    waited = scene.milliseconds() + scene.call.duration_ms  # for the store, too, while others may write
    began = wall - waited / 1000 - _SLACK
    if look.digest == content.MISSING or look.changed_at < began or _same(scene, path, look.digest):
        fresh.note(tx, row.owner, target, look)


def _same(scene: Scene, path: str, digest: str) -> bool:
    """Whether the text that the tool returned is, in those lines, what the file with this digest holds."""
    excerpt = client.excerpt(scene.call)
    raw = content.read(path) if excerpt else b""
    if excerpt is None or content.digest(raw) != digest:
        return False
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    lines = excerpt.text.split("\n")
    return text.split("\n")[excerpt.first - 1 :][: len(lines)] == lines
