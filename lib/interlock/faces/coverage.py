"""Guard coverage: how many calls of guarded tools had asked the guard before they ran.

A call that ran without its PreToolUse hook leaves an `unguarded_call` beside its `tool_done`. What runs with
all hooks off leaves nothing; only the doctor's replay can see that.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from math import floor

from interlock.log.lines import exists, lines
from interlock.shapes.record import Record
from interlock.shapes.status import Coverage

HOURS = 24.0
_RAN = frozenset({"tool_done", "tool_failed"})


class Count:
    """Adds up the records of the last HOURS."""

    def __init__(self, wall: float) -> None:
        self.start = datetime.fromtimestamp(wall, UTC) - timedelta(hours=HOURS)
        self.calls = self.unguarded = 0
        self.last = ""

    def take(self, record: Record) -> None:
        """Counts the record if it is about a call of a guarded tool."""
        if record.at < self.start:
            return
        self.calls += record.event in _RAN
        if record.event == "unguarded_call":
            self.unguarded += 1
            self.last = record.at.isoformat()

    def total(self) -> Coverage:
        """The outcome."""
        percent = floor(1000 * (self.calls - self.unguarded) / self.calls) / 10 if self.calls else None
        return Coverage(
            hours=HOURS, calls=self.calls, unguarded=self.unguarded, percent=percent, last_unguarded=self.last
        )


def coverage(root: str) -> tuple[int, int]:
    """(calls of guarded tools in the last day on this machine, those of them that had asked the guard)."""
    count = Count(time.time())
    if exists(root):
        for line in lines(root, count.start.strftime("%Y-%m-%d")):
            if line.record is not None:
                count.take(line.record)
    return count.calls, max(0, count.calls - count.unguarded)
