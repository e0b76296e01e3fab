"""The fingerprint of a checkout: the git tree of all that is tracked, or untracked and not ignored.

It is the tree that ``git add -A; git write-tree`` would make, had from git with a private index (``shadow``):
its stat data make the next time cheap. Three questions run at once: what differs from the private index, what is
untracked, what is checked out. What differs is hashed; where nothing does, the last tree's id is the answer.

Where this is more, or other, than git's own tree:
- Files over 64 MiB, and unreadable ones, count by size, inode and ctime, unless git's index knows their content.
- A submodule or nested repository counts by its HEAD while it is clean, else by that and its own fingerprint;
  another worktree of this very repository that lies in it does not count.
- Flags that tell git not to look (assume-unchanged, skip-worktree on a file that is there) do not count.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from interlock.doors import head as heads
from interlock.doors.git import Git
from interlock.runs.gitindex import Listed, Special, of_listed, special
from interlock.runs.places import with_git
from interlock.runs.shadow import Index, Shadow, common, git_dir, mark, read
from interlock.runs.sorting import Kept, Sorting
from interlock.words.faults import Unreadable

SECONDS = 20.0
_TRIES = 3
_DEEPEST = 4
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Tree(NamedTuple):
    """``id``: the tree, "" if it could not be had; ``head``: the commit checked out, "" for none; ``problem``: why
    something is missing, a sentence."""

    id: str = ""
    head: str = ""
    problem: str = ""


def take(root: str, checkout: str, seconds: float = SECONDS, depth: int = 0) -> Tree:
    """What stands in the checkout now, had within ``seconds``. ``root`` is the state folder; ``depth`` counts the
    repositories around this one. Never raises."""
    end = time.monotonic() + seconds
    try:
        folder = place(root, checkout)
        if not folder.is_dir():
            _make(folder, checkout)
        with FileLock(folder / "lock", timeout=seconds):
            for left in reversed(range(_TRIES)):
                try:
                    return _Taking(root, folder, checkout, end, depth).tree()
                except Unreadable:  # files that vanish while they are hashed make git give up
                    if not left or time.monotonic() > end:
                        raise
                    (folder / "kept.json").unlink(missing_ok=True)
    except Timeout:
        return Tree(problem=f"another look at this checkout was not done after {seconds:.0f} s")
    except (Unreadable, OSError, ValueError) as problem:
        return Tree(problem=str(problem))
    raise AssertionError


def changed(root: str, checkout: str, old: str, new: str) -> list[str] | None:
    """The paths that differ between two trees, relative to the checkout; None where that can't be told."""
    if not (_ID.fullmatch(old) and _ID.fullmatch(new)):
        return None
    if old == new:
        return []
    try:
        return Shadow(place(root, checkout), checkout, SECONDS).between(old, new)
    except (Unreadable, OSError):
        return None


def untracked(root: str, checkout: str) -> set[str]:
    """The paths that the last look found untracked, relative to the checkout."""
    try:
        return set(json.loads((place(root, checkout) / "kept.json").read_bytes())["untracked"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def counted(root: str, checkout: str) -> set[str]:
    """The paths that were part of the last look's tree."""
    try:
        return Shadow(place(root, checkout), checkout, SECONDS).names()
    except (Unreadable, OSError):
        return set()


def _make(place: Path, checkout: str) -> None:
    """A folder for a checkout that is new here; those of checkouts that are gone (worktrees come and go) go."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "checkout").write_bytes(os.fsencode(os.path.realpath(checkout)))
    for other in place.parent.iterdir():
        whose = read(other / "checkout", 8192)
        if whose and not os.path.lexists(whose):
            shutil.rmtree(other, ignore_errors=True)


def place(root: str, checkout: str) -> Path:
    """The folder of what is kept of the checkout."""
    name = hashlib.blake2b(os.fsencode(os.path.realpath(checkout)), digest_size=16).hexdigest()
    return Path(root, "runs", "trees", name)


class _Taking:
    """One look."""

    def __init__(self, root: str, place: Path, checkout: str, end: float, depth: int) -> None:
        self.root = root
        self.place = place
        self.checkout = checkout
        self.end = end
        self.depth = depth
        self.shadow = Shadow(place, checkout, end - time.monotonic())

    def tree(self) -> Tree:
        shadow, kept = self.shadow, self._kept()
        shadow.prepare()
        marks = shadow.marks()
        index = None if kept.tree and marks == kept.marks else shadow.own_index()
        if index is not None and not kept.tree:
            shadow.seed(index)
        with ThreadPoolExecutor(2) as pool:
            finding = pool.submit(shadow.real.names, "ls-files", "-o", "-z", "--exclude-standard")
            looking = pool.submit(shadow.differing)
            commit = self._head()
            paths, listed = self._paths(kept, index)
            untracked, differing = finding.result(), looking.result()
        if kept.tree and self._stale(kept, marks, commit, paths):
            kept = Kept()
            shadow.seed(shadow.own_index())
            differing = shadow.differing()
        if not kept.tree:
            kept, listed = Kept(links=paths.links), None
            if there := [path for path in paths.flagged if os.path.lexists(os.path.join(self.checkout, path))]:
                shadow.unmark(there)
                differing = shadow.differing()
        sorting = Sorting(self.checkout, kept, untracked, listed, self._link, shadow.width())
        sorting.sort(differing, set() if listed is None else shadow.names())
        entries, hashed = sorting.entries(), sorted(sorting.hashed)
        tree = kept.tree
        if entries or hashed or not tree:
            shadow.put(entries, hashed)
            tree = shadow.tree()
        self._keep(sorting.kept(mark(shadow.index), marks, paths.digest, commit, tree))
        return Tree(tree, commit)

    def _head(self) -> str:
        """The commit checked out, from git's files, else from git; "" for none."""
        if found := heads.read(self.checkout).commit:
            return found
        return self.shadow.real.tried("rev-parse", "-q", "--verify", "HEAD")[1].decode("ascii", "replace").strip()

    def _paths(self, kept: Kept, index: Index | None) -> tuple[Special, Listed | None]:
        """What is special among the tracked paths; all of them, where they may be others than at the last look,
        which had the same ``index`` if that is None."""
        if index is None:
            return Special(kept.digest, kept.links or {}, [], False), None
        found = special(index.content)
        if found is not None and (not kept.tree or found.digest == kept.digest):
            return found, None
        listed = self.shadow.listed()
        return found or of_listed(listed), listed

    def _stale(self, kept: Kept, marks: list[str], commit: str, paths: Special) -> bool:
        """Whether the private index is to be made anew: what decides how content is hashed has changed, or which
        files a sparse checkout leaves out; or there is a commit that may have been made through filters."""
        return marks[1:] != (kept.marks or [])[1:] or paths.sparse or (commit != kept.head and self._filters())

    def _filters(self) -> bool:
        """Whether any file may have a clean filter."""
        if b"/.gitattributes\0" in self.shadow.own_index().content:
            return True
        if b"filter" in read(Path(self.checkout, ".gitattributes")):
            return True
        return bool(read(self.shadow.common / "info/attributes"))

    def _kept(self) -> Kept:
        """What the last look left; nothing where the index is not the one that it left."""
        try:
            kept = Kept(**json.loads((self.place / "kept.json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return Kept()
        sound = kept.version == Kept().version and kept.state == mark(self.shadow.index)
        return kept if sound else Kept()

    def _keep(self, kept: Kept) -> None:
        new = self.place / "kept.new"
        new.write_text(json.dumps(kept._asdict()), encoding="ascii")
        os.replace(new, self.place / "kept.json")

    def _link(self, path: str, tracked: str) -> str:
        """The id that stands for the repository at ``path``, "" where it does not count. ``tracked``: what the
        index has for it, "" for an untracked one."""
        inner = os.path.join(self.checkout, path)
        if not os.path.lexists(os.path.join(inner, ".git")):
            return tracked  # a submodule that is not checked out
        folder = git_dir(inner)
        if os.path.realpath(common(folder)) == os.path.realpath(self.shadow.common) and not tracked:
            return ""
        left = self.end - time.monotonic()
        git = Git(inner, left, with_git(os.environ))
        head = git.tried("rev-parse", "-q", "--verify", "HEAD")[1].decode("ascii", "replace").strip()
        if self.depth >= _DEEPEST:
            return head or tracked
        tree = take(self.root, inner, left, self.depth + 1)
        if not tree.id:
            raise Unreadable(f"{path}: {tree.problem}")
        whole = git.tried("rev-parse", "-q", "--verify", "HEAD^{tree}")[1].decode("ascii", "replace").strip()
        if head and whole == tree.id:
            return head
        return hashlib.sha512(f"{head} {tree.id}".encode()).hexdigest()[: len(tree.id)]
