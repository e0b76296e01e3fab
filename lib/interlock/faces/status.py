"""`interlock status`: who is at work, what they hold, who waits, what happened last, and whether the guard
was asked. Exit codes: 0 done, 1 the state can't be read.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import datetime

from interlock.doors.place import state_root
from interlock.doors.store.embedded import DATABASE
from interlock.faces import rendering
from interlock.faces.desk import Desk
from interlock.faces.log_line import Lines
from interlock.faces.rendering import clean, who
from interlock.faces.scope import Machine, Repository, Scope, here
from interlock.faces.survey import Survey
from interlock.guard import messages
from interlock.log.lines import exists
from interlock.shapes.status import Coverage, Holding, OwnerState, Status, Waiting
from interlock.words.faults import Fault

OK, FAULT = 0, 1
EVENTS = 5
NO_STATE = (
    "Interlock has not been used on this machine yet. "
    "Run `interlock install` in a repository, then start a Claude Code session there."
)
NOBODY = (
    "Nobody is at work in this repository. If `interlock doctor` finds the hooks installed, "
    "the next Claude Code session shows up here; `interlock status --all` shows other repositories."
)


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `status`."""
    status = sub.add_parser("status", help="show who is at work and what they hold", description=__doc__)
    status.add_argument("-n", type=_count, default=EVENTS, metavar="N", help=f"the last N events ({EVENTS})")
    status.add_argument("--all", action="store_true", help="every repository of this machine")
    status.add_argument("--health", action="store_true", help="figures of the last day, and what to change")
    status.add_argument("--json", action="store_true")
    status.set_defaults(func=run)


def _count(spelled: str) -> int:
    if not spelled.isdecimal() or int(spelled) > 10_000:
        raise argparse.ArgumentTypeError("must be a number of events, at most 10000")
    return int(spelled)


def run(args: argparse.Namespace, environ: dict[str, str] | None = None) -> int:
    """The command. ``environ`` stands in for the process's own."""
    environ = dict(os.environ) if environ is None else environ
    if args.health:
        from interlock.faces.health import run as examine

        return examine(args, environ)
    rendering.open_stream()
    try:
        return _show(args, environ)
    except Fault as problem:
        print(f"interlock: {clean(str(problem))}", file=sys.stderr)
        return FAULT


def _show(args: argparse.Namespace, environ: dict[str, str]) -> int:
    cwd = here()
    scope: Scope = Machine(cwd) if args.all else Repository(cwd)
    root = state_root(environ)
    if not os.path.lexists(os.path.join(root, DATABASE)) and not exists(root):
        print(_nothing(scope).model_dump_json() if args.json else NO_STATE)
        return OK
    survey = Survey(Desk(environ), scope, args.n)
    status = survey.status()
    if not status.owners:
        status = status.model_copy(update={"hint": NOBODY})
    if args.json:
        print(status.model_dump_json())
        return OK
    look = Lines(scope.project, rendering.wants_colour(sys.stdout, environ), survey.kinds())
    events = [look.line(record) for _, record in survey.events]
    print("\n".join([*page(status, survey.kinds()), *(["", "Last events", *events] if events else [])]))
    print("\n" + covered(status.coverage))
    return OK


def _nothing(scope: Scope) -> Status:
    none = Coverage(hours=24, calls=0, unguarded=0, percent=None, last_unguarded="")
    return Status(
        at=round(time.time(), 3), repo=scope.id, project=scope.project, owners=[], queue=[], events=[],
        coverage=none, hint=NO_STATE,
    )  # fmt: skip


def page(status: Status, kinds: dict[str, str]) -> list[str]:
    """Owners and queue for a person."""
    at = "all repositories of this machine" if status.repo is None else clean(status.project)
    said = [f"Interlock in {at}, {_clock(status.at, status.at)}", ""]
    for owner in status.owners:
        said += _owner(owner, status)
    if status.queue:
        said += ["", "Queue"]
        said += [_waiting(waiting, status, kinds) for waiting in status.queue]
    return said if status.owners else [*said, status.hint]


def _owner(owner: OwnerState, status: Status) -> list[str]:
    life = {"alive": f"alive, process {owner.pid}", "dead": "gone: its locks are free to who asks next"}
    state = "" if owner.person else f" · {life.get(owner.state, 'liveness unknown')}"
    since, last = _since(owner.since, status.at), _since(owner.last_hook, status.at)
    head = f"{clean(owner.name)}{state} · since {since} · last {'command' if owner.person else 'hook'} {last}"
    if status.repo is None:
        head += f" · in {clean(owner.project)}"
    project = owner.project if status.repo is None else status.project
    held = [_holding(holding, status.at, project) for holding in owner.holds]
    return [head, *(held or ["  holds nothing"])]


def _holding(held: Holding, at: float, project: str) -> str:
    name = clean(messages.short(held.path, project, rendering.ROOM)) + ("/" if held.kind == "tree" else "")
    over = {
        "grace": " (over; granted to the next after a short delay)",
        "lapsed": " (over; free to who asks next)",
        "dead": " (its owner is gone; free to who asks next)",
    }
    why = f' for "{clean(held.purpose)}"' if held.purpose else ""
    ends = f"until {_clock(held.until, at)}{over.get(held.standing, '')}"
    return f"  {name}{why} since {_since(held.since, at)}, {ends}"


def _waiting(waiting: Waiting, status: Status, kinds: dict[str, str]) -> str:
    def named(owner: str) -> str:
        return who(owner, kinds.get(owner, ""))

    names = [clean(messages.short(path, status.project, rendering.ROOM)) for path in waiting.paths]
    behind = f", behind {' and '.join(map(named, waiting.behind))}" if waiting.behind else ", free to take now"
    told = " (told to give way: waiting would never end)" if waiting.yielding else ""
    waits = f"for {messages.span(status.at - waiting.since)}"
    kept = f"place kept until {_clock(waiting.until, status.at)}"
    return f"  {waiting.place}. {named(waiting.owner)} waits {waits} for {', '.join(names)}{behind}; {kept}{told}"


def covered(found: Coverage) -> str:
    """Guard coverage, and what to do where it is not whole."""
    day = f"the last {found.hours:g} h"
    if not found.calls:
        return f"Guard coverage: no call of a guarded tool in {day}."
    asked = f"{found.calls - found.unguarded} of {found.calls} calls"
    said = f"Guard coverage: {found.percent:g} % ({asked} in {day} asked the guard first)."
    if not found.unguarded:
        return said
    last = datetime.fromisoformat(found.last_unguarded).astimezone().strftime("%H:%M")
    return (
        f"{said} The last that did not was at {last}: run `interlock doctor`, "
        "and restart the sessions that began before the hooks were installed."
    )


def _since(at: float, now: float) -> str:
    return messages.since(at, now, now)


def _clock(at: float, now: float) -> str:
    return messages.clock(at, now, now)
