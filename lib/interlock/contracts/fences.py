"""Fenced blocks of Markdown, as CommonMark has them: a block within a longer fence is only text of that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

INFO = "toml contract"
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")


class Block(NamedTuple):
    """``line``: that of its opening fence, in the file. ``text`` begins with ``line`` + 1. ``closed``: whether the
    fence was closed; else the block goes to the file's end."""

    line: int
    info: str
    text: str
    closed: bool


def blocks(lines: list[str], first: int) -> Iterator[Block]:
    """The blocks of a body whose first line is number ``first`` of the file."""
    opened: tuple[int, str, str] | None = None
    for at, line in enumerate(lines):
        found = _FENCE.match(line)
        if opened is None:
            if found:
                opened = (at, found[1], found[2].strip())
        elif found and not found[2].strip() and found[1][0] == opened[1][0] and len(found[1]) >= len(opened[1]):
            yield Block(first + opened[0], opened[2], "\n".join(lines[opened[0] + 1 : at]), True)
            opened = None
    if opened is not None:
        yield Block(first + opened[0], opened[2], "\n".join(lines[opened[0] + 1 :]), False)


def is_contract(info: str) -> bool:
    """Whether the fence says that it is a contract."""
    return info.split() == INFO.split()


def almost(info: str) -> bool:
    """Whether it seems to be meant for one."""
    words = info.casefold().replace("contracts", "contract").replace(",", " ").split()
    return not is_contract(info) and {"toml", "contract"} <= set(words)
