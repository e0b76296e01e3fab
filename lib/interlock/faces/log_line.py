"""A record of the log as a line for a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from structlog.dev import BRIGHT, CYAN, DIM, RED, RESET_ALL, YELLOW, Column, ConsoleRenderer

from interlock.faces.rendering import ROOM, clean, paths, text, who
from interlock.guard import messages
from interlock.shapes.record import Record

if TYPE_CHECKING:
    from structlog.dev import ColumnFormatter

_BASE = frozenset(Record.model_fields)
_TOLD = frozenset(
    {"owner", "agent_type", "path", "paths", "key", "project", "repo", "verdict", "use_id", "inode", "boot"}
)
"""Facts that the line says in its own words, or that only programs need."""
_TAKEN = frozenset({"stack", "exception", "exc_info", "when", "who", "what"})
"""Names that the renderer has its own use for."""
_ALARMS = frozenset(
    "breach unguarded_call log_gap repaired taken_over lapsed yielded tool_failed owner_dead".split()
)


class Lines:
    """Renders log records, one line each. ``kinds`` are the agent types known so far, by owner; the records
    themselves add to them. Paths are shown from ``project``."""

    def __init__(self, project: str, colour: bool, kinds: dict[str, str] | None = None) -> None:
        self.project = project
        self.kinds = dict(kinds or {})
        self._renderer = ConsoleRenderer(columns=_columns(colour), sort_keys=False)

    def learn(self, record: Record) -> None:
        """Remembers the agent type that a record gives its owner."""
        if kind := text(record, "agent_type"):
            self.kinds[text(record, "owner")] = kind

    def line(self, record: Record) -> str:
        """The record for a person; the time is the machine's local time."""
        self.learn(record)
        owner = text(record, "owner")
        shown: dict[str, object] = {
            "when": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.at.timestamp())),
            "event": clean(record.event),
            "who": who(owner, self.kinds.get(owner, "")) if owner else "-",
            "what": self._what(record),
        }
        return self._renderer(None, "", {**shown, **_rest(record)})

    def _what(self, record: Record) -> str:
        named = [clean(messages.short(path, self.project, ROOM)) for path in paths(record)]
        more = [f"and {len(named) - 3} more"] if len(named) > 3 else []
        return " ".join([clean(text(record, "verdict")), *named[:3], *more]).strip()


def _rest(record: Record) -> dict[str, object]:
    """The facts that are left for key=value."""
    facts = {**record.__dict__, **(record.model_extra or {})}
    if "until" in facts and record.event == "granted":
        del facts["until"]  # on a clock that only this boot's programs read
    return {
        clean(name): len(value) if isinstance(value, list) else value
        for name, value in facts.items()
        if name not in _BASE | _TOLD | _TAKEN and value not in ("", None, []) and (name, value) != ("pid", 0)
    }


def _columns(colour: bool) -> list[Column]:
    def column(width: int, style: Callable[[str], str]) -> ColumnFormatter:
        def formatted(key: str, value: object) -> str:
            said = str(value)
            tint = style(said) if colour and said else ""
            return f"{tint}{said}{RESET_ALL if tint else ''}".ljust(
                width + len(tint) + len(RESET_ALL) * bool(tint)
            )

        return formatted

    def pair(key: str, value: object) -> str:
        said = clean(value) if isinstance(value, str) else clean(repr(value))
        if isinstance(value, str) and (not said or set(said) & set(" \"'=")):
            said = '"' + said.replace('"', '\\"') + '"'
        return f"{DIM}{key}={RESET_ALL}{said}" if colour else f"{key}={said}"

    return [
        Column("", pair),
        Column("when", column(0, lambda _: DIM)),
        Column("event", column(14, lambda event: BRIGHT + (YELLOW if event in _ALARMS else ""))),
        Column("who", column(16, lambda _: CYAN)),
        Column("what", column(0, lambda what: RED if what.startswith("deny") else "")),
    ]
