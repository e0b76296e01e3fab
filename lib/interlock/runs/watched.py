"""The watch over one command of validation runs: what stood there before and after, and what came of it.

The wrapper calls ``before``, runs the command, and calls ``after``. Nothing here makes the command fail: what goes
wrong is a ``problem`` in the events.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from interlock.doors import keys
from interlock.leases.records import OwnerRow
from interlock.runs import fingerprint
from interlock.words.faults import Fault

if TYPE_CHECKING:
    from interlock.faces.desk import Desk
    from interlock.shell.reading import Validation

_COMMAND = 200


class Ticket(Protocol):
    """What the watch needs of the wrapper's ticket. Paths are as the file system has them."""

    @property
    def use_id(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def checkout(self) -> str: ...
    @property
    def cwd(self) -> str: ...
    @property
    def command(self) -> str: ...
    @property
    def runs(self) -> Sequence[Validation]: ...


class Reused(NamedTuple):
    """An outcome to give instead of running: print the file ``output`` (bytes, as recorded), then ``sentence`` on
    standard error, and exit with ``exit_code``."""

    output: Path
    exit_code: int
    sentence: str


class Watched:
    """One command with its runs. Call ``before`` once its mutex is had, ``after`` once it is over."""

    def __init__(self, desk: Desk, ticket: Ticket) -> None:
        self.desk = desk
        self.ticket = ticket
        self.began = 0.0
        self.tree = fingerprint.Tree()

    def before(self) -> Reused | None:
        """Notes what stands there; what to give instead of running, None if the command is to run."""
        self.tree = fingerprint.take(self.desk.root, self.ticket.checkout)
        self.began = time.monotonic()
        for number, run in enumerate(self.ticket.runs):
            self._event(
                "run_started", **self._asked(number, run), surroundings="",
                command=_text(self.ticket.command)[:_COMMAND],
                tree=self.tree.id, head=self.tree.head, problem=self.tree.problem,
            )  # fmt: skip
        return None

    def after(self, code: int, signal: int, log: Path) -> str:
        """Notes what came of it. ``code``: the command's exit code, ``signal`` what ended it or 0, ``log`` the
        file with its output. Returns a sentence for the agent, "" for none."""
        tree = fingerprint.take(self.desk.root, self.ticket.checkout)
        seconds = round(time.monotonic() - self.began, 3)
        for number, run in enumerate(self.ticket.runs):
            self._event(
                "run_ended", run=f"{self.ticket.use_id}.{number}", checkout=_text(self.ticket.checkout),
                validation=_text(run.name), words=[_text(word) for word in run.words],
                tree=tree.id, head=tree.head, problem=tree.problem,
                exit_code=max(0, code), signal=signal, log=_text(str(log)), seconds=seconds,
                ran=None, passed=None, failed=None, skipped=None, errors=None,
                result="unknown", why="not judged yet", others=[],
            )  # fmt: skip
        return ""

    def _asked(self, number: int, run: Validation) -> dict[str, object]:
        ticket = self.ticket
        return {
            "run": f"{ticket.use_id}.{number}",
            "checkout": _text(ticket.checkout),
            "validation": _text(run.name),
            "words": [_text(word) for word in run.words],
            "use_id": _text(ticket.use_id),
            "cwd": _text(run.cwd or ticket.cwd),
            "spelled": [_text(word) for word in run.spelled],
            "mutex": _text(run.mutex),
        }

    def _event(self, event: str, **facts: object) -> None:
        try:
            with self.desk.transaction() as tx:
                if event == "run_started":
                    rows = tx.run("owner_get", id=self.ticket.owner)
                    facts["issue"] = OwnerRow(rows[0]).issue if rows else ""
                tx.event(event, owner=self.ticket.owner, **facts)
        except Fault:
            pass  # the run goes on; without its event it is no evidence


def _text(text: str) -> str:
    return keys.text(text)
