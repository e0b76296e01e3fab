"""What in a run is not what `interlock` made it: receipts that do not hold, edited worklists and verdicts, a run's
own file; and reports that another wrote than the agent that makes them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from interlock.artifacts import authors, checking, files, ledger, moving, receipt, sealing, verdicting, worklist
from interlock.artifacts.authors import Author
from interlock.artifacts.caller import contracts
from interlock.artifacts.ledger import RECEIPT, RULED, Event
from interlock.artifacts.sealing import Edited, Spot
from interlock.artifacts.started import doubt
from interlock.doors.contracts import Contracts
from interlock.shapes.artifacts.base import FLOWS
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def doubts(desk: Desk, meta: RunMeta) -> dict[str, str]:
    """Of each such file, by its path from the checkout's top, what is wrong with it, a sentence."""
    told, agents = ledger.told(desk.root), contracts(desk)
    found: dict[str, str] = {}
    for flow in FLOWS:
        spot = Spot.of(Path(desk.project), meta, flow)
        at = f"--run {spot.run} --flow {flow}"
        found |= _strange(spot, told, agents)
        found[spot.path(receipt.name(flow))] = _receipt(desk, spot, meta)
        mend = f"`interlock worklist sync --rebuild {at}` makes it again"
        found[spot.path(worklist.NAME)] = _edited(spot, worklist.NAME, told, moving.EVENTS, mend)
        mend = "what counts is the log: `interlock verdict list`; move the file away"
        found[spot.path(verdicting.NAME)] = _edited(spot, verdicting.NAME, told, (RULED,), mend)
    found[f"{RUNS}/{meta.run_id}/run_meta.json"] = doubt(Spot.of(Path(desk.project), meta, FLOWS[0]), told)
    return {path: said for path, said in found.items() if said}


def folded(desk: Desk, meta: RunMeta, doubted: dict[str, str]) -> dict[str, Worklist]:
    """Of the worklists among them what the log says: where it says anything."""
    found = {}
    told = ledger.told(desk.root) if any(path.endswith(f"/{worklist.NAME}") for path in doubted) else []
    for flow in FLOWS:
        spot = Spot.of(Path(desk.project), meta, flow)
        events = spot.events(told, *moving.EVENTS)
        if spot.path(worklist.NAME) in doubted and events:
            blank = worklist.empty(spot.run, flow, meta.issue)
            found[spot.path(worklist.NAME)] = worklist.fold(blank, events)
    return found


def _strange(spot: Spot, told: list[Event], agents: Contracts) -> dict[str, str]:
    """The reports whose writers the flow's last receipt has found strange, as long as they are what they were."""
    sealed = spot.events(told, RECEIPT)
    if not sealed or sealed[-1].facts["status"] == "VERIFIED":
        return {}
    found = {}
    for path, one in sealed[-1].facts["authors"].items():
        said = authors.strange(path, Author(*one), agents)
        if said and files.changed(spot.top, path) < sealed[-1].at * 1e9:
            found[path] = said
    return found


def _receipt(desk: Desk, spot: Spot, meta: RunMeta) -> str:
    if not os.path.lexists(spot.top / spot.path(receipt.name(spot.flow))):
        return ""
    try:
        said = checking.check(desk, spot, meta)
    except Fault as problem:
        return str(problem)
    return said.sentence if said.result == "MISMATCH" else ""


def _edited(spot: Spot, name: str, told: list[Event], events: tuple[str, ...], mend: str) -> str:
    try:
        raw = spot.take(name)
        if raw is not None:
            sealing.genuine(raw, spot.events(told, *events))
    except Edited as problem:
        return f"{spot.path(name)}: {problem}; {mend}"
    return ""
