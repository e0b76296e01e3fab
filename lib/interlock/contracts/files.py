"""An agent's file as text: bounded, never waited for, and whatever else may stand in its place told.

Links are followed, as the client does: people keep their agents where they like. (Artifacts are read through none,
see ``artifacts.files``: what lies in `.runs/` is the repository's.)
"""

from __future__ import annotations

import os
from pathlib import Path

from interlock.doors import plainfile

MOST = 64 * 1024
"""Bytes of an agent's file: a prompt of that length would cost more than any work it does."""


class Odd(ValueError):
    """The file can't be read as an agent; ``line`` says where it shows, ``raw`` is what there is of it: the client
    takes much that is not in order."""

    def __init__(self, what: str, mend: str, line: int = 1, raw: bytes = b"") -> None:
        super().__init__(what)
        self.what, self.mend, self.line, self.raw = what, mend, line, raw


def text(path: Path) -> str:
    """The file's text, its line ends as they are. Raises Odd."""
    raw = _raw(path)
    if len(raw) > MOST:
        raise Odd(f"it is over {MOST} bytes", "make it shorter: it is a prompt", raw=raw)
    if b"\0" in raw:
        line = _line(raw, raw.index(b"\0"))
        raise Odd("it holds a NUL byte, so it is no text", "write it anew, as UTF-8", line, raw)
    try:
        told = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Odd("it is not UTF-8", "save it as UTF-8", _line(raw, problem.start), raw) from None
    if told.startswith("\ufeff"):
        what = "it begins with a byte order mark, so that not every client sees the front matter"
        raise Odd(what, "save it as UTF-8 without one", raw=raw)
    return told


def within(path: Path, top: Path) -> bool:
    """Whether the file, all links followed, lies below the folder."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top))
    except (OSError, ValueError):
        return False


def _raw(path: Path) -> bytes:
    try:
        return plainfile.beginning(str(path), MOST + 1)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise Odd(f"it can't be read ({why})", "write the agent in a plain file") from None


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1
