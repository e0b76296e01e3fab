"""Reading an agent's file part by part, with a word on each thing that is wrong."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import Any

from pydantic import ValidationError

from interlock.contracts.fault import Fault, plain
from interlock.contracts.fences import INFO, Block, almost, is_contract, keys
from interlock.contracts.front_matter import Front
from interlock.contracts.toml_lines import lines as toml_lines
from interlock.doors.config_source import dotted
from interlock.shapes.contract import Contract

MOST = 20
"""Faults in one contract that are told."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_AT = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


class Reading:
    """Gathers what is found in one file: ``faults``, in the order of finding; the ``contract``, if it is good, and
    its ``lines`` (see ``Source``)."""

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
                mend = f"call it ```` ```{INFO} ````; one that is no contract is not called so"
                self.say(block.line, f"a block is called `{plain(block.info)}`", mend)
            elif not is_contract(block.info):
                has = ", ".join(f"`{key}`" for key in keys(block))
                called = f"called `{plain(block.info)}`" if block.info else "without a name"
                what = f"a block {called} has the keys of a contract ({has})"
                self.say(block.line, what, f"call it ```` ```{INFO} ````, or show it in a longer fence")
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
            mend = "write `/` between names, without a backslash" if "'\\'" in what else "mend that line"
            return self.say(block.line + line, f"the contract is not TOML ({what})", mend)
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
    if "mend" in facts:
        return error["msg"], facts["mend"]
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
