"""Options, values and pathspecs told apart as git does it."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.shell.gitwords import told_apart


@pytest.mark.parametrize(
    ("command", "flags", "rest", "paths"),
    [
        ("git stash push -um msg -- a b", "include-untracked message", "push", "a b"),
        ("git commit -am x", "all message", "", ""),
        ("git commit -amx", "all message", "", ""),
        ("git commit -m x a.py", "message", "a.py", ""),
        ("git commit a.py -m x", "message", "a.py", ""),
        ("git commit --message=-a", "message", "", ""),
        ("git commit --no-edit --amend -F - -- a", "no-edit amend file", "", "a"),
        ("git commit -S -a", "gpg-sign all", "", ""),
        ("git commit -Skey -a", "gpg-sign all", "", ""),
        ("git reset --hard HEAD~1", "hard", "HEAD~1", ""),
        ("git reset --har", "hard", "", ""),
        ("git stash --inc", "include-untracked", "", ""),
        ("git add --no-al .", "no-all", ".", ""),
        ("git add --all --no-all .", "no-all", ".", ""),
        ("git clean -fdxe '*.o' -- sub", "force d x exclude", "", "sub"),
        ("git checkout -fb new origin/x", "force b", "origin/x", ""),
        ("git checkout -", "", "-", ""),
        ("git checkout -- -f", "", "", "-f"),
        ("git checkout --end-of-options -f", "", "-f", ""),
        ("git rebase --onto main topic~2 topic", "onto", "topic~2 topic", ""),
        ("git merge --no-ff -X ours topic", "no-ff strategy-option", "topic", ""),
        ("git --no-pager -c user.name=x -C /r stash", "", "", ""),
        ("git restore -SWs HEAD .", "staged worktree source", ".", ""),
        ("git rm -rf --cached x", "r force cached", "x", ""),
        ("git apply -3p2 x.patch", "3way p", "x.patch", ""),
    ],
)
def test_told_apart(command: str, flags: str, rest: str, paths: str) -> None:
    """Short options in one word, cut-short long ones, values attached or not, "no-" and "--"."""
    words = told_apart(tuple(shlex.split(command)))
    assert words.problem == ""
    assert (words.flags, words.rest, words.paths) == (set(flags.split()), rest.split(), paths.split())


@pytest.mark.parametrize(
    "command",
    [
        "git --git-dir=/x stash", "git --git-dir /x stash", "git --work-tree . reset --hard", "git --bare add .",
        "git -c core.worktree=/x stash", "git -c alias.x=stash x", "git -c include.path=x stash",
        "git --exec-path=. gc", "git --config-env=core.worktree=X stash", "git -c filter.x.clean=y add .",
        "git -c submodule.recurse reset", "git stash --frobnicate", "git reset -Z", "git commit --p",
        "git commit --pat",
    ],
)  # fmt: skip
def test_what_can_not_be_judged(command: str) -> None:
    """Another repository, settings that change what verbs do, unknown and ambiguous options are said to be so."""
    assert told_apart(tuple(command.split())).problem


def test_values() -> None:
    """Each value of an option is kept, and how often it was given."""
    words = told_apart(("git", "clean", "-ff", "-e", "a", "--exclude=b"))
    assert words.values["exclude"] == ["a", "b"]
    assert (words.count("force"), words.last("exclude"), words.last("nothing")) == (2, "b", "")


@given(
    st.lists(
        st.sampled_from(["stash", "commit", "add", "-c", "-C", "--", "-", "-m", "--x", "-am", ""]) | st.text()
    )
)
def test_any_words_are_told_apart(words: list[str]) -> None:
    """No list of words breaks it."""
    found = told_apart(("git", *words))
    assert set(found.paths) | set(found.rest) <= set(words)
