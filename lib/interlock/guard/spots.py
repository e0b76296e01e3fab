"""Where a target lies in the checkouts of the session's repository: contracts speak of paths from a checkout's
top."""

from interlock import system as os
from interlock.doors import keys
from interlock.words.contract import NOT_SOURCE
from interlock.words.resource import TREE, Resource


class Spot:
    """Where a target lies in a checkout of the scene's repository: ``path`` from its real ``top``, both as
    ``keys`` spells them; ``key`` is the top's."""

    __slots__ = ("key", "path", "top")

    def __init__(self, top: str, key: str, path: str) -> None:
        self.top = top
        self.key = key
        self.path = path


class Spots:
    """Finds them. ``project`` is the folder that the session works in."""

    def __init__(self, project: str) -> None:
        self.project = project
        self._ours: dict[str, bool] = {}

    def of(self, target: Resource) -> Spot | None:
        """Where the target lies; None outside the checkouts of this repository."""
        path = keys.path_of(target.shown)
        top = top_of(path if target.kind == TREE else path.rpartition("/")[0])
        if top and not self._is_ours(top):
            return None
        if not top:  # a project that is no repository
            top = _real(self.project)
            if not f"{path}/".startswith(f"{top}/") or top_of(top):
                return None
        return spot(target, keys.text(top))

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
    return Spot(top, "/".join(parts[:depth]), inside)


def top_of(path: str) -> str:
    """The top of the checkout around the folder (real, absolute), "" for none."""
    folder = path.rstrip("/")
    while folder:
        if os.path.lexists(f"{folder}/.git"):
            return folder
        folder = folder.rpartition("/")[0]
    return ""


def _is_same(top: str, project: str) -> bool:
    """Whether it is a checkout of the repository that the project is of."""
    try:
        one, other = os.stat(top), os.stat(project)
    except (OSError, ValueError):
        return False
    if (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino):
        return True
    from interlock.doors import repo

    return repo.common_dir(top) == repo.common_dir(repo.checkout(project) or project)


def _real(folder: str) -> str:
    import os

    return os.path.realpath(folder)
