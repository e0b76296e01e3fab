"""What a shell command would do, as resources: its words (``shell/``) joined with the disk."""

from interlock.doors import keys, shfmt
from interlock.doors.disk import Ground
from interlock.doors.place import home
from interlock.doors.repo import checkout
from interlock.guard.itself import protected
from interlock.guard.scene import Scene
from interlock.guard.shellcall import MARKED
from interlock.guard.targets import guarded
from interlock.shell.read import read
from interlock.shell.reading import Reading, Write
from interlock.shell.validations.guess import guessed
from interlock.shell.where import Where
from interlock.words.faults import Unreadable
from interlock.words.resource import TREE, Resource

_MOST = 128
"""Files that one command takes leases on, some 0.3 ms each; of more it is only asked whether they are held."""
_REMOVERS = frozenset("rm mv rmdir rmtree rmSync rm_rf move rename renameSync --remove-files -delete".split())
_PASSING = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108  no file is made there
"""Folders for passing things: what a command writes there is not locked until its owner's turn ends."""


def reading_of(scene: Scene) -> Reading:
    """The command read. What can't be is said in ``unread``."""
    call = scene.call
    carried = call.carried
    if call.tool not in MARKED and not (carried is not None and carried.bash):
        return Reading(unread=(f"a {call.tool} command",), quiet=False)
    parser = shfmt.Parser()  # one patience for the command and the texts inside it
    cwd = (carried.cwd if carried is not None else "") or scene.cwd
    where = Where(cwd, home(scene.environ), scene.environ, Ground(), parser.parse, scene.config.validations)
    try:
        found = read(parser.parse(call.command), where)
    except Unreadable as problem:
        found = Reading(unread=(str(problem),), quiet=False, whole=False)
    return guessed(found, call.command, scene.config.validations)


class Intent:
    """``takes`` are the files that the command gets leases on, ``blind`` the keys of those it would replace
    unread, ``behind`` of those that a part in the background goes on writing. ``crosses`` is the rest that must
    only be free of others: folders, passing files. ``how`` has the words that write each, by key. ``swept`` are
    the folders that go whole. ``own`` is what belongs to Interlock itself. ``named`` are all these paths as the
    command spells them."""

    def __init__(self, scene: Scene, reading: Reading) -> None:
        self.reading = reading
        self.unread = reading.unread
        self.how: dict[str, str] = {}
        self.blind: set[str] = set()
        self.takes: list[Resource] = []
        self.crosses: list[Resource] = []
        self.swept: list[Resource] = []
        self.behind: set[str] = set()
        self.own: Resource | None = None
        self.named: list[str] = []
        inside = {top for top in (scene.project, checkout(scene.cwd)) if top}
        for write in reading.writes:
            self._add(scene, write, inside)
        if len(self.takes) > _MOST:
            self.crosses += self.takes
            self.takes = []

    def _add(self, scene: Scene, write: Write, inside: set[str]) -> None:
        try:
            found = keys.resources(write.path, scene.cwd, home(scene.environ))
        except Unreadable as problem:
            self.unread = (*self.unread, str(problem))
            return
        for target in found:
            if target.kind == TREE and not write.tree:
                continue  # mkdir, or touch of a folder: its files stay as they are
            if protected(scene, target, _removes(write.how)):
                self.own = target
            if target.key in self.how or not guarded(scene, [target]):
                continue
            self.how[target.key] = write.how
            self.named.append(write.path)
            if target.kind == TREE or _passing(target, inside, scene.environ.get("TMPDIR", "")):
                self.crosses.append(target)
                if target.kind == TREE and _removes(write.how):
                    self.swept.append(target)
                continue
            self.takes.append(target)
            if write.path in self.reading.behind:
                self.behind.add(target.key)
            if write.blind:
                self.blind.add(target.key)


def _removes(how: str) -> bool:
    """Whether what the words write may be gone afterwards."""
    return not _REMOVERS.isdisjoint(how.replace(".", " ").split())


def _passing(target: Resource, inside: set[str], temporary: str) -> bool:
    if any(target.shown.startswith(f"{top}/") for top in inside):
        return False
    folders = (*_PASSING, f"{temporary.rstrip('/')}/") if temporary.startswith("/") else _PASSING
    return target.shown.startswith(folders)
