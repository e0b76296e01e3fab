"""The check itself: what is missing until an issue's work counts as done."""

from __future__ import annotations

import os
from typing import NamedTuple

from interlock.doors import keys, repo
from interlock.doors.git import Git
from interlock.gate import claims, commits, findings
from interlock.gate.block import Block, NoBlock, find
from interlock.gate.history import Event, History, Period
from interlock.gate.proof import Proof
from interlock.gate.rules import Rules
from interlock.runs import evidence, fingerprint
from interlock.runs.evidence import Evidence, Tampered
from interlock.words.faults import Unreadable

_GIT = 5.0  # seconds
_STATUS = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"]


class Verdict(NamedTuple):
    """``missing``: a sentence for each thing; ``work`` are those about commit and evidence, not the block.
    ``commit``: the one that counts, "" for none. ``evidence``: number of the last record looked at."""

    met: bool
    missing: list[str]
    work: list[str]
    commit: str = ""
    evidence: int = 0
    block: Block | None = None

    @property
    def blocked(self) -> str:
        """What the agent says keeps it from going on, "" for nothing."""
        return (self.block.blocked or "") if self.block else ""


class Place(NamedTuple):
    """Where the work is: state folder, checkout as the file system has it, the environment that git may know."""

    root: str
    checkout: str
    environ: dict[str, str]


def check(place: Place, rules: Rules, period: Period, history: History, message: str, own: list[str]) -> Verdict:
    """Checks the work of the period; ``message`` holds the completion block, ``own`` are the owner's own files,
    absolute. Never raises for what the agent did or wrote."""
    try:
        runs = seen(place.root, place.checkout)
    except Tampered as problem:
        return Verdict(False, [told := f"the audit log proves nothing any more: {problem}"], [told])
    last = max((run.seq for run in runs), default=0)
    found, work = _commit(place, rules, period, history)
    trees = _committed(place, rules, period, history, found)
    at = found.at if found else period.since
    proof = Proof(place.root, rules, runs, trees, at, period.owner, history.writers(period.since))
    work += proof.missing() if trees or not period.issue else _unseen(proof)
    if rules.clean_tree:
        work += _dirty(place, own)
    commit = found.id if found else ""
    block, said = _block(place, rules, period, history.checks(period), message, proof, commit)
    work, said = [_plain(line) for line in work], [_plain(line) for line in said]
    return Verdict(not work and not said, [*work, *said], work, commit, last, block)


def _plain(line: str) -> str:
    """The line, fit for JSON and a terminal: names of files may hold what is no text."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def seen(root: str, checkout: str) -> list[Evidence]:
    """The evidence of all checkouts of the repository, oldest first: whether it counts is a question of trees, so
    a run in one worktree says as much of another's commit. Raises Tampered."""
    runs = evidence.read(root)
    mine = repo.common_dir(checkout)
    ours = {top for top in {run.checkout for run in runs} if repo.common_dir(keys.path_of(top)) == mine}
    return [run for run in runs if run.checkout in ours]


def _commit(
    place: Place, rules: Rules, period: Period, history: History
) -> tuple[commits.Commit | None, list[str]]:
    if not period.issue:
        return None, []  # an owner without an issue is held to evidence and block alone
    found = commits.find(period, history, rules, place.checkout, place.environ)
    return found.commit, [found.problem] if found.problem else []


def _committed(
    place: Place, rules: Rules, period: Period, history: History, found: commits.Commit | None
) -> dict[str, str]:
    """The trees that evidence must have seen: for an owner without an issue what stands there now."""
    if found is not None:
        built = commits.line(found, place.checkout, place.environ)
        return commits.containing(found, built, period, history, rules)
    now = "" if period.issue else fingerprint.take(place.root, place.checkout).id
    return {"": now} if now else {}


def _unseen(proof: Proof) -> list[str]:
    """Without a commit there is no tree to compare with: what has not passed at all is told all the same."""
    told = []
    for line, words in zip(proof.rules.required, proof.required_words(), strict=True):
        if not any(words in (run.words, run.spelled) and run.result == "passed" for run in proof.runs):
            told.append(f"`{line[:60]}` has not passed")
    return told


def _block(
    place: Place, rules: Rules, period: Period, checks: list[Event], message: str, proof: Proof, commit: str
) -> tuple[Block | None, list[str]]:
    try:
        block = find(message, rules.claims)
    except NoBlock as problem:
        return None, [str(problem)]
    said = claims.unproved(block, proof)
    if period.issue:
        said += findings.hidden(place.checkout, period.issue, block, checks, commit, rules)
    if block.blocked:
        said.insert(0, f"you are blocked: {block.blocked[:200]}")
    return block, said


def _dirty(place: Place, own: list[str]) -> list[str]:
    """Those of the owner's own files that are not committed."""
    try:
        told = Git(place.checkout, _GIT, place.environ).ask(*_STATUS)
    except Unreadable as problem:
        return [f"whether your files are committed can't be told ({problem})"]
    changed = {os.fsdecode(entry[3:]) for entry in told.split(b"\0") if len(entry) > 3}
    top = os.path.realpath(place.checkout)
    mine = sorted(name for name in changed if f"{top}/{name}" in set(own))
    if not mine:
        return []
    more = f" and {len(mine) - 3} more" if len(mine) > 3 else ""
    return [f"not committed: {', '.join(mine[:3])}{more}, which you changed"]
