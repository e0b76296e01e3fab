"""`interlock artifacts`: are a run's artifacts what they should be, and what comes next? (docs/artifacts.md)

Exit codes: 0 all is well, 1 something is not, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from interlock.artifacts.flaw import Flaw, clean
from interlock.artifacts.read import validate
from interlock.doors import repo
from interlock.shapes.artifacts.kinds import kind_of
from interlock.words.contract import RUNS
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `artifacts` and its verbs."""
    artifacts = sub.add_parser("artifacts", help="are a run's artifacts right, and what comes next?")
    artifacts.description = __doc__
    verbs = artifacts.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = verbs.add_parser("validate", help="what is wrong with these files, with line and mend?")
    verb.add_argument("paths", nargs="+", metavar="PATH")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=_guarded, act=_validate)


def _guarded(args: argparse.Namespace) -> int:
    try:
        return int(args.act(args))
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _validate(args: argparse.Namespace) -> int:
    flaws: list[Flaw] = []
    files: list[dict[str, object]] = []
    for named in args.paths:
        top, path = _inside(named)
        kind = kind_of(path)
        found = validate(top, path)
        files.append({"path": clean(path), "kind": kind.name if kind else None, "valid": not found})
        flaws += found
    if args.json:
        print(json.dumps({"valid": not flaws, "files": files, "flaws": [flaw._asdict() for flaw in flaws]}))
    else:
        for flaw in flaws:
            print(flaw)
        for file in files:
            if file["valid"]:
                print(f"{file['path']}: {'valid' if file['kind'] else 'no shape is asked of it'}")
    return NO if flaws else OK


def _inside(named: str) -> tuple[Path, str]:
    """The checkout's top and the path from there. Raises Fault for what lies in no checkout's `.runs`."""
    absolute = os.path.abspath(named)  # links are told, not followed
    top = repo.checkout(os.path.dirname(absolute)) or str(Path.cwd())
    path = os.path.relpath(absolute, top)
    if path.split("/")[0] != RUNS:
        raise Fault(f"{clean(named)} lies in no {RUNS}/ of a checkout: artifacts do")
    return Path(top), path
