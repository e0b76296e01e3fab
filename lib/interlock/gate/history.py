"""What the audit log tells of issues and of who ran commands when. Who needs it as proof verifies the chain first
(``runs.evidence.read`` does)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from interlock.doors.audit import ACTIVE, archives
from interlock.doors.client import SHELLS
from interlock.gate.rules import Rules
from interlock.log.lines import open_file
from interlock.words.owner import parse

_FEW = re.compile(rb'^.{0,80}"event":"(?:issue_\w+|gate\w*|handoff|owner\w*|committed|stop|taken_over|\w+_start)"')
"""Records that are few: read from the whole log. The name stands in a line's first 80 bytes (doors/audit)."""
_MANY = re.compile(rb'^.{0,80}"event":"(?:decision|tool_done|tool_failed|shell_changed|granted)"')
"""Records that every call brings: read from the time on that is asked for."""
_LONGEST = 86400.0  # seconds that a command is taken to run at most
_WRITES = ("tool_done", "shell_changed", "granted")
ENDS = ("issue_stopped", "gate_fault")


class Event(NamedTuple):
    """A record of the log; ``at`` in seconds since 1970."""

    seq: int
    at: float
    name: str
    owner: str
    facts: dict[str, object]

    def text(self, fact: str) -> str:
        """The fact, "" if it is no text."""
        value = self.facts.get(fact)
        return value if isinstance(value, str) else ""


class Window(NamedTuple):
    """When a shell command of an owner ran, in seconds since 1970; ``end`` is infinite where nobody told.
    ``command`` is its beginning, ``commits`` whether the whole speaks of commits."""

    owner: str
    begin: float
    end: float
    command: str
    commits: bool


class Period(NamedTuple):
    """An owner's work on an issue. ``since`` in seconds since 1970, ``seq`` the record that began it,
    ``rules`` those that the config had then."""

    owner: str
    issue: str
    how: str
    head: str
    checkout: str
    since: float
    seq: int
    rules: Rules | None = None


class History:
    """The log's records that the gate goes by, oldest first."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.events = list(_events(root, _FEW))
        self._calls: tuple[float, list[Event]] = (float("inf"), [])

    def of(self, owner: str, *names: str) -> list[Event]:
        """The owner's events with these names."""
        return [event for event in self.events if event.owner == owner and event.name in names]

    def period(self, owner: str, issue: str) -> Period | None:
        """The owner's last period with the issue, if it is not over."""
        begun: Period | None = None
        for event in self.of(owner, "issue_started", "gate", *ENDS):
            if event.name == "issue_started":
                begun = _begun(event) if event.text("issue") == issue else None
            elif event.name != "gate" or _is_final(event):
                begun = None
        return begun

    def begun(self, owner: str, issue: str) -> Period | None:
        """The owner's last period with the issue, over or not."""
        events = [event for event in self.of(owner, "issue_started") if event.text("issue") == issue]
        return _begun(events[-1]) if events else None

    def ended(self, owner: str, issue: str) -> bool:
        """Whether the owner had a period with the issue, and it is over."""
        return self.begun(owner, issue) is not None and self.period(owner, issue) is None

    def turned(self, owner: str) -> tuple[int, float]:
        """(number, time) of the record that ended the owner's last turn; zeros for none."""
        over = [e for e in self.of(owner, "stop", "gate") if e.name == "stop" or _is_final(e)]
        return (over[-1].seq, over[-1].at) if over else (0, 0.0)

    def checks(self, period: Period) -> list[Event]:
        """The gate's checks of the period so far."""
        found = [event for event in self.of(period.owner, "gate") if event.seq > period.seq]
        return [event for event in found if event.text("issue") == period.issue]

    def own(self, period: Period) -> list[str]:
        """The files that the owner wrote in the period, as the log spells them."""
        found: dict[str, None] = {}
        for event in self.calls(period.since - 1):
            if event.owner == period.owner and event.name in _WRITES:
                found.update((path, None) for path in _wrote(event))
        return list(found)

    def worked(self, period: Period) -> bool:
        """Whether the owner, or a subagent for which it answers, wrote anything in the period."""
        return any(
            event.name in _WRITES and answers_for(period.owner, event.owner) and _wrote(event)
            for event in self.calls(period.since - 1)
        )

    def writers(self, since: float) -> dict[str, str]:
        """Who wrote each file last at or after ``since``."""
        names = ("tool_done", "shell_changed")
        return {path: event.owner for event in self.calls(since) if event.name in names for path in _wrote(event)}

    def came(self, owner: str) -> float:
        """When the owner's present piece of work began: its last start, or the end of its last turn."""
        starts = [event.at for event in self.of(owner, "owner", "session_start", "subagent_start")]
        return max([*starts, self.turned(owner)[1]], default=0.0)

    def rules_at_start(self, owner: str) -> dict[str, Any]:
        """The fact ``rules`` of the subagent's start, as a record has it; {} for none."""
        starts = self.of(owner, "subagent_start")
        rules = starts[-1].facts.get("rules") if starts else None
        return {"rules": rules} if isinstance(rules, dict) else {}

    def calls(self, since: float) -> list[Event]:
        """What the hooks noted of calls at or after ``since``."""
        if since < self._calls[0]:
            self._calls = (since, list(_events(self.root, _MANY, since)))
        return [event for event in self._calls[1] if event.at >= since]

    def windows(self, since: float) -> list[Window]:
        """The shell commands that ran at or after ``since``."""
        begun: dict[str, Event] = {}
        found: list[Window] = []
        for event in self.calls(since - _LONGEST):
            if event.text("tool") not in SHELLS:
                continue
            use = f"{event.owner} {event.text('use_id')}"
            if event.name == "decision" and event.facts.get("verdict") != "deny":
                begun[use] = event
            elif event.name in ("tool_done", "tool_failed") and use in begun:
                start = begun.pop(use)
                found.append(_window(start, event.at))
        found += [_window(one, float("inf")) for one in begun.values()]
        return [window for window in found if window.end >= since]


def answers_for(owner: str, other: str) -> bool:
    """Whether what ``other`` did counts as the owner's: a main agent answers for the subagents of its session."""
    return other == owner or (not parse(owner).is_subagent and other.startswith(owner[: owner.rindex("|") + 1]))


def _window(start: Event, end: float) -> Window:
    return Window(start.owner, start.at, end, start.text("command"), start.facts.get("commits") is True)


def _wrote(event: Event) -> list[str]:
    """The files that the event says its owner, and nobody else, wrote."""
    paths = event.facts.get("paths", [event.text("path")])
    found = paths if isinstance(paths, list) and not event.facts.get("others") else []
    return [path for path in found if isinstance(path, str) and path]


def _is_final(gate: Event) -> bool:
    """Whether a check let the stop pass."""
    return bool(gate.facts.get("met") or gate.facts.get("followup"))


def _begun(event: Event) -> Period:
    issue, how, head, checkout = (event.text(name) for name in ("issue", "how", "head", "checkout"))
    since = event.facts.get("since")
    at = float(since) if isinstance(since, int | float) else event.at
    rules = Rules.noted(event.facts.get("rules"))
    return Period(event.owner, issue, how, head, checkout, at, event.seq, rules)


def _events(root: str, wanted: re.Pattern[bytes], since: float = 0.0) -> Iterator[Event]:
    day = time.strftime("%Y-%m-%d", time.gmtime(max(0.0, since)))
    for name in (*archives(root), ACTIVE):
        file = open_file(root, name) if name == ACTIVE or name[6:16] >= day else None
        if file is None:
            continue
        with file:
            for raw in file:
                if wanted.match(raw) and (event := _event(raw)) is not None and event.at >= since:
                    yield event


def _event(raw: bytes) -> Event | None:
    try:
        data = json.loads(raw)
        at = datetime.fromisoformat(data["at"]).timestamp()
        return Event(int(data["seq"]), at, str(data["event"]), str(data.get("owner", "")), data)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
