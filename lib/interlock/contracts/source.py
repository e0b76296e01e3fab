"""An agent's file, read: front matter, contract, and all that is wrong with them, with line and mend."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from interlock.contracts import files
from interlock.contracts.blocks import INFO, Block, almost, blocks, is_contract
from interlock.contracts.fault import Fault, plain
from interlock.contracts.front import Front, split
from interlock.contracts.toml_lines import lines as toml_lines
from interlock.doors.config_source import dotted
from interlock.shapes.contract import Contract

MOST = 20
"""Faults in one contract that are told."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_SAID = re.compile(r"""(?:^|[\s{,'"])name['"]?\s*:([^,}]*)""")
_FRONT = 500
"""Lines in which a name is looked for where the front matter is broken."""
_AT = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


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
    found = list(blocks(lines[first - 1 :], first))
    ours = [block for block in found if is_contract(block.info) or almost(block.info)]
    if front is None and not ours:
        return None
    reading = _Reading(shown)
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


class _Reading:
    """Gathers what is found in one file."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.faults: list[Fault] = []
        self.contract: Contract | None = None
        self.lines: dict[tuple[str | int, ...], int] = {}

    def say(self, line: int, what: str, mend: str) -> None:
        self.faults.append(Fault(self.shown, line, plain(what, 160), plain(mend, 160)))

    def front(self, front: Front | None, stem: str) -> None:
        """The front matter; the client loads no agent without a name and a description."""
        if front is None:
            return self.say(
                1, "there is no front matter", "begin with `---`, `name: ...`, `description: ...`, `---`"
            )
        if front.wrong:
            return self.say(*front.wrong)
        for key in ("name", "description"):
            if not front.values.get(key, "").strip():
                self.say(front.lines.get(key, 1), f"`{key}` is missing", f"write `{key}: ...` in the front matter")
        name = front.values.get("name", "").strip()
        line = front.lines.get("name", 1)
        if name and not NAME.fullmatch(name):
            self.say(
                line, f"`{plain(name)}` is no agent's name", "use letters, digits, `-`, `_` and `.`, at most 80"
            )
        elif name and name != stem:
            self.say(line, f"its name is `{name}`, its file `{plain(stem)}.md`", f"call both `{name}`")
        return None

    def blocks(self, ours: list[Block]) -> None:
        """The contract: one block."""
        for block in ours[:MOST]:
            if almost(block.info):
                self.say(block.line, f"a block is called `{plain(block.info)}`", f"call it ```` ```{INFO} ````")
            elif not block.closed:
                self.say(
                    block.line, "the contract's block is not closed", "write ```` ``` ```` on a line after it"
                )
        if len(ours) > 1:
            self.say(ours[1].line, f"a second contract; the first is in line {ours[0].line}", "keep one block")
        if ours and not self.faults:
            self.toml(ours[0])

    def toml(self, block: Block) -> None:
        """The block's text."""
        if far := dotted(block.text):
            return self.say(block.line + far, "a name with too many dots", "write plain `key = [...]` lines")
        try:
            values = tomllib.loads(block.text)
        except tomllib.TOMLDecodeError as problem:
            at = _AT.search(str(problem))
            line = int(at[1]) if at and at[1] else block.text.count("\n") + 1
            what = str(problem)[: at.start()].strip() if at else str(problem)
            return self.say(block.line + line, f"the contract is not TOML ({what})", "mend that line")
        except (RecursionError, ValueError) as problem:
            return self.say(block.line, f"the contract is not TOML ({problem})", "write plain `key = [...]` lines")
        self.lines = {place: block.line + line for place, line in toml_lines(block.text).items()}
        self.lines[()] = block.line
        try:
            self.contract = Contract.model_validate(values)
        except ValidationError as problem:
            for error in problem.errors(include_url=False)[:MOST]:
                self.shape(error, values)
        return None

    def shape(self, error: Any, values: dict[str, object]) -> None:
        """One of pydantic's errors, in the words of the file."""
        place = tuple(error.get("ctx", {}).get("at", error["loc"]))
        line = self.lines.get(place[:2]) or self.lines.get(place[:1]) or self.lines[()]
        key = plain(str(place[0])) if place else ""
        what, mend = _words(error, key)
        parts = values.get(str(place[0])) if place else None
        if len(place) > 1 and isinstance(parts, list) and isinstance(parts[place[1]], str | int | float):
            what = f"{plain(repr(parts[place[1]]))}: {what}"
        self.say(line, what, mend)


def _words(error: Any, key: str) -> tuple[str, str]:
    """(what is wrong, how to mend it)."""
    kind = error["type"]
    named = f"`{key}`" if len(error["loc"]) == 1 else f"a part of `{key}`"
    if kind == "extra_forbidden":
        known = list(Contract.model_fields)
        near = difflib.get_close_matches(key, known, 1)
        return f"`{key}` is not known", f"write `{near[0]}`" if near else f"known are {', '.join(known)}"
    if kind == "missing":
        return f"`{key}` is missing", f'write `{key} = "..."`: {_MEND[key]}'
    if kind in ("list_type", "string_type"):
        must = "a list of texts" if kind == "list_type" else "a text"
        return f"{named} is not {must}", f"write {must}, in quotes"
    facts = error.get("ctx", {})
    if kind.endswith("too_long"):
        longest = f"{facts['max_length']} {'characters' if kind == 'string_too_long' else 'parts'}"
        return f"{named} has more than {longest}", _MEND[key]
    if kind == "string_too_short":
        return f"{named} is empty", _MEND[key]
    return str(facts.get("error") or error["msg"]), _MEND[key]


_MEND = {
    "given": "name one file, such as `.runs/{run}/signal/requirements.md`",
    "inputs": "name one file, such as `.runs/{run}/plan/adr.md`, with a `?` at its end if it may be missing",
    "outputs": "name one file, such as `.runs/{run}/build/code_critique.md`",
    "owns": "write a path or pattern, such as `docs/**`, or `@tests` or `@source`",
    "shares": "name one file, such as `.runs/{run}/build/ac_status.json`",
    "moves": "write an edge such as `pending>in_progress`",
    "resume": "say in at most 400 characters how a half-done run is gone on with",
}
