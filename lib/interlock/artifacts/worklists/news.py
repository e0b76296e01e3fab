"""What becomes of a worklist, as events that are not in the log yet: findings of critiques that come onto it,
looks of critics, moves. Pure: no disk, no clock."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from interlock.artifacts.log_events import LOOKED, MOVED, STUCK, Event
from interlock.artifacts.worklists.fold import WORDS, fold, states
from interlock.shapes.artifacts.made import Item, Worklist
from interlock.shapes.artifacts.reports import Critique, Finding
from interlock.words.faults import Fault

MOST = 2000
"""Items of one worklist."""
_NAME = 40  # characters of an item's id


class Look(NamedTuple):
    """A critique as it lies there: its path from the checkout's top, the digest of the file."""

    source: str
    digest: str
    critique: Critique


class Mover(NamedTuple):
    """Who changes the list; ``when`` in seconds since 1970."""

    owner: str
    agent_type: str
    when: float


def news(worklist: Worklist, looks: list[Look], who: Mover) -> list[Event]:
    """What the critiques have that the list has not: findings, other words for them, rounds."""
    found: list[Event] = []
    for look in looks:
        items = {item.id: item for item in worklist.items}
        mine = [event for finding in look.critique.items if (event := _finding(items, look, finding, who))]
        if len(items) + sum(not event.facts["old"] for event in mine) > MOST:
            raise Fault(f"The worklist would have over {MOST} items: settle some, or split the run.")
        worklist = fold(worklist, mine)
        seen = _round(worklist, look, who)
        worklist = fold(worklist, seen)
        found += [*mine, *seen]
    return found


def stuck(worklist: Worklist, who: Mover) -> list[Event]:
    """The event that hands it to a person, if it is time."""
    if not worklist.stuck or worklist.handed:
        return []
    return [Event(0, who.when, STUCK, who.owner, {**_who(who), "why": worklist.why_stuck})]


def move(item: Item, state: str, why: str, who: Mover) -> Event:
    """The item goes to another state."""
    return _moved(item, item.status, state, why, who)


def _moved(item: Item | dict[str, str], old: str, new: str, why: str, who: Mover) -> Event:
    facts = item if isinstance(item, dict) else {name: str(getattr(item, name)) for name in WORDS}
    return Event(0, who.when, MOVED, who.owner, {**_who(who), **facts, "old": old, "new": new, "why": why})


def _who(who: Mover) -> dict[str, object]:
    return {"agent_type": who.agent_type, "when": who.when}


def _finding(items: dict[str, Item], look: Look, finding: Finding, who: Mover) -> Event | None:
    name = _named(items, look.source, finding.id)
    words = {
        "id": name, "source": look.source, "severity": finding.severity.value, "location": finding.location,
        "issue": finding.issue,
    }  # fmt: skip
    there = items.get(name)
    if there is None:
        return _moved(words, "", "pending", "", who)
    same = all(str(getattr(there, word)) == said for word, said in words.items())
    return None if same else _moved(words, there.status, there.status, there.why, who)


def _named(items: dict[str, Item], source: str, finding: str) -> str:
    """What the item of a finding is called: as the finding, or with the critique's name before it where another
    critique was first with that."""
    first = items.get(finding)
    if first is None or first.source == source:
        return finding
    stem = PurePosixPath(source).name.removesuffix("_critique.md")
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "-" for sign in stem)
    name = f"{plain.strip('-_') or 'other'}.{finding}"
    second = items.get(name)
    if len(name) > _NAME or (second is not None and second.source != source):
        raise Fault(f"{source} has a finding {finding}, and so has {first.source}: call it otherwise.")
    return name


def _round(worklist: Worklist, look: Look, who: Mover) -> list[Event]:
    """The critic's look, if it is a new one or has other words. Rounds are counted up: a number that is not new
    stands for the last round."""
    mine = [one for one in worklist.rounds if one.source == look.source]
    last = max(mine, key=lambda one: one.number, default=None)
    if last is not None and look.digest == last.digest:
        return []
    number = max(look.critique.round, last.number if last else 1)
    facts = {
        "source": look.source, "number": number, "critique": look.digest, "states": states(worklist),
        "open": len(worklist.open()), "moves": worklist.moves,
    }  # fmt: skip
    return [Event(0, who.when, LOOKED, who.owner, {**_who(who), **facts})]
