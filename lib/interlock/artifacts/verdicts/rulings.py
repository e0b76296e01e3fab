"""Which BLOCK verdicts stand, from the rulings in the log. Pure."""

from __future__ import annotations

from interlock.artifacts.log_events import RULED, Event
from interlock.contracts.pattern_overlap import Claim, Undecided, claim, overlap
from interlock.doors.blocks import Block
from interlock.words.contract import NOT_SOURCE, SOURCE, TESTS, rooted

_ALL = Claim(["**"], [], False)


def standing(told: list[Event], checkout: str, tests: list[str]) -> list[Block]:
    """The BLOCKs of all runs in the checkout (as the log spells it), each with the paths that no later PASS of its
    run has covered. Rulings were checked when they were given: who could not lift a BLOCK was refused. ``tests``:
    what ``@tests`` stands for."""
    blocks: list[Block] = []
    for event in told:
        facts = event.facts
        if event.name != RULED or facts.get("checkout") != checkout:
            continue
        paths = tuple(str(path) for path in facts["paths"])
        run, kind = str(facts["run"]), facts["verdict"]
        if kind == "BLOCK":
            reason = next((str(one) for one in facts["reasons"]), "")
            blocks.append(Block(run, paths, event.owner, float(facts["when"]), reason))
        elif kind == "PASS":
            blocks = [_without(block, paths, tests) if block.run == run else block for block in blocks]
    return [block for block in blocks if block.paths]


def amends(told: list[Event], checkout: str, tests: list[str]) -> list[Block]:
    """The AMENDs of all runs in the checkout of which no later PASS of their run has covered every path, as BLOCKs
    are noted."""
    mine = [one for one in told if one.name == RULED and one.facts.get("checkout") == checkout]
    found: list[Block] = []
    for at, event in enumerate(mine):
        facts = event.facts
        if facts["verdict"] != "AMEND":
            continue
        paths = tuple(str(path) for path in facts["paths"])
        later = [one.facts for one in mine[at + 1 :] if one.facts["run"] == facts["run"]]
        passed = tuple(str(path) for one in later if one["verdict"] == "PASS" for path in one["paths"])
        reason = next((str(one) for one in facts["reasons"]), "")
        block = Block(str(facts["run"]), paths, event.owner, float(facts["when"]), reason)
        found += [] if lifted(block, passed, tests) == paths else [block]
    return found


def lifted(block: Block, paths: tuple[str, ...], tests: list[str]) -> tuple[str, ...]:
    """The block's patterns that a PASS with these paths lifts: those of which one of them has every path."""
    return tuple(path for path in block.paths if any(within(path, one, tests) for one in paths))


def within(inner: str, outer: str, tests: list[str]) -> bool:
    """Whether the pattern ``outer`` has every path that ``inner`` has. Where that can't be told, no."""
    if inner == outer:
        return True
    mine = claim(inner, tests)
    try:
        if outer not in (SOURCE, TESTS):
            return not overlap(Claim(mine.any_of, [*mine.none_of, rooted(outer)], mine.outside), _ALL)
        first = inner.split("/", 1)[0]
        if not mine.outside and (first in NOT_SOURCE or set("*?") & set(first)):
            return False
        if outer == SOURCE:
            return not overlap(mine, claim(TESTS, tests))
        return not overlap(Claim(mine.any_of, [*mine.none_of, *tests], mine.outside), _ALL)
    except Undecided:
        return False


def meet(one: str, other: str, tests: list[str]) -> bool:
    """Whether two patterns have a path in common. Where that can't be told, yes."""
    try:
        return bool(overlap(claim(one, tests), claim(other, tests)))
    except Undecided:
        return True


def _without(block: Block, paths: tuple[str, ...], tests: list[str]) -> Block:
    gone = lifted(block, paths, tests)
    left = tuple(path for path in block.paths if path not in gone)
    return Block(block.run, left, block.by, block.at, block.reason)
