"""What an owner that has ended left uncommitted: anyone commits or keeps it, no whole-tree command loses it."""

import shlex
from pathlib import Path

import pytest

from interlock.doors import process

from .test_conflicts import Site

KEEPING = ["git add -A", "git add a.py", "git commit -am x", "git commit -m x -- a.py", "git stash",
           "git stash -u", "git add a.py && git commit -m x", "git stash push -- a.py", "git commit -m x -- .",
           "git mv a.py d.py", "git -C lib stash", "git checkout feature", "git rebase feature",
           "git rm -r ."]  # fmt: skip
LOSING = ["git reset --hard", "git checkout .", "git restore .", "git checkout -f", "git switch -f feature",
          "git checkout -f feature", "git rm -rf .",
          "cd lib && git reset --hard", "git checkout HEAD -- ."]  # fmt: skip
NAMING = ["git restore a.py", "git checkout -- a.py", "git checkout HEAD -- a.py", "cd lib && git restore ../a.py",
          "git checkout a.py", "git rm -f a.py"]  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def ended(site: Site, how: str, name: str = "a.py") -> None:
    """Somebody writes the file and ends: a session, one whose context is cleared, beta's subagent."""
    by = "beta/sub1" if how == "subagent" else "alpha"
    assert site.write(site.repo / name, by) == ""
    if how == "subagent":
        site.hook("SubagentStop", by)
    else:
        site.hook("Stop", by)
        site.hook("SessionEnd", by, reason=how)


@pytest.mark.parametrize("how", ["exit", "clear", "subagent"])
@pytest.mark.parametrize("command", KEEPING)
def test_what_keeps_a_change_passes(site: Site, command: str, how: str) -> None:
    """Commits, stashes and what git itself refuses lose nothing of it."""
    ended(site, how)
    assert site.asks(command) == ""


@pytest.mark.parametrize("command", LOSING)
def test_what_loses_a_change_is_refused(site: Site, command: str) -> None:
    """The refusal names the file, who left it, and a command after which the refused one passes."""
    ended(site, "exit")
    told = site.asks(command)
    assert "a.py: changed and not committed since" in told
    assert "by session alpha, which has ended" in told
    assert "Commit or stash it first: `git" in told
    assert len(told) <= 400
    step = told.rpartition("first: `")[2].removesuffix("`.")
    assert site.asks(step) == ""
    site.git(step.removeprefix("git "))
    assert (site.repo / "a.py").read_text() != "new\n"
    assert site.asks(command) == ""


@pytest.mark.parametrize("how", ["exit", "subagent"])
@pytest.mark.parametrize("command", NAMING)
def test_who_names_the_file_means_it(site: Site, command: str, how: str) -> None:
    """A spelled file passes, also for who was there before it was written and has not read it."""
    site.hook("SessionStart", "beta", source="startup")
    ended(site, how)
    assert site.asks(command) == ""


@pytest.mark.parametrize("command", LOSING)
def test_a_parent_has_its_subagents_work(site: Site, command: str) -> None:
    """A main agent may lose what its own subagent left; another session's may not."""
    ended(site, "subagent")
    assert site.asks(command) == ""
    assert "which has ended" in site.asks(command, "gamma")
    assert "which has ended" in site.asks(command, "beta/sub2")


def test_a_dead_client(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who died without a word has ended too."""
    site.write(site.repo / "a.py", "alpha")
    monkeypatch.setattr(process, "dead", lambda *_: True)
    assert site.asks("git commit -am x") == ""


def test_new_files_are_kept_too(site: Site) -> None:
    """What git clean would delete can be stashed by the command that the refusal names, ignored files as well."""
    site.file(".git/info/exclude", "*.o\n")
    ended(site, "exit", "new.py")
    ended(site, "exit", "x.o")
    told = site.asks("git clean -fx")
    step = told.rpartition("first: `")[2].removesuffix("`.")
    assert shlex.split(step) == ["git", "stash", "push", "-a", "--", "new.py", "x.o"]
    site.git(step.removeprefix("git "))
    assert site.asks("git clean -fx") == ""
    assert site.asks("git clean -f -- new.py") == ""


def test_the_living_come_first(site: Site) -> None:
    """Where both are in the way the refusal speaks of who can be waited for."""
    ended(site, "exit")
    site.write(site.repo / "b.py", "gamma")
    told = site.asks("git reset --hard")
    assert "b.py: held since" in told and "session gamma" in told
    assert "a.py" not in told


def test_many_files(site: Site) -> None:
    """Of many files three are named in the command, and the sentence keeps to its length."""
    for n in range(9):
        site.file(f"f{n}.py")
    site.git("add f0.py f1.py f2.py f3.py f4.py f5.py f6.py f7.py f8.py")
    for n in range(9):
        ended(site, "exit", f"f{n}.py")
    told = site.asks("git reset --hard")
    assert told.endswith("Commit or stash them first: `git stash push -- f0.py f1.py f2.py` and so on.")
    assert len(told) <= 400
