"""Who may move an item of a worklist where: along the edges that there are, those of the contract, and items that
are the agent's. Pure."""

from __future__ import annotations

from typing import NamedTuple

from interlock.artifacts.caller import Refused
from interlock.artifacts.log_events import Event
from interlock.artifacts.worklists import news
from interlock.artifacts.worklists.news import Mover
from interlock.shapes.artifacts.made import Item, Worklist
from interlock.shapes.contract import EDGES
from interlock.words.contract import RUN, Contract


class Right(NamedTuple):
    """What the caller may. ``kinds``: the contracts of all agent types, to say whose an item is; ``tests``: what
    ``@tests`` stands for; ``run``: whose list it is."""

    person: bool
    contract: Contract | None
    kinds: tuple[Contract, ...]
    tests: list[str]
    run: str

    def concerns(self, contract: Contract, item: Item) -> bool:
        """Whether the item is that agent type's: found by it, or in a file that it may write."""
        found = any(path.replace(RUN, self.run) == item.source for path in contract.outputs)
        return found or contract.may_write(item.location.rpartition(":")[0], self.tests)


def step(now: Worklist, name: str, state: str, why: str, who: Mover, right: Right) -> list[Event]:
    """The event that moves the item to ``state``; none where it is there already. Raises Refused."""
    item = next((one for one in now.items if one.id == name), None)
    if item is None:
        known = ", ".join(one.id for one in now.items[:12]) or "it is empty"
        raise Refused(f"There is no item {name[:40]!r} on the worklist of {_called(now)} ({known}).")
    if item.status == state:
        return []
    if told := _impossible(item, state) or ("" if right.person else _forbidden(item, state, right)):
        raise Refused(told)
    if state == "in_progress" and now.stuck and not right.person:
        raise Refused(
            f"The worklist of {_called(now)} is stuck: {now.why_stuck}, so it is with a person "
            "now. Take nothing more; end, and say what you know of the open items."
        )
    return [news.move(item, state, why, who)]


def _impossible(item: Item, state: str) -> str:
    if f"{item.status}>{state}" in EDGES:
        return ""
    ways = ", ".join(sorted(edge.partition(">")[2] for edge in EDGES if edge.startswith(f"{item.status}>")))
    return f"{item.id} is {item.status}: from there it can become {ways}, not {state}."


def _forbidden(item: Item, state: str, right: Right) -> str:
    contract, edge = right.contract, f"{item.status}>{state}"
    if contract is not None and contract.fault:
        return f"What you may move is not known: {contract.file[:80]}: {contract.fault[:200]}"
    if contract is not None and edge in contract.moves and right.concerns(contract, item):
        return ""
    told = "you have no contract that lets you move items"
    if contract is not None and edge in contract.moves:
        told = f"it is neither a finding of yours nor in a file of yours ({contract.name[:40]})"
    elif contract is not None:
        told = f"your contract ({contract.name[:40]}) lets you move {', '.join(contract.moves) or 'nothing'}"
    others = [one.name for one in right.kinds if edge in one.moves and right.concerns(one, item)]
    named = ", ".join(sorted(others))[:80]
    whose = f"{named}, or a person" if named else "a person"
    return f"{item.id} is {item.status}, and {told}. {edge} is for {whose}. Go on with other work."


def _called(now: Worklist) -> str:
    return f"{now.run_id}/{now.flow}"
