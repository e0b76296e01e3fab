"""`interlock demo`: see it work in a scratch folder, in less than 20 seconds.

Exit 0 only if every step showed what it claims.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
import time
from dataclasses import asdict, dataclass, field

from interlock.demo import play, real
from interlock.demo.stage import Stage, stage
from interlock.demo.step import ClientTrouble, NotAsPromised, Step, promise
from interlock.faces.install import setup
from interlock.install.errors import InstallError

SECONDS = 19.0
"""What the whole demo may take; the real client gets what the rest leaves."""
_WIDTH = 92
_WRAPPED = textwrap.TextWrapper(
    _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False
)


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `demo`."""
    about = "watch two agents and one file, in a scratch folder that is removed afterwards"
    demo = sub.add_parser("demo", help=about, description=about)
    demo.add_argument("--no-client", action="store_true", help="leave out the real Claude Code, if there is one")
    demo.add_argument("--json", action="store_true", help="the steps as JSON")
    demo.set_defaults(func=_run)


@dataclass
class Outcome:
    """What ``--json`` prints."""

    ok: bool = False
    seconds: float = 0.0
    steps: list[Step] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    client: str = ""
    """The client that was played through; "" for none."""
    notes: list[str] = field(default_factory=list)
    failed: str = ""
    """The promise that was not kept."""


def _run(args: argparse.Namespace) -> int:
    began = time.monotonic()
    outcome = Outcome()
    page = _Page(sys.stdout.isatty() and "NO_COLOR" not in os.environ, quiet=args.json)
    try:
        with stage() as made:
            page.line(f"Two agents, A and B, in one scratch repository: {made.repo}\n")
            _show(made, outcome, page, began, not args.no_client)
        promise(not made.folder.exists(), f"{made.folder} could not be removed.")
        outcome.ok = True
    except (NotAsPromised, InstallError, OSError) as problem:
        outcome.failed = str(problem)
    outcome.seconds = round(time.monotonic() - began, 1)
    if args.json:
        print(json.dumps(asdict(outcome)))
    elif outcome.ok:
        page.line(f"Every step as promised, in {outcome.seconds} s; nothing is left of it. Now for your own")
        page.line("repository: `interlock install` there, then start Claude Code as ever.")
    if outcome.failed:
        print(f"interlock: the demo did not go as promised: {outcome.failed}", file=sys.stderr)
    return 0 if outcome.ok else 1


def _show(made: Stage, outcome: Outcome, page: _Page, began: float, with_client: bool) -> None:
    for step in play.play(made, setup(str(made.repo))):
        outcome.steps.append(step)
        page.step(step)
    outcome.log = play.log(made)
    page.line("\nWhat `interlock log` tells of it (`--verify` finds the log whole):")
    for line in outcome.log:
        page.line(f"    {line if len(line) <= _WIDTH else line[: _WIDTH - 1] + '…'}")
    page.line("")
    if with_client:
        _show_client(made, outcome, page, SECONDS - (time.monotonic() - began))


def _show_client(made: Stage, outcome: Outcome, page: _Page, seconds: float) -> None:
    binary = real.find(os.environ)
    if binary is None:
        outcome.notes.append("There is no Claude Code on this machine, so the real client was left out.")
    else:
        page.line(f"The same in the real Claude Code ({binary}),")
        page.line("two sessions, with a scripted model in place of the real one:\n")
        outcome.client = str(binary)
        try:
            for step in real.play(made, binary, seconds, os.environ.get("PATH", os.defpath)):
                outcome.steps.append(step)
                page.step(step)
        except ClientTrouble as trouble:
            outcome.notes.append(f"The real Claude Code could not be shown: {trouble}.")
    for note in outcome.notes:
        page.line(note)
    page.line("")


class _Page:
    """The transcript: who does what -> what Interlock answers."""

    def __init__(self, colour: bool, quiet: bool) -> None:
        self.colour = colour
        self.quiet = quiet
        self._number = 0

    def step(self, step: Step) -> None:
        self._number += 1
        answer = step.answer
        if self.colour and "REFUSED" in answer:
            answer = answer.replace("REFUSED", "\x1b[1;31mREFUSED\x1b[0m")
        self.line(f"{self._number:2}  {step.who:4}{step.does:34} -> {answer}")
        if step.said:
            self.line(_WRAPPED.fill(step.said))

    def line(self, text: str) -> None:
        if not self.quiet:
            print(text, flush=True)
