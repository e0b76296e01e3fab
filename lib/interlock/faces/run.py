"""`interlock run -- COMMAND`: a command under its mutex, watched, in turn with everybody else's runs here; and
`interlock wait NAME`: waits until it would be one's turn.

`run` ends as the command ended. Exit codes of `wait`: 0 your turn (the place is kept a while), 1 not yet, 2 usage
or a fault.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import time

from interlock.doors import keys, repo, shfmt
from interlock.doors.disk import Ground
from interlock.faces.desk import Desk
from interlock.guard.before import ASK_AGAIN
from interlock.guard.running import pause
from interlock.leases import runs as leases
from interlock.leases.queue import leave
from interlock.runs import job as jobs
from interlock.runs import places, turn, wrapper
from interlock.runs.lock import inside
from interlock.shell.read import read
from interlock.shell.reading import Validation
from interlock.shell.where import Where
from interlock.words.faults import Fault, Unreadable
from interlock.words.lease import Held
from interlock.words.resource import Resource, run_mutex

OK, NO, USAGE = 0, 1, 2
TESTS = "tests"
_WAIT = 100.0  # seconds; an agent's shell command is given 120 by its client


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `run` and `wait`."""
    text = "run COMMAND alone of its kind in this checkout, and record what came of it"
    run = sub.add_parser("run", help=text, description=text, usage="interlock run [--] COMMAND...")
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    run.set_defaults(func=_guarded, act=_run)
    text = "wait for one's turn to run what is one at a time here"
    wait = sub.add_parser("wait", help=text, description=text)
    wait.add_argument("name", help=f"the mutex, as `{TESTS}`")
    wait.add_argument("--timeout", type=_seconds, default=_WAIT, help=f"seconds to wait ({_WAIT:g})")
    wait.set_defaults(func=_guarded, act=_wait)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError("must be from 0 to 86400 seconds")
    return value


def _guarded(args: argparse.Namespace) -> int:
    try:
        return int(args.act(args))
    except Fault as problem:
        sys.stderr.write(f"interlock: {problem}\n")
        return USAGE


def _run(args: argparse.Namespace) -> int:
    words = args.words[1:] if args.words[:1] == ["--"] else args.words
    program = shutil.which(words[0]) if words else None
    if program is None:
        sys.stderr.write(
            f"interlock: {words[0]}: not found\n" if words else "usage: interlock run [--] COMMAND...\n"
        )
        return 127 if words else USAGE
    desk = Desk()
    runs = known(desk, words)
    top = os.path.realpath(repo.checkout(desk.cwd) or desk.cwd)
    mutexes = {run.mutex or TESTS for run in runs}  # who types this wants to be alone
    wants = {name: run_mutex(name, keys.text(top)) for name in sorted(mutexes)}
    names = [want.key for want in wants.values()]
    if inside(desk.root, names):
        os.execv(program, words)  # noqa: S606  under the mutex already: it is the outer run's
    with desk.transaction() as tx:
        owner = desk.actor(tx)
    use_id = f"run-{os.getpid()}-{time.time_ns():x}"
    asked = jobs.made(use_id, owner.id, (top, desk.cwd), shlex.join(words), runs, places.of_session())
    asked = jobs.under(asked, tuple((name, 0) for name in names))
    job = turn.adopted(desk, asked) or turn.stand_in_line(desk, asked)
    wrapper.carry_out(desk, job, [program, *words[1:]])
    return OK


def known(desk: Desk, words: list[str]) -> tuple[Validation, ...]:
    """The validation runs in the command; for one that none is known in, the command itself."""
    text, parse = shlex.join(words), shfmt.Parser().parse
    where = Where(desk.cwd, desk.home, desk.environ, Ground(), parse, desk.config.validations)
    found: tuple[Validation, ...] = ()
    try:
        found = read(parse(text), where).runs
    except Unreadable:
        pass
    return found or (Validation(os.path.basename(words[0]), TESTS, tuple(words), tuple(words), desk.cwd),)


def _wait(args: argparse.Namespace) -> int:
    desk = Desk()
    top = os.path.realpath(repo.checkout(desk.cwd) or desk.cwd)
    if "@/" in args.name:
        raise Unreadable("the name of a mutex does not hold @/; say what stands before it.")
    want = run_mutex(keys.text(args.name), keys.text(top))
    if inside(desk.root, [want.key]):
        sys.stderr.write(f"interlock: {args.name} is held by the run that this is part of\n")
        return OK
    return _wait_for(desk, want, args.name, time.monotonic() + args.timeout)


def _wait_for(desk: Desk, want: Resource, name: str, end: float) -> int:
    told = ""
    while True:
        left = end - time.monotonic()
        with desk.transaction() as tx:
            owner = desk.actor(tx)
            desk.arrive(tx, owner)
            got = leases.turn(tx, desk.world, owner, [want], desk.terms, "wait", waiting=left > 0)
            line = turn.waiting_for(desk, got, owner, tx.now)
        if isinstance(got, Held) and not got.by and not got.ahead:
            sys.stdout.write(f"{name} is free, and it is your turn for {desk.terms.place:g} s: run it now\n")
            return OK
        if line != told:
            told = line
            sys.stderr.write(f"interlock: {line}\n")
            sys.stderr.flush()
        if left <= 0:
            return NO
        try:
            pause(desk.store, desk.world, [want], got.ticket if isinstance(got, Held) else 0, min(left, ASK_AGAIN))
        except KeyboardInterrupt:
            with desk.transaction() as tx:
                leave(tx, owner, (want,))
            return 130
