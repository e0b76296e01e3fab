"""What is to be done to the private index so that it has every path of the checkout as it stands on disk.

Its paths are those that the repository's index has (tracked), and those that git calls untracked. They are kept
apart: what was untracked once and is ignored now leaves it, what is tracked though ignored stays.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from typing import NamedTuple

from interlock.runs.gitindex import LINK, Listed

BIG = 64 * 1024 * 1024


class Kept(NamedTuple):
    """What is remembered beside the private index. ``state`` is its mark, ``marks`` what it was made from,
    ``digest`` names the tracked paths, ``odd`` and ``links`` are the entries that stand for big files and for
    repositories (path to id), ``absent`` tracked paths that are not on disk."""

    state: str = ""
    marks: list[str] | None = None
    digest: str = ""
    head: str = ""
    tree: str = ""
    untracked: list[str] | None = None
    absent: list[str] | None = None
    odd: dict[str, str] | None = None
    links: dict[str, str] | None = None
    version: int = 2


class Sorting:
    """One sorting. ``listed`` is None where the repository's index has the paths that it had, and where the
    private one is a fresh copy of it. ``link`` gives the id of a repository inside (path, tracked id), ``width``
    is the length of ids."""

    def __init__(
        self,
        checkout: str,
        kept: Kept,
        untracked: Iterable[str],
        listed: Listed | None,
        link: Callable[[str, str], str],
        width: int,
    ) -> None:
        self.checkout = checkout
        self.before = kept
        self.untracked = set(untracked)
        self.listed = listed
        self.link = link
        self.width = width
        self.hashed: set[str] = set()
        self.removed: set[str] = set()
        self.absent: set[str] = set()
        self.odd: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.modes: dict[str, str] = {}

    def sort(self, differing: Iterable[tuple[str, str]], present: set[str]) -> None:
        """``differing``: (status letter, path) as git has it; ``present``: the private index's paths, where the
        repository's are ``listed``."""
        looked = {path for how, path in differing if how != "D"}
        self.removed = {path for how, path in differing if how == "D"}
        self.absent = {path for path in self.removed if self._tracked(path)}
        new, old = self._moved(present)
        self.removed |= {path.rstrip("/") for path in old}
        links = self._known_links() | {path.rstrip("/") for path in new if path.endswith("/")}
        looked |= {path for path in new if not path.endswith("/")} | set(self.before.odd or {})
        for path in sorted(looked - links - self.removed):
            self._look(path)
        for path in sorted(links - self.removed):
            self._repository(path)

    def _moved(self, present: set[str]) -> tuple[set[str], set[str]]:
        """(paths that the private index lacks, paths that it should not have)."""
        if self.listed is None:
            known = set(self.before.untracked or [])
            return (self.untracked - known) | self._back(self.before.absent or []), known - self.untracked
        wanted = self.listed.keys() | {path.rstrip("/") for path in self.untracked}
        lacking = self.listed.keys() - present
        new = {path for path in self.untracked if path.rstrip("/") not in present or path.endswith("/")}
        return new | self._back(lacking), present - wanted

    def _back(self, paths: Iterable[str]) -> set[str]:
        """Those of the tracked paths that are on disk; the others are noted as absent."""
        found = {path for path in paths if self._stands(path)}
        self.absent |= set(paths) - found
        return found

    def _stands(self, path: str) -> bool:
        """Whether there is a file by that name, and not by way of a symlink that took a folder's place."""
        full = os.path.join(self.checkout, path)
        try:
            mode = os.lstat(full).st_mode
        except OSError:
            return False
        if stat.S_ISDIR(mode) and path not in self._known_links():
            return False
        folder = os.path.dirname(path)
        return os.path.realpath(os.path.dirname(full)) == os.path.join(
            os.path.realpath(self.checkout), folder
        ).rstrip("/")

    def _tracked(self, path: str) -> bool:
        if self.listed is not None:
            return path in self.listed
        return path not in (self.before.untracked or ())

    def _known_links(self) -> set[str]:
        if self.listed is None:
            return set(self.before.links or {})
        inner = {path.rstrip("/") for path in self.untracked if path.endswith("/")}
        return inner | {path for path, (_, mode, _) in self.listed.items() if mode == LINK}

    def _look(self, path: str) -> None:
        full = os.path.join(self.checkout, path)
        try:
            info = os.lstat(full)
        except OSError:
            return self._gone(path)
        if stat.S_ISLNK(info.st_mode):
            self.hashed.add(path)
        elif not stat.S_ISREG(info.st_mode):
            self._gone(path)
        elif info.st_size > BIG or not os.access(full, os.R_OK):
            facts = f"{info.st_size} {info.st_ino} {info.st_ctime_ns}"
            self.odd[path] = hashlib.sha512(facts.encode()).hexdigest()[: self.width]
            self.modes[path] = "100755" if info.st_mode & 0o100 else "100644"
        else:
            self.hashed.add(path)
        return None

    def _gone(self, path: str) -> None:
        self.removed.add(path)
        if self._tracked(path):
            self.absent.add(path)

    def _repository(self, path: str) -> None:
        full = os.path.join(self.checkout, path)
        if not os.path.isdir(full) or os.path.islink(full):
            return self._look(path)
        known = (self.before.links or {}).get(path, "")
        tracked = self.listed[path][2] if self.listed is not None and path in self.listed else ""
        if self.listed is None and f"{path}/" not in self.untracked:
            tracked = known
        if found := self.link(path, tracked):
            self.links[path] = found
        return None

    def entries(self) -> list[tuple[str, str, str]]:
        """What to put into the index as it is: (mode, id, path); mode "0" removes."""
        none = "0" * self.width
        found = [("0", none, path) for path in sorted(self.removed)]
        before = (self.before.odd or {}) | (self.before.links or {})
        for path, name in sorted((self.odd | self.links).items()):
            if before.get(path) != name:
                found.append((self.modes.get(path, LINK), name, path))
        return found

    def kept(self, state: str, marks: list[str], digest: str, head: str, tree: str) -> Kept:
        """What to remember."""
        absent = sorted(self.absent - self.hashed)
        return Kept(state, marks, digest, head, tree, sorted(self.untracked), absent, self.odd, self.links)
