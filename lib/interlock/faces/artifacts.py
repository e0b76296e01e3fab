"""`interlock artifacts`: are a run's artifacts what they should be, and what comes next? (docs/artifacts.md)

Exit codes: 0 all is well, 1 something is not, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from interlock.artifacts.flaw import Flaw, clean
from interlock.artifacts.reading.artifact import validate
from interlock.doors import repo
from interlock.faces.rendering import open_stream
from interlock.shapes.artifacts import answers
from interlock.shapes.artifacts.answers import Checked, Progress, Validated
from interlock.shapes.artifacts.kinds import kind_of
from interlock.words.contract import RUNS
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2
MOST = 5000
"""Files that are validated at once."""


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `artifacts` and its verbs."""
    artifacts = sub.add_parser("artifacts", help="are a run's artifacts right, and what comes next?")
    artifacts.description = __doc__
    verbs = artifacts.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = verbs.add_parser("check", help="where does the run stand, and which agents can work on it now?")
    verb.add_argument("run", nargs="?", metavar="RUN", help="the only open one where none is named")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=_guarded, act=_check)
    verb = verbs.add_parser("validate", help="what is wrong with these files, with line and mend?")
    verb.add_argument("paths", nargs="+", metavar="PATH")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=_guarded, act=_validate)


def _guarded(args: argparse.Namespace) -> int:
    open_stream()
    try:
        return int(args.act(args))
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _check(args: argparse.Namespace) -> int:
    # all this is more than a validation after a write can wait for
    from interlock.artifacts.caller import contracts
    from interlock.artifacts.progress import asking
    from interlock.artifacts.progress.due import progress
    from interlock.artifacts.progress.without_contract import without_contract
    from interlock.artifacts.runs.folder import Runs
    from interlock.faces.desk import Desk
    from interlock.faces.runs import only_open

    desk = Desk()
    runs = Runs(Path(desk.project), desk.root)
    name = args.run or only_open(runs)
    meta = runs.get(name)
    if meta is None:
        print(f"interlock: there is no run {name} here; `interlock runs list` names them", file=sys.stderr)
        return USAGE
    known = contracts(desk)
    found = progress(Path(desk.project), meta, asking.rules(desk, meta, known))
    found.stuck.extend(without_contract(desk, [one.path for one in found.missing]))
    print(found.model_dump_json() if args.json else "\n".join(_told(found, bool(known.all))))
    return NO if found.invalid or found.missing or found.stuck else OK


def _told(found: Progress, known: bool) -> list[str]:
    where = "complete" if found.complete else f"in {found.flow}" if found.flow else "nothing is left to make"
    lines = [f"run {found.run_id} ({found.state}): {where}"]
    lines += [f"  done     {clean(path)}" for path in found.done]
    lines += [f"  invalid  {flaw.path}:{flaw.line}: {flaw.what}; {flaw.mend}" for flaw in found.invalid]
    lines += [
        f"  missing  {clean(one.path)}: no agent with a contract makes it, a person does" for one in found.missing
    ]
    lines += [f"  pending  {clean(one.path)} ({one.agent})" for one in found.pending]
    lines += [f"  stuck    {clean(one)}" for one in found.stuck]
    lines += [f"  next     {step.agent}: {clean('; '.join(step.why))}" for step in found.next]
    return lines if known else [*lines, "  no agent here has a contract: `interlock contracts check`"]


def _validate(args: argparse.Namespace) -> int:
    flaws: list[Flaw] = []
    looked: list[Checked] = []
    for top, path in (place for named in args.paths for place in _files(*_inside(named))):
        kind = kind_of(path)
        found = validate(top, path)
        looked.append(Checked(path=clean(path), kind=kind.name if kind else None, valid=not found))
        flaws += found
    if args.json:
        said = [answers.Flaw(**flaw._asdict()) for flaw in flaws]
        print(Validated(valid=not flaws, files=looked, flaws=said).model_dump_json())
        return NO if flaws else OK
    for flaw in flaws:
        print(flaw)
    for file in looked:
        if file.valid:
            print(f"{file.path}: {'valid' if file.kind else 'no shape is asked of it'}")
    return NO if flaws else OK


def _files(top: Path, path: str) -> list[tuple[Path, str]]:
    """The file, or all files below the folder. Raises Fault where those are too many."""
    if not (top / path).is_dir() or (top / path).is_symlink():
        return [(top, path)]
    found: list[tuple[Path, str]] = []
    for folder, _, names in os.walk(top / path):
        found += [(top, os.path.relpath(os.path.join(folder, name), top)) for name in names]
        if len(found) > MOST:
            raise Fault(f"{clean(path)} holds over {MOST} files: name a folder in it")
    return sorted(found)


def _inside(named: str) -> tuple[Path, str]:
    """The checkout's top and the path from there. Raises Fault for what lies in no checkout's `.runs`."""
    absolute = os.path.abspath(named)  # links are told, not followed
    top = repo.checkout(os.path.dirname(absolute)) or str(Path.cwd())
    path = os.path.relpath(absolute, top)
    if path.split("/")[0] != RUNS:
        raise Fault(f"{clean(named)} lies in no {RUNS}/ of a checkout: artifacts do")
    return Path(top), path
