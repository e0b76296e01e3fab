"""`ignore` of the config: which paths it lets through. Loaded only where it is set."""

import os

from interlock.doors import keys, repo
from interlock.guard.scene import Scene
from interlock.words.pattern import ignored
from interlock.words.resource import Resource


class Ignoring:
    """The project's patterns. They count from the project's top, and from the top of any other checkout of its
    repository (a subagent's worktree); outside both nothing is ignored."""

    def __init__(self, scene: Scene) -> None:
        self.patterns = scene.config.ignore
        self.project = os.path.realpath(scene.project)
        self.repository = ""

    def covers(self, target: Resource) -> bool:
        """Whether the target is let through."""
        return self._below(self.project, target) or self._below(self._checkout(target), target)

    def _below(self, top: str, target: Resource) -> bool:
        inside = f"{keys.text(top).rstrip('/')}/"
        return (
            bool(top) and target.shown.startswith(inside) and ignored(target.shown[len(inside) :], self.patterns)
        )

    def _checkout(self, target: Resource) -> str:
        """The top of the target's own checkout, "" if that is the project or another repository's."""
        top = repo.checkout(os.path.dirname(keys.path_of(target.shown)))
        if top in ("", self.project):
            return ""
        self.repository = self.repository or repo.common_dir(repo.checkout(self.project) or self.project)
        return top if repo.common_dir(top) == self.repository else ""
