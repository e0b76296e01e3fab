"""``interlock install`` and ``interlock uninstall``."""

import argparse
import difflib
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from interlock.doors import place, repo
from interlock.install.command import Baked
from interlock.install.errors import InstallError
from interlock.install.operate import Report, Setup, install, uninstall
from interlock.install.places import Scope
from interlock.install.prefix import VARIABLE

_DONE = {
    "installed": "Installed Interlock's hooks in {settings}.",
    "updated": "Brought Interlock's hooks in {settings} up to date.",
    "unchanged": "Interlock's hooks in {settings} are as they should be.",
    "covered": "Left {settings} as it is.",
    "restored": "Gave {settings} back as it was before Interlock.",
    "removed": "Took Interlock's entries out of {settings}; what others wrote since is kept.",
    "absent": "There is nothing of Interlock's in {settings}.",
}


def add(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register both commands."""
    table: tuple[tuple[str, Callable[[Setup, Scope, bool], Report], str], ...] = (
        ("install", install, "put hooks, agents and commands into Claude Code's settings"),
        ("uninstall", uninstall, "take them out again"),
    )
    for name, act, about in table:
        parser = sub.add_parser(name, help=about, description=about)
        parser.add_argument(
            "repo", nargs="?", metavar="REPO", help="the repository (default: the checkout around this folder)"
        )
        parser.add_argument(
            "--scope",
            choices=[scope.value for scope in Scope],
            default=Scope.LOCAL.value,
            help="local: you, in this checkout (default); project: all who clone it; user: you, everywhere",
        )
        parser.add_argument("--print", action="store_true", dest="dry", help="show the change, write nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.set_defaults(func=lambda args, act=act: _run(args, act))


def setup(folder: str) -> Setup:
    """The setup for ``folder`` with this interpreter, this package and this user's places."""
    baked = Baked(
        python=Path(sys.executable or "python3"),
        guard=Path(place.pack_dir()) / "hooks" / "guard.py",
        lib=Path(place.lib_dir()),
        root=Path(place.state_root()),
    )
    return Setup(
        repo=Path(folder).absolute(),
        home=Path(place.home()),
        baked=baked,
        environ_prefix=os.environ.get(VARIABLE, ""),
        pack=Path(place.pack_dir()),
    )


def _run(args: argparse.Namespace, act: Callable[[Setup, Scope, bool], Report]) -> int:
    scope = Scope(args.scope)
    around = "" if args.repo is not None or scope is Scope.USER else _around()
    args.repo = args.repo if args.repo is not None else around or "."
    try:
        report = act(setup(args.repo), scope, args.dry)
    except InstallError as fault:
        sys.stderr.write(f"interlock: {fault}\n")
        return 1
    if around:
        note = f"{around} is the checkout around this folder; name a REPO to mean another."
        report = replace(report, notes=[note, *report.notes])
    sys.stdout.write(_as_json(report, args.dry) if args.json else _as_text(report, args))
    return 0


def _around() -> str:
    """The top of the checkout that the working directory lies in, "" where that is the folder itself, none, or
    a home under version control: sessions are started at the top, and read the settings there."""
    here = Path.cwd()
    top = repo.checkout(str(here))
    return top if top and Path(top) not in (here, Path(place.home()).resolve()) else ""


def _as_json(report: Report, dry: bool) -> str:
    facts = {
        "action": report.action,
        "scope": report.scope.value,
        "settings": str(report.settings),
        "changed": report.before != report.after,
        "written": not dry,
        "others": [str(path) for path in report.others],
        "pack": {
            "written": [str(path) for path in report.pack.written],
            "removed": [str(path) for path in report.pack.removed],
        },
        "notes": [*report.notes, *report.pack.notes],
        "content": None if report.after is None else report.after.decode(),
    }
    return json.dumps(facts, indent=2) + "\n"


def _as_text(report: Report, args: argparse.Namespace) -> str:
    if args.dry:
        return _difference(report)
    said = [_DONE[report.action].format(settings=report.settings)]
    installs = report.action in ("installed", "updated", "unchanged", "covered")
    verb = "Wrote" if installs else "Removed"
    said += [f"{verb} {path}." for path in report.others]
    said += [f"Wrote {what}." for what in _told(report.pack.written)]
    said += [f"Removed {what}." for what in _told(report.pack.removed)]
    said += [f"Note: {note}" for note in (*report.notes, *report.pack.notes)]
    if installs:
        here = "" if args.repo == "." else f" {shlex.quote(args.repo)}"
        said.append(f"Next: start a new Claude Code session there; `interlock doctor{here}` checks the hooks.")
    return "\n".join(said) + "\n"


def _difference(report: Report) -> str:
    old, new = ((data or b"").decode().splitlines() for data in (report.before, report.after))
    changed = list(difflib.unified_diff(old, new, f"{report.settings} (now)", f"{report.settings}", lineterm=""))
    lines = [f"Nothing was written. `{report.action}` would be the outcome:", *changed]
    lines += [f"It would write {what}." for what in _told(report.pack.written)]
    lines += [f"It would remove {what}." for what in _told(report.pack.removed)]
    lines += [f"Note: {note}" for note in (*report.notes, *report.pack.notes)]
    return "\n".join(lines) + "\n"


def _told(files: list[Path]) -> Iterator[str]:
    """The files by name, several of one folder by their number."""
    for folder, group in groupby(files, lambda file: file.parent):
        names = [file.name for file in group]
        yield str(folder / names[0]) if len(names) == 1 else f"{len(names)} files in {folder}"
