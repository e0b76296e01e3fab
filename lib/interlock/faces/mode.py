"""`interlock mode`: shows how writes are let through in this checkout; with a word, sets it.

auto: the first write takes the file's lock. strict: it must be taken before. sequential: one session writes at a
time, others queue. It is the key `mode` of .claude/interlock.toml, whose comments and order stay; in force with
the next call of every agent. A person sets it. Exit codes: 0 done, 1 refused (nothing has changed), 2 a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import tomlkit
from tomlkit.exceptions import TOMLKitError

from interlock.doors import process
from interlock.doors.config import MAX_BYTES, NAME, WORDS
from interlock.doors.config_source import check, dotted
from interlock.faces.desk import MARK, SESSION, Desk
from interlock.faces.rendering import clean
from interlock.install import disk
from interlock.install.errors import InstallError
from interlock.words.faults import Fault

OK, NO, USAGE = 0, 1, 2
MODES = WORDS["mode"]
SAID = {
    "auto": "the first write to a file takes its lock.",
    "strict": "a file's lock must be taken before it is written.",
    "sequential": "one session writes at a time in this checkout, others queue.",
}


class Refused(Fault):
    """Nothing was changed."""


class Source(NamedTuple):
    """The config's file and what is in it, None where there is none."""

    path: Path
    raw: bytes | None


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `mode`."""
    verb = sub.add_parser("mode", help="show or set how writes are let through", description=__doc__)
    verb.add_argument("mode", nargs="?", choices=MODES, help="the new mode; without it the present one is shown")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """The command."""
    try:
        desk = Desk()
        was, now = desk.config.mode, args.mode or desk.config.mode
        if args.mode:
            if _is_agent(desk.environ):
                raise Refused(
                    f"Interlock: {NAME} is not written by agents. If the mode should change, ask the person you "
                    f"work for to run `interlock mode {args.mode}` in a terminal."
                )
            put(desk.project, desk.root, args.mode)
    except (Refused, InstallError) as problem:
        print(problem, file=sys.stderr)
        return NO
    except Fault as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE
    if args.json:
        print(json.dumps({"mode": now, "was": was, "project": desk.project}))
    else:
        before = "" if was == now else f" (it was {was})"
        print(f"mode = {now}{before}: {SAID[now]}")
        print(f"interlock: {clean(desk.config.problem)}", file=sys.stderr) if desk.config.problem else None
    return OK


def _is_agent(environ: dict[str, str]) -> bool:
    """Whether an agent's command types this, even if it took that out of its environment."""
    if environ.get(SESSION) or environ.get("CLAUDECODE"):
        return True
    return any(MARK.search(word) for pid in process.ancestors() for word in process.arguments(pid))


def put(project: str, root: str, mode: str) -> None:
    """Makes it the project's mode. Raises Refused, or InstallError where the disk won't."""
    try:
        with disk.alone(Path(root)):
            source = _source(Path(project))
            text = _with(source.raw, mode)
            if text is None:
                return
            source.path.parent.mkdir(exist_ok=True)
            still = disk.replace(
                source.path, text, None, disk.tag(Path(root)), lambda: _source(Path(project)) == source
            )
    except OSError as problem:
        raise Refused(f"{NAME} can't be written ({problem.strerror}).") from None
    if not still:
        raise Refused(f"{NAME} was changed by somebody else just now. Try again.")


def _source(project: Path) -> Source:
    """The file by its real place, which must lie in the project: a repository can come from anyone, and must not
    choose what else gets written."""
    top = Path(os.path.realpath(project))
    path = Path(os.path.realpath(top / NAME))
    if not path.is_relative_to(top):
        raise Refused(f"{NAME} leads out of {clean(str(top))} by a link. Look at what it is.")
    raw = disk.read(path, MAX_BYTES) if path.parent.is_dir() else None
    if raw is not None and len(raw) > MAX_BYTES:
        raise Refused(f"{NAME} is over {MAX_BYTES} bytes, which Interlock doesn't read.")
    return Source(path, raw)


def _with(raw: bytes | None, mode: str) -> bytes | None:
    """The file with that mode; None if it need not change. Raises Refused for one that is wrong."""
    try:
        text = (raw or b"").decode()
        if dotted(text):
            raise ValueError("a name with too many dots")
        values = tomllib.loads(text)
        document = tomlkit.parse(text)
    except (ValueError, RecursionError, TOMLKitError) as problem:
        raise Refused(
            f"{NAME} is not TOML ({clean(str(problem))[:120]}), so it stays as it is. Mend it first."
        ) from None
    if wrong := check(values):
        raise Refused(f"{wrong}. It stays as it is; mend it first.")
    if values.get("mode", MODES[0]) == mode:
        return None
    document["mode"] = mode
    said = tomlkit.dumps(document).encode()
    if tomllib.loads(said.decode()) != {**values, "mode": mode}:
        raise Refused(f'{NAME} can\'t be changed safely. Write `mode = "{mode}"` in its first line yourself.')
    return said
