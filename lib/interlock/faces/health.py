"""`interlock status --health`: how working together goes, by the log of the last day, and what to change.

docs/health.md has the conditions, with their source, and the order of what to try.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time

from interlock.doors import config
from interlock.doors.config import SEQUENTIAL, Config
from interlock.doors.place import state_root
from interlock.faces import rendering
from interlock.faces.figures import ENOUGH, HOURS, LONG, SPREAD, Figures
from interlock.faces.rendering import clean
from interlock.faces.scope import Machine, Repository, Scope, here
from interlock.guard import messages
from interlock.log.lines import exists, lines, raw
from interlock.shapes.health import Cluster, Health, Rung, Trigger
from interlock.shapes.record import read
from interlock.words.faults import Fault

OK, FAULT = 0, 1
_OWNER, _PROJECT = re.compile(rb'"owner":"[^"]*"'), re.compile(rb'"(?:project|repo)":"[^"]+"')
WAIT_RATE, WAITS = 5.0, 20
"""More than this, in percent of tries and in a day, is a reason for a review."""
ROUTINE = 3
"""So many long waits for a mutex in a day are a routine."""
AGENTS = 3
"""More than this at once need stable pass rates."""


def run(args: argparse.Namespace, environ: dict[str, str] | None = None) -> int:
    """The command. ``environ`` stands in for the process's own."""
    environ = dict(os.environ) if environ is None else environ
    rendering.open_stream()
    try:
        cwd = here()
        found = examine(state_root(environ), Machine(cwd) if args.all else Repository(cwd), time.time())
    except Fault as problem:
        print(f"interlock: {clean(str(problem))}", file=sys.stderr)
        return FAULT
    print(found.model_dump_json() if args.json else "\n".join(page(found)))
    return OK


def examine(root: str, scope: Scope, wall: float) -> Health:
    """The health of ``scope`` by the log in the state folder ``root``; ``wall`` is now, in seconds since 1970."""
    figures, unreadable = Figures(wall), 0
    day = figures.start.strftime("%Y-%m-%d")
    if exists(root):
        _learn(root, day, scope)
        for line in lines(root, day):
            unreadable += line.record is None
            if line.record is not None and scope.covers(line.record):
                figures.take(line.record)
    ladder = _ladder(config.load(scope.project, root), figures)
    triggers = _triggers(figures)
    tripped = any(one.tripped for one in triggers)
    return Health(
        at=round(wall, 3), hours=HOURS, repo=scope.id, project=scope.project, entries=figures.entries,
        unreadable=unreadable, agents=len(figures.agents), at_once=figures.at_once, locks=figures.locks(),
        mutex=figures.mutex(), runs=figures.runs(), breaches=figures.breaches, files=figures.files(),
        when=figures.when(), triggers=triggers, ladder=ladder,
        next=next((rung for rung in ladder if not rung.in_force), None) if tripped else None,
    )  # fmt: skip


def _learn(root: str, day: str, scope: Scope) -> None:
    """Whose owners are whose may show only in later records. One record of each that names its place is read."""
    known: set[tuple[bytes, bytes]] = set()
    for _, _, line in raw(root, day):
        owner, project = _OWNER.search(line), _PROJECT.search(line)
        if owner and project and (pair := (owner[0], project[0])) not in known:
            known.add(pair)
            if (record := read(line)) is not None:
                scope.learn(record)


def _triggers(figures: Figures) -> list[Trigger]:
    locks, mutex, runs = figures.locks(), figures.mutex(), figures.runs()
    often = locks.waits * 100 > WAIT_RATE * locks.tries
    many = figures.at_once > AGENTS
    stable = "stable" if runs.stable else "not known to be stable"
    return [
        Trigger(
            name="waits", tripped=often or locks.waits > WAITS,
            because=f"{locks.waits} waits in {locks.tries} tries (more than {WAIT_RATE:g} % or {WAITS} a day)",
        ),
        Trigger(
            name="mutex_waits", tripped=mutex.long_waits >= ROUTINE,
            because=f"{mutex.long_waits} waits of more than {LONG / 60:g} min for a run ({ROUTINE} or more a day)",
        ),
        Trigger(
            name="shared_state", tripped=runs.contaminated + figures.breaches > 0,
            because=f"{runs.contaminated} contaminated runs and {figures.breaches} breaches (any)",
        ),
        Trigger(
            name="pass_rates", tripped=many and not runs.stable,
            because=f"{figures.at_once} agents at once, pass rates {stable} (more than {AGENTS} without: {ENOUGH} "
            f"runs, halves {SPREAD:g} points apart at most)",
        ),
    ]  # fmt: skip


def _ladder(settings: Config, figures: Figures) -> list[Rung]:
    """The mitigations, mildest first."""
    places = list(figures.checkouts.values())
    apart = len(places) > 1 and len(set(places)) == len(places)
    return [
        Rung(
            name="sequential", in_force=settings.mode == SEQUENTIAL,
            how="One session writes at a time, others queue: `interlock mode sequential`.",
        ),
        Rung(
            name="gate", in_force=settings.gate_clean_tree and settings.gate_full_rerun,
            how="Work is accepted with a clean git status and a fresh full run: "
            "`gate = { clean_tree = true, full_rerun = true }` in .claude/interlock.toml.",
        ),
        Rung(
            name="worktrees", in_force=apart,
            how="A worktree for each agent (`git worktree add`), and a merge queue: rebase, run everything, merge "
            "one at a time, send back what fails, a few rounds at most.",
        ),
        Rung(
            name="isolation", in_force=False,
            how="A container or machine for each agent, or one worker that alone runs the validations.",
        ),
    ]  # fmt: skip


def page(found: Health) -> list[str]:
    """The same for a person."""
    at = "all repositories of this machine" if found.repo is None else clean(found.project)
    locks, mutex, runs = found.locks, found.mutex, found.runs
    rate = "" if locks.wait_rate is None else f" ({locks.wait_rate:g} %)"
    passing = "" if runs.pass_rate is None else f" ({runs.pass_rate:g} % of these two)"
    turns = f", {locks.turn_waits} for the turn to write" if locks.turn_waits else ""
    waited = f", {messages.span(mutex.seconds)} in all, {messages.span(mutex.longest)} at most"
    said = [
        f"Health of {at}, the last {found.hours:g} h",
        "",
        f"  log     {found.entries} records" + (f", {found.unreadable} unreadable" if found.unreadable else ""),
        f"  agents  {found.agents}, at most {found.at_once} at once",
        f"  locks   {locks.tries} tries, {locks.waits} waits{rate}{turns}",
        f"  mutex   {mutex.tries} tries, {mutex.waits} waits{waited if mutex.waits else ''}",
        f"  runs    {runs.ended}: {runs.passed} passed, {runs.failed} failed{passing}, {runs.contaminated} "
        f"contaminated, {runs.partial} partial, {runs.unknown} unknown; {runs.reused} reused",
        f"  breaches {found.breaches}",
    ]
    said += _clusters("most waited for", found.files, found.project) + _clusters("when", found.when, "")
    said += ["", *(f"  {'!!' if one.tripped else 'ok'}  {one.because}" for one in found.triggers), ""]
    return [*said, f"Next: {found.next.how}" if found.next else "Nothing calls for a change."]


def _clusters(title: str, found: list[Cluster], project: str) -> list[str]:
    told = [f"{clean(messages.short(one.at, project, rendering.ROOM))} {one.waits}" for one in found]
    return [f"  {title}: {', '.join(told)}"] if told else []
