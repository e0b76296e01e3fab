"""`interlock receipt RUN FLOW`: makes the receipt of a flow, by counting; `--check`: can it be built on?

Exit codes: 0 made / as it was sealed, and VERIFIED; 1 not yours to make / not VERIFIED, or not to be believed;
2 usage or a fault. With --json there is an object in the first two cases.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from interlock.artifacts.caller import Refused, caller
from interlock.artifacts.receipts import checking, making
from interlock.artifacts.runs.folder import Runs
from interlock.artifacts.spot import Spot
from interlock.faces.desk import Desk
from interlock.faces.issue import issue_id
from interlock.shapes.artifacts.answers import ReceiptCheck
from interlock.shapes.artifacts.base import FLOWS
from interlock.shapes.artifacts.made import Receipt
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2
GOOD = "VERIFIED"


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `receipt`."""
    receipt = sub.add_parser("receipt", help="the receipt of a run's flow, made by code", description=__doc__)
    receipt.add_argument("run", type=issue_id, metavar="RUN")
    receipt.add_argument("flow", choices=FLOWS, metavar="FLOW", help=", ".join(FLOWS))
    receipt.add_argument("--check", action="store_true", help="can the one that is there be built on?")
    receipt.add_argument("--json", action="store_true")
    receipt.set_defaults(func=_guarded)


def _guarded(args: argparse.Namespace) -> int:
    try:
        return _receipt(args, Desk())
    except Refused as refusal:
        if args.json:
            print(json.dumps({"refused": str(refusal)}))
        else:
            print(f"interlock: {refusal}", file=sys.stderr)
        return NO
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _receipt(args: argparse.Namespace, desk: Desk) -> int:
    meta = Runs(Path(desk.project), desk.root).get(args.run)
    if meta is None and args.check:
        return _tell(args, checking.missing(args.run, args.flow))
    if meta is None:
        raise Fault(f"There is no run {args.run} here. `interlock runs list` names them.")
    spot = Spot.of(Path(desk.project), meta, args.flow)
    if args.check:
        return _tell(args, checking.check(desk, spot, meta))
    made = making.make(desk, spot, meta, caller(desk))
    print(made.model_dump_json() if args.json else "\n".join(_lines(spot, made)))
    return OK


def _tell(args: argparse.Namespace, found: ReceiptCheck) -> int:
    print(found.model_dump_json() if args.json else found.sentence or _believed(found))
    return OK if found.result == "OK" and found.status == GOOD else NO


def _believed(found: ReceiptCheck) -> str:
    if found.status == GOOD:
        return f"{found.path} is {GOOD} and can be built on{f' ({found.note})' if found.note else ''}"
    says = f"{found.path} is as it was sealed: {found.status}, {found.recommended_action}"
    return f"{says}{f': {found.reason}' if found.reason else ''}"


def _lines(spot: Spot, made: Receipt) -> list[str]:
    path = spot.path(f"{spot.flow}_receipt.json")
    lines = [f"{path}: {made.status}, {made.recommended_action}"]
    lines += [f"- missing: {one}" for one in made.missing_required]
    return lines + [f"- {reason}" for reason in made.reasons]
