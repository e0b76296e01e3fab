"""Markdown of a report: its front matter, and the headings that whoever comes next looks for."""

from __future__ import annotations

import re
from typing import NamedTuple

from interlock.artifacts.flaw import Flaw, Unfit

MOST_FRONT = 256 * 1024
"""Characters of front matter."""
SECTIONS = (("What I did", "What I found"), ("What's left",), ("Recommendation",))
"""The handoff: one heading of each, with something below it."""
_MARK = "---"
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t#]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Parts(NamedTuple):
    """``front`` begins on line 2, ``body`` on the line ``begins``."""

    front: str
    body: str
    begins: int


def split(text: str) -> Parts:
    """Front matter and body. Raises Unfit."""
    lines = text.split("\n")
    if lines[0].rstrip() != _MARK:
        raise Unfit("it has no front matter", f"begin it with a line `{_MARK}`, YAML, and a line `{_MARK}`", 1)
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _MARK), 0)
    if not end:
        raise Unfit("its front matter has no end", f"put a line `{_MARK}` after the YAML", 1)
    front = "\n".join(lines[1:end])
    if len(front) > MOST_FRONT:
        raise Unfit(f"its front matter is over {MOST_FRONT} characters", "say less there, the rest in the text", 1)
    return Parts(front, "\n".join(lines[end + 1 :]), end + 2)


def handoff(path: str, parts: Parts) -> list[Flaw]:
    """What the report's text lacks of a handoff."""
    found = _sections(parts)
    last = parts.begins + max(0, parts.body.rstrip().count("\n"))
    flaws = []
    for names in SECTIONS:
        said = " or ".join(f"`{name}`" for name in names)
        hits = [found[name.lower()] for name in names if name.lower() in found]
        if not hits:
            flaws.append(
                Flaw(path, last, f"the heading {said} is missing", f"add a line `## {names[0]}` and say it")
            )
        elif not any(full for _, full in hits):
            flaws.append(
                Flaw(path, hits[0][0], f"nothing stands under {said}", "say it in a line; `Nothing.` will do")
            )
    return flaws


def _sections(parts: Parts) -> dict[str, tuple[int, bool]]:
    """The headings in small letters: their line, and whether something stands below. None within code."""
    found: dict[str, tuple[int, bool]] = {}
    fence = ""
    name = ""
    for number, line in enumerate(parts.body.split("\n"), parts.begins):
        mark = _FENCE.match(line)
        head = None if fence else _HEADING.fullmatch(line.rstrip())
        if mark and not fence:
            fence = mark[1]
        elif fence and mark and mark[1].startswith(fence) and not line.strip(" `~\r\t"):
            fence = ""
        if head:
            name = head[1].replace("\u2019", "'").replace("*", "").strip().rstrip(":").lower()
            found.setdefault(name, (number, False))
        elif name and line.strip():
            found[name] = (found[name][0], True)
    return found
