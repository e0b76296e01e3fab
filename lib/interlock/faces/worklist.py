"""`interlock worklist`: what critics found in a flow, and where each finding stands (docs/worklist.md).

Exit codes: 0 done (list: nothing is open), 1 refused, items are open or a critique can't be read, 2 usage or a
fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from interlock.artifacts.caller import Refused, caller, which
from interlock.artifacts.flaw import clean
from interlock.artifacts.spot import Spot
from interlock.artifacts.worklists.moving import Moving, State
from interlock.faces.desk import Desk
from interlock.faces.issue import issue_id
from interlock.shapes.artifacts.base import FLOWS
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2
_WHY = 400
_VERBS = (
    ("list", "", "the items and where they stand"),
    ("sync", "", "put what the critiques found on the list; every other verb does so first"),
    ("take", "in_progress", "work on ITEM: pending becomes in_progress"),
    ("fixed", "fixed", "ITEM is mended"),
    ("wontfix", "wontfix", "ITEM will not be mended, and why"),
    ("reopen", "pending", "ITEM is to be done (again), and why"),
)


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `worklist` and its verbs."""
    worklist = sub.add_parser("worklist", help="what critics found, and where it stands", description=__doc__)
    verbs = worklist.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, state, text in _VERBS:
        verb = verbs.add_parser(name, help=text, description=text)
        if state:
            verb.add_argument("item", metavar="ITEM")
            needed = name in ("wontfix", "reopen")
            verb.add_argument("--why", type=_why, required=needed, metavar="TEXT")
        if name == "sync":
            verb.add_argument(
                "--rebuild", action="store_true", help="make an edited list again, from log and critiques"
            )
        verb.add_argument("--run", type=issue_id, metavar="RUN", help="the only open one where none is named")
        verb.add_argument(
            "--flow", choices=FLOWS, default="build", metavar="FLOW", help="build where none is named"
        )
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(func=_guarded, state=state)


def _why(text: str) -> str:
    said = " ".join(text.split())
    if not said or len(said) > _WHY or not said.isprintable():
        raise argparse.ArgumentTypeError(f"it must be a text of 1 to {_WHY} characters")
    return said


def _guarded(args: argparse.Namespace) -> int:
    try:
        return _worklist(args, Desk())
    except Refused as refusal:
        return _refused(args, str(refusal))
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _refused(args: argparse.Namespace, why: str) -> int:
    if args.json:
        print(json.dumps({"refused": why}))
    else:
        print(f"interlock: {why}", file=sys.stderr)
    return NO


def _worklist(args: argparse.Namespace, desk: Desk) -> int:
    who = caller(desk, decides=bool(args.state) or getattr(args, "rebuild", False))
    meta = which(desk, args.run, who)
    moving = Moving(desk, Spot.of(Path(desk.project), meta, args.flow), meta, who)
    if not args.state:
        state = moving.sync(getattr(args, "rebuild", False))
    else:
        state = moving.move(args.item, args.state, args.why or "")
    left = len(state.now.open())
    if args.json:
        print(json.dumps(_data(state)))
    else:
        print("\n".join(_lines(args, state)))
    if args.verb == "list":
        return NO if left or state.flaws else OK
    return NO if args.verb == "sync" and state.flaws else OK


def _data(state: State) -> dict[str, Any]:
    now = state.now
    return {
        "worklist": now.model_dump(mode="json"), "counts": counts(state), "open": len(now.open()),
        "stuck": now.stuck, "idle_rounds": now.idle(), "came": state.came,
        "flaws": [str(flaw) for flaw in state.flaws], "handed_to": state.handed or None,
    }  # fmt: skip


def counts(state: State) -> dict[str, int]:
    """Items by where they stand."""
    found = dict.fromkeys(("pending", "in_progress", "fixed", "wontfix"), 0)
    for item in state.now.items:
        found[item.status] += 1
    return found


def _lines(args: argparse.Namespace, state: State) -> list[str]:
    now = state.now
    said = ", ".join(f"{many} {name}" for name, many in counts(state).items() if many) or "nothing on it"
    lines = [f"worklist of {now.run_id}/{now.flow}: {said}{f'; {state.came} new' if state.came else ''}"]
    shown = now.items if args.verb in ("list", "sync") else [one for one in now.items if one.id == args.item]
    for item in shown:
        why = f" ({item.why})" if item.why else ""
        text = f"{item.id} {item.status} {item.severity.value} {item.location}: {item.issue}{why}"
        lines.append(f"- {clean(text, 300)}")
    if now.stuck:
        told = f" A note is at {state.handed}." if state.handed else ""
        lines.append(f"stuck: {now.why_stuck}, so it is with a person.{told}")
    return lines + [f"can't be read: {flaw}" for flaw in state.flaws]
