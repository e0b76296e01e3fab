"""Fenced blocks of Markdown, as CommonMark has them: a block within a longer fence is only text of that."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

INFO = "toml contract"
_WORD = re.compile(r"[a-z]+")
_KEYS = "given", "inputs", "outputs", "owns", "shares", "moves", "resume"
_KEY = re.compile(rf"""([ \t]*)["']?({"|".join(_KEYS)})["']?[ \t]*([=:])""")
_TABLE = re.compile(r"[ \t]*\[{1,2}[\w.\- \"']+\]{1,2}[ \t]*(?:#.*)?")
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
    return not is_contract(info) and not {"contract", "contracts"}.isdisjoint(_WORD.findall(info.casefold()))


def keys(block: Block) -> list[str]:
    """The keys of a contract that a block of TOML, of YAML, or of no language has at its top; none where they are
    too few to tell. Inputs and outputs alone are those of a workflow."""
    if block.info.casefold() not in ("toml", "yaml", "yml", ""):
        return []
    found: set[str] = set()
    for line in textwrap.dedent(block.text).split("\n"):
        if _TABLE.fullmatch(line):
            break
        if (said := _KEY.match(line)) and (said[3] == "=" or not said[1]):
            found.add(said[2])
    return [] if len(found) < 2 or found == {"inputs", "outputs"} else [key for key in _KEYS if key in found]
