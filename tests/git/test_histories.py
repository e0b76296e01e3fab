"""Random small histories with random changes on top: what is judged covers what happens, and names no clean file
where it is exact. Names have spaces, newlines, quotes, leading dashes, globs, and bytes that are not UTF-8."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.share import examples

from .ground import Repo, covers, names

POOL = [
    "a", "b", "two words", "line\nbreak", "\"quoted\" 'name'", "-dash", "*", "star*", ":colon", "#", "tab\there",
    "é", os.fsdecode(b"raw\xff"), "back\\slash", "dir/a", "dir/two words", "dir/-dash", "dir/deep/x", "other/a",
    "other/line\nbreak", "x.log",
]  # fmt: skip
LINES = "".join(f"line {n}\n" for n in range(20))
BRANCH_STEPS = ["change", "change", "delete", "move", "move folder", "add"]
NOW = ["dirty", "staged", "both", "deleted", "removed", "moved", "touched", "typed"]
SPECS = [".", ":/", "*", "dir", "dir/", ":!dir", ":(top)dir", ":(icase)A", ":(exclude,top)other", "nosuch", ":/*a"]
EXACT = [
    "stash", "stash -u", "stash -a", "stash -k", "stash -S", "stash -u -- SPEC", "stash push -- SPEC SPEC",
    "reset --hard", "reset --merge", "restore SPEC", "restore -SW SPEC", "checkout -- SPEC",
    "checkout HEAD -- SPEC", "checkout -f", "clean -fd", "clean -fdx", "clean -ffdx :/", "clean -fd SPEC",
    "add -A", "add -u", "add -- SPEC", "add -f -- SPEC SPEC", "commit -m x", "commit -am x", "commit -m x -- SPEC",
    "commit -m x -i -- SPEC", "rm -rf -- SPEC", "reset", "reset --soft HEAD",
]  # fmt: skip
COVERED = [
    "reset --hard other", "reset --keep other", "reset --merge other", "checkout other", "checkout -f other",
    "checkout other -- SPEC", "restore -s other SPEC", "restore -s other -SW SPEC", "switch other",
    "switch -m other", "switch -f -d other", "switch --orphan new", "merge other",
    "merge --no-commit --no-ff other", "merge --squash other", "merge --autostash other", "cherry-pick other",
    "cherry-pick -n main...other", "revert -n HEAD", "revert --no-edit other", "rebase other",
    "rebase --autostash other", "stash pop", "stash apply", "stash apply --index", "stash branch new",
    "mv -- NAME new", "mv -k -- NAME dir", "mv -- dir moved", "checkout --merge other", "reset --hard HEAD~1",
    "merge --abort", "commit -m x --amend", "checkout main",
]  # fmt: skip


class Plan:
    """A drawn history; ``build`` makes it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.start = draw(st.lists(st.sampled_from(POOL), min_size=3, max_size=8, unique=True))
        there = st.sampled_from(self.start)
        step = st.tuples(st.sampled_from(BRANCH_STEPS), there | st.sampled_from(POOL), st.sampled_from(POOL))
        change = st.tuples(st.sampled_from(NOW), there)
        self.main = draw(st.lists(step, max_size=3))
        self.other = draw(st.lists(step, min_size=1, max_size=4))
        self.stash = draw(st.lists(change, max_size=2))
        self.now = draw(st.lists(change, max_size=4))
        self.new = draw(st.lists(st.sampled_from(POOL), max_size=3))
        self.shape = draw(
            st.sampled_from(["plain", "plain", "unborn", "detached", "merging", "worktree", "nested"])
        )
        self.below = draw(st.sampled_from(["", "dir"]))
        name = there
        self.specs = draw(
            st.lists(st.sampled_from(SPECS) | name | name.map("./{}".format), min_size=2, max_size=2)
        )

    def __repr__(self) -> str:
        return f"Plan({self.__dict__})"

    def build(self, base: Path) -> Repo:
        repo = Repo(base / "repo", self.below)
        write(repo, ".gitignore", "*.log\n")
        for name in self.start:
            write(repo, name, LINES + name)
        repo.git("add", "-A")
        if self.shape != "unborn":
            repo = self._history(repo, base)
        for change, name in self.now:
            now(repo, change, name)
        for name in self.new:
            write(repo, name, "untracked\n")
        if self.shape == "nested":
            inner = Repo(repo.top / "dir" / "inner")
            inner.commit(z="z")
        (repo.top / self.below).mkdir(exist_ok=True)
        return repo

    def _history(self, repo: Repo, base: Path) -> Repo:
        repo.git("commit", "-q", "-m", "start")
        repo.git("branch", "other")
        for one in self.main:
            step(repo, *one, "main")
        repo.git("checkout", "-q", "other")
        for one in self.other:
            step(repo, *one, "other")
        repo.git("checkout", "-q", "main")
        if self.shape == "worktree":
            repo.git("worktree", "add", "-q", "-b", "third", str(base / "linked"), "main")
            repo = Repo(base / "linked", self.below, init=False)
        for change, name in self.stash:
            now(repo, change, name)
        repo.git("stash", "-q", "-u", check=False)
        if self.shape == "detached":
            repo.git("checkout", "-q", "--detach", "HEAD")
        if self.shape == "merging":
            repo.git("merge", "-q", "--no-commit", "--no-ff", "other", check=False)
        return repo


def write(repo: Repo, name: str, text: str) -> None:
    path = repo.top / name
    if path.is_dir() or any(parent.is_file() for parent in path.parents):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()
    path.write_bytes(os.fsencode(text))


def step(repo: Repo, kind: str, name: str, target: str, branch: str) -> None:
    """One commit."""
    there = os.path.lexists(repo.top / name)
    if kind == "change" and there:
        write(repo, name, f"{branch} {name}\n{LINES}")
    elif kind == "delete":
        repo.git("rm", "-q", "--", f":(literal){name}", check=False)
    elif kind == "move":
        (repo.top / target).parent.mkdir(parents=True, exist_ok=True)
        repo.git("mv", "--", name, target, check=False)
    elif kind == "move folder":
        repo.git("mv", "--", name.partition("/")[0], f"{branch}-moved", check=False)
    elif kind == "add":
        write(repo, name, f"{branch} adds {name}\n{LINES}")
    repo.git("add", "-A")
    repo.git("commit", "-q", "--allow-empty", "-m", branch)


def now(repo: Repo, change: str, name: str) -> None:
    """One change in the tree."""
    path = repo.top / name
    literal = f":(literal){name}"
    if not os.path.lexists(path) or path.is_dir():
        return
    if change in ("staged", "both"):
        write(repo, name, f"staged\n{LINES}")
        repo.git("add", "-f", "--", literal)
    if change in ("dirty", "both"):
        write(repo, name, f"{LINES}dirty\n")
    elif change == "deleted":
        path.unlink()
    elif change == "removed":
        repo.git("rm", "-q", "--cached", "-f", "--", literal, check=False)
    elif change == "moved":
        repo.git("mv", "--", name, "gone there", check=False)
    elif change == "touched":
        os.utime(path, (1, 1), follow_symlinks=False)
    elif change == "typed":
        path.unlink()
        path.symlink_to("nowhere")


def words(command: str, plan: Plan) -> list[str]:
    specs = iter(plan.specs)
    return [next(specs) if word in ("SPEC", "NAME") else word for word in command.split()]


def check(plan: Plan, command: str, exact: bool) -> None:
    base = Path(tempfile.mkdtemp())
    try:
        repo = plan.build(base)
        args = words(command, plan)
        clean = repo.clean()
        touched = repo.judge(*args)
        foreseen = names(repo, touched)
        changed = repo.run(*args)
        if touched.unknown:
            return
        assert covers(repo, touched, changed) == set()
        if exact:
            assert foreseen & clean - changed == set()
    finally:
        shutil.rmtree(base)


MANY = settings(
    max_examples=examples(int(os.environ.get("GIT_HISTORIES", "60"))), deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@MANY
@given(plan=st.composite(Plan)(), command=st.sampled_from(EXACT))
def test_the_tree_and_the_index(plan: Plan, command: str) -> None:
    """All that the command changes is foreseen, and nothing that is clean and stays so."""
    check(plan, command, exact=True)


@MANY
@given(plan=st.composite(Plan)(), command=st.sampled_from(COVERED))
def test_between_commits(plan: Plan, command: str) -> None:
    """All that the command changes is foreseen."""
    check(plan, command, exact=False)
