"""`interlock gate`: is the issue's work done, as far as it can be proved? docs/gate.md says what is asked.

Exit codes: 0 met, 1 not met, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interlock.faces.desk import Desk
from interlock.faces.issue import issue_id
from interlock.gate import left
from interlock.gate.block import TAIL
from interlock.gate.work import Stop, Work
from interlock.shapes.gate import Check
from interlock.words.faults import Fault
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.gate.history import Period

OK, NO, USAGE = 0, 1, 2
_MOST = 4 * TAIL  # bytes of a report


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `gate` and its verbs; `stop` and `left` are the hooks' own."""
    gate = sub.add_parser("gate", help="is an issue's work done?", description=__doc__)
    verbs = gate.add_subparsers(dest="verb", required=True, metavar="check")
    check = verbs.add_parser("check", help="what is missing until issue ISSUE is done?")
    check.add_argument("issue", type=issue_id, metavar="ISSUE")
    check.add_argument(
        "--report", metavar="FILE", help="the final message with its completion block; - reads it here"
    )
    check.add_argument("--json", action="store_true")
    check.set_defaults(func=_guarded, act=_check)
    verbs.add_parser("stop").set_defaults(func=_answered, act=_stop)
    verbs.add_parser("left").set_defaults(func=_answered, act=_left)


def _guarded(args: argparse.Namespace) -> int:
    try:
        return int(args.act(args, Desk()))
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _check(args: argparse.Namespace, desk: Desk) -> int:
    issue = str(args.issue)
    with desk.transaction() as tx:
        actor = desk.actor(tx)
    work = Work(desk, actor.id, desk.cwd)
    period = _period(work, issue)
    if period is None:
        missing = [f"nobody has begun issue {issue} here: `interlock issue start {issue}`"]
        return _tell(args, Check(issue=issue, owner="", met=False, missing=missing, commit=None, since=None))
    verdict = work.check(period, _report(args.report))
    found = Check(
        issue=issue, owner=period.owner, met=verdict.met, missing=verdict.missing, commit=verdict.commit or None,
        since=round(period.since, 3),
    )  # fmt: skip
    return _tell(args, found)


def _period(work: Work, issue: str) -> Period | None:
    """The actor's own work on the issue. A subagent's row may not name it yet; a person, or an agent that has not
    begun it, looks at the last one's who did."""
    mark = work.rules.mark(issue)
    started = [event for event in work.history.events if event.name == "issue_started"]
    same = [event for event in started if work.rules.mark(event.text("issue")) == mark]
    mine = [event for event in same if event.owner == work.owner]
    if not mine and parse(work.owner).is_subagent:
        return work.unnamed(issue)
    last = (mine or same)[-1:]
    return work.history.begun(last[0].owner, last[0].text("issue")) if last else None


def _report(named: str | None) -> str:
    if not named:
        return ""
    if named == "-":
        return sys.stdin.buffer.read(_MOST).decode("utf-8", "replace")
    with Path(named).open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - _MOST))
        return file.read(_MOST).decode("utf-8", "replace")


def _tell(args: argparse.Namespace, found: Check) -> int:
    if args.json:
        print(found.model_dump_json())
    elif found.met:
        print(f"issue {found.issue}: the gate is met (commit {(found.commit or '')[:12]})")
    else:
        print("\n".join([f"issue {found.issue}: not met. Missing:", *(f"- {line}" for line in found.missing)]))
    return OK if found.met else NO


def _answered(args: argparse.Namespace) -> int:
    """The guard asks: one JSON object with ``cwd`` comes in, one goes out."""
    try:
        asked = json.loads(sys.stdin.buffer.read(_MOST))
        os.chdir(asked["cwd"])
        print(json.dumps(args.act(asked, Desk())))
    except (Fault, OSError, ValueError, KeyError, TypeError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE
    return OK


def _stop(asked: dict[str, Any], desk: Desk) -> dict[str, object]:
    """What the agent is told if its stop is blocked."""
    stop = Stop(**asked)
    return {"sentence": Work(desk, stop.owner, stop.cwd).stop(stop)}


def _left(_: dict[str, Any], desk: Desk) -> dict[str, object]:
    """The guard found owners dead whose work nobody ended."""
    return {"handed_over": left.hand_over(desk)}
