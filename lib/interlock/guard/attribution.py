"""What shell commands changed among free files, so that git shows no change of unknown origin.

Asked of ``git status`` after a command that could write, and after any call of an owner whose command still runs
in the background: a changed file whose ctime lies in the command's run, and which nobody has noted as written
with that content, was written by its owner; the owner gets a lease on it as on any file that it writes. Where
commands of two owners ran at that moment it may be either's: the event names both, and nobody gets the file.
"""

import os

from interlock.doors import content, keys
from interlock.doors.git import git
from interlock.doors.repo import checkout
from interlock.guard import fresh, watch
from interlock.guard.targets import guarded
from interlock.guard.watched import SLACK, Run
from interlock.leases.acquire import acquire
from interlock.leases.held import overlapping
from interlock.words.faults import Unreadable
from interlock.words.lease import Granted, Held
from interlock.words.resource import FILE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Row, Tx
    from interlock.leases.records import OwnerRow

MOST = 64
"""Files of one command that are told and leased; of more, the number is told."""
_SECONDS = 0.3
_STATUS = ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--no-renames", "--ignore-submodules=all"]
_NAMES = 4096  # changed names that are looked at
_OFTEN = 2.0  # seconds at least between two looks for what a background command changed


class Changed:
    """Names that git shows as changed: absolute, with their ctime; ``problem`` says why they could not be had."""

    __slots__ = ("paths", "problem")

    def __init__(self, paths: list[str], problem: str = "") -> None:
        self.paths = paths
        self.problem = problem


def due(tx: "Tx", scene: "Scene") -> "list[Row]":
    """The owner's runs whose changes are to be looked for now: the one that just ended, and those in the
    background, if they were not looked for a moment ago."""
    mine = [row for row in tx.run("shell_all") if row[1] == scene.owner.id]
    ended = [row for row in mine if row[0] == watch.run_id(scene) and scene.call.is_shell]
    behind = [row for row in mine if row[3] and row[5] < 0 and row not in ended]
    return ended + [row for row in behind if ended or row[6] < tx.now - _OFTEN]


def changed(scene: "Scene") -> Changed:
    """What git shows as changed in the checkout where the call ran. Call outside any transaction: it takes up to
    0.3 s."""
    top = checkout(scene.cwd)
    if not top:
        return Changed([])
    try:
        told = git(_STATUS, top, _SECONDS, environ=scene.environ)
    except Unreadable as problem:
        return Changed([], str(problem))
    return Changed([path for name in names(told) for path in _below(f"{top}/{name}")][:_NAMES])


def names(told: bytes) -> list[str]:
    """The names in the answer of ``git status --porcelain=v1 -z --no-renames``: two letters, a space, the name."""
    return [os.fsdecode(entry[3:]) for entry in told.split(b"\0") if len(entry) > 3]


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
    """Notes what of ``found`` the runs changed, and returns what of it is leased now. ``wall`` is now, in seconds
    since 1970."""
    others = [Run(other) for other in tx.run("shell_all") if other[1] != row.id and not other[3]]
    mine: list[Resource] = []
    shared: dict[str, list[str]] = {}
    for path in found.paths:
        at = tx.now - (wall - _changed_at(path))
        if not any(run[6] - SLACK <= at <= (run[5] if run[5] >= 0 else tx.now) + SLACK for run in runs):
            continue
        target = _target(tx, scene, path)
        if target is None or _known(tx, target, wall):
            continue
        either = list(dict.fromkeys(other.owner for other in others if other.ran(at, at)))
        if either:
            shared[target.shown] = either
        else:
            mine.append(target)
    for target in mine:
        fresh.wrote(tx, row, target, content.look(keys.path_of(target.shown), wall), wall)
    for run in runs:
        tx.run("shell_put", **dict(zip(_SHELL, (*run[:6], tx.now), strict=True)))
    _events(tx, scene, runs[0], mine, shared, found.problem)
    return _lease(tx, scene, mine[:MOST], wall)


_SHELL = ("id", "owner", "command", "background", "began", "over", "noted")


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


def _target(tx: "Tx", scene: "Scene", path: str) -> Resource | None:
    """The file, if it is one that counts and nobody else holds it (then it is a breach, and told as that)."""
    try:
        target = keys.resources(path, scene.cwd, "/")[0]
    except Unreadable:
        return None
    if target.kind != FILE or not guarded(scene, [target]):
        return None
    held = [lease for lease in overlapping(tx, scene.world, [target]) if lease.until > tx.now]
    return None if any(lease.owner.id != scene.owner.id for lease in held) else target


def _known(tx: "Tx", target: Resource, wall: float) -> bool:
    """Whether somebody has noted writing just this."""
    rows = tx.run("wrote_get", key=target.key)
    return bool(rows) and rows[0][2] == content.look(keys.path_of(target.shown), wall).digest


def _lease(tx: "Tx", scene: "Scene", targets: list[Resource], wall: float) -> list[Resource]:
    """Takes what is free of it, without a place in any queue."""
    for _ in range(3):
        if not targets:
            break
        got = acquire(tx, scene.world, scene.owner, targets, scene.terms, "")
        if isinstance(got, Granted):
            for lease in got.fresh:
                watch.baseline(tx, scene.root, scene.owner, lease.resource, wall)
            return targets
        taken = [lease.resource for lease in got.by] if isinstance(got, Held) else []
        targets = [one for one in targets if taken and not any(one.overlaps(other) for other in taken)]
    return []


def _events(
    tx: "Tx", scene: "Scene", run: "Row", mine: list[Resource], shared: dict[str, list[str]], problem: str
) -> None:
    facts = {**scene.facts(), "use_id": run[0][:128], "command": run[2]}
    if mine or problem:
        paths = [target.shown for target in mine[:MOST]]
        tx.event("shell_changed", **facts, paths=paths, count=len(mine), others=[], problem=problem)
    if shared:
        either = sorted({owner for owners in shared.values() for owner in owners})
        tx.event("shell_changed", **facts, paths=list(shared)[:MOST], count=len(shared), others=either, problem="")
