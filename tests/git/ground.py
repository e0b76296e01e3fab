"""Real repositories, and what really changed in them: the oracle for judgements."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from interlock.guard.gitjudge import judge
from interlock.guard.gitlook import Touched
from interlock.shell.gitwords import told_apart
from interlock.shell.reading import GitOperation

GIT = {
    "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b", "GIT_EDITOR": "true", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
}  # fmt: skip
State = dict[str, tuple[object, ...]]


class Snapshot:
    """``files``: the checkout; ``index``; ``stashed``: the files in each stash; ``head``: the files in HEAD."""

    def __init__(self, repo: Repo) -> None:
        self.files = repo.files()
        self.index: State = {}
        for line in repo.git("ls-files", "-s", "-z").split("\0")[:-1]:
            facts, _, name = line.partition("\t")
            self.index[name] = (*self.index.get(name, ()), facts)
        self.stashes = repo.git("stash", "list", "--format=%H").split()
        self.head: State = {}
        self.commit = repo.git("rev-parse", "-q", "--verify", "HEAD", check=False).strip()
        if self.commit:
            for line in repo.git("ls-tree", "-r", "-z", "HEAD").split("\0")[:-1]:
                facts, _, name = line.partition("\t")
                self.head[name] = (facts,)


class Repo:
    """A repository at ``top``; commands run in ``top/below``."""

    def __init__(self, top: Path, below: str = "", init: bool = True) -> None:
        self.top = top
        self.below = below
        top.mkdir(parents=True, exist_ok=True)
        if init:
            self.git("init", "-q", "-b", "main", ".")

    @property
    def cwd(self) -> str:
        return str(self.top / self.below)

    def git(self, *args: str, check: bool = True, cwd: str = "", stdin: bytes = b"") -> str:
        done = subprocess.run(
            ["git", *args], cwd=cwd or self.top, env=GIT, input=stdin, capture_output=True, check=False, timeout=60
        )
        assert not check or done.returncode == 0, (args, done.stdout, done.stderr)
        return os.fsdecode(done.stdout)

    def write(self, name: str, text: str = "") -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or f"{os.urandom(4).hex()}\n", encoding="utf-8")

    def commit(self, **files: str) -> None:
        """Commits these files; ``__`` in a name stands for a slash and ``_DOT_`` for a dot."""
        for name, text in files.items():
            self.write(name.replace("__", "/").replace("_DOT_", "."), text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def files(self) -> State:
        found: State = {}
        for folder, folders, names in os.walk(self.top):
            if folder == str(self.top) and ".git" in folders:
                folders.remove(".git")
            for name in [*names, *(one for one in folders if os.path.islink(os.path.join(folder, one)))]:
                path = os.path.join(folder, name)
                info = os.lstat(path)
                content = os.readlink(path).encode() if os.path.islink(path) else Path(path).read_bytes()
                found[os.path.relpath(path, self.top)] = (info.st_mode & 0o170111, content)
        return found

    def judge(self, *args: str) -> Touched:
        words = ("git", *args)
        return judge(GitOperation(words, told_apart(words).verb, self.cwd), GIT)

    def run(self, *args: str) -> set[str]:
        """Runs the command; the files that it changed on disk, stashed, staged or committed."""
        before = Snapshot(self)
        self.git(*args, check=False, cwd=self.cwd, stdin=b"")
        after = Snapshot(self)
        changed = differing(before.files, after.files)
        if not (args[0] == "restore" and {"--staged", "-S"} & set(args)):
            changed |= {name for name in differing(before.index, after.index) if not unstaged(name, before, after)}
        if args[0] == "commit":
            changed |= differing(before.head, after.head)
        for stash in after.stashes:
            if stash not in before.stashes:
                changed |= {name for name in self.stashed(stash) if not stays(name, before, after)}
        return changed

    def stashed(self, stash: str) -> set[str]:
        names = self.git("diff-tree", "-r", "-z", "--name-only", "--no-renames", f"{stash}^1", stash).split("\0")
        if self.git("rev-parse", "-q", "--verify", f"{stash}^3", check=False):
            names += self.git("ls-tree", "-r", "-z", "--name-only", f"{stash}^3").split("\0")
        return set(names) - {""}

    def clean(self) -> set[str]:
        """The tracked files that are as they are in HEAD."""
        told = self.git("status", "--porcelain", "-z", "-uall", "--ignored", "--no-renames").split("\0")
        return set(Snapshot(self).index) - {line[3:] for line in told}


def differing(old: State, new: State) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def unstaged(name: str, before: Snapshot, after: Snapshot) -> bool:
    """Whether the file stays as it is, and in the index is now what it is in HEAD: nothing is lost by that."""
    index = [str(facts).split() for facts in after.index.get(name, ())]
    head = [str(facts).split() for facts in after.head.get(name, ())]
    same = [(mode, oid) for mode, oid, _ in index] == [(mode, oid) for mode, _, oid in head]
    return same and before.files.get(name) == after.files.get(name)


def stays(name: str, before: Snapshot, after: Snapshot) -> bool:
    """Whether the file is as it was, with a copy in a stash: what is staged stays with --keep-index, and where
    it does not fit the pathspecs."""
    return before.files.get(name) == after.files.get(name) and before.index.get(name) == after.index.get(name)


def names(repo: Repo, touched: Touched) -> set[str]:
    """The touched paths relative to the top, folders with all that is in them now."""
    found = set()
    for path in touched.paths:
        name = os.path.relpath(path, os.path.realpath(repo.top))
        found |= (
            {one for one in repo.files() if f"{one}/".startswith(f"{name}/")} if path.endswith("/") else {name}
        )
    return found


def covers(repo: Repo, touched: Touched, changed: set[str]) -> set[str]:
    """Those of ``changed`` that were not foreseen."""
    top = os.path.realpath(repo.top)
    trees = tuple(path for path in touched.paths if path.endswith("/"))
    full = {
        name: f"{top}/{name.partition('~')[0]}" for name in changed
    }  # x~HEAD: the other side's x in a conflict
    return {name for name, path in full.items() if path not in touched.paths and not path.startswith(trees)}
