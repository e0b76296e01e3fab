"""One owner's stop, seen from the desk: its period, the check, the record of it, and the handing over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from interlock.doors import head, keys, repo
from interlock.doors.config import load
from interlock.doors.git import Git
from interlock.gate import commits, handoff, stopping
from interlock.gate.block import claimed
from interlock.gate.check import Place, Verdict, check, seen
from interlock.gate.handoff import Reason
from interlock.gate.history import History, Period
from interlock.gate.rules import Rules
from interlock.leases.issues import BRANCH, COMMAND, PROMPT, begin, end
from interlock.leases.records import OwnerRow, lease_of
from interlock.words.faults import Fault, Unreadable

if TYPE_CHECKING:
    from interlock.faces.desk import Desk
    from interlock.runs.evidence import Evidence

_HEAD = 3.0  # seconds for git to say what was checked out then


class Stop(NamedTuple):
    """What the guard tells of a stop. ``issue``: "" for none; ``cwd``: where the agent stands; ``message``: its
    last one; ``late``: the issue stands in its prompt, and its row does not have it yet."""

    owner: str
    issue: str
    cwd: str
    message: str
    late: bool


class Work:
    """The work of one owner in one checkout."""

    def __init__(self, desk: Desk, owner: str, cwd: str) -> None:
        self.desk = desk
        self.owner = owner
        self.top = os.path.realpath(repo.checkout(cwd) or cwd)
        self.rules = Rules.of(load(self.top, desk.root))
        self.history = History(desk.root)

    @property
    def place(self) -> Place:
        return Place(self.desk.root, self.top, self.desk.environ)

    def stop(self, asked: Stop) -> str:
        """What the agent is told if its stop is blocked; "" where it passes."""
        period = self._period(asked)
        if period is None or not self._worked(period, asked.message):
            return ""
        verdict = self.check(period, asked.message)
        outcome = stopping.judge(verdict, self.history.checks(period), period.issue)
        over = verdict.met or bool(outcome.reason)
        with self.desk.transaction() as tx:
            tx.event(
                "gate", owner=self.owner, issue=period.issue, checkout=period.checkout, commit=verdict.commit,
                met=verdict.met, missing=stopping.noted(verdict.missing), attempt=outcome.attempt,
                no_progress=outcome.no_progress, followup=bool(outcome.reason), evidence=verdict.evidence,
                outstanding=verdict.block.findings_outstanding if verdict.block else None,
            )  # fmt: skip
            if over:
                end(tx, self.owner)
        if outcome.reason and period.issue:
            self.hand_over(period, outcome.reason, verdict)
        return outcome.sentence

    def _settle(self, period: Period) -> None:
        """Where the agent stands counts as far as it is a checkout of the repository in which the work began. The
        rules are those of where it began, and as of when it began: nobody walks away from the gate."""
        home = keys.path_of(period.checkout)
        if repo.common_dir(home) != repo.common_dir(self.top):
            self.top = home
        self.rules = Rules.of(load(home, self.desk.root))
        if period.rules is not None:
            self.rules = self.rules.with_those_of(period.rules)

    def check(self, period: Period, message: str) -> Verdict:
        """What is missing now."""
        self._settle(period)
        own = [keys.path_of(path) for path in self.history.own(period)]
        return check(self.place, self.rules, period, self.history, message, own)

    def hand_over(self, period: Period, why: str, verdict: Verdict | None = None) -> str:
        """Leaves the note on the period; returns where it is."""
        reason = Reason(
            why, verdict.missing if verdict else [], self._held(period), self._ends(verdict),
            self._failed(period), self.desk.store.wall(), self._alone(period),
        )  # fmt: skip

        def log(where: str) -> None:
            with self.desk.transaction() as tx:
                tx.event("handoff", owner=period.owner, issue=period.issue, reason=why[:400], where=where)

        return handoff.leave(self.desk.root, self.desk.environ, self.rules, period, reason, log)

    def _alone(self, period: Period) -> bool:
        """Whether nobody else here works on the issue."""
        mark = self.rules.mark(period.issue)
        with self.desk.transaction() as tx:
            rows = [row for row in map(OwnerRow, tx.run("owner_all")) if row.issue and row.id != period.owner]
        return all(self.rules.mark(row.issue) != mark for row in rows)

    def _period(self, asked: Stop) -> Period | None:
        """The period that the stop would end. An issue that only the transcript names began with its agent."""
        if not asked.issue:
            since = self.history.came(self.owner)
            checkout = keys.text(self.top)
            return Period(self.owner, "", "", "", checkout, since, self.history.turned(self.owner)[0])
        found = self.history.period(self.owner, asked.issue)
        if found is None and asked.late:
            if self.history.ended(self.owner, asked.issue):
                return None  # this agent's work on it was judged already; it was only woken once more
            since = self.history.came(self.owner)
            with self.desk.transaction() as tx:
                rows = tx.run("owner_get", id=self.owner)
                if rows:
                    commit = self._head_at(since)
                    asked_then = self.history.rules_at_start(self.owner)
                    begin(
                        tx,
                        OwnerRow(rows[0]),
                        asked.issue,
                        PROMPT,
                        commit,
                        keys.text(self.top),
                        since,
                        **asked_then,
                    )
            self.history = History(self.desk.root)
            found = self.history.period(self.owner, asked.issue)
        return found

    def unnamed(self, issue: str) -> Period:
        """The present work as a period of an issue that the owner's row doesn't name yet (a subagent's, by its
        prompt)."""
        since = self.history.came(self.owner)
        rules = Rules.noted(self.history.rules_at_start(self.owner).get("rules"))
        return Period(self.owner, issue, PROMPT, self._head_at(since), keys.text(self.top), since, 0, rules)

    def _head_at(self, at: float) -> str:
        """The newest commit of the checkout's HEAD that is older than that moment; "" for none."""
        try:
            git = Git(self.top, _HEAD, self.desk.environ)
            said = git.ask("rev-list", "-1", f"--before={int(at) - 1}", "HEAD", "--")
        except Unreadable:
            return ""
        return said.decode("ascii", "replace").strip()

    def _worked(self, period: Period, message: str) -> bool:
        """Whether there is work to prove. A branch's name alone, or a config that gates everybody, asks nothing of
        a turn in which nothing was written; an ISSUE line nothing of who wrote, committed and claimed nothing."""
        if period.how in ("", BRANCH):
            return self._wrote(period)
        return (
            period.how == COMMAND
            or bool(self.history.checks(period))
            or claimed(message)
            or self.history.worked(period)
            or commits.any_of(period, self.history, self.top, self.desk.environ)
        )

    def _wrote(self, period: Period) -> bool:
        """Whether the owner has written anything since its last turn ended."""
        with self.desk.transaction() as tx:
            if any(lease_of(row).resource.shown.startswith("/") for row in tx.run("lease_of", owner=self.owner)):
                return True
        since = max(period.since, self.history.turned(self.owner)[1])
        return bool(self.history.own(period._replace(since=since)))

    def _held(self, period: Period) -> list[str]:
        with self.desk.transaction() as tx:
            held = [lease_of(row).resource.shown for row in tx.run("lease_of", owner=period.owner)]
        if held:
            return held
        lost = self.history.of(period.owner, "taken_over")
        return list(dict.fromkeys(event.text("path") for event in lost if event.seq > period.seq))

    def _ends(self, verdict: Verdict | None) -> list[str]:
        block = verdict.block if verdict else None
        if block is None:
            return []
        found = [f"blocked: {block.blocked}"] if block.blocked else []
        if block.findings_outstanding:
            found.append(f"{block.findings_outstanding} findings outstanding")
        return found

    def _failed(self, period: Period) -> Evidence | None:
        """The owner's last run that did not pass."""
        try:
            runs = seen(self.desk.root, self.top)
        except Fault:
            return None
        mine = [run for run in runs if run.owner == period.owner and run.ended.timestamp() >= period.since]
        return mine[-1] if mine and mine[-1].result != "passed" else None


def head_of(top: str, environ: dict[str, str]) -> str:
    """The commit checked out now, "" for none. Asks git where its files alone don't tell."""
    commit = head.read(top).commit
    if commit:
        return commit
    try:
        code, said = Git(top, _HEAD, environ).tried("rev-parse", "-q", "--verify", "HEAD^{commit}")
    except Unreadable:
        return ""
    return "" if code else said.decode("ascii", "replace").strip()
