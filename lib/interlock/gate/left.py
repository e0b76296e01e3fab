"""Work that nobody ended: of dead owners, of agents that went on to another issue, of gates that could not be
asked. It is handed over by who looks next: at a session's start, and at `interlock issue start`."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from interlock.doors import keys, notes, repo
from interlock.gate.history import Event, History, Period
from interlock.gate.work import Work
from interlock.leases.issues import BRANCH, PROMPT
from interlock.leases.records import OwnerRow
from interlock.words.owner import PERSON

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

MOST = 20
"""Notes that one look leaves; the next one goes on."""
BEGIN = 1.0
"""Seconds in which a look begins notes after the first: each may wait for a tracker (beads.SECONDS)."""


def hand_over(desk: Desk) -> list[tuple[str, str]]:
    """Leaves the notes that are due in this repository; (issue, where) of each."""
    end = time.monotonic() + BEGIN
    repository = desk.repo()
    notes.settled(desk.root, keys.text(repository))
    history = History(desk.root)
    with desk.transaction() as tx:
        working = {row.id: row.issue for row in map(OwnerRow, tx.run("owner_all"))}
    found: list[tuple[str, str]] = []
    for period, why in _due(history, working):
        here = _from_here(desk, history, period, repository)
        if here is None:
            continue
        if found and (len(found) >= MOST or time.monotonic() >= end):
            notes.due(desk.root, keys.text(repository))
            break
        top = keys.path_of(here.checkout)
        found.append((here.issue, Work(desk, here.owner, top).hand_over(here, why)))
    return found


def _from_here(desk: Desk, history: History, period: Period, repository: str) -> Period | None:
    """The period, if it was in this repository. A worktree that is gone leaves its work to the checkout in which
    somebody looks."""
    top = keys.path_of(period.checkout)
    if os.path.isdir(top):
        return period if repo.common_dir(repo.checkout(top) or top) == repository else None
    known = [event.text("repo") for event in history.of(period.owner, "owner")][-1:]
    return period._replace(checkout=keys.text(desk.project)) if known == [keys.text(repository)] else None


def _due(history: History, working: dict[str, str]) -> list[tuple[Period, str]]:
    last: dict[tuple[str, str], Event] = {}
    for event in history.events:
        if event.name in ("issue_started", "issue_stopped", "gate", "gate_fault", "handoff") and event.text(
            "issue"
        ):
            last[event.owner, event.text("issue")] = event
    found = []
    for (owner, issue), event in last.items():
        begun = history.begun(owner, issue)
        if begun is None or event.name == "handoff" or event.facts.get("met") or f"|{PERSON}" in owner:
            continue
        named = begun.how == BRANCH or (begun.how == PROMPT and event.name == "issue_started")
        if named and not history.worked(begun):
            continue  # it was only named to it, and it wrote nothing: it had no work to leave
        if event.name == "gate_fault":
            found.append((begun, f"the gate could not be checked: {event.text('problem')[:200]}"))
        elif event.name == "issue_stopped":
            found.append((begun, "its agent gave it up (`interlock issue stop`)"))
        elif event.facts.get("followup"):
            found.append((begun, "the gate is not met"))
        elif owner not in working:
            died = any(one.seq > begun.seq for one in history.of(owner, "owner_dead"))
            found.append((begun, "its agent died" if died else "its agent's session ended before the work did"))
        elif working[owner] != issue:
            found.append((begun, "its agent went on to something else"))
    return found
