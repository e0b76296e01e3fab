"""The issue's commit: named so, made since the work began, by this owner.

git does not know which agent runs it. A commit is an owner's if `interlock commit` logged it as that owner's; or
if it was made (git's committer time, in whole seconds) while a shell command of that owner ran that speaks of
commits, and no such command of another owner ran then (of two, the one with the commit's first line in it made
it). Not provable, and so not claimed: a commit by a script that does not say so, one under a date of the agent's
choosing, one by a background command after its call returned. docs/gate.md says so to people.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from interlock.doors.git import Git
from interlock.gate.history import History, Period, Window
from interlock.gate.rules import Rules
from interlock.words.faults import Unreadable

SECONDS = 5.0
MOST = 500
"""Commits since the work's start that are looked at, the newest first."""
_SLACK = 1.0  # git tells whole seconds
_MAKERS = ("commit", "merge", "cherry-pick", "revert", "rebase", "git pull", "git am")


class Commit(NamedTuple):
    """``at``: seconds since 1970, whole."""

    id: str
    tree: str
    at: float
    subject: str


class Found(NamedTuple):
    """The commit that counts, or why there is none."""

    commit: Commit | None = None
    problem: str = ""


def find(period: Period, history: History, rules: Rules, top: str, environ: dict[str, str]) -> Found:
    """The newest commit of the period's issue by its owner, in the checkout ``top``."""
    mark = rules.mark(period.issue)
    make = f'commit your work with `interlock commit -m "{mark}: ..." FILE...`'
    try:
        made = since(top, period.head, environ)
    except Unreadable as problem:
        return Found(problem=f"commits can't be looked at ({problem})")
    named = [commit for commit in made if rules.names(commit.subject, period.issue)]
    if not named:
        if made and any(_is_mine(commit, period, history) for commit in made):
            return Found(
                problem=f"no commit of yours since {_clock(period.since)} has {mark} in its first line: {make}"
            )
        return Found(
            problem=f"there is no commit with {mark} in its first line since {_clock(period.since)}: {make}"
        )
    others: set[str] = set()
    for commit in named:
        if commit.at < int(period.since):
            continue
        by = makers(commit, period.since, history)
        if by == {period.owner}:
            return Found(commit)
        others |= by - {period.owner}
    if all(commit.at < int(period.since) for commit in named):
        return Found(
            problem=f"the commits with {mark} are older than your work, begun {_clock(period.since)}: {make}"
        )
    shown = named[0].id[:12]
    if others:
        return Found(problem=f"commit {shown} is not provably yours: {_names(others)} ran a command then. {make}")
    return Found(problem=f"commit {shown} was not made by a command of yours: {make}")


def since(top: str, head: str, environ: dict[str, str]) -> list[Commit]:
    """The commits of HEAD and of all branches that ``head`` (a commit, "" for none) does not have, newest first.
    Raises Unreadable."""
    git = Git(top, SECONDS, environ)
    if git.tried("rev-parse", "-q", "--verify", "HEAD^{commit}")[0]:
        return []
    words = ["log", "-z", f"--max-count={MOST}", "--format=%H%n%T%n%ct%n%s", "HEAD", "--branches"]
    if head and not git.tried("cat-file", "-e", f"{head}^{{commit}}")[0]:
        words += ["--not", head]
    found = []
    for entry in os.fsdecode(git.ask(*words, "--")).split("\0"):
        fields = entry.strip("\n").split("\n", 3)
        if len(fields) >= 3 and fields[2].isdecimal():
            found.append(Commit(fields[0], fields[1], float(fields[2]), fields[3] if len(fields) > 3 else ""))
    return found


def containing(commit: Commit, top: str, environ: dict[str, str]) -> dict[str, str]:
    """The trees of the commit and of those built upon it, by their ids: what others commit later in a shared
    worktree is a committed tree that has this work in it."""
    found = {commit.id: commit.tree}
    try:
        git = Git(top, SECONDS, environ)
        words = ["log", "--ancestry-path", f"--max-count={MOST}", "--format=%H %T", "HEAD", "--branches"]
        said = git.ask(*words, "--not", commit.id, "--").decode("ascii", "replace")
    except Unreadable:
        return found
    return found | dict(line.split(" ", 1) for line in said.splitlines() if " " in line)


def makers(commit: Commit, begun: float, history: History) -> set[str]:
    """The owners who may have made it; one alone has."""
    told = [one.owner for one in history.events if one.name == "committed" and one.text("commit") == commit.id]
    if told:
        return {told[-1]}
    ran = [
        window
        for window in history.windows(begun - _SLACK)
        if window.begin - _SLACK < commit.at + _SLACK and commit.at <= window.end and _speaks_of_commits(window)
    ]
    if len({window.owner for window in ran}) > 1:
        ran = [window for window in ran if commit.subject[:200] in window.command] or ran
    return {window.owner for window in ran}


def _is_mine(commit: Commit, period: Period, history: History) -> bool:
    return period.owner in makers(commit, period.since, history)


def _speaks_of_commits(window: Window) -> bool:
    return any(word in window.command for word in _MAKERS)


def _names(owners: set[str]) -> str:
    from interlock.guard.messages import name
    from interlock.words.owner import parse

    return " and ".join(name(parse(owner)) for owner in sorted(owners)[:2])


def _clock(at: float) -> str:
    import time

    return time.strftime("%H:%M", time.localtime(at))
