"""What a flow's worklist is: a fold of its events in the log. Pure: no disk, no clock."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from interlock.artifacts.log_events import LOOKED, MOVED, STUCK, Event
from interlock.artifacts.made_files import canonical, digest
from interlock.shapes.artifacts.made import Item, Round, Worklist
from interlock.words.faults import StateFault
from interlock.words.owner import parse

NAME = "worklist.json"
WORDS = ("id", "source", "severity", "location", "issue")
"""What an item has of its finding."""
EVENTS = (MOVED, LOOKED, STUCK)
"""All that a list is made of."""


def empty(run: str, flow: str, issue: str | None) -> Worklist:
    """A list on which nothing is yet."""
    return Worklist.model_validate(
        {
            "version": 1, "run_id": run, "flow": flow, "issue_id": issue, "items": [], "rounds": [], "moves": 0,
            "since": 0, "handed": False,
        }
    )  # fmt: skip


def fold(start: Worklist, events: Iterable[Event]) -> Worklist:
    """The list after the events. Raises StateFault for one that makes no sense."""
    items = {item.id: item for item in start.items}
    rounds = list(start.rounds)
    moves, since, handed = start.moves, start.since, start.handed
    try:
        for event in events:
            facts = event.facts
            if event.name == LOOKED:
                _looked(rounds, event)
            elif event.name == STUCK:
                handed = True
            else:
                items[facts["id"]] = _item(items.get(facts["id"]), event)
                moves += facts["old"] != facts["new"]
                if facts["old"] and facts["old"] != facts["new"] and parse(event.owner).is_person:
                    since, handed = len(rounds), False
        changed = {"moves": moves, "since": since, "handed": handed}
        whole = {"items": list(items.values()), "rounds": rounds, **changed}
        return Worklist.model_validate({**dict(start), **whole})
    except (ValidationError, KeyError, TypeError, ValueError) as problem:
        told = f"The audit log has an event that no worklist can follow ({type(problem).__name__})."
        raise StateFault(told) from None


def states(worklist: Worklist) -> str:
    """The digest of where all items stand."""
    return digest(canonical({item.id: item.status for item in worklist.items}))


def _item(before: Item | None, event: Event) -> Item:
    facts = event.facts
    words = {name: facts[name] for name in WORDS}
    if before is not None and facts["old"] == facts["new"]:
        return Item.model_validate({**dict(before), **words})
    moved = {"status": facts["new"], "by": event.owner, "agent_type": facts["agent_type"], "at": facts["when"]}
    return Item.model_validate({**words, **moved, "why": facts["why"]})


def _looked(rounds: list[Round], event: Event) -> None:
    """A new round comes last; one with other words stays where it is."""
    facts = event.facts
    new = Round(
        source=facts["source"], number=facts["number"], digest=facts["critique"], states=facts["states"],
        open=facts["open"], moves=facts["moves"],
    )  # fmt: skip
    for at, old in enumerate(rounds):
        if (old.source, old.number) == (new.source, new.number):
            rounds[at] = new
            return
    rounds.append(new)
