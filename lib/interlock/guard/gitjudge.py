"""Would a git command touch what somebody else is at work on?

Judged by what git itself says of this checkout now: read-only questions, bounded in time, no program of the
repository's run (``doors/git.py``).
"""

from interlock.doors import content, keys
from interlock.doors.repo import checkout
from interlock.guard import gitkeeps, gitmerges, gitverbs
from interlock.guard.gitlook import Looks, Touched
from interlock.guard.gittogether import one_of, together
from interlock.leases.acquire import in_the_way
from interlock.leases.records import OwnerRow, lease_of
from interlock.shell.gitwords import GitWords
from interlock.words.faults import Unreadable
from interlock.words.owner import Owner, parse
from interlock.words.resource import FILE, TREE, Resource
from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    from interlock.doors.store.embedded import Embedded
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx, World
    from interlock.leases.terms import Terms
    from interlock.shell.reading import GitOperation

    class Asker(Protocol):
        """Who asks, and with what evidence: a Scene, or a command of the desk."""

        owner: Owner
        terms: Terms
        store: Embedded

        @property
        def world(self) -> World: ...


PATIENCE = 2.0
"""Seconds for all that git is asked about one command."""
_DIRECT = 256  # touched paths that are looked up one by one; of more, only those that the store has near
_JUDGES = {
    "stash": gitverbs.stash, "reset": gitverbs.reset, "restore": gitverbs.restore, "clean": gitverbs.clean,
    "add": gitverbs.add, "stage": gitverbs.add, "commit": gitverbs.commit, "rm": gitverbs.remove,
    "mv": gitverbs.move, "worktree": gitverbs.worktree, "checkout": gitmerges.checkout,
    "switch": gitmerges.switch, "merge": gitmerges.merge, "cherry-pick": gitmerges.pick,
    "revert": gitmerges.pick, "rebase": gitmerges.rebase, "pull": gitmerges.pull, "apply": gitmerges.apply,
    "am": gitmerges.mailed,
}  # fmt: skip
_HARMLESS = frozenset(
    "annotate archive blame branch bundle cat-file check-attr check-ignore cherry clone commit-tree config "
    "count-objects describe diff diff-files diff-index diff-tree fast-export fetch for-each-ref format-patch fsck "
    "gc grep hash-object help init log ls-files ls-remote ls-tree maintenance merge-base mktag mktree name-rev "
    "notes pack-refs prune push range-diff reflog remote repack replace request-pull rev-list rev-parse shortlog "
    "show show-branch show-ref status symbolic-ref tag update-ref var verify-commit verify-tag version "
    "whatchanged write-tree".split()
)
"""Verbs that change no file of the checkout and stage nothing."""
_HARMLESS_SUBS = {
    "stash": frozenset("list show drop clear create store export import".split()),
    "submodule": frozenset({"status", "summary"}),
    "sparse-checkout": frozenset({"list", "check-rules"}),
    "bisect": frozenset("log view visualize terms help".split()),
    "lfs": frozenset("ls-files status env version track logs locks".split()),
}
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CONFIG_COUNT")


class Conflict(Value):
    """A touched file that is somebody else's: ``how`` "holds" or "changed". ``when`` it began, in seconds since
    1970; ``kind`` is the owner's agent type; ``ended``: the owner is known to be gone."""

    __slots__ = ("ended", "how", "kind", "owner", "path", "when")

    def __init__(self, path: str, owner: Owner, kind: str, how: str, when: float, ended: bool = False) -> None:
        self.path = path
        self.owner = owner
        self.kind = kind
        self.how = how
        self.when = when
        self.ended = ended


def judge_all(operations: "Iterable[GitOperation]", variables: "Mapping[str, str]") -> list[Touched]:
    """What the operations of one command would touch, in the checkouts as they are now; those of one kind are
    judged as one. Never raises: what can't be told, or not in time, is said in ``unknown``. ``variables`` is the
    environment that the command will have."""
    looks = Looks(variables, PATIENCE)
    found = []
    for alike in together(operations):
        touched = _one(alike, looks)
        alone = len(alike) == 1 or not touched.unknown  # one of them may be what git can't answer
        found += [touched] if alone else [_one([operation], looks) for operation in alike]
    return found


def judge(operation: "GitOperation", variables: "Mapping[str, str]") -> Touched:
    """As ``judge_all``, of one."""
    return judge_all([operation], variables)[0]


def _one(alike: "list[GitOperation]", looks: Looks) -> Touched:
    words, cwd = one_of(alike), alike[0].cwd
    touched = _judged(words, cwd, looks)
    touched.verb = f"git {words.verb}"
    touched.cwd = cwd
    return touched


def _judged(words: GitWords, cwd: str, looks: Looks) -> Touched:
    sub = words.rest[0] if words.rest else ""
    if words.problem.startswith("git "):
        return Touched(unknown=words.problem)
    if words.verb in _HARMLESS or sub in _HARMLESS_SUBS.get(words.verb, ()):
        return Touched()
    if words.problem or words.verb not in _JUDGES or words.any("pathspec-from-file"):
        option = words.problem or ("--pathspec-from-file" if words.any("pathspec-from-file") else "")
        return Touched(unknown=f"git {words.verb[:40]} {option}".rstrip())
    if named := [name for name in _ELSEWHERE if looks.variables.get(name)]:
        return Touched(unknown=f"git with {named[0]} set")
    if not checkout(cwd):
        return Touched()  # git refuses
    try:
        see = looks.at(cwd, words.leading)
        judging = _JUDGES[words.verb]
        if words.verb == "stash" and sub in ("pop", "apply", "branch"):
            judging = gitmerges.unstash
        touched = judging(see, words)
        touched.top = see.top
        touched.keeps = gitkeeps.keeps(words, touched.why)
        touched.named = gitkeeps.named(words, see.git.cwd)
        if words.any("recurse-submodules") or (see.is_set("submodule.recurse") and see.has_submodules()):
            touched.unknown = touched.unknown or "what is in submodules"
    except (Unreadable, ValueError, OSError) as problem:
        return Touched(unknown=f"git {words.verb}: {problem}"[:120])
    return touched


def conflicts(tx: "Tx", scene: "Asker", touched: Touched) -> list[Conflict]:
    """The touched files that others hold, or were the last to change without a commit since. A session's main
    agent and its subagents are others to each other. What one that has ended left behind is in the way only of
    what would lose it unnamed, and never of its parent."""
    paths = _near(tx, scene, touched)
    wants = {path: want for path in paths for want in [_resource(path)] if want is not None}
    found: dict[str, Conflict] = {}
    leases = in_the_way(tx, scene.world, scene.owner, list(wants.values()), scene.terms) if wants else []
    wall = scene.store.wall()
    for lease in leases:
        path = next(path for path, want in wants.items() if lease.resource.overlaps(want))
        if path.endswith("/") or lease.resource.kind == FILE:
            path = keys.path_of(lease.resource.shown)
        since = tx.wall - (tx.now - lease.since)
        found[path] = Conflict(path, lease.owner, _kind(tx, lease.owner), "holds", since)
    changes = set(touched.changes)
    for path, want in wants.items():
        for file, writer, kind, when in _changed(tx, want, wall) if path in changes else ():
            if writer == scene.owner or file in found:
                continue
            ended = _ended(tx, scene, writer)
            if ended and (touched.keeps or path in touched.named or _is_parent(scene.owner, writer)):
                continue
            found[file] = Conflict(file, writer, kind, "changed", when, ended)
    return list(found.values())


def mine(tx: "Tx", scene: "Asker", touched: Touched) -> list[str]:
    """The touched changes that are the caller's own."""
    near = set(_near(tx, scene, touched))
    changes = [path for path in touched.changes if path in near]
    wants = [want for want in map(_resource, changes) if want is not None]
    found = [_changed(tx, want, scene.store.wall()) for want in wants]
    return [path for rows in found for path, writer, _, _ in rows if writer == scene.owner]


def refusal(tx: "Tx", scene: "Scene", touched: Touched) -> str:
    """The sentence against it, "" if nothing is."""
    found = conflicts(tx, scene, touched)
    if not found:
        return ""
    from interlock.guard.gitsays import refused

    found = [one for one in found if not one.ended] or found
    return refused(
        touched, found, mine(tx, scene, touched), scene.owner, scene.project, scene.cwd, scene.store.wall()
    )


def _resource(path: str) -> Resource | None:
    """Without its inode: git puts new files in the place of old ones, so their hard links stay as they are."""
    try:
        found = keys.resources(path, "/", "/")[0]
    except Unreadable:
        return None
    return Resource(TREE if path.endswith("/") else FILE, found.key, "", found.shown)


def _near(tx: "Tx", scene: "Asker", touched: Touched) -> list[str]:
    """All the paths where they are few; else those that the store could know something of, by the spelling alone:
    a key costs a walk over the disk."""
    if len(touched.paths) <= _DIRECT or not touched.top:
        return list(touched.paths)
    top = keys.resources(touched.top, "/", "/")[0]
    below = {"low": top.under(), "high": top.under()[:-1] + chr(ord("/") + 1)}
    rows = tx.run("lease_others_under", **below, owner=scene.owner.id, most=1 << 30)
    rows += tx.run("lease_others_trees", owner=scene.owner.id, most=1 << 30)
    held = [lease_of(row).resource for row in rows]
    known = {_folded(one.key) for one in held} | {_folded(row[0]) for row in tx.run("wrote_under", **below)}
    trees = tuple(_folded(one.under()) for one in held if one.kind == TREE or not one.inode)
    spelled = ((path, _folded(keys.text(path))) for path in touched.paths)
    return [path for path, name in spelled if name.endswith("/") or name in known or name.startswith(trees)]


def _folded(key: str) -> str:
    """One text for all spellings that some file system takes for the same."""
    if key.isascii():
        return key.casefold()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFD", key).casefold())


def _changed(tx: "Tx", want: Resource, wall: float) -> list[tuple[str, Owner, str, float]]:
    """(path, who made the file what it is now, agent type, when), of a file or of all below a folder."""
    if want.kind == TREE:
        rows = tx.run("wrote_under", low=want.under(), high=want.under()[:-1] + chr(ord("/") + 1))
    else:
        rows = [(want.key, *row) for row in tx.run("wrote_get", key=want.key)]
    found = []
    for key, owner, kind, digest, _, when in rows:
        path = keys.path_of(want.shown if want.kind == FILE else key)
        if content.look(path, wall).digest == digest:
            found.append((path, parse(owner), kind, when))
    return found


def _kind(tx: "Tx", owner: Owner) -> str:
    rows = tx.run("owner_get", id=owner.id)
    return str(rows[0][1]) if rows else ""


def left_behind(tx: "Tx", scene: "Asker", how: str, writer: str) -> bool:
    """Whether a file that git writes by its spelled name (``how``: "git restore") is what an owner (its id) left
    that has ended: nobody is there to ask, and who names the file means it."""
    return how.startswith("git ") and bool(writer) and _ended(tx, scene, parse(writer))


def _is_parent(owner: Owner, writer: Owner) -> bool:
    return not owner.is_subagent and (owner.host, owner.session) == (writer.host, writer.session)


def _ended(tx: "Tx", scene: "Asker", owner: Owner) -> bool:
    """Whether it is known to be gone: it said so, or its client is provably dead."""
    rows = tx.run("owner_get", id=owner.id)
    if not rows:
        return True
    row = OwnerRow(rows[0])
    return scene.world.dead(row.pid, row.started, row.boot, row.pid_namespace)
