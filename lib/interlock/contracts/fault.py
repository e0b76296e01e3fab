"""Fault: one thing that is wrong with an agent's file."""

from __future__ import annotations

from typing import NamedTuple

MOST = 300
"""Characters of a fault as the guard tells it."""


class Fault(NamedTuple):
    """``what`` is wrong in ``file`` (as shown) at ``line`` (from 1), and how to ``mend`` it: both plain text on
    one line, without a full stop."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self._told()}"

    def brief(self) -> str:
        """Without the file, for who names that; at most MOST characters."""
        return f"line {self.line}: {self._told()}"[:MOST]

    def _told(self) -> str:
        return f"{self.what}. {self.mend[:1].upper()}{self.mend[1:]}."


PATH = 1000
"""Characters of a file's name that are shown: who reads it wants to open it."""


def plain(text: str, most: int = 80) -> str:
    """Text out of a file, fit to be shown: on one line, nothing in it steers a terminal, not endless."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."
