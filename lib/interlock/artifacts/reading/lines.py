"""Text of an artifact, and on which line each part of it stands."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from typing import NamedTuple

from interlock.artifacts.flaw import Unfit

DEEPEST = 24
"""How deep an artifact may be nested; no shape needs half of it."""
Loc = tuple[str | int, ...]
_STRANGE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not take either: control signs, and a byte order mark within the text."""


class Tree(NamedTuple):
    """A value, ``where`` each part of it begins (for a key's value: the key), and how plain words of YAML that are
    no text were ``spelled``."""

    value: object
    where: dict[Loc, int]
    spelled: dict[Loc, str]


class Lines:
    """Counts from 1 and ends lines at ``\\n``, as editors do."""

    def __init__(self, text: str) -> None:
        self._ends = [place.start() for place in re.finditer("\n", text)]

    def at(self, offset: int) -> int:
        """The line on which the sign with that number (from 0) stands."""
        return bisect_left(self._ends, offset) + 1


def decode(raw: bytes) -> str:
    """The text. Raises Unfit for what is none, or holds what no artifact needs."""
    if raw.startswith(codecs.BOM_UTF8):
        raise Unfit("it begins with a byte order mark", "save it as UTF-8 without one", 1)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise Unfit(f"byte {problem.start + 1} is not UTF-8", "save it as UTF-8 text", line) from None
    if odd := _STRANGE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise Unfit(f"it holds the sign U+{ord(odd[0]):04X}", "take that out: it is no text", line)
    return text


def nearest(where: dict[Loc, int], loc: Loc, first: int = 1) -> int:
    """The line of ``loc``, or of the nearest that stands around it."""
    while loc and loc not in where:
        loc = loc[:-1]
    return where.get(loc, first)
