"""The completion block: what an agent claims at its end, as a JSON object in its last message.

The message is hostile input: only its end is looked at, keys may not come twice, depth and numbers are bounded by
the parser, and nothing but the shape below is taken.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

TAIL = 256 * 1024
"""Characters of the message's end that are looked at."""
LARGEST = 64 * 1024
"""Characters of a block."""
_TRIES = 200  # places where a bare object may begin
EXAMPLE = '{"tsc": "n/a", "unit": "pass", "guards": [], "findings_outstanding": 0, "blocked": null}'

Said = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Guard = Annotated[str, StringConstraints(pattern=r"^[^:]{1,100}:\s*\S.*$", max_length=400)]


class Block(BaseModel):
    """What the agent claims. Keys that the config adds (`gate.claims`) may have any value but null."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)

    tsc: Said | None = Field(description='Type check: "0 errors", "3 errors", "n/a" or null where there is none.')
    unit: Said | None = Field(description='Tests: "pass", "2 failed", "n/a" or null where there are none.')
    guards: list[Guard] = Field(
        max_length=100, description='Other checks, each as "name: pass" or "name: fail, and why".'
    )
    findings_outstanding: int = Field(ge=0, description="How many known findings are not dealt with.")
    blocked: Said | None = Field(description="What keeps the work from being done; null for nothing.")

    def extra(self) -> dict[str, Any]:
        """What it says beyond the five keys."""
        return self.model_extra or {}


class NoBlock(Exception):
    """There is none that counts; the message says why, fit for the agent."""


def find(message: str, claims: tuple[str, ...] = ()) -> Block:
    """The block in a final message: its last ```json block, else its last bare JSON object. Raises NoBlock.
    ``claims`` are further keys that it must have."""
    text = message[-TAIL:]
    source = _fenced(text) or _bare(text)
    if not source:
        raise NoBlock(f"the completion block is missing: end your last message with ```json {EXAMPLE} ```")
    if len(source) > LARGEST:
        raise NoBlock(f"the completion block is over {LARGEST} characters")
    data = _parsed(source)
    try:
        block = Block.model_validate(data)
    except ValidationError as problem:
        raise NoBlock(f"the completion block is not right: {_told(problem)}. For example {EXAMPLE}") from None
    for name in claims:
        if block.extra().get(name) is None and name not in Block.model_fields:
            raise NoBlock(f"the completion block has no `{name[:60]}`, which this project demands")
    return block


def claimed(message: str) -> bool:
    """Whether the message ends with a completion block that is one."""
    try:
        find(message)
    except NoBlock:
        return False
    return True


def _fenced(text: str) -> str:
    """What stands in the last ```json fence that is closed, "" for none. By lines: a regular expression would take
    quadratic time on many openings."""
    found, begun = "", -1
    lines = text.splitlines()
    for number, line in enumerate(lines):
        mark = line.strip().lower()
        if begun < 0 and mark == "```json":
            begun = number
        elif begun >= 0 and mark == "```":
            found, begun = "\n".join(lines[begun + 1 : number]) or "\n", -1
    return found


def _bare(text: str) -> str:
    """The last object in the text that is not inside another, "" for none."""
    decoder = json.JSONDecoder()
    found, end = "", 0
    starts = [place.start() for place in re.finditer(r"^[ \t]*\{", text, re.MULTILINE)][-_TRIES:]
    for start in starts:
        if start < end:
            continue
        try:
            _, stop = decoder.raw_decode(text[start : start + LARGEST + 1].lstrip(" \t"))
        except (ValueError, RecursionError):
            continue
        begin = start + len(text[start:]) - len(text[start:].lstrip(" \t"))
        end = begin + stop
        found = text[begin:end]
    return found


def _parsed(source: str) -> object:
    try:
        return json.loads(source, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise NoBlock("the completion block is nested too deep") from None
    except ValueError as problem:
        raise NoBlock(f"the completion block is not JSON ({str(problem)[:120]})") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name[:40]!r} comes twice")
        found[name] = value
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _told(problem: ValidationError) -> str:
    """The first two things wrong, short."""
    told = []
    for error in problem.errors(include_url=False, include_input=False)[:2]:
        where = ".".join(str(part) for part in error["loc"])[:60] or "it"
        told.append(f"`{where}`: {error['msg'][:100]}")
    return "; ".join(told)
