"""Where a target lies in the checkouts of the session's repository: contracts speak of paths from a checkout's
top.

What an agent can make is no border: a `.git` in a folder of a checkout takes nothing out of it. It does so as a
submodule in the commit that is checked out, or as a worktree that git has noted.
"""

from interlock import system as os
from interlock.doors import keys, runfolder
from interlock.words.contract import NOT_SOURCE, RUNS
from interlock.words.faults import Unreadable
from interlock.words.resource import TREE, Resource

_GIT = ".git"
_SECONDS = 0.5  # for git to say whether a folder is a submodule


class Spot:
    """Where a target lies in a checkout of the scene's repository: ``path`` from its real ``top``, both as
    ``keys`` spells them; ``key`` is the top's. ``tree``: all below it is meant. What makes a folder a repository
    of its own (its `.git`) stands for all of the folder."""

    __slots__ = ("key", "path", "top", "tree")

    def __init__(self, top: str, key: str, path: str, tree: bool = False) -> None:
        parts = path.split("/")
        folded = [part.casefold() for part in parts[1:]]
        inner = _GIT in folded
        self.top = top
        self.key = key
        self.path = "/".join(parts[: folded.index(_GIT) + 1]) if inner else path
        self.tree = tree or inner


class Spots:
    """Finds them. ``project`` is the folder that the session works in."""

    def __init__(self, project: str) -> None:
        self.project = project
        self._ours: dict[str, bool] = {}
        self._tops: dict[str, str] = {}

    def of(self, target: Resource) -> Spot | None:
        """Where the target lies; None outside the checkouts of this repository."""
        path = keys.path_of(target.shown)
        top = self._around(path, target.kind == TREE)
        return spot(target, keys.text(top)) if top else None

    def at(self, path: str, tree: bool = False) -> Spot | None:
        """As ``of``, for a real path whose key nobody needs."""
        top = self._around(path, tree)
        return Spot(keys.text(top), "", keys.text(path[len(top) + 1 :]), tree) if top else None

    def top(self, folder: str) -> str:
        """The top of the checkout of this repository around the folder (real, absolute), "" for none."""
        inner = top_of(folder)
        if not inner or inner == self.project:
            return inner
        if inner not in self._tops:
            self._tops[inner] = self._judged(inner)
        return self._tops[inner]

    def link(self, path: str) -> str:
        """The first symlink in the folder of runs of one of these checkouts that the path (absolute, as it is
        spelled) goes through, from the checkout's top; "" for none."""
        parts = path.split("/")
        for at, part in enumerate(parts):
            if part.casefold() != RUNS:
                continue
            top = "/".join(parts[:at])
            found = runfolder.link(top, "/".join(parts[at:]))
            if found and (part == RUNS or _same(f"{top}/{part}", f"{top}/{RUNS}")):
                folder = real(top)
                return found if self._around(folder, True) == folder else ""
        return ""

    def _around(self, path: str, tree: bool) -> str:
        top = self.top(path if tree else path.rpartition("/")[0])
        if top:
            return top
        base = real(self.project)  # a project that is no repository
        return base if f"{path}/".startswith(f"{base}/") and not top_of(base) else ""

    def _judged(self, inner: str) -> str:
        """Which checkout a folder with a `.git` belongs to: itself, one around it, or none of ours."""
        ours = self._is_ours(inner)
        if ours and _same(inner, self.project):
            return inner
        outer = self.top(inner.rpartition("/")[0])
        if not outer:
            return inner if ours else ""
        if ours and _is_noted(inner):
            return inner
        return "" if not ours and _is_submodule(outer, inner) else outer

    def _is_ours(self, top: str) -> bool:
        if top not in self._ours:
            self._ours[top] = _is_same(top, self.project)
        return self._ours[top]


def spot(target: Resource, top: str) -> Spot:
    """The target in the checkout with that real top, as ``keys`` spells it."""
    parts = target.key.split("/")
    depth = top.count("/") + 1
    inside = target.shown[len(top) + 1 :]
    if len(parts) > depth and parts[depth] in NOT_SOURCE:
        inside = "/".join(parts[depth:])  # where the disk tells no case, the folder may be spelled otherwise
    return Spot(top, "/".join(parts[:depth]), inside, target.kind == TREE)


def top_of(path: str) -> str:
    """The top of whatever checkout is around the folder (real, absolute), "" for none."""
    folder = path.rstrip("/")
    while folder:
        if os.path.lexists(f"{folder}/{_GIT}"):
            return folder
        folder = folder.rpartition("/")[0]
    return ""


def _is_same(top: str, project: str) -> bool:
    """Whether it is a checkout of the repository that the project is of."""
    if _same(top, project):
        return True
    from interlock.doors import repo

    return repo.common_dir(top) == repo.common_dir(repo.checkout(project) or project)


def _same(one: str, other: str) -> bool:
    """Whether both name one folder."""
    try:
        here, there = os.stat(one), os.stat(other)
    except (OSError, ValueError):
        return False
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _is_noted(top: str) -> bool:
    """Whether git knows the checkout as a worktree of its repository."""
    from interlock.doors import repo

    return any(top == other or _same(top, other) for other in repo.checkouts(repo.common_dir(top)))


def _is_submodule(outer: str, inner: str) -> bool:
    """Whether the commit that is checked out in ``outer`` has the folder as a submodule. The index does not count:
    an agent may write that."""
    from interlock.doors.git import Git

    try:
        code, said = Git(outer, _SECONDS).tried(
            "ls-tree", "-z", "--full-tree", "HEAD", "--", inner[len(outer) + 1 :]
        )
    except Unreadable:
        return False
    return code == 0 and said.startswith(b"160000 ") and b"\0" not in said[:-1]


def real(folder: str) -> str:
    """Where the folder really lies."""
    import os

    return os.path.realpath(folder)
