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
from interlock.gate.history import History, Period, answers_for
from interlock.gate.rules import Rules
from interlock.words.faults import Unreadable
from interlock.words.owner import parse

SECONDS = 5.0
MOST = 500
"""Commits since the work's start that are looked at, the newest first."""
_SLACK = 1.0  # git tells whole seconds
_OWN, _FREE, _PROVED = range(3)
"""Whose what stands on top of the issue's commit is: in part its owner's, nobody's, provably others'."""


class Commit(NamedTuple):
    """``at``: seconds since 1970, whole. ``parents``: ids."""

    id: str
    tree: str
    at: float
    parents: tuple[str, ...]
    subject: str


class Found(NamedTuple):
    """The commit that counts, and what is wrong with it or why there is none."""

    commit: Commit | None = None
    problem: str = ""


class Line(NamedTuple):
    """What HEAD has on top of a commit, oldest first; ``head`` is its id, "" where the commit is not in it."""

    head: str
    above: list[Commit]


def find(period: Period, history: History, rules: Rules, top: str, environ: dict[str, str]) -> Found:
    """The newest commit of the period's issue by its owner in the checkout ``top``: one that HEAD has, if there is
    any; else one of another branch."""
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
        if _all_mine(by, period):
            return Found(commit, _later(line(commit, top, environ), period, history, rules))
        others |= {one for one in by if not answers_for(period.owner, one)}
    if all(commit.at < int(period.since) for commit in named):
        return Found(
            problem=f"the commits with {mark} are older than your work, begun {_clock(period.since)}: {make}"
        )
    shown = named[0].id[:12]
    if others:
        return Found(problem=f"commit {shown} is not provably yours: {_names(others)} ran a command then. {make}")
    return Found(problem=f"commit {shown} was not made by a command of yours: {make}")


def any_of(period: Period, history: History, top: str, environ: dict[str, str]) -> bool:
    """Whether the period's owner has committed anything, whatever it was called."""
    try:
        made = since(top, period.head, environ)
    except Unreadable:
        return False
    return any(_is_mine(one, period, history) for one in made if one.at >= int(period.since))


def since(top: str, head: str, environ: dict[str, str]) -> list[Commit]:
    """The commits that ``head`` (a commit, "" for none) does not have: those of HEAD, then those of other
    branches, newest first. Raises Unreadable."""
    git = Git(top, SECONDS, environ)
    if git.tried("rev-parse", "-q", "--verify", "HEAD^{commit}")[0]:
        return []
    known = head and not git.tried("cat-file", "-e", f"{head}^{{commit}}")[0]
    without = ["--not", head] if known else []
    return _log(git, "HEAD", *without) + _log(git, "--branches", "--not", "HEAD", *without[1:])


def line(commit: Commit, top: str, environ: dict[str, str]) -> Line:
    """What was built upon the commit where HEAD has it. So far up only: of more than MOST it says nothing."""
    try:
        git = Git(top, SECONDS, environ)
        head = git.ask("rev-parse", "HEAD").decode("ascii", "replace").strip()
        if git.tried("merge-base", "--is-ancestor", commit.id, head)[0]:
            return Line("", [])
        above = _log(git, "--topo-order", "--ancestry-path", head, "--not", commit.id)
    except Unreadable:
        return Line("", [])
    return Line(head, above[::-1]) if len(above) < MOST else Line("", [])


def containing(commit: Commit, built: Line, period: Period, history: History, rules: Rules) -> dict[str, str]:
    """The trees of the commit and of those upon it that prove as much, by their ids. In a shared worktree others
    commit on top, and a tree that HEAD has, with this work in it and nothing else of this owner's, is a committed
    tree of this work. A commit that nobody's command made (a person's) counts only as what HEAD is now: who
    undoes it has shown nothing."""
    found = {commit.id: commit.tree}
    standing = {commit.id: _PROVED}
    for one in built.above:
        below = [standing.get(parent, _PROVED) for parent in one.parents]
        standing[one.id] = min(_whose(one, period, history, rules), *below)
        if standing[one.id] == _PROVED or (standing[one.id] == _FREE and one.id == built.head):
            found[one.id] = one.tree
    return found


def _later(built: Line, period: Period, history: History, rules: Rules) -> str:
    """The owner's own commit on top that does not name the issue: what it did is not what was tested as the
    issue's. "" for none."""
    for one in built.above:
        by = makers(one, period.since, history)
        if _whose(one, period, history, rules) == _OWN and _all_mine(by, period):
            mark = rules.mark(period.issue)
            return (
                f"you committed again after it without {mark} in the first line ({one.id[:12]}): name the issue "
                f'there (`git commit --amend -m "{mark}: ..."`), and let the checks pass on it'
            )
    return ""


def _whose(one: Commit, period: Period, history: History, rules: Rules) -> int:
    """Of a commit on top of the issue's. What a subagent commits for an issue of its own is not its parent's."""
    by = makers(one, period.since, history)
    mine = {maker for maker in by if answers_for(period.owner, maker)}
    for event in [event for maker in mine - {period.owner} for event in history.of(maker, "issue_started")]:
        if event.text("issue") != period.issue and rules.names(one.subject, event.text("issue")):
            mine.discard(event.owner)
    return _OWN if mine else _PROVED if by else _FREE


def _log(git: Git, *which: str) -> list[Commit]:
    found = []
    words = ["log", "-z", f"--max-count={MOST}", "--format=%H%n%T%n%ct%n%P%n%s", *which, "--"]
    for entry in os.fsdecode(git.ask(*words)).split("\0"):
        fields = entry.strip("\n").split("\n", 4)
        if len(fields) >= 4 and fields[2].isdecimal():
            subject = fields[4] if len(fields) > 4 else ""
            found.append(Commit(fields[0], fields[1], float(fields[2]), tuple(fields[3].split()), subject))
    return found


def makers(commit: Commit, begun: float, history: History) -> set[str]:
    """The owners who may have made it; one alone has."""
    told = [one.owner for one in history.events if one.name == "committed" and one.text("commit") == commit.id]
    if told:
        return {told[-1]}
    ran = [
        window
        for window in history.windows(begun - _SLACK)
        if window.begin - _SLACK < commit.at + _SLACK and commit.at <= window.end and window.commits
    ]
    if len({window.owner for window in ran}) > 1:
        ran = [window for window in ran if commit.subject[:200] in window.command] or ran
    return {window.owner for window in ran}


def _all_mine(by: set[str], period: Period) -> bool:
    """Whether none but the owner, or a subagent for which it answers, can have made it."""
    return bool(by) and all(answers_for(period.owner, one) for one in by)


def _is_mine(commit: Commit, period: Period, history: History) -> bool:
    return any(answers_for(period.owner, one) for one in makers(commit, period.since, history))


def _names(owners: set[str]) -> str:
    from interlock.guard.messages import name

    return " and ".join(name(parse(owner)) for owner in sorted(owners)[:2])


def _clock(at: float) -> str:
    import time

    return time.strftime("%H:%M", time.localtime(at))
