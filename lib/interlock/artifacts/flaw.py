"""What is wrong with an artifact, so that its writer can mend it."""

from __future__ import annotations

from typing import NamedTuple


class Flaw(NamedTuple):
    """``path`` from the checkout's top, ``line`` counted from 1 (0: of no line), ``what`` is wrong, how to
    ``mend`` it. The texts are fit for a terminal."""

    path: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}{f':{self.line}' if self.line else ''}: {self.what}; {self.mend}"


class Unfit(Exception):
    """A file, or a place in it, that can't be read as what it should be."""

    def __init__(self, what: str, mend: str, line: int = 0) -> None:
        super().__init__(what, mend, line)
        self.what = what
        self.mend = mend
        self.line = line

    def flaw(self, path: str) -> Flaw:
        """The same of the file at ``path``."""
        return Flaw(clean(path), self.line, self.what, self.mend)


class Gone(Unfit):
    """There is no such file."""


def odd(path: str) -> Flaw:
    """Of a file whose name can't be shown as it is."""
    return Flaw(clean(path), 0, "its name holds signs that can't be printed", "name it otherwise")


def few(words: list[str], most: int = 5) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def clean(text: str, most: int = 400) -> str:
    """``text`` on one line, all that could steer a terminal spelled out, at most so long."""
    said = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text[:most])
    return said if len(said) <= most and len(text) <= most else f"{said[: most - 1]}…"
