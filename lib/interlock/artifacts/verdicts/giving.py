"""Giving a verdict, and what stands of those that were given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from interlock.artifacts import log_events, made_files
from interlock.artifacts.caller import Caller, Refused
from interlock.artifacts.flaw import clean
from interlock.artifacts.lock import alone
from interlock.artifacts.log_events import RULED, Event
from interlock.artifacts.made_files import Edited
from interlock.artifacts.spot import Spot
from interlock.artifacts.verdicts import rulings
from interlock.doors import blocks, keys
from interlock.doors.blocks import Block
from interlock.gate.history import History, Period, answers_for
from interlock.guard.messages import name
from interlock.shapes.artifacts.base import FLOWS
from interlock.shapes.artifacts.made import Ruling, Verdicts
from interlock.words.contract import covers
from interlock.words.faults import Fault, StateFault
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

NAME = "verdicts.json"
PASS, AMEND, BLOCK = "PASS", "AMEND", "BLOCK"


def give(desk: Desk, spot: Spot, who: Caller, said: dict[str, object]) -> tuple[Verdicts, list[Block]]:
    """Adds a ruling (``verdict``, ``steelman``, ``reasons``, ``paths``); the flow's rulings, and the BLOCKs that
    now stand in the checkout. Raises Refused, Fault."""
    when = round(desk.store.wall(), 3)
    try:
        ruling = Ruling.model_validate({**said, "by": who.owner.id, "agent_type": who.kind, "at": when})
    except ValidationError as problem:
        first = problem.errors()[0]
        raise Fault(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for path in ruling.paths:
        if {"", "."} & set(path.rstrip("/").split("/")):
            raise Fault(f"`{clean(path, 80)}` is no path from the checkout's top: leave out `./` and `//`.")
    _allowed(desk, spot, who, ruling)
    with alone(desk.root, spot.top):
        told = log_events.told(desk.root)
        known = spot.events(told, RULED)
        _checked(spot, known)
        facts: dict[str, object] = {
            "verdict": ruling.verdict,
            "steelman": ruling.steelman,
            "reasons": ruling.reasons,
        }
        facts |= {"paths": ruling.paths, "agent_type": who.kind, "when": when}
        event = Event(0, when, RULED, who.owner.id, {**spot.facts(), **facts})
        verdicts = fold(spot, [*known, event])
        raw = made_files.written(verdicts)
        standing = rulings.standing([*told, event], spot.checkout, who.contracts.tests)
        if ruling.verdict == BLOCK:
            blocks.write(desk.root, str(spot.top), standing)  # before the log has it: it must not be missed
        with desk.transaction() as tx:
            tx.event("verdict_given", owner=who.owner.id, **event.facts, digest=made_files.digest(raw))
        spot.put(NAME, raw)
        blocks.write(desk.root, str(spot.top), standing)
    return verdicts, standing


def stand(desk: Desk, top: Path, tests: list[str]) -> list[Block]:
    """The BLOCKs that stand in the checkout, by the log; the guard's note of them is made again if it says
    otherwise."""
    with alone(desk.root, top):
        found = rulings.standing(log_events.told(desk.root), keys.text(str(top)), tests)
        try:
            same = blocks.standing(desk.root, str(top)) == found
        except StateFault:
            same = False
        if not same:
            blocks.write(desk.root, str(top), found)
    return found


def renew(desk: Desk, spot: Spot) -> None:
    """Makes the files of the run's rulings again from the log where their writer was killed, or git put an older
    one back. One that somebody edited stays, and is told; where there is none its advocate is due."""
    with alone(desk.root, spot.top):
        told = log_events.told(desk.root)
        for place in (spot._replace(flow=flow) for flow in FLOWS):
            known = place.events(told, RULED)
            try:
                raw = place.take(NAME)
                if known and raw is not None and not made_files.genuine(raw, known):
                    place.put(NAME, made_files.written(fold(place, known)))
            except Edited:
                continue


def fold(spot: Spot, events: list[Event]) -> Verdicts:
    """The flow's rulings after the events."""
    given = [
        {
            **{name: event.facts[name] for name in ("verdict", "steelman", "reasons", "paths", "agent_type")},
            "by": event.owner, "at": event.facts["when"],
        }
        for event in events
    ]  # fmt: skip
    try:
        return Verdicts.model_validate({"version": 1, "run_id": spot.run, "flow": spot.flow, "verdicts": given})
    except ValidationError as problem:
        raise Fault(f"{spot.path(NAME)} can't hold it: {problem.errors()[0]['msg']}") from None


def _checked(spot: Spot, known: list[Event]) -> None:
    """The rulings are in the log, so an edited file is written over; one of which the log knows nothing may hold
    what is nowhere else."""
    raw = spot.take(NAME)
    if raw is not None and not known:
        told = "was not made by `interlock verdict` here (in another clone?). Move it away, then again."
        raise Edited(f"{spot.path(NAME)} {told}")


def _allowed(desk: Desk, spot: Spot, who: Caller, ruling: Ruling) -> None:
    """Raises Refused."""
    if who.owner.is_person:
        return
    path = spot.path(NAME)
    contract = who.contract
    if contract is not None and contract.fault:
        raise Refused(f"Whether you may rule is not known: {contract.file[:80]}: {contract.fault[:200]}")
    if contract is None or not any(covers(one, path, []) for one in contract.outputs + contract.owns):
        judges = ", ".join(one.name for one in who.contracts.all if any(covers(o, path, []) for o in one.outputs))
        raise Refused(
            f"{who.name} gives no verdicts in {path}: that is for "
            f"{judges or 'an agent whose contract has it among its outputs'}, or a person."
        )
    if ruling.verdict != PASS:
        return
    tests = who.contracts.tests
    if any(rulings.meet(own, path, tests) for own in contract.owns for path in ruling.paths):
        raise Refused(
            f"{contract.name} writes there, so its PASS counts for nothing. Leave it to another advocate."
        )
    if mine := _wrote(desk, spot, who, ruling.paths):
        raise Refused(
            f"You wrote {mine[:80]} in this run ({name(who.owner, who.kind)}), so your PASS counts for nothing. "
            "Leave it to another advocate, or a person."
        )


def _wrote(desk: Desk, spot: Spot, who: Caller, paths: list[str]) -> str:
    """A file below the paths that the caller, or a subagent for which it answers, wrote since the run began; ""
    for none."""
    history = History(desk.root)
    owners = {event.owner for event in history.calls(spot.started - 1) if event.owner}
    for owner in sorted(owners):
        if not answers_for(who.owner.id, owner):
            continue
        period = Period(owner, "", "", "", spot.checkout, spot.started, 0)
        for path in map(keys.path_of, history.own(period)):
            inside = path.removeprefix(f"{spot.top}/")
            if inside != path and any(covers(one, inside, who.contracts.tests) for one in paths):
                return inside
    return ""


def by(owner: str) -> str:
    """How people call an owner."""
    try:
        return name(parse(owner))
    except ValueError:
        return "somebody"
