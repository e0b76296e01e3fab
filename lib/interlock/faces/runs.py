"""`interlock runs`: the runs in this checkout's `.runs/`: start one, list, show, close (docs/artifacts.md).

A run is a folder in which agents work on one thing by artifacts. (`interlock run` is about commands like pytest.)
Agents with a contract start and close none. Exit codes: 0 done, 1 somebody has it, there is none such, or it is
not yours to start or close, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from pathlib import Path

from interlock.artifacts import made_files
from interlock.artifacts.caller import caller
from interlock.artifacts.flaw import clean, few
from interlock.artifacts.runs.folder import Found, Runs, Taken
from interlock.artifacts.runs.meta import is_run
from interlock.artifacts.verdicts.giving import stand
from interlock.doors import clock, keys
from interlock.doors.blocks import Block
from interlock.faces.desk import Desk
from interlock.faces.issue import issue_id
from interlock.faces.rendering import open_stream, who
from interlock.gate.work import head_of
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS, meant
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `runs` and its verbs."""
    runs = sub.add_parser("runs", help="runs of work by artifacts: start, list, show, close", description=__doc__)
    verbs = runs.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, func, text in (
        ("start", _start, "start run ID; of two who try one gets it"),
        ("list", _list, "all runs of this checkout, the newest last"),
        ("show", _show, "one run; without ID the only one that is open"),
        ("close", _close, "run ID is over: no agent with a contract starts or writes in it any more"),
    ):
        verb = verbs.add_parser(name, help=text, description=text)
        if name != "list":
            verb.add_argument("id", type=run_id, metavar="ID", nargs="?" if name == "show" else None)
        if name == "start":
            verb.add_argument("--title", required=True, help="what it is about, in a line")
            verb.add_argument("--issue", type=issue_id, help="the issue that it works on")
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(func=_guarded, act=func)


def run_id(text: str) -> str:
    """An argument that is a run's id."""
    if not is_run(text):
        raise argparse.ArgumentTypeError(
            "a run's id is 1 to 64 letters, digits, dots, - and _, a letter or digit first"
        )
    return text


def only_open(runs: Runs) -> str:
    """The run that is meant where none is named. Raises Fault."""
    found = meant("", (meta.run_id for meta in runs.open()))
    if len(found) == 1:
        return found[0]
    if not found:
        raise Fault("No run is open here. `interlock runs start ID --title TEXT` starts one.")
    raise Fault(f"Several runs are open: {', '.join(found[-8:])}. Name one.")


def _guarded(args: argparse.Namespace) -> int:
    open_stream()
    try:
        desk = Desk()
        return int(args.act(args, desk, Runs(Path(desk.project), desk.root)))
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _actor(desk: Desk) -> str:
    with desk.transaction() as tx:
        return desk.arrive(tx, desk.actor(tx)).id


def _start(args: argparse.Namespace, desk: Desk, runs: Runs) -> int:
    who = caller(desk, decides=False)
    if who.contract is not None:
        return _not_yours(f"{who.name} starts no run", "Say in your handoff what another should be about.")
    owner = _actor(desk)

    def log(meta: RunMeta) -> None:
        with desk.transaction() as tx:
            facts = {"title": meta.title, "issue": meta.issue or "", "base": meta.base or ""}
            tx.event("artifact_run_started", **_facts(desk, owner, meta), **facts)

    commit = head_of(desk.project, desk.environ)
    found = runs.start(args.id, args.title, args.issue or "", owner, commit, round(clock.wall(), 3), log)
    meta = found.meta if isinstance(found, Taken) else found
    new = not isinstance(found, Taken)
    if args.json:
        print(json.dumps({"new": new, "path": f"{RUNS}/{meta.run_id}", **_shown(meta)}))
    elif new:
        print(f"run {meta.run_id} is started: artifacts lie in {RUNS}/{meta.run_id}/FLOW/")
        print(f"agents are told of it by a line `RUN: {meta.run_id}` in their prompt")
    else:
        print(_line(meta))
        print(f"It is taken: {'go on with it, or ' * (meta.state == 'open')}start yours under another id.")
    return OK if new else NO


def _list(args: argparse.Namespace, desk: Desk, runs: Runs) -> int:
    found = runs.look()
    if args.json:
        flaws = [flaw._asdict() for flaw in found.flaws]
        print(json.dumps({"runs": [_shown(m) for m in found.runs], "unstarted": found.unstarted, "flaws": flaws}))
        return OK
    for meta in found.runs:
        print(_line(meta))
    _tell_odd(found)
    if not found.runs:
        print("no runs here: `interlock runs start ID --title TEXT` starts one")
    return OK


def _show(args: argparse.Namespace, desk: Desk, runs: Runs) -> int:
    named = args.id or only_open(runs)
    meta = runs.get(named)
    if meta is None:
        print(f"interlock: there is no run {named} here; `interlock runs list` names them", file=sys.stderr)
        return NO
    if args.json:
        print(json.dumps({"path": f"{RUNS}/{meta.run_id}", **_shown(meta)}))
        return OK
    print(_line(meta))
    print(f"in {RUNS}/{meta.run_id}, begun on {(meta.base or 'no commit')[:12]}")
    print(f"`interlock artifacts check {meta.run_id}` says what is done and what comes next")
    return OK


def _close(args: argparse.Namespace, desk: Desk, runs: Runs) -> int:
    if runs.get(args.id) is None:
        print(f"interlock: there is no run {args.id} here; `interlock runs list` names them", file=sys.stderr)
        return NO
    who = caller(desk)
    if who.contract is not None:
        return _not_yours(f"{who.name} closes no run", "Say in your handoff that it is done.")
    owner = _actor(desk)

    def log(meta: RunMeta) -> None:
        with desk.transaction() as tx:
            tx.event("artifact_run_closed", **_facts(desk, owner, meta))

    meta = runs.close(args.id, round(clock.wall(), 3), log)
    standing = stand(desk, Path(desk.project).resolve(), who.contracts.tests)
    blocks = [block for block in standing if block.run == meta.run_id]
    if args.json:
        print(
            json.dumps({**_shown(meta), "blocks": [{"paths": one.paths, "reason": one.reason} for one in blocks]})
        )
    else:
        print("\n".join([_line(meta), *map(_still, blocks)]))
    return OK


def _not_yours(what: str, instead: str) -> int:
    """An agent with a contract works in the run that it was given."""
    told = f"{what}: the agent without a contract that starts agents does, or a person. {instead}"
    print(f"interlock: {told}", file=sys.stderr)
    return NO


def _still(block: Block) -> str:
    """A BLOCK outlives its run: what it keeps agents from, and who ends it."""
    paths = " ".join(f"--path {shlex.quote(path)}" for path in block.paths)
    lift = (
        f"interlock verdict PASS --run {block.run} {paths if len(paths) <= 400 else '--path ...'} --steelman TEXT"
    )
    told = f"its BLOCK on {few(list(block.paths))} still stands ({block.reason[:160]})"
    return clean(f"{told}: no agent with a contract writes there. A person lifts it: `{lift}`", 1200)


def _facts(desk: Desk, owner: str, meta: RunMeta) -> dict[str, object]:
    digest = made_files.digest(made_files.written(meta))
    return {"owner": owner, "checkout": keys.text(desk.project), "run": meta.run_id, "digest": digest}


def _tell_odd(found: Found) -> None:
    for name in found.unstarted:
        print(f"{name}: not started; `interlock runs start {name} --title TEXT` takes it over")
    for flaw in found.flaws:
        print(flaw)


def _shown(meta: RunMeta) -> dict[str, object]:
    return meta.model_dump(exclude={"version"})


def _line(meta: RunMeta) -> str:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(meta.started))
    issue = f" for issue {meta.issue}" if meta.issue else ""
    return f"{meta.run_id}: {meta.state}, started {when} by {who(meta.started_by)}{issue}: {clean(meta.title)}"
