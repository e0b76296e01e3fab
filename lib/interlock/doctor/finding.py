"""A finding: what was looked at, how it is, and what to do."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """``topic`` is what was looked at, ``text`` how it is, ``todo`` the next step ("" where none is due).
    ``bad`` means that writes may go through unguarded or that nothing works; ``warn`` that less is promised."""

    level: Level
    topic: str
    text: str
    todo: str = ""


def ok(topic: str, text: str) -> Finding:
    return Finding("ok", topic, text)


def warn(topic: str, text: str, todo: str) -> Finding:
    return Finding("warn", topic, text, todo)


def bad(topic: str, text: str, todo: str) -> Finding:
    return Finding("bad", topic, text, todo)
