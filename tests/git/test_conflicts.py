"""Whose work a git command would take with it, through the guard's own hooks, in a real repository."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from tests.guard.calls import Guard

from interlock.guard.gitjudge import judge
from interlock.guard.gitlook import Touched
from interlock.shell.reading import GitOperation

from .ground import GIT

TEXT = "".join(f"{n}\n" for n in range(20))


class Site(Guard):
    """A guarded repository with a.py, b.py and lib/c.py committed; ``feature`` changes b.py."""

    def __init__(self, base: Path) -> None:
        super().__init__(base)
        self.environ |= {name: GIT[name] for name in ("PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")}
        self.git("init -q -b main .")
        self.file(".git/info/exclude", ".claude\n")
        (self.repo / "lib").mkdir()
        for name in ("a.py", "b.py", "lib/c.py"):
            self.file(name, TEXT)
        self.git("add a.py b.py lib")
        self.git("commit -q -m x")
        self.git("checkout -q -b feature")
        self.file("b.py", TEXT + "feature\n")
        self.git("commit -qam y")
        self.git("checkout -q main")

    def git(self, command: str) -> None:
        subprocess.run(["git", *shlex.split(command)], cwd=self.repo, env=GIT, check=True, capture_output=True)

    def asks(self, command: str, by: str = "beta") -> str:
        """The refusal's sentence, "" for none."""
        said = self.tool("PreToolUse", "Bash", by, command=command)
        return str(said["permissionDecisionReason"]) if said.get("permissionDecision") == "deny" else ""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


WHOLE = ["git stash", "git reset --hard", "git checkout .", "git restore .", "git add -A", "git commit -am x",
         "git checkout -f", "git stash -u", "git commit -m x -- .", "git add .", "git rm -rf .",
         "cd lib && git reset --hard", "git -C lib stash", "git switch -f feature",
         "git checkout -f feature"]  # fmt: skip


@pytest.mark.parametrize("command", WHOLE)
def test_work_in_progress_of_another(site: Site, command: str) -> None:
    """A file that another owner has changed and still holds is not taken along; the sentence names both."""
    assert site.write(site.repo / "a.py", "alpha") == ""
    told = site.asks(command)
    assert "a.py" in told
    assert "session alpha" in told
    assert "held since" in told
    assert len(told) <= 400


@pytest.mark.parametrize("command", WHOLE)
def test_work_that_was_left_uncommitted(site: Site, command: str) -> None:
    """A change that its owner no more holds, while it lives, is still its own until it is committed."""
    site.write(site.repo / "a.py", "alpha")
    site.hook("Stop", "alpha")
    told = site.asks(command)
    assert "a.py" in told
    assert "changed and not committed since" in told
    assert "by session alpha." in told
    assert len(told) <= 400


@pytest.mark.parametrize("command", WHOLE)
def test_what_is_committed_is_nobodys(site: Site, command: str) -> None:
    """After its commit the change is in nobody's way."""
    site.write(site.repo / "a.py", "alpha")
    site.hook("Stop", "alpha")
    site.git("commit -qam alpha")
    assert site.asks(command) == ""


@pytest.mark.parametrize("command", WHOLE)
def test_ones_own_work(site: Site, command: str) -> None:
    """Who changed it may do with it what they want."""
    site.write(site.repo / "a.py", "beta")
    assert site.asks(command) == ""


def test_a_change_on_top_of_anothers(site: Site) -> None:
    """The last writer counts: what alpha left, beta has made its own by writing it."""
    site.write(site.repo / "a.py", "alpha")
    site.hook("Stop", "alpha")
    site.tool("PostToolUse", "Read", "beta", file_path=str(site.repo / "a.py"))
    assert site.write(site.repo / "a.py", "beta", text="newer\n") == ""
    assert site.asks("git stash") == ""


def test_a_change_by_nobody_known(site: Site) -> None:
    """A file changed outside Interlock after alpha's write is not alpha's any more."""
    site.write(site.repo / "a.py", "alpha")
    site.hook("Stop", "alpha")
    site.file("a.py", "by hand\n")
    assert site.asks("git stash") == ""


@pytest.mark.parametrize(
    "command",
    ["git stash push -- b.py", "git restore b.py", "git add b.py", "git commit -m x b.py", "git status",
     "git stash list",
     "git reset", "git reset --soft HEAD", "git clean -n", "git checkout -b new", "git stash push -- . ':!a.py'",
     "git restore --staged a.py", "git log --stat", "git add -u lib", "git commit --dry-run -a"],
)  # fmt: skip
def test_the_narrower_command_passes(site: Site, command: str) -> None:
    """What leaves alpha's file alone is not refused."""
    site.write(site.repo / "a.py", "alpha")
    site.write(site.repo / "b.py", "beta")
    assert site.asks(command) == ""


@pytest.mark.parametrize(
    "command",
    ["git merge feature", "git checkout feature", "git switch feature", "git cherry-pick feature",
     "git rebase feature",
     "git reset --keep feature", "git checkout feature -- ."],
)  # fmt: skip
def test_what_differs_between_commits(site: Site, command: str) -> None:
    """A held file that the other commit has changed is in the way; one that it has not is not."""
    site.tool("PreToolUse", "Write", "alpha", file_path=str(site.repo / "a.py"))
    assert site.asks(command) == ""
    site.tool("PreToolUse", "Write", "alpha", file_path=str(site.repo / "b.py"))
    told = site.asks(command)
    assert "b.py: held since" in told
    assert "a.py" not in told


def test_a_folder_that_goes_whole(site: Site) -> None:
    """Files below a folder that git clean removes are found in it."""
    (site.repo / "new" / "deep").mkdir(parents=True)
    site.write(site.repo / "new" / "deep" / "x.py", "alpha")
    assert "new/deep/x.py" in site.asks("git clean -fd")
    site.hook("Stop", "alpha")
    told = site.asks("git clean -fd")
    assert "new/deep/x.py: changed and not committed" in told
    assert site.asks("git clean -f") == ""


def test_ones_parent_and_ones_subagent(site: Site) -> None:
    """They are others to each other; a subagent is told that it is its parent."""
    site.write(site.repo / "a.py", "beta/sub1")
    assert "subagent coder sub1 of session beta" in site.asks("git stash", "beta")
    site.write(site.repo / "b.py", "beta")
    assert "your parent, session beta" in site.asks("git checkout b.py; git restore .", "beta/sub2")


def test_ones_own_files_are_named(site: Site) -> None:
    """The sentence says the command again with the caller's own changed files."""
    site.write(site.repo / "a.py", "alpha")
    assert site.asks("git stash").endswith("Name your own files: `git stash push -- FILE`.")
    site.write(site.repo / "b.py", "beta")
    site.write(site.repo / "lib" / "c.py", "beta")
    assert site.asks("git stash").endswith("Name your own files: `git stash push -- b.py lib/c.py`.")
    assert site.asks("git stash push -- b.py lib/c.py") == ""


@pytest.mark.parametrize("command", ["git -C lib stash", "cd lib && git stash", "(cd lib; git stash)",
                                     "git -C . -C lib stash"])  # fmt: skip
def test_the_named_command_works_where_the_call_is(site: Site, command: str) -> None:
    """A command that acts in another folder is said again with -C, and does what it says from where it is run."""
    site.write(site.repo / "a.py", "alpha")
    site.write(site.repo / "lib" / "c.py", "beta")
    told = site.asks(command)
    narrower = told.rpartition("Name your own files: `")[2].removesuffix("`.")
    assert narrower == "git -C lib stash push -- c.py"
    assert site.asks(narrower) == ""
    site.git(narrower.removeprefix("git "))


def test_the_named_command_in_a_folder_elsewhere(site: Site, tmp_path: Path) -> None:
    """A folder outside is named by its whole path, and quoted where it must be."""
    other = tmp_path / "other place"
    site.git(f"worktree add -q --detach '{other}'")
    site.write(other / "a.py", "alpha")
    site.write(other / "b.py", "beta")
    narrower = site.asks(f"git -C '{other}' stash").rpartition("`git ")[2].removesuffix("`.")
    assert shlex.split(narrower) == ["-C", os.path.relpath(other, site.repo), "stash", "push", "--", "b.py"]
    site.git(narrower)


def test_our_own_commit_is_named_where_it_works(site: Site, tmp_path: Path) -> None:
    """`interlock commit` takes paths from where the call is, and another checkout from within."""
    other = tmp_path / "other place"
    site.git(f"worktree add -q --detach '{other}'")
    for top in (site.repo, other):
        site.write(top / "a.py", "alpha")
        site.write(top / "lib" / "c.py", "beta")
    assert site.asks("git -C lib add -A :/").endswith("`interlock commit -m MESSAGE -- lib/c.py`.")
    told = site.asks(f"git -C '{other}' add -A")
    assert told.endswith(f"`cd '{other}' && interlock commit -m MESSAGE -- lib/c.py`.")


@pytest.mark.parametrize("command", ["git add -A", "git add .", "git commit -am x", "git add -u; git commit -m x"])
def test_committing_is_pointed_to_our_own(site: Site, command: str) -> None:
    """Who would stage or commit others' changes is told the command that takes just its own."""
    site.write(site.repo / "a.py", "alpha")
    site.write(site.repo / "b.py", "beta")
    assert site.asks(command).endswith("Name your own files: `interlock commit -m MESSAGE -- b.py`.")


NAMES = ["two words.py", "line\nbreak", "'", '"', "-rf", "*", ":!x", "$(id)", "`id`", "é", "x" * 200, "-", "\\n"]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(site: Site, name: str) -> None:
    """Any name is found, told on one line and within the room; a command is only named where it is safe."""
    site.write(site.repo / name, "alpha")
    site.write(site.repo / f"mine {name}"[:200], "beta")
    told = site.asks("git add -A")
    assert "held since" in told
    assert told.isprintable()
    assert len(told) <= 400
    command = told.rpartition("Name your own files: `")[2].removesuffix("`.")
    words = shlex.split(command)
    assert words[:5] == ["interlock", "commit", "-m", "MESSAGE", "--"]
    assert words[5:] in (["FILE"], [f"mine {name}"])


def test_bytes_that_are_no_text(site: Site) -> None:
    """A name that is not UTF-8 is found as well."""
    path = site.repo / os.fsdecode(b"raw\xff.py")
    site.tool("PreToolUse", "Write", "alpha", file_path=str(site.repo / "x"))
    path.write_text("x")
    site.git("add -A")
    touched = judge(GitOperation(("git", "commit", "-am", "x"), "commit", str(site.repo)), GIT)
    assert str(path) in touched.paths


def test_many_files(site: Site) -> None:
    """Of thousands of touched files the ones of others are found without a look at each."""
    for n in range(1500):
        site.file(f"f{n}.py", "x")
    site.write(site.repo / "f777.py", "alpha")
    told = site.asks("git add -A")
    assert "stage f777.py: held since" in told
    site.hook("Stop", "alpha")
    assert "stage f777.py: changed and not committed" in site.asks("git add -A")
    site.write(site.repo / "f5.py", "beta")
    assert site.asks("git add -A").endswith("`interlock commit -m MESSAGE -- f5.py`.")


def test_a_held_folder(site: Site) -> None:
    """Whoever holds a folder holds all below it."""
    site.file("lib/c.py", "dirty\n")
    site.tool("PreToolUse", "mcp__fs__delete_directory", "alpha", path=str(site.repo / "lib"))
    assert "lib/c.py" in site.asks("git stash")


@pytest.mark.parametrize("files", [3, 300])
def test_a_folder_held_before_it_was_there(site: Site, files: int) -> None:
    """Whoever took a name that became a folder holds all below it, however many files that are."""
    site.tool("PreToolUse", "Write", "alpha", file_path=str(site.repo / "gen"), content="")
    (site.repo / "gen").mkdir()
    for n in range(files):
        site.file(f"gen/f{n}.py", "x")
    assert "gen: held since" in site.asks("git add -A")


def test_several_owners_and_files(site: Site) -> None:
    """The first two files are named and the rest counted; it is told that not all are one owner's."""
    for n in range(4):
        site.write(site.repo / f"n{n}.py", "alpha" if n else "gamma")
    told = site.asks("git add -A")
    assert "n0.py, n1.py and 2 more: n0.py is held since" in told
    assert "session gamma" in told


def test_nothing_touched_nothing_asked() -> None:
    """An operation that touches nothing says nothing of anyone."""
    assert Touched().paths == Touched().changes == ()
