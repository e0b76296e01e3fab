"""A private git directory beside a checkout's own: index and config, and objects that all checkouts share (a new
folder costs more than a tree in it, and git wants 256), in the state folder.

Content is hashed with it, so that nothing in the repository's ``.git`` is written or locked, and nothing that the
repository's config names is started: of that config a few words about line ends and file modes are copied, and
``info/attributes`` turns clean filters off (a filter is a program: what has one, LFS say, is hashed as it stands
on disk, unless the repository's own index knows it already). Blobs are not stored, trees are; where the repository
has such a tree already, git renews the time of the object file, as it does whenever it would write one.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from interlock.doors.git import NAMES, Git
from interlock.runs.gitindex import Listed
from interlock.runs.places import with_git
from interlock.words.faults import Unreadable

_COPIED = "autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|attributesfile"
_ASKED = rf"^(core\.({_COPIED})|extensions\.objectformat)$"
_NAMED = re.compile(_COPIED.encode() + rb"|objectformat|include", re.IGNORECASE)
_PLAIN = re.compile(rb"(?m)^\s*filemode = true$")  # git's default, which git init writes down
_TEXT = 1 << 20
_LEFT = 3600.0  # seconds after which the index of a process (``without``) is one that was killed
_FULL = 256
"""Objects in one of the 256 folders of the store, at which it is put aside (git gc counts so, too): a tree takes a
block of 4 KiB at least, so that is 256 MiB."""


_CONFIG = ("bare = false", "safecrlf = false", "sparseCheckout = true", "fsync = none", "splitIndex = true")
"""Of the private directory. The index in two files: what an edit changes is written, not all of 10,000 entries."""


class Index(NamedTuple):
    """An index file: its content, and its time, by which git knows which of the times in it it can't trust."""

    content: bytes
    time: int


class Shadow:
    """The private directory of one checkout, ``place``. Call under its lock, but for ``between`` and ``without``.
    Raises Unreadable."""

    def __init__(self, place: Path, checkout: str, seconds: float) -> None:
        self.place = place
        self.checkout = checkout
        self.git_dir = git_dir(checkout)
        self.common = common(self.git_dir)
        environ = with_git(os.environ)
        self.real = Git(checkout, seconds, environ)
        self.real.environ["GIT_WORK_TREE"] = checkout  # whatever core.worktree says
        self.private = Git(checkout, seconds, environ, remembers=False)
        self.index = place / "index"
        self.objects = place.parent.parent / "objects"
        others = [self.objects.with_suffix(".old"), self.common / "objects"]
        self.private.environ |= {
            "GIT_DIR": str(place / "git"),
            "GIT_WORK_TREE": checkout,
            "GIT_INDEX_FILE": str(self.index),
            "GIT_OBJECT_DIRECTORY": str(self.objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": ":".join(_quoted(str(one)) for one in others),
        }

    def prepare(self) -> None:
        """Makes the folders, ends what a killed process left, puts a full store of objects aside."""
        for folder in ("git/refs", "git/objects", "git/info"):
            (self.place / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        head = self.place / "git/HEAD"
        if not head.exists():
            head.write_text("ref: refs/heads/none\n")
        for stale in ("index.lock", "git/index.lock"):
            (self.place / stale).unlink(missing_ok=True)
        for left in self.place.glob("index.[0-9]*"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _LEFT:
                    left.unlink()
        self.objects.mkdir(mode=0o700, exist_ok=True)
        sample = self.objects / "17"
        if sample.is_dir() and len(os.listdir(sample)) > _FULL:
            with contextlib.suppress(Timeout), FileLock(self.objects.with_suffix(".lock"), timeout=0):
                shutil.rmtree(self.objects.with_suffix(".old"), ignore_errors=True)
                self.objects.rename(self.objects.with_suffix(".old"))
                self.objects.mkdir(mode=0o700)

    def marks(self) -> list[str]:
        """What decides how content is hashed, and which paths are tracked: marks of config and index files."""
        config = (self.common / "config", self.git_dir / "config.worktree", self.common / "info/attributes")
        return [mark(self.git_dir / "index"), *(mark(path) for path in config)]

    def seed(self, index: Index) -> None:
        """The private index is made the repository's own, whose entries git knows to be what stands on disk."""
        self._configure()
        self.index.unlink(missing_ok=True)
        for stale in (self.place / "git").glob("sharedindex.*"):
            stale.unlink()
        for split in self.git_dir.glob("sharedindex.*"):
            shutil.copyfile(split, self.place / "git" / split.name)
        if index.content:
            self.index.write_bytes(index.content)
            os.utime(self.index, ns=(index.time, index.time))

    def own_index(self) -> Index:
        """The repository's own index; an empty one where there is none."""
        path = self.git_dir / "index"
        try:
            with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
                info = os.fstat(file.fileno())
                return Index(file.read() if stat.S_ISREG(info.st_mode) else b"", info.st_mtime_ns)
        except FileNotFoundError:
            return Index(b"", 0)

    def _configure(self) -> None:
        said = b""
        config = read(self.common / "config") + read(self.git_dir / "config.worktree")
        if _NAMED.search(_PLAIN.sub(b"", config)):
            said = self.real.tried("config", "-z", "--get-regexp", _ASKED)[1]
        lines = ["[core]", *(f"\t{line}" for line in _CONFIG)]
        version, extensions = 0, []
        for entry in said.decode("utf-8", "replace").split("\0"):
            name, _, value = entry.partition("\n")
            section, _, key = name.partition(".")
            if section == "core":
                lines.append(f"\t{key} = {_value(value)}")
            elif section == "extensions":
                version, extensions = 1, ["[extensions]", f"\t{key} = {_value(value)}"]
        lines.append(f"\trepositoryformatversion = {version}")
        (self.place / "git/config").write_text("\n".join([*lines, *extensions]) + "\n", encoding="utf-8")
        own = read(self.common / "info/attributes")
        (self.place / "git/info/attributes").write_bytes(own + b"\n* -filter\n")

    def unmark(self, names: Iterable[str]) -> None:
        """Looks at these again: somebody told git to take them for unchanged."""
        fed = _joined(names)
        for flag in ("--no-assume-unchanged", "--no-skip-worktree") if fed else ():
            self.private.ask("update-index", flag, "-z", "--stdin", stdin=fed)

    def differing(self) -> list[tuple[str, str]]:
        """(status letter, path) of entries that are not what stands on disk, by their stat data alone."""
        told = self.private.names("diff-files", "--raw", "-z", "--ignore-submodules=all")
        return [(how.rpartition(" ")[2][:1], path) for how, path in zip(told[::2], told[1::2], strict=True)]

    def listed(self) -> Listed:
        """The repository's own index."""
        found: Listed = {}
        for entry in self.real.names("ls-files", "-v", "-s", "-z"):
            facts, _, path = entry.partition("\t")
            tag, mode, name, _ = facts.split(" ")
            found[path] = (tag, mode, name)
        return found

    def width(self) -> int:
        """The length of the repository's ids."""
        return 64 if b"sha256" in read(self.place / "git/config") else 40

    def names(self) -> set[str]:
        """Every path in the private index."""
        return set(self.private.names("ls-files", "-z"))

    def put(self, entries: Iterable[tuple[str, str, str]], hashed: Iterable[str]) -> None:
        """Puts ``entries`` (mode, id, path; mode "0" removes) into the index, then the content of ``hashed``."""
        told = b"".join(b"%s %s\t%s\0" % (m.encode(), i.encode(), os.fsencode(p)) for m, i, p in entries)
        if told:
            self.private.ask("update-index", "--add", "--replace", "-z", "--index-info", stdin=told)
        if fed := _joined(hashed):
            words = ("update-index", "--add", "--remove", "--replace", "--info-only", "-z", "--stdin")
            self.private.ask(*words, stdin=fed)

    def tree(self) -> str:
        """Writes the index as a tree; its id."""
        return self.private.ask("write-tree", "--missing-ok").decode("ascii").strip()

    def between(self, old: str, new: str, *only: str) -> list[str] | None:
        """The paths that differ, ``only`` in a way; None where one of the trees is not kept any more."""
        words = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", *only, old, new, "--")
        code, told = self.private.tried(*words, limit=NAMES)
        return None if code else [os.fsdecode(name) for name in told.split(b"\0") if name]

    def without(self, tree: str, names: Iterable[str]) -> str:
        """Writes the tree without these paths; its id."""
        index = self.place / f"index.{os.getpid()}"
        self.private.environ["GIT_INDEX_FILE"] = str(index)
        try:
            self.private.ask("read-tree", tree)
            self.private.ask("update-index", "--force-remove", "-z", "--stdin", stdin=_joined(names))
            return self.tree()
        finally:
            self.private.environ["GIT_INDEX_FILE"] = str(self.index)
            index.unlink(missing_ok=True)


def git_dir(checkout: str) -> Path:
    """The checkout's own git folder. Raises Unreadable where there is none."""
    found = Path(checkout, ".git")
    try:
        if found.is_file():
            line = read(found, 8192).strip().removeprefix(b"gitdir:").strip()
            found = Path(checkout, os.fsdecode(line))
    except OSError:
        pass
    if not (found / "HEAD").exists() and not (found / "HEAD").is_symlink():
        raise Unreadable("there is no git repository here")
    return found


def common(folder: Path) -> Path:
    """What all worktrees of the repository share, given one's git folder."""
    return folder / os.fsdecode(read(folder / "commondir", 8192).strip())


def mark(path: Path) -> str:
    """Changes with the file; "" where there is none."""
    try:
        info = path.stat()
    except OSError:
        return ""
    return f"{info.st_dev}:{info.st_ino}:{info.st_size}:{info.st_mtime_ns}:{info.st_ctime_ns}"


def _joined(names: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(name) + b"\0" for name in names)


def _quoted(path: str) -> str:
    """As the variable wants it: a path with a colon in it stands in quotes."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if ":" in path or path.startswith('"') else path


def _value(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def read(path: Path, most: int = _TEXT) -> bytes:
    """The beginning of a regular file, b"" of anything else: a FIFO by that name makes nobody wait."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    with open(handle, "rb") as file:
        return file.read(most) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
