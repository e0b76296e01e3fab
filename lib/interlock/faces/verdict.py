"""`interlock verdict`: an advocate's ruling on paths of a run: PASS, AMEND or BLOCK (docs/verdicts.md).

A BLOCK refuses writes to its paths until a later PASS covers them, by one who did not write there. `list` says
what stands. Exit codes: 0 given (list: no BLOCK stands), 1 refused / a BLOCK stands, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from interlock.artifacts.caller import Refused, caller, which
from interlock.artifacts.flaw import clean
from interlock.artifacts.spot import Spot
from interlock.artifacts.verdicts import giving
from interlock.doors.blocks import Block
from interlock.faces.desk import Desk
from interlock.faces.issue import issue_id
from interlock.shapes.artifacts.base import FLOWS
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `verdict` and its verbs."""
    verdict = sub.add_parser("verdict", help="rule on paths of a run: PASS, AMEND or BLOCK", description=__doc__)
    verbs = verdict.add_subparsers(dest="verb", required=True, metavar="PASS|AMEND|BLOCK|list")
    for name in (giving.PASS, giving.AMEND, giving.BLOCK):
        verb = verbs.add_parser(name)
        verb.add_argument("--steelman", required=True, metavar="TEXT", help="the best case for what is judged")
        verb.add_argument("--reason", action="append", default=[], metavar="TEXT", help="once for each")
        verb.add_argument(
            "--path", action="append", required=True, metavar="PATH", help="a pattern, once for each"
        )
        verb.add_argument("--run", type=issue_id, metavar="RUN", help="the only open one where none is named")
        verb.add_argument(
            "--flow", choices=FLOWS, default="review", metavar="FLOW", help="review if none is named"
        )
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(func=_guarded, act=_give)
    verb = verbs.add_parser("list", help="which BLOCKs stand here?")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=_guarded, act=_list)


def _guarded(args: argparse.Namespace) -> int:
    try:
        return int(args.act(args, Desk()))
    except Refused as refusal:
        if args.json:
            print(json.dumps({"refused": str(refusal)}))
        else:
            print(f"interlock: {refusal}", file=sys.stderr)
        return NO
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _give(args: argparse.Namespace, desk: Desk) -> int:
    if args.verb != giving.PASS and not args.reason:
        raise Fault(f"{args.verb} needs a --reason that says what is wrong, and what would mend it.")
    who = caller(desk)
    meta = which(desk, args.run, who)
    said = {
        "verdict": args.verb, "steelman": args.steelman.strip(),
        "reasons": [" ".join(one.split()) for one in args.reason], "paths": args.path,
    }  # fmt: skip
    spot = Spot.of(Path(desk.project), meta, args.flow)
    verdicts, standing = giving.give(desk, spot, who, said)
    if args.json:
        given = verdicts.verdicts[-1].model_dump(mode="json")
        print(json.dumps({"run": meta.run_id, "flow": args.flow, "given": given, "standing": _data(standing)}))
    else:
        print("\n".join([f"{args.verb} on {clean(', '.join(args.path), 200)} is given", *_lines(standing)]))
    return OK


def _list(args: argparse.Namespace, desk: Desk) -> int:
    who = caller(desk, decides=False)
    standing = giving.stand(desk, Path(desk.project).resolve(), who.contracts.tests)
    print(json.dumps({"standing": _data(standing)}) if args.json else "\n".join(_lines(standing)))
    return NO if standing else OK


def _data(standing: list[Block]) -> list[dict[str, Any]]:
    return [
        {"run": one.run, "paths": list(one.paths), "by": one.by, "at": one.at, "reason": one.reason}
        for one in standing
    ]


def _lines(standing: list[Block]) -> list[str]:
    lines = []
    for one in standing:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
        paths = ", ".join(one.paths)
        lines.append(clean(f"BLOCK of run {one.run} on {paths} by {giving.by(one.by)}, {when}: {one.reason}", 400))
    return lines or ["no BLOCK stands here"]
