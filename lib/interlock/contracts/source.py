"""An agent's file, read: front matter, contract, and all that is wrong with them, with line and mend."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from interlock.contracts import files
from interlock.contracts.fault import Fault, plain
from interlock.contracts.fences import almost, blocks, is_contract, keys
from interlock.contracts.front_matter import split
from interlock.contracts.reading import MOST, NAME, Reading
from interlock.shapes.contract import Contract

_SAID = re.compile(r"""(?:^|[\s{,'"])name['"]?\s*:([^,}]*)""")
_FRONT = 500
"""Lines in which a name is looked for where the front matter is broken."""


class Source(NamedTuple):
    """``name`` is the agent type: the front matter's, else the file's own. ``held``: whether it is to be held to a
    contract: there is a block, or something that is meant for one, or the file can't be read. ``names``: all by
    which a client may know it (it takes front matter that is no YAML, too). ``body`` is the prompt, ``first`` its
    first line's number. ``lines``: those of the contract's keys, by ``(key,)``, and of the parts of their arrays,
    by ``(key, number)``; the block's by ``()``."""

    name: str
    names: tuple[str, ...]
    path: Path
    shown: str
    front: dict[str, str]
    contract: Contract | None
    faults: list[Fault]
    held: bool
    body: str
    first: int
    lines: dict[tuple[str | int, ...], int]

    def line(self, *place: str | int) -> int:
        """The line of a contract's key or part, else that of the block."""
        return self.lines.get(place) or self.lines.get(place[:1]) or self.lines.get((), 1)


def read(path: Path, shown: str) -> Source | None:
    """The agent in the file, which is called ``shown``; None for a file that is none (a README)."""
    stem = path.name.removesuffix(".md")
    try:
        lines = files.text(path).split("\n")
    except files.Odd as odd:
        names = _names(stem, "", odd.raw.decode("utf-8", "replace").split("\n"))
        faults = [Fault(shown, odd.line, odd.what, odd.mend)]
        return Source(stem, names, path, shown, {}, None, faults, True, "", 1, {})
    lines = [line.removesuffix("\r") for line in lines]
    front = split(lines)
    first = front.body if front else 1
    after = 2 if front and front.wrong else first  # where it ends is for the client to say
    found = list(blocks(lines[after - 1 :], after))
    ours = [block for block in found if is_contract(block.info) or almost(block.info)]
    if front and not ours:
        ours = [block for block in found if keys(block)]
    if front is None and not ours:
        return None
    reading = Reading(shown)
    reading.front(front, stem)
    reading.blocks(ours)
    values = front.values if front else {}
    said = values.get("name", "")
    name = said if NAME.fullmatch(said) else stem
    names = _names(name, said, lines[: first - 1] if first > 2 else lines) if reading.faults else (name,)
    faults = sorted(reading.faults, key=lambda fault: fault.line)
    body = "\n".join(lines[first - 1 :])
    return Source(
        name, names, path, shown, values, reading.contract, faults, bool(ours), body, first, reading.lines
    )  # fmt: skip


def _names(name: str, said: str, lines: list[str]) -> tuple[str, ...]:
    """The name, what the front matter says it is, and what any of the lines does."""
    told = [found[1].strip(" \t\r") for line in lines[:_FRONT] if (found := _SAID.search(line[:400]))]
    bare = [text.strip("'\"") for text in told] + [text.partition("#")[0].strip(" '\"") for text in told]
    return tuple(dict.fromkeys([name, *filter(None, [said, *told, *bare])]))[:MOST]


def singled(sources: list[Source]) -> list[Source]:
    """The same; of those with one name, if one of them is held to a contract, all are faults: which of them the
    client takes depends on the disk (live, 2.1.197 and 2.1.329)."""
    named: dict[str, list[Source]] = {}
    for source in sources:
        named.setdefault(source.name, []).append(source)
    return [_single(source, named[source.name]) for source in sources]


def _single(source: Source, same: list[Source]) -> Source:
    if len(same) == 1 or not any(one.held for one in same):
        return source
    other = next(one for one in same if one is not source)
    what = f"`{plain(source.name)}` is the agent in {other.shown}, too"
    fault = Fault(source.shown, 1, what, "keep one of the two files")
    return source._replace(faults=[fault, *source.faults], contract=None, held=True)
