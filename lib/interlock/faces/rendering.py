"""Text for a terminal: nothing in a name can steer it, colours only where they are wanted."""

from __future__ import annotations

import io
import sys
from typing import TextIO

from interlock.guard import messages
from interlock.shapes.record import Record
from interlock.words.owner import parse

ROOM = 90
"""Characters of a path that are shown whole."""


def clean(text: str) -> str:
    """``text`` on one line, with everything that could steer a terminal spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def wants_colour(stream: TextIO, environ: dict[str, str]) -> bool:
    """Whether to colour what goes to ``stream`` (no-color.org; a dumb terminal has none)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def open_stream(stream: TextIO | None = None) -> TextIO:
    """Standard output, made to take any character that its encoding lacks."""
    stream = stream or sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def text(record: Record, name: str) -> str:
    """A fact that should be text; "" where it is missing or something else."""
    value = getattr(record, name, "")
    return value if isinstance(value, str) else ""


def paths(record: Record) -> list[str]:
    """What the record is about, as paths."""
    many = getattr(record, "paths", [])
    found = [text(record, "path"), *(many if isinstance(many, list) else [])]
    return [path for path in found if isinstance(path, str) and path]


def who(owner_id: str, kind: str = "") -> str:
    """How the owner is called, whatever its id looks like."""
    try:
        return clean(messages.name(parse(owner_id), kind))
    except ValueError:
        return clean(owner_id)
