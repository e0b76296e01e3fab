"""Whose records these are: one repository with all its worktrees, or all of this machine."""

from __future__ import annotations

import os
from functools import lru_cache

from interlock.doors import keys, repo
from interlock.faces.rendering import paths, text
from interlock.shapes.record import Record
from interlock.words.faults import Fault
from interlock.words.owner import PERSON


class Nowhere(Fault):
    """The working directory is gone."""


def here() -> str:
    """The working directory."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise Nowhere("The folder you are in does not exist any more; go to another one.") from None


class Repository:
    """The repository around ``cwd``; the folder itself where there is none. ``owners`` are the ids of the
    owners known to work in it."""

    def __init__(self, cwd: str) -> None:
        self.project = repo.checkout(cwd) or cwd
        self.id = repo.common_dir(self.project)
        self._id = keys.text(self.id)
        self.owners: set[str] = set()
        self._in_folder = lru_cache(65536)(self._in)

    def has(self, path: str) -> bool:
        """Whether the path, as the log and the store show it, lies in any of the worktrees."""
        if not path.startswith("/"):
            return False
        return self._in_folder(path.rpartition("/")[0] or "/") or self.has_project(path)

    def has_project(self, project: str) -> bool:
        """Whether a session that works in that folder works in this repository."""
        return self._in_folder(project)

    def _in(self, shown: str) -> bool:
        folder = keys.path_of(shown)
        return repo.common_dir(repo.checkout(folder) or self._plain(folder)) == self.id

    def _plain(self, folder: str) -> str:
        """For folders in no checkout: this one, if it is below."""
        return self.project if f"{folder}/".startswith(f"{self.project}/") else folder

    def is_repo(self, named: str) -> bool:
        """Whether that is this repository's name in the store and the log."""
        return named == self._id

    def learn(self, record: Record) -> None:
        """Remembers the owners that the record shows to work here."""
        project = text(record, "project")
        if (project and self.has_project(project)) or self.is_repo(text(record, "repo")):
            self.owners.add(text(record, "owner"))

    def covers(self, record: Record) -> bool:
        """Whether the record is about this repository: its session, its files, or what its owners did
        elsewhere. A person works in many; their records go by what they touched."""
        owner, project, about = text(record, "owner"), text(record, "project"), paths(record)
        if not owner:
            return True  # about the log or the machine
        if project and self.has_project(project):
            return True
        if any(self.has(path) for path in about):
            return True
        roams = f"|{PERSON}" in owner and any(path.startswith("/") for path in about)
        return owner in self.owners and not roams


class Machine:
    """Everything."""

    id = None

    def __init__(self, cwd: str) -> None:
        self.project = repo.checkout(cwd) or cwd
        self.owners: set[str] = set()

    def is_repo(self, named: str) -> bool:
        return True

    def has(self, path: str) -> bool:
        return True

    def learn(self, record: Record) -> None:
        """Nothing to learn."""

    def covers(self, record: Record) -> bool:
        return True


Scope = Repository | Machine
