"""The watch over one command of validation runs: what stood there before and after, and what came of it.

The wrapper calls ``before``, runs the command, and calls ``after``. Nothing here makes the command fail: what goes
wrong is a ``problem`` in the events, or leaves the run without evidence.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from interlock.doors import keys
from interlock.leases.records import OwnerRow
from interlock.runs import NEUTRAL, contamination, counts, during, fingerprint, genuine, reuse
from interlock.runs.judging import Seen, judge
from interlock.runs.telling import broken, told
from interlock.shell.reading import Validation
from interlock.words.pattern import ignored

if TYPE_CHECKING:
    from interlock.faces.desk import Desk
    from interlock.runs.counts import Counts
    from interlock.runs.evidence import Evidence

_COMMAND = 200
_NAMED = 64
"""Files that an event names."""
_LOOKED = 256
"""Files in a folder of packages that are looked at, of those that agents are known to have written."""


class Ticket(Protocol):
    """What the watch needs of the wrapper's ticket (``doors.runticket``). Paths are the file system's."""

    use_id: str
    owner: str
    checkout: str
    cwd: str
    command: str
    path: str
    runs: tuple[dict[str, Any], ...]


class Reused(NamedTuple):
    """An outcome to give instead of running: print the file ``output`` (bytes, as recorded), then ``sentence`` on
    standard error, and exit with ``exit_code``."""

    output: Path
    exit_code: int
    sentence: str


class _Run(NamedTuple):
    """One validation command of the ticket. ``fake``: why its program may not be the real one."""

    id: str
    validation: Validation
    cwd: str
    fake: str
    surroundings: str


class Watched:
    """One command with its runs. Call ``before`` once its mutex is had, ``after`` once it is over."""

    def __init__(self, desk: Desk, ticket: Ticket) -> None:
        self.desk = desk
        self.ticket = ticket
        self.checkout = os.path.realpath(ticket.checkout)
        self.tree = fingerprint.Tree()
        self.untracked: set[str] = set()
        self.runs: list[_Run] = []
        self.problem = ""
        self.window = contamination.Window(0.0, 0.0, ticket.owner, self.checkout, False)
        self.began = time.monotonic()

    def before(self) -> Reused | None:
        """Notes what stands there; what to give instead of running, None if the command is to run."""
        try:
            return self._before()
        except Exception as problem:  # the command runs, whatever is wrong with its watch
            self.runs, self.problem = [], str(problem) or type(problem).__name__
            return None

    def _before(self) -> Reused | None:
        writes = any(fields.get("writes") for fields in self.ticket.runs)
        self.window = self.window._replace(
            began=self.desk.store.clock(), wall=self.desk.store.wall(), writes=bool(writes)
        )
        self.tree = fingerprint.take(self.desk.root, self.checkout)
        self.untracked = fingerprint.untracked(self.desk.root, self.checkout)
        self.runs = [self._run(number, fields) for number, fields in enumerate(self.ticket.runs)]
        if self.desk.config.reuse and (given := self._reusable()):
            return given
        with self.desk.transaction() as tx:
            issue = self._issue(tx.run("owner_get", id=self.ticket.owner))
            for run in self.runs:
                tx.event("run_started", **self._facts(run, self.tree), **self._asked(run, issue))
        self.began = time.monotonic()
        return None

    def after(self, code: int, signal: int, log: Path) -> str:
        """Notes what came of it. ``code``: the command's exit code, ``signal`` what ended it or 0, ``log`` the
        file with its output. Returns a sentence for the agent, "" for none."""
        seconds = round(time.monotonic() - self.began, 3)
        try:
            said = self._after(max(0, code), signal, log, seconds) if self.runs else ""
        except Exception as problem:
            said, self.problem = "", str(problem) or type(problem).__name__
        if self.problem:
            return broken(self.problem)
        return said

    def _after(self, code: int, signal: int, log: Path, seconds: float) -> str:
        root = self.desk.root
        tree = fingerprint.take(root, self.checkout)
        paths = fingerprint.changed(root, self.checkout, self.tree.id, tree.id)
        free = self.untracked | fingerprint.untracked(root, self.checkout)
        neutral = [*NEUTRAL, *self.desk.config.gate_neutral]
        counted = [counts.read(run.validation.runner, log) for run in self.runs]
        with self.desk.transaction() as tx:
            meant = [path for path in paths or () if not ignored(path, neutral)]
            found = contamination.find(tx, self.window, meant, lambda path: path not in free)
            kinds = {row[0]: row[1] for row in tx.run("owner_all")}
        there = fingerprint.counted(root, self.checkout)
        others = (
            *found.others,
            *(one for one in found.undone if one[0] in there and not ignored(one[0], neutral)),
        )
        new = during.created(root, self.checkout, self.tree.id, tree.id)
        mine = during.made(root, self.checkout, new)
        written = during.touched(self.checkout, () if self.window.writes else there - mine, self.window.wall)
        written = [path for path in written if not ignored(path, neutral)]
        tree = tree._replace(id=during.without(root, self.checkout, tree.id, new))
        said: list[str] = []
        with self.desk.transaction() as tx:
            for run, count in zip(self.runs, counted, strict=True):
                seen = Seen(code, signal, self.tree, tree, count, run.fake, others, found.own, paths is not None,
                            tuple(written))  # fmt: skip
                result, why = judge(run.validation, seen)
                tx.event(
                    "run_ended", **self._facts(run, tree), **_outcome(code, signal, log, seconds, count),
                    result=result, why=keys.text(why),
                    others=[[keys.text(name), owner] for name, owner in others[:_NAMED]],
                )  # fmt: skip
                me, cwd = self.ticket.owner, self.ticket.cwd
                said.append(told(run.validation, seen, result, why, me, cwd, kinds))
        return next((one for one in said if one), "")

    def _run(self, number: int, fields: dict[str, Any]) -> _Run:
        named: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
        validation = Validation(**{name: named[name] for name in Validation.__slots__ if name in named})
        if self._is_required(validation):
            validation = validation.whole()
        cwd = os.path.realpath(validation.cwd or self.ticket.cwd)
        ground = genuine.Ground(self.checkout, cwd, self.desk.environ, self.desk.home, self.ticket.path)
        fake = genuine.doubt(validation, ground, self._wrote)
        return _Run(
            f"{keys.text(self.ticket.use_id)}.{number}",
            validation,
            cwd,
            fake,
            reuse.surroundings(validation, ground),
        )

    def _is_required(self, run: Validation) -> bool:
        """Whether the config asks for just these words: then they are the measure, and no part of another."""
        asked = [tuple(shlex.split(line)) for line in self.desk.config.gate_required]
        return run.words in asked or run.spelled in asked

    def _wrote(self, path: str) -> str:
        """What to say of who wrote the path; below it, where it ends with a slash."""
        target = contamination.resource("/", path.rstrip("/").lstrip("/"))
        if target is None:
            return ""
        low = target.under()
        with self.desk.transaction() as tx:
            rows = tx.run("wrote_under", low=low, high=low[:-1] + "0") if path.endswith("/") else []
            rows = rows or [(target.key, *row) for row in tx.run("wrote_get", key=target.key)]
            now, wall = tx.now, self.desk.store.wall()
        return next((said for row in rows[:_LOOKED] if (said := genuine.told(row, now, wall))), "")

    def _reusable(self) -> Reused | None:
        """What to give instead, noted as given."""
        if len(self.runs) != 1 or not reuse.alone(self.ticket.command, self.runs[0].validation):
            return None
        run, wall = self.runs[0], self.desk.store.wall()
        if run.fake:
            return None
        found = reuse.find(
            self.desk.root, self.checkout, run.validation, keys.text(run.cwd), self.tree.id, run.surroundings, wall
        )
        if found is None:
            return None
        with self.desk.transaction() as tx:
            rows = tx.run("owner_get", id=found.owner)
            issue = self._issue(tx.run("owner_get", id=self.ticket.owner))
            tx.event(
                "run_reused", **self._facts(run, self.tree), **self._asked(run, issue), **_again(found),
                of=found.run, of_owner=found.owner,
            )  # fmt: skip
        said = reuse.sentence(found, wall, self.ticket.owner, rows[0][1] if rows else "")
        return Reused(Path(keys.path_of(found.log)), found.exit_code, said)

    def _facts(self, run: _Run, tree: fingerprint.Tree) -> dict[str, Any]:
        return {
            "owner": self.ticket.owner,
            "run": run.id,
            "checkout": keys.text(self.checkout),
            "validation": keys.text(run.validation.name),
            "words": [keys.text(word) for word in run.validation.words],
            "tree": tree.id,
            "head": tree.head,
            "problem": keys.text(tree.problem),
        }

    def _asked(self, run: _Run, issue: str) -> dict[str, Any]:
        return {
            "use_id": keys.text(self.ticket.use_id),
            "issue": issue,
            "cwd": keys.text(run.cwd),
            "spelled": [keys.text(word) for word in run.validation.spelled],
            "mutex": keys.text(run.validation.mutex),
            "surroundings": run.surroundings,
            "command": keys.text(self.ticket.command)[:_COMMAND],
        }

    def _issue(self, rows: Sequence[Any]) -> str:
        return OwnerRow(rows[0]).issue if rows else ""


def _outcome(code: int, signal: int, log: Path, seconds: float, count: Counts | None) -> dict[str, Any]:
    numbers = count._asdict() if count else dict.fromkeys(counts.Counts._fields)
    return {
        "exit_code": code,
        "signal": signal,
        "log": keys.text(str(log)) if log.is_file() else "",
        "seconds": seconds,
        **numbers,
    }


def _again(found: Evidence) -> dict[str, Any]:
    facts = ("exit_code", "signal", "log", "seconds", *counts.Counts._fields)
    return {name: getattr(found, name) for name in facts}
