"""Which BLOCK verdicts stand, from the rulings in the log. Pure."""

from __future__ import annotations

from interlock.artifacts.ledger import RULED, Event
from interlock.doors.blocks import Block
from interlock.words.contract import covers

_ALL = frozenset({"*", "**", "**/*"})
_WILD = frozenset("*?")


def standing(told: list[Event], checkout: str) -> list[Block]:
    """The BLOCKs of all runs in the checkout (as the log spells it), each with the paths that no later PASS of its
    run has covered. Rulings were checked when they were given: who could not lift a BLOCK was refused."""
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
            blocks = [_without(block, paths) if block.run == run else block for block in blocks]
    return [block for block in blocks if block.paths]


def lifted(block: Block, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The block's paths that a PASS with these paths would lift."""
    return tuple(path for path in block.paths if any(within(path, one) for one in paths))


def within(inner: str, outer: str) -> bool:
    """Whether all that the pattern ``inner`` names is provably named by ``outer``: the same words, a plain path
    that it names, or a pattern below a folder that it names whole. Where in doubt, no."""
    if inner == outer or outer in _ALL:
        return True
    if inner.startswith("@") or outer.startswith("@"):
        return False
    folder: list[str] = []
    for part in inner.strip("/").split("/"):
        if _WILD & set(part):
            whole = outer.removesuffix("/**") if outer.endswith("/**") else outer.removesuffix("/*")
            return bool(folder) and covers(whole, "/".join(folder), [])
        folder.append(part)
    return covers(outer, inner.strip("/"), [])


def _without(block: Block, paths: tuple[str, ...]) -> Block:
    gone = lifted(block, paths)
    left = tuple(path for path in block.paths if path not in gone)
    return Block(block.run, left, block.by, block.at, block.reason)
