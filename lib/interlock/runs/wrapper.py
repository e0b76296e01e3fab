"""The wrapper of a validation run: `interlock run`, and what the prefix program starts for a marked command.

It redeems the ticket, takes the kernel's locks, has the run watched, starts the command as its child and ends as
that ends. Whatever of this fails, the command runs; then nothing is known of it. docs/runs.md, docs/adr/0008.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from interlock.doors import runticket
from interlock.doors.runticket import Ticket
from interlock.faces.desk import Desk
from interlock.runs import job as jobs
from interlock.runs import output, turn
from interlock.runs.child import Child, end_as
from interlock.runs.lock import Locks
from interlock.runs.started import carries
from interlock.runs.watched import Reused, Watched
from interlock.words.faults import Fault

_DAEMONS = frozenset(
    "dmypy bazel bazelisk buck2 gradle gradlew ./gradlew mvnd nx turbo sccache sbt sbtn bloop mill pants".split()
)
"""Programs that leave a server running, which would hold the mutex for hours: the wrapper alone has their lock."""
_GAVE_WAY = 75  # EX_TEMPFAIL of sysexits.h
_PASSING = (Fault, OSError, ValueError, TypeError)


def redeemed(ticket: str, ignored: int, program: str, string: str) -> None:
    """Runs the command that a hook left ``ticket`` (a path without ending) for: ``program`` with ``string`` and a
    word that keeps it from coming here again. Returns only if the wrapper can do nothing for it, or the ticket is
    another command's. ``ignored``: see Child."""
    root, use_id = os.path.dirname(os.path.dirname(ticket)), os.path.basename(ticket)
    argv = [program, string, "run"]
    try:
        if not carries(string, runticket.read(root, use_id).command, use_id):
            return
        job = runticket.redeem(root, use_id)
        desk = Desk({**os.environ, "XDG_STATE_HOME": os.path.dirname(root)})
    except _PASSING:
        return
    try:
        carry_out(desk, job, argv, ignored)
    except KeyboardInterrupt:  # before the command began
        end_as(signal.SIGINT)


def carry_out(desk: Desk, job: Ticket, argv: list[str], ignored: int = 0) -> None:
    """Runs the job's command when its turn has come, and ends this process as it ended. KeyboardInterrupt where a
    person did not want to wait."""
    locks: Locks | None = None
    try:
        job, locks = turn.enter(desk, job)
    except turn.GiveWay as told:
        sys.stderr.write(f"interlock: {told}\n")
        os._exit(_GAVE_WAY)
    except _PASSING:
        locks = turn.alone(desk, job)
    run = Run(desk, job, locks, Child(ignored))
    if run.reused():
        os._exit(run.code)
    end_as(run(argv))


class Run:
    """One command; ``locks`` None where they could not be had: then it is not watched either."""

    def __init__(self, desk: Desk, job: Ticket, locks: Locks | None, child: Child) -> None:
        self.desk = desk
        self.job = job
        self.locks = locks
        self.child = child
        self.code = 0
        self.watched: Watched | None = None
        self.began = time.monotonic()
        self.left: list[tuple[int, str]] = []

    def reused(self) -> bool:
        """Whether an earlier outcome was given instead."""
        found: Reused | None = None
        if self.locks is not None:
            with contextlib.suppress(Exception):  # whatever is wrong with the watch, the command runs
                self.watched = Watched(self.desk, self.job)
                found = self.watched.before()
        if found is None:
            return False
        try:
            with open(found.output, "rb") as file, os.fdopen(os.dup(1), "wb") as out:
                shutil.copyfileobj(file, out)
        except OSError:
            return False
        self.code = found.exit_code
        self._say(found.sentence)
        self._hand_over(None)
        runticket.withdraw(self.desk.root, self.job.use_id, runticket.RUNNING)
        return True

    def __call__(self, argv: list[str]) -> int:
        """Runs the command; its wait status."""
        kept = self._output()
        locks = self.locks or Locks(self.desk.root, [])
        self.child.listen()
        handed = (
            []
            if any(one[:1] and one[0] in _DAEMONS for one in jobs.words(self.job, "words"))
            else locks.handed_on()
        )
        actions = [*(kept.start(locks.handles) if kept else []), *handed]
        self.began = time.monotonic()
        try:
            self.child.start(argv, actions)
        except OSError as problem:
            self._say(f"interlock: {argv[0]}: {problem.strerror}")
            return (126 if isinstance(problem, PermissionError) else 127) << 8
        if kept:
            kept.tee.started()
        status = self.child.wait(kept.tee.resize if kept else lambda: None)
        self._ended(status, kept)
        return status

    def _output(self) -> output.Output | None:
        folder = Path(self.desk.root) / "runs" / "logs"
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            log = folder / f"{self.job.use_id}.log"
            log.unlink(missing_ok=True)
            return output.Output(log)
        return None

    def _ended(self, status: int, kept: output.Output | None) -> None:
        """Everything after the end; the command's outcome stands, whatever fails here."""
        seconds = time.monotonic() - self.began
        log = kept.finish() if kept else None
        first = self.desk.config.reuse  # who comes next may be given this outcome, once it is written down
        if not first:
            self._hand_over(seconds)
        with contextlib.suppress(Exception):
            if self.watched is not None:
                number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
                code = 0 if number else os.waitstatus_to_exitcode(status)
                self._say(self.watched.after(code, number, log or Path()))
        if first:
            self._hand_over(seconds)
        with contextlib.suppress(Exception):
            self._say(turn.still(self.desk, self.job, self.left))
        runticket.withdraw(self.desk.root, self.job.use_id, runticket.RUNNING)
        if kept:
            output.sweep(Path(self.desk.root))

    def _hand_over(self, seconds: float | None) -> None:
        with contextlib.suppress(*_PASSING):
            if self.locks is not None:
                self.left = turn.hand_over(self.desk, self.job, self.locks, seconds)

    def _say(self, sentence: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            if sentence:
                sys.stderr.write(f"{sentence}\n")
                sys.stderr.flush()
