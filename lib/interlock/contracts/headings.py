"""What a prompt must tell its agent, so that who reads its handoff can go on: found by the words that the agent is
to use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interlock.contracts.fault import Fault, plain
from interlock.contracts.fences import blocks
from interlock.contracts.source import Source
from interlock.gate.block import EXAMPLE, NoBlock, find

LINES = 60
"""Of a prompt: each is paid for at every start of the agent."""
CANNOT = "Cannot proceed:"
_HEADINGS = (
    (re.compile(r"\bWhat I (?:did|found)\b"), "What I did (or found)"),
    (re.compile(r"\bWhat's left\b"), "What's left"),
    (re.compile(r"\bRecommendation\b"), "Recommendation"),
)


def check(source: Source) -> Iterator[Fault]:
    """What the prompt of an agent with a contract lacks, or has too much of."""
    end = source.first + source.body.rstrip("\n").count("\n")
    length = end - source.first + 1
    if length > LINES:
        what = f"the prompt has {length} lines; {LINES} are enough"
        yield Fault(source.shown, source.first + LINES, what, "say it shorter: it is paid for at every start")
    if source.contract and source.contract.needed() and CANNOT not in source.body:
        mend = f"tell it to end with `{CANNOT} <file> missing` where a needed input is not there"
        yield Fault(source.shown, end, "nothing is said of a missing input", mend)
    lacking = [f"`{name}`" for heading, name in _HEADINGS if not heading.search(source.body)]
    if lacking:
        mend = f"name the parts of its handoff: {', '.join(name for _, name in _HEADINGS)}"
        yield Fault(source.shown, end, f"the handoff has no {', no '.join(lacking)}", mend)
    try:
        find(source.body)
    except NoBlock as problem:
        what = str(problem).partition(": end your")[0].partition(". For example")[0]
        last = [block for block in blocks(source.body.split("\n"), source.first) if block.info.lower() == "json"]
        mend = f"give it the block to end with: ```json {EXAMPLE} ```"
        yield Fault(source.shown, last[-1].line if last else end, plain(what, 160), mend)
