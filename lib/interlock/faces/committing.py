"""A commit of just the files that were named, made by git itself.

New files are marked as meant for a commit (``git add -N``), then ``git commit --only`` takes the named files as
they are on disk. It holds git's own lock on the index from reading the files until HEAD has moved, so what others
staged stays staged, and no commit beside it is lost. Where git refuses, the marks are taken back.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile

from filelock import FileLock, Timeout

from interlock.doors import repo
from interlock.doors.spawn import find
from interlock.guard.gitlook import Checkout, Entry
from interlock.guard.messages import fit, short
from interlock.words.faults import Fault

FOLDER = "commits"
"""In the state folder: a lock file for each checkout."""
TURN = 60.0
"""Seconds to wait for another `interlock commit`, whose hooks may run tests."""
_ASKING = 30.0  # seconds for all that git is asked before, and again after
_INDEX = 10.0  # seconds to wait for git's own lock on the index
_TOLD = 4000  # bytes of git's and its hooks' words that are shown
_DROPPED = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip
"""They would make git look at another checkout than the one that was judged, or read the names otherwise."""
_OURS = "Interlock: "
_UNDERWAY = {
    "MERGE_HEAD": "merge", "rebase-merge": "rebase", "rebase-apply": "rebase", "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}  # fmt: skip


class Refused(Fault):
    """Nothing was committed, and everything is as it was."""

    def __init__(self, sentence: str) -> None:
        super().__init__(fit(f"{_OURS}{sentence.removeprefix(_OURS)}"))


class Failed(Fault):
    """git, or one of its hooks, would not: ``said`` is the end of what it said."""

    def __init__(self, said: str) -> None:
        super().__init__("Interlock: git did not commit; the index is as it was. It said:")
        self.said = said


class Bench:
    """The checkout around ``cwd``, with git in it. Raises Refused where there is none, Unreadable where git gives
    no answer."""

    def __init__(self, cwd: str, environ: dict[str, str]) -> None:
        if not repo.checkout(cwd):
            raise Refused("this folder is in no git checkout, so there is nothing to commit to.")
        self.cwd = cwd
        self.environ = {name: value for name, value in environ.items() if name not in _DROPPED}
        self.see = self.look()
        self.top = self.see.top
        self.folder = os.fsdecode(self.see.git.ask("rev-parse", "--absolute-git-dir"))[:-1]
        self.program = find("git", self.environ, self.top)

    def look(self) -> Checkout:
        """The checkout as it is now."""
        return Checkout(self.cwd, self.environ, _ASKING)

    @contextmanager
    def turn(self, root: str) -> Iterator[None]:
        """Alone among all `interlock commit` in this checkout. ``root`` is the state folder."""
        os.makedirs(os.path.join(root, FOLDER), mode=0o700, exist_ok=True)
        name = hashlib.blake2b(os.fsencode(self.folder), digest_size=16).hexdigest()
        lock = FileLock(os.path.join(root, FOLDER, f"{name}.lock"), timeout=TURN, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise Refused(f"another `interlock commit` runs here for {TURN:.0f} s already. Try again.") from None
        try:
            yield
        finally:
            lock.release()

    def ready(self) -> None:
        """Raises Refused while a merge or the like is underway: its commit is all or nothing."""
        for name, what in _UNDERWAY.items():
            if os.path.lexists(os.path.join(self.folder, name)):
                raise Refused(f"a {what} is underway here, which can't be committed in part. Finish it first.")

    def named(self, path: str) -> str:
        """The path from the checkout's top; "" for the top itself. Raises Refused outside of it."""
        if not path:
            raise Refused("an empty name is not in this checkout.")
        full = os.path.join(self.cwd, path)
        folder, name = os.path.split(full.rstrip("/") or "/")
        real = os.path.realpath(full if name in ("", ".", "..") else folder)
        if name not in ("", ".", ".."):
            real = os.path.join(real, name)
        if real == self.top:
            return ""
        inner = real.removeprefix(f"{self.top.rstrip('/')}/")
        shown = short(path, "")
        if inner == real:
            raise Refused(f"{shown} is not in this checkout ({short(self.top, '')}).")
        if ".git" in inner.casefold().split("/"):
            raise Refused(f"{shown} belongs to git itself.")
        home = repo.checkout(os.path.dirname(real))
        if home and home != self.top:
            raise Refused(f"{shown} lies in a checkout of its own, {short(home, self.top)}. Commit it from there.")
        return inner

    def changes(self, names: list[str], see: Checkout | None = None) -> list[Entry]:
        """What is not committed of the named files, and of all below the named folders. Files that git was told
        not to look at stay out."""
        see = see or self.see
        specs = [_spec(name) for name in names]
        hidden = set(see.hidden(specs))
        found = see.entries(specs, untracked=True)
        return [entry for entry in found if entry.index != "." or entry.path not in hidden]

    def check(self, names: list[str], entries: list[Entry]) -> None:
        """Raises Refused for what git could not commit, or not so."""
        paths = {entry.path for entry in entries}
        for name in names:
            if name and name not in paths and not any(path.startswith(f"{name}/") for path in paths):
                self._known(name)
        if not entries:
            raise Refused("there is nothing to commit: these files are as in the last commit.")
        for entry in entries:
            if entry.kind == "u":
                raise Refused(f"{short(entry.path, '')} has conflicts of a merge in it. Resolve them first.")
            if entry.path.endswith("/"):
                told = short(entry.path, "")
                raise Refused(f"{told} is a repository of its own. Commit in it, and name other files here.")
            above = os.path.dirname(entry.path)
            while above:
                if above in paths:
                    told = short(above, "")
                    raise Refused(f"{told} is a file in one and a folder in the other; git commits no such name.")
                above = os.path.dirname(above)

    def _known(self, name: str) -> None:
        """Raises Refused for a name without a change that git knows nothing of."""
        if self.see.tracked([_spec(name)]) or os.path.isdir(self.see.full(name)):
            return
        if os.path.lexists(self.see.full(name)):
            raise Refused(f"{short(name, '')} is ignored by git, see .gitignore.")
        raise Refused(f"there is no {short(name, '')}, and git knows of none.")

    def commit(self, messages: list[str], entries: list[Entry]) -> str:
        """The commit's id. Raises Failed; then the index is as it was."""
        before = self.see.head()
        new = [entry.path for entry in entries if entry.kind == "?"]
        listed = "--pathspec-from-file=-", "--pathspec-file-nul"
        try:
            if new:
                self._have("add", "--intent-to-add", *listed, stdin=_specs(new))
            told = [word for text in messages for word in ("-m", text)]
            names = list(dict.fromkeys(entry.path for entry in entries))
            said = self._have("commit", "--only", *told, *listed, stdin=_specs(names))
        except BaseException:
            with suppress(Failed):
                self._have("update-index", "--force-remove", "-z", "--stdin", stdin=_names(new))
            raise
        commit = self.look().commit("HEAD")
        if not commit or commit == before:
            raise Failed(said)
        return commit

    def settle(self, files: list[str], asked: set[str]) -> None:
        """What a hook staged is in the commit, but git leaves it out of the index, where anybody's next commit
        would undo it. Brings the committed files' index up to HEAD, but for what others had staged before."""
        see = self.look()
        staged = set(see.staged(self.see.head()))  # of before the commit
        now = set(see.staged("HEAD"))
        behind = [path for path in files if path in now and (path in asked or path not in staged)]
        if behind:
            with suppress(Failed):  # it is committed all the same
                self._have("reset", "-q", "--pathspec-from-file=-", "--pathspec-file-nul", stdin=_specs(behind))

    def inside(self, commit: str) -> list[tuple[str, str]]:
        """(letter, path) of the files in the commit: A new, M changed, D deleted, T another type."""
        see = self.look()
        words = "diff-tree", "--root", "--no-commit-id", "-r", "-z", "--name-status", "--no-renames"
        found = see.git.names(*words, commit)
        return list(zip(found[::2], found[1::2], strict=True))

    def _have(self, *words: str, stdin: bytes) -> str:
        """Has git do it, and waits where another git has the index. Raises Failed."""
        end = time.monotonic() + _INDEX
        lock = os.path.join(self.folder, "index.lock")
        while True:
            code, said = self._git(*words, stdin=stdin)
            if code == 0:
                return said
            if lock not in said or time.monotonic() > end:
                raise Failed(said)
            time.sleep(0.1)

    def _git(self, *words: str, stdin: bytes) -> tuple[int, str]:
        """(exit code, the end of what it said). The user's own git, with its hooks, signing and settings."""
        with TemporaryFile() as said:
            argv = [self.program, "-C", self.top, *words]
            try:
                done = subprocess.run(
                    argv, input=stdin, stdout=said, stderr=subprocess.STDOUT, env=self.environ, check=False
                )
            except (OSError, ValueError) as problem:
                raise Failed(f"git can't be started ({getattr(problem, 'strerror', '') or problem})") from None
            size = said.seek(0, os.SEEK_END)
            said.seek(max(0, size - _TOLD))
            return done.returncode, said.read().decode("utf-8", "replace")


def _spec(name: str) -> str:
    """The pathspec that fits just this path and all below it."""
    return f":(top,literal){name}" if name else ":/"


def _specs(names: list[str]) -> bytes:
    return _names([_spec(name) for name in names])


def _names(names: list[str]) -> bytes:
    return b"".join(os.fsencode(name) + b"\0" for name in names)
