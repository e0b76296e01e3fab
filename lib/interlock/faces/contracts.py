"""`interlock contracts`: what agents read, write and own (docs/contracts.md).

Exit codes: 0 nothing is wrong, 1 something is (for `show`: there is no such contract), 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from interlock.contracts.compile import compile_project
from interlock.doors import repo
from interlock.doors.place import home, state_root
from interlock.doors.store.ground import prepare
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `contracts` and its verbs; `compile` is the guard's own."""
    contracts = sub.add_parser("contracts", help="what agents read, write and own", description=__doc__)
    verbs = contracts.add_subparsers(dest="verb", required=True, metavar="check|cost|show")
    compiled = verbs.add_parser("compile")
    compiled.add_argument("--project", default="", metavar="FOLDER")
    compiled.add_argument("--user", default="", metavar="FOLDER", help="the user's own .claude")
    compiled.set_defaults(func=_compile)


def _compile(args: argparse.Namespace) -> int:
    cwd = str(Path.cwd())
    project = args.project.rstrip("/") or repo.checkout(cwd) or cwd
    try:
        root = state_root()
        prepare(root)
        found = compile_project(project, root, args.user or _user())
    except (Fault, OSError) as problem:
        print(f"interlock: the contracts can't be compiled ({problem})", file=sys.stderr)
        return USAGE
    held = [source for source in found.sources if source.held]
    faults = [str(fault) for source in held for fault in source.faults]
    print(json.dumps({"project": project, "agents": [source.name for source in held], "faults": faults}))
    return OK


def _user() -> str:
    """The folder of the user's own settings, as the client finds it."""
    named = os.environ.get("CLAUDE_CONFIG_DIR", "")
    return named if named.startswith("/") else f"{home()}/.claude"
