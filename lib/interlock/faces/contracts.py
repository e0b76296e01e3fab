"""`interlock contracts`: what agents read, write and own (docs/contracts.md).

Without PATH: the agents in force here, those in .claude/agents and the user's own; where there are none, those
that come with Interlock. A file stands in place of the agent of its name, a folder for all there is. Exit codes: 0
nothing is wrong, 1 something is (`show`: there is no such contract), 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from interlock.contracts.checkset import Agent, check, makers
from interlock.contracts.compile import compile_project
from interlock.contracts.cost import Cost, cost, tokens
from interlock.contracts.fault import plain
from interlock.contracts.source import Source
from interlock.contracts.which_agents import Ground, find
from interlock.doors import repo
from interlock.doors.contracts import PLUGIN, user_folder
from interlock.doors.place import home, state_root
from interlock.doors.store.ground import prepare
from interlock.words.artifact import made_by
from interlock.words.contract import MAYBE, RUN
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2
_KEYS = ("given", "inputs", "outputs", "owns", "shares", "moves")


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `contracts` and its verbs; `compile` is the guard's own."""
    contracts = sub.add_parser("contracts", help="what agents read, write and own", description=__doc__)
    contracts.add_argument("--cost", action="store_true", help="the same as `contracts cost`")
    contracts.set_defaults(func=_guarded, act=_bare, paths=[], json=False)
    verbs = contracts.add_subparsers(dest="verb", metavar="check|cost|show")
    for name, act, told in (
        ("check", _check, "what is wrong with the agents and with the set that they make?"),
        ("cost", _cost, "what do they cost at every start?"),
    ):
        verb = verbs.add_parser(name, help=told)
        verb.add_argument("paths", nargs="*", metavar="PATH", help="agent files, or folders of them")
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(func=_guarded, act=act)
    shown = verbs.add_parser("show", help="one agent's contract")
    shown.add_argument("agent", metavar="AGENT")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(func=_guarded, act=_show, paths=[])
    compiled = verbs.add_parser("compile")
    compiled.add_argument("--project", default="", metavar="FOLDER")
    compiled.add_argument("--user", default="", metavar="FOLDER")
    compiled.set_defaults(func=_guarded, act=_compile, paths=[])


def _guarded(args: argparse.Namespace) -> int:
    try:
        return int(args.act(args))
    except (Fault, OSError) as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _bare(args: argparse.Namespace) -> int:
    if args.cost:
        return _cost(args)
    print("interlock contracts: say check, cost or show (--help tells more)", file=sys.stderr)
    return USAGE


def _check(args: argparse.Namespace) -> int:
    ground = _ground(args.paths)
    flaws = check(ground.sources, ground.tests)
    held = [source for source in ground.sources if source.held]
    free = [plain(source.name) for source in ground.sources if not source.held]
    if args.json:
        agents = [{"name": source.name, "file": source.shown} for source in held]
        faults = [flaw._asdict() for flaw in flaws]
        print(json.dumps({"where": ground.where, "agents": agents, "without": free, "faults": faults}))
    else:
        for flaw in flaws:
            print(flaw)
        beside = f"; without one: {', '.join(free)}" if free else ""
        print(f"{ground.where}: {_count(len(held), 'contract')}{beside}; {_count(len(flaws), 'fault')}")
    return NO if flaws else OK


def _cost(args: argparse.Namespace) -> int:
    ground = _ground(args.paths)
    costs = [cost(source) for source in ground.sources]
    total = Cost("all", "", sum(one.description for one in costs), sum(one.prompt for one in costs), 0)
    if args.json:
        agents = [{**one._asdict(), "prompt_tokens": tokens(one.prompt)} for one in costs]
        sums = {"description": total.description, "prompt": total.prompt, "prompt_tokens": tokens(total.prompt)}
        print(json.dumps({"where": ground.where, "agents": agents, "all": sums}))
        return OK
    width = max([len(plain(one.agent)) for one in costs] + [5])
    print(f"{'agent':<{width}}  prompt: lines  bytes  ~tokens  description: bytes  ~tokens")
    for one in [*costs, total]:
        line = f"{plain(one.agent):<{width}}  {one.lines or '':>13}  {one.prompt:>5}  {tokens(one.prompt):>7}"
        print(f"{line}  {one.description:>18}  {tokens(one.description):>7}")
    print("Tokens are estimated, as bytes / 4. A prompt is paid at each start of its agent, all descriptions at")
    print(f"each start of a session. Agents: {ground.where}.")
    return OK


def _show(args: argparse.Namespace) -> int:
    ground = _ground([])
    name = args.agent.removeprefix(PLUGIN)
    source = next((one for one in ground.sources if one.held and one.name in (args.agent, name)), None)
    if source is None:
        known = ", ".join(plain(one.name) for one in ground.sources if one.held) or "none"
        told = f"There is no contract of `{plain(args.agent)}`. There are: {known} ({ground.where})."
        print(told, file=sys.stderr)
        return NO
    if args.json:
        values = source.contract.model_dump() if source.contract else None
        faults = [flaw._asdict() for flaw in source.faults]
        print(json.dumps({"name": source.name, "file": source.shown, "contract": values, "faults": faults}))
    else:
        print(f"{plain(source.name)} ({source.shown})")
        print("\n".join(_told(source, ground)))
    return OK if source.contract else NO


def _told(source: Source, ground: Ground) -> list[str]:
    if source.contract is None:
        return [str(flaw) for flaw in source.faults]
    agents = [Agent(one, one.contract) for one in ground.sources if one.held and one.contract]
    lines = []
    for key in _KEYS:
        for path in getattr(source.contract, key):
            lines.append(f"  {key:<8} {path}{_from(path, agents, ground.tests) if key == 'inputs' else ''}")
    return [*lines, f"  resume   {plain(source.contract.resume, 400)}"]


def _from(path: str, agents: list[Agent], tests: list[str]) -> str:
    bare = path.removesuffix(MAYBE)
    made = made_by(bare.replace(RUN, "r"))
    names = [f"`{made}`"] if made else [agent.name for agent in makers(bare, agents, tests)]
    return f"  (from {', '.join(names)})" if names else "  (nobody makes it)"


def _compile(args: argparse.Namespace) -> int:
    project = args.project.rstrip("/") or _project()
    root = state_root()
    prepare(root)
    found = compile_project(project, root, args.user or _user())
    held = [source for source in found.sources if source.held]
    faults = [str(fault) for source in held for fault in source.faults]
    print(json.dumps({"project": project, "agents": [source.name for source in held], "faults": faults}))
    return OK


def _ground(paths: list[str]) -> Ground:
    return find(paths, _project(), state_root(), _user())


def _project() -> str:
    cwd = str(Path.cwd())
    return repo.checkout(cwd) or cwd


def _user() -> str:
    return user_folder(os.environ, home())


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
