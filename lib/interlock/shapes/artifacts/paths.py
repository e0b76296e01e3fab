"""Files as reports name them: one spelling of each, from the checkout's top, however agents write it.

What names no file there (a pattern, an absolute path, `..`) is told, not guessed.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_LINES = re.compile(r"(?::\d+){1,2}$")
_FILE_LINE = re.compile(r"(.+?):([1-9]\d{0,8})(?::\d+)?")
_ABSOLUTE = re.compile(r"[/~\\]|[A-Za-z]:[/\\]")


def file_of(place: str) -> str:
    """The file of a place in it: without `::name`, `:LINE` and `:LINE:COLUMN`."""
    return _LINES.sub("", place.partition("::")[0])


def _plain(text: str) -> str:
    path = text.strip()
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if _ABSOLUTE.match(path) or ".." in parts or not path.isprintable():
        raise ValueError("it must be a path from the checkout's top, without `..`")
    if set("*?") & set(path):
        raise ValueError("a pattern is no file: name each file by itself")
    if not parts:
        raise ValueError("it names no file")
    return "/".join(parts)


def _file(text: str) -> str:
    return _plain(file_of(text.strip()))


def _place(text: str) -> str:
    place = text.strip()
    return _file(place) + place[len(file_of(place)) :]


def _file_line(text: str) -> str:
    found = _FILE_LINE.fullmatch(text.strip())
    if not found:
        raise ValueError("a location is FILE:LINE")
    return f"{_plain(found[1])}:{found[2]}"


File = Annotated[
    str, Field(min_length=1, max_length=400, description="A path from the checkout's top."), AfterValidator(_file)
]
Place = Annotated[
    str,
    Field(
        min_length=1, max_length=400, description="A path from the checkout's top; `:LINE` or `::name` may follow."
    ),
    AfterValidator(_place),
]
FileLine = Annotated[str, Field(max_length=420, description="FILE:LINE."), AfterValidator(_file_line)]
