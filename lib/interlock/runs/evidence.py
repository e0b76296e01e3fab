"""Evidence: what the audit log proves about runs. Nothing else is believed; docs/evidence.md says what counts."""

from __future__ import annotations

import os
import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from interlock.doors import keys
from interlock.doors.audit import line_hash
from interlock.log.chain import Chain
from interlock.log.lines import exists
from interlock.log.verify import verify
from interlock.shapes.record import Record, Result, RunEnded, RunReused, RunStarted
from interlock.words.faults import Fault

_READ = frozenset((b"run_started", b"run_ended", b"run_reused", b"log_gap"))
_LINE = re.compile(
    rb'\{"v":\d{1,4},"seq":([1-9]\d{0,14}),"at":"[0-9T:.Z-]{20,30}","event":"([a-z_]{1,40})",.*'
    rb'"prev":"([0-9a-f]{32})"\}\n',
    re.DOTALL,
)
"""A line as the log's writer forms it (doors/audit.py); any other is read as JSON."""


class Tampered(Fault):
    """The log is not what was written, so nothing in it proves anything."""


class Evidence(BaseModel):
    """One run that began and ended under watch, or was reused. ``seq`` and ``at`` are those of its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seq: int
    at: datetime
    run: str
    owner: str = Field(description="`host|session|agent`.")
    issue: str
    checkout: str = Field(description="A path as the log spells it (doors/keys.text).")
    name: str
    words: list[str]
    spelled: list[str]
    cwd: str
    command: str = Field(description="The beginning of the whole command.")
    started: datetime
    ended: datetime
    exit_code: int
    signal: int
    log: str
    tree_before: str = Field(description="git tree ids; empty where unknown.")
    tree_after: str
    head: str = Field(description="The commit checked out at the end.")
    ran: int | None
    passed: int | None
    failed: int | None
    skipped: int | None
    errors: int | None
    result: Result
    why: str = Field(description="Why it is not `passed`, for people.")
    others: list[tuple[str, str]] = Field(description="(file, owner): what others changed while it ran.")
    surroundings: str = Field(description="A digest of the program and the environment that it ran in.")
    seconds: float
    reused_from: str = Field("", description="The owner of that run.")
    reused_of: str = Field("", description="The run whose outcome this is; empty for one that ran itself.")


def read(root: str, checkout: str | None = None, since: datetime | None = None) -> list[Evidence]:
    """All evidence of the log in the state folder ``root``, oldest first: of one checkout (a path, or as the log
    spells it), ended since then. Raises Tampered where the log's chain does not hold."""
    if not exists(root):
        return []
    runs = Runs()
    flaw = verify(root, runs).flaw
    if flaw is not None:
        raise Tampered(
            f"The audit log is not what was written (line {flaw.line} of {flaw.file}: {flaw.what}), so nothing in "
            "it proves that anything passed. Tell the person you work for; `interlock log --verify` says more."
        )
    wanted = None if checkout is None else {checkout, keys.text(checkout), keys.text(os.path.realpath(checkout))}
    return [
        one
        for one in runs.evidence()
        if (wanted is None or one.checkout in wanted) and (since is None or one.at >= since)
    ]


class Runs(Chain):
    """Follows the chain and keeps what it says of runs. ``reads``: the events whose lines are read."""

    reads = _READ

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[str, RunStarted] = {}
        self._found: list[tuple[Evidence, set[int]]] = []

    def evidence(self) -> list[Evidence]:
        """What was found, but for lines that Interlock itself found written by another: those after the end that
        the store knew, and the last one where that alone was changed (``log_gap``)."""
        return [one for one, _ in self.with_lines()]

    def with_lines(self) -> list[tuple[Evidence, set[int]]]:
        """The same, each with the numbers of its lines."""
        strange = self.strange()
        return [(one, lines) for one, lines in self._found if not lines & strange]

    def strange(self) -> set[int]:
        """Numbers of the lines that Interlock itself found written by another."""
        return {
            seq for gap in self.gaps for seq in range(gap.expected + (gap.expected < gap.found), gap.found + 1)
        }

    def take(self, file: str, number: int, raw: bytes) -> None:
        """Other events than these are linked, not read: a log of weeks takes a second so, not half a minute."""
        line = _LINE.fullmatch(raw)
        if line is None or line[2] in self.reads:
            super().take(file, number, raw)
        else:
            self._link((file, number), int(line[1]), line[3].decode("ascii"), False)
            self.hash = line_hash(raw)

    def _follow(self, here: tuple[str, int], record: Record) -> None:
        super()._follow(here, record)
        if isinstance(record, RunStarted):
            self._begun[record.run] = record
        elif isinstance(record, RunEnded):
            begun = self._begun.pop(record.run, None)
            if begun is not None and _same(begun, record):
                self._found.append((_ran(begun, record), {begun.seq, record.seq}))
        elif isinstance(record, RunReused):
            self._found.append((_reused(record), {record.seq}))


def _same(begun: RunStarted, ended: RunEnded) -> bool:
    return (begun.owner, begun.checkout, begun.words) == (ended.owner, ended.checkout, ended.words)


def _ran(begun: RunStarted, ended: RunEnded) -> Evidence:
    return Evidence(
        **_shared(ended), started=begun.at, tree_before=begun.tree, issue=begun.issue, spelled=begun.spelled,
        cwd=begun.cwd, command=begun.command, surroundings=begun.surroundings, result=ended.result, why=ended.why,
        others=ended.others,
    )  # fmt: skip


def _reused(record: RunReused) -> Evidence:
    return Evidence(
        **_shared(record), started=record.at, tree_before=record.tree, issue=record.issue, spelled=record.spelled,
        cwd=record.cwd, command=record.command, surroundings=record.surroundings, result="passed", why="",
        others=[], reused_of=record.of, reused_from=record.of_owner,
    )  # fmt: skip


def _shared(record: RunEnded | RunReused) -> dict[str, Any]:
    facts = ("seq", "at", "run", "owner", "checkout", "words", "exit_code", "signal", "log", "seconds", "head",
             "ran", "passed", "failed", "skipped", "errors")  # fmt: skip
    shared = {name: getattr(record, name) for name in facts}
    return {**shared, "name": record.validation, "ended": record.at, "tree_after": record.tree}
