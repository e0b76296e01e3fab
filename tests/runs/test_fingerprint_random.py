"""Random edits of a scratch repository: the fingerprint is git's own tree, each time."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.runs.gittruth import added, git, hashed, init
from tests.share import share

from interlock.runs.fingerprint import changed, take

NAMES = ["a", "b.py", "c d", "ä", "x.log", 'q"t', "-r", "d1/a", "d1/b", "d1/e/f", "d2/a.log", "d2/g", "*", "d3"]
IGNORES = ["*.log\n", "d2\n", "/a\n!*.log\n", "", "b.py\nd1/e/\n"]


class Hand:
    """Does one random thing to the checkout after another."""

    def __init__(self, repo: Path, seed: int) -> None:
        self.repo = repo
        self.dice = random.Random(seed)

    def step(self) -> str:
        does = self.dice.choice([
            self.write, self.write, self.write, self.delete, self.mode, self.rename, self.link, self.ignore,
            self.add, self.force, self.forget, self.commit, self.folder, self.touch, self.intend, self.inside,
        ])  # fmt: skip
        name = self.dice.choice(NAMES)
        try:
            does(name)
        except (OSError, AssertionError, shutil.Error):
            return f"{does.__name__} {name} (could not)"
        return f"{does.__name__} {name}"

    def path(self, name: str) -> Path:
        return self.repo / name

    def clear(self, name: str) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str) -> None:
        self.clear(name).write_text(f"{self.dice.random()}\n" * self.dice.choice([0, 1, 9]))

    def delete(self, name: str) -> None:
        self.path(name).unlink()

    def mode(self, name: str) -> None:
        self.path(name).chmod(self.dice.choice([0o644, 0o755]))

    def rename(self, name: str) -> None:
        self.path(name).rename(self.clear(self.dice.choice(NAMES)))

    def link(self, name: str) -> None:
        self.clear(name).symlink_to(self.dice.choice(["a", "d1", "nowhere"]))

    def ignore(self, name: str) -> None:
        self.dice.choice(
            [self.repo / ".gitignore", self.clear("d1/.gitignore"), self.repo / ".git/info/exclude"]
        ).write_text(self.dice.choice(IGNORES))

    def add(self, name: str) -> None:
        git(self.repo, "add", "--", f":(literal){name}")

    def force(self, name: str) -> None:
        git(self.repo, "add", "-f", "--", f":(literal){name}")

    def forget(self, name: str) -> None:
        git(self.repo, "rm", "-q", "--cached", "--", f":(literal){name}")

    def commit(self, name: str) -> None:
        git(self.repo, "commit", "-qm", "x")

    def folder(self, name: str) -> None:
        if self.path(name).is_dir() and not self.path(name).is_symlink():
            shutil.rmtree(self.path(name))
        else:
            self.path(name).unlink(missing_ok=True)
            self.path(name).mkdir(parents=True)
            (self.path(name) / "in").write_text(name)

    def touch(self, name: str) -> None:
        os.utime(self.path(name))

    def intend(self, name: str) -> None:
        git(self.repo, "add", "-N", "--", f":(literal){name}")

    def inside(self, name: str) -> None:
        """A folder takes the place of another by way of a symlink."""
        if (self.repo / "d1").is_dir() and not (self.repo / "d1").is_symlink():
            shutil.rmtree(self.repo / "d3", ignore_errors=True)
            (self.repo / "d1").rename(self.repo / "d3")
            (self.repo / "d1").symlink_to("d3")


@pytest.mark.parametrize("seed", share(range(int(os.environ.get("SEEDS", "8")))))
def test_it_is_gits_tree_after_random_edits(tmp_path: Path, seed: int) -> None:
    """After each of many random steps the fingerprint is the tree of all that git calls tracked or untracked,
    hashed by git's documented format, and the one that `git add -A` makes; so are the paths said to differ."""
    repo = init(tmp_path / "repo")
    root = str(tmp_path / "state")
    hand = Hand(repo, seed)
    last, done = "", []
    for number in range(40):
        done += [hand.step() for _ in range(hand.dice.choice([1, 1, 2, 5]))]
        tree = take(root, str(repo))
        assert tree.problem == "", done
        assert tree.id == hashed(repo), (done, number)
        assert tree.id == added(repo), (done, number)
        if last:
            said = changed(root, str(repo), last, tree.id)
            assert said is not None
            assert sorted(said) == sorted(_differing(repo, root, last, tree.id)), done
        last = tree.id
    assert not (repo / ".git/index.lock").exists()


def _differing(repo: Path, root: str, old: str, new: str) -> list[str]:
    """By git, in a repository that is told of both trees."""
    objects = Path(root, "runs/objects")
    done = subprocess.run(
        ["git", "-C", str(repo), "diff-tree", "-r", "-z", "--name-only", old, new],
        env={"PATH": os.environ["PATH"], "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects)},
        capture_output=True, check=True,
    )  # fmt: skip
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
