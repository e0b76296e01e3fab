"""What shell commands changed among free files, so that git shows no change of unknown origin.

Asked of ``git status`` after a command that could write, and after any call of an owner whose command still runs
in the background: a changed file whose ctime lies in the command's run, and which nobody has noted as written
with that content, was written by its owner; of a tracked file the owner gets a lease as on any file that it
writes. Untracked ones are mostly what tools leave behind (.coverage, a database of a test run), which the next
owner's run has to write as well. Where commands of two owners ran at that moment it may be either's: the event
names both, and nobody gets the file.
"""

import os
import time

from interlock.doors import content, keys, runfolder
from interlock.doors.git import git
from interlock.guard import behind, fresh, watch
from interlock.guard.targets import guarded
from interlock.guard.visited import visited
from interlock.guard.watched import SLACK, Run
from interlock.leases.acquire import acquire
from interlock.leases.held import overlapping
from interlock.words.contract import RUNS
from interlock.words.faults import Unreadable
from interlock.words.lease import Granted, Held
from interlock.words.owner import parse
from interlock.words.resource import FILE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Row, Tx
    from interlock.leases.records import OwnerRow

MOST = 64
"""Files of one command that are told by name, and leased; of more, the number is told."""
_MANY = 1024  # that are noted as its owner's
_NAMES = 4096  # names from git that are looked at
_SECONDS = 0.3  # for git, and for reading what it names
_OFTEN = 10.0  # seconds at least between two looks for what a background command changed
_STATUS = ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--no-renames", "--ignore-submodules=all"]


class Changed:
    """What git shows as changed, and changed while the runs ran: each file as it is, and when (on the store's
    clock). ``tracked`` are the keys of those that git knows. ``more`` are those beyond what was read; ``problem``
    says why git could not tell."""

    __slots__ = ("files", "more", "problem", "tracked")

    def __init__(self, problem: str = "") -> None:
        self.files: list[tuple[Resource, content.Look, float]] = []
        self.tracked: set[str] = set()
        self.more = 0
        self.problem = problem


def due(tx: "Tx", scene: "Scene") -> "list[Row]":
    """The owner's runs whose changes are to be looked for now: the one that just ended, and those in the
    background, if they were not looked for a moment ago."""
    mine = [row for row in tx.run("shell_all") if row[1] == scene.owner.id]
    ended = [row for row in mine if row[0] == watch.run_id(scene) and scene.call.is_shell]
    return ended + [row for row in mine if row[3] and row not in ended and _is_due(tx, row)]


def _is_due(tx: "Tx", row: "Row") -> bool:
    """Whether to ask what a command in the background changed: while it is seen to run, now and then; once after
    its end. Never where nobody can know whether it runs, or where git took too long for it before."""
    what = behind.known(tx, row[0])
    if not what.seen or what.slow:
        return False
    return bool(row[6] < row[5] if row[5] >= 0 else row[6] < tx.now - _OFTEN)


def changed(scene: "Scene", runs: "list[Row]") -> Changed:
    """Asks git in the checkout where the call ran and in those that it went to, and reads what changed. Call it
    outside any transaction: git takes up to 0.3 s in each of three, and reading as long."""
    found = Changed()
    shown: dict[str, bool] = {}  # path, whether it is tracked: one inside another checkout is new to that
    for top in visited(scene, [scene.call.command, *(run[2] for run in runs)]):
        if scene.call.agent_type:  # git may ignore runs
            shown.update(dict.fromkeys(runfolder.artifacts(top), False))
        try:
            told = git(_STATUS, top, _SECONDS, environ=scene.environ)
        except Unreadable as problem:
            found.problem = found.problem or str(problem)
            continue
        new = set(names(told, new=True))
        for name in names(told):
            for path in _below(f"{top}/{name}"):
                shown[path] = shown.get(path, False) or name not in new
    ending = time.monotonic() + _SECONDS
    now, wall = scene.store.clock(), scene.store.wall()
    for path, tracked in list(shown.items())[:_NAMES]:
        at = now - (wall - _changed_at(path))
        if not any(run[6] - SLACK <= at <= (run[5] if run[5] >= 0 else now) + SLACK for run in runs):
            continue
        if len(found.files) >= _MANY or time.monotonic() > ending:
            found.more += 1
        elif (target := _target(scene, path)) is not None:
            found.files.append((target, content.take(path, wall).look, at))
            if tracked:
                found.tracked.add(target.key)
    return found


def names(told: bytes, new: bool = False) -> list[str]:
    """The names in the answer of ``git status --porcelain=v1 -z --no-renames``: two letters, a space, the name;
    with ``new`` the untracked ones alone."""
    entries = [entry for entry in told.split(b"\0") if len(entry) > 3]
    return [os.fsdecode(entry[3:]) for entry in entries if not new or entry.startswith(b"??")]


def _below(path: str) -> list[str]:
    """The path; of a folder that is all new (git ends its name with a slash), the files in it."""
    if not path.endswith("/"):
        return [path]
    found: list[str] = []
    for folder, folders, files in os.walk(path, onerror=None):
        folders[:] = sorted(one for one in folders if one != ".git")
        found += [os.path.join(folder, name) for name in sorted(files)]
        if len(found) > _NAMES:
            break
    return found


def attribute(
    tx: "Tx", scene: "Scene", row: "OwnerRow", runs: "list[Row]", found: Changed, wall: float
) -> list[Resource]:  # fmt: skip
    """Notes what of ``found`` is its owner's doing, leases what of it is tracked and free, and returns it.
    ``wall`` is now, in seconds since 1970."""
    beside = [other for other in tx.run("shell_all") if other[1] != row.id]
    others = [Run(other) for other in beside if not other[3]]
    # reports count by their writers: no subagent's command in the background may pass for another's
    behinds = [Run(other) for other in beside if other[3] and parse(other[1]).is_subagent]
    surely = [(run[6], behind.sure(tx, run)) for run in runs]
    ended = [run[6] for run in runs if run[0] == watch.run_id(scene) and scene.call.is_shell]
    since = ended[0] if ended else tx.now + 1
    mine: list[Resource] = []
    shared: dict[str, list[str]] = {}
    for target, look, at in found.files:
        if not _is_new(tx, scene, target, look, since):
            continue
        suspects = others + behinds if f"/{RUNS}/" in target.key else others
        either = list(dict.fromkeys(other.owner for other in suspects if other.ran(at, at)))
        if not any(began - SLACK <= at <= sure + SLACK for began, sure in surely):
            either = either or ["outside"]
        if either:
            shared[target.shown] = either
        else:
            mine.append(target)
            fresh.wrote(tx, row, target, look, wall)
    for run in runs:
        behind.noted(tx, run, noted=tx.now)
        if found.problem and run[3]:
            behind.slow(tx, run[0])
    _events(tx, scene, runs[0], mine, shared, found)
    _lease(tx, scene, [target for target in mine if target.key in found.tracked][:MOST], wall)
    return mine


def _changed_at(path: str) -> float:
    """The name's ctime; of one that is gone, its folder's: seconds since 1970, 0.0 where neither can be had."""
    for name in (path, os.path.dirname(path)):
        try:
            return os.lstat(name).st_ctime
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            break
    return 0.0


def _target(scene: "Scene", path: str) -> Resource | None:
    """The file itself, if it is one that counts: of a symlink the link, not where it leads."""
    try:
        if not os.path.islink(path):
            target = keys.resources(path, "/", "/")[0]
        else:
            folder, name = keys.resources(os.path.dirname(path), "/", "/")[0], keys.text(os.path.basename(path))
            target = Resource(FILE, folder.under() + name, "", f"{folder.shown.rstrip('/')}/{name}")
    except Unreadable:
        return None
    return target if target.kind == FILE and guarded(scene, [target]) else None


def _is_new(tx: "Tx", scene: "Scene", target: Resource, look: content.Look, since: float) -> bool:
    """Whether nobody has noted writing just this, and nobody else holds it (then it is told as a breach). What the
    owner has noted as its own ``since`` then, and does not hold, is what this very command made of a file that the
    owner has seen (``after``): its own writes are held."""
    rows = tx.run("wrote_get", key=target.key)
    held = [lease for lease in overlapping(tx, scene.world, [target]) if lease.until > tx.now]
    if rows and rows[0][2] == look.digest:
        return rows[0][0] == scene.owner.id and rows[0][3] >= since and not held
    return all(lease.owner.id == scene.owner.id for lease in held)


def _lease(tx: "Tx", scene: "Scene", targets: list[Resource], wall: float) -> None:
    """Takes what is free of it, without a place in any queue."""
    for _ in range(3):
        if not targets:
            break
        got = acquire(tx, scene.world, scene.owner, targets, scene.terms, "")
        if isinstance(got, Granted):
            for lease in got.fresh:
                watch.baseline(tx, scene.root, scene.owner, lease.resource, wall)
            break
        taken = [lease.resource for lease in got.by] if isinstance(got, Held) else []
        targets = [one for one in targets if taken and not any(one.overlaps(other) for other in taken)]


def _events(
    tx: "Tx", scene: "Scene", run: "Row", mine: list[Resource], shared: dict[str, list[str]], found: Changed
) -> None:
    facts = {**scene.facts(), "use_id": run[0][:128], "command": run[2]}
    if mine or found.more or found.problem:
        paths = [target.shown for target in mine[:MOST]]
        count = len(mine) + found.more
        tx.event("shell_changed", **facts, paths=paths, count=count, others=[], problem=found.problem)
    if shared:
        either = sorted({owner for owners in shared.values() for owner in owners})
        tx.event("shell_changed", **facts, paths=list(shared)[:MOST], count=len(shared), others=either, problem="")
