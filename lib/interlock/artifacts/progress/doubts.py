"""What in a run is not what `interlock` made it: receipts that do not hold, edited worklists and verdicts, a run's
own file; and reports that another wrote than the agent that makes them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from interlock.artifacts import files, log_events, settled
from interlock.artifacts.caller import contracts
from interlock.artifacts.log_events import RECEIPT, RULED, Event
from interlock.artifacts.made_files import Edited
from interlock.artifacts.receipts import authors, checking
from interlock.artifacts.receipts.composing import receipt_file
from interlock.artifacts.receipts.noted import Noted
from interlock.artifacts.runs.meta import doubt
from interlock.artifacts.spot import Spot
from interlock.artifacts.verdicts import giving
from interlock.artifacts.worklists import fold
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
    told, agents = log_events.told(desk.root), contracts(desk)
    spots = [Spot.of(Path(desk.project), meta, flow) for flow in FLOWS]
    found = _receipts(desk, spots, meta)
    for spot in spots:
        at = f"--run {spot.run} --flow {spot.flow}"
        found |= _strange(spot, told, agents)
        mend = f"`interlock worklist sync --rebuild {at}` makes it again"
        found[spot.path(fold.NAME)] = _edited(desk, spot, fold.NAME, told, fold.EVENTS, mend)
        mend = "what counts is the log: `interlock verdict list`; move the file away"
        found[spot.path(giving.NAME)] = _edited(desk, spot, giving.NAME, told, (RULED,), mend)
    found[f"{RUNS}/{meta.run_id}/run_meta.json"] = settled.wrong(desk.root, spots[0], told, doubt)
    return {path: said for path, said in found.items() if said}


def folded(desk: Desk, meta: RunMeta, doubted: dict[str, str]) -> dict[str, Worklist]:
    """Of the worklists among them what the log says: where it says anything."""
    found = {}
    told = log_events.told(desk.root) if any(path.endswith(f"/{fold.NAME}") for path in doubted) else []
    for flow in FLOWS:
        spot = Spot.of(Path(desk.project), meta, flow)
        events = spot.events(told, *fold.EVENTS)
        if spot.path(fold.NAME) in doubted and events:
            blank = fold.empty(spot.run, flow, meta.issue)
            found[spot.path(fold.NAME)] = fold.fold(blank, events)
    return found


def strayed(desk: Desk, meta: RunMeta, agents: Contracts) -> dict[str, str]:
    """The same of source and tests that the flows' last receipts have found to be as another left them than their
    owner."""
    told = log_events.told(desk.root)
    found = {}
    for spot in (Spot.of(Path(desk.project), meta, flow) for flow in FLOWS):
        sealed = _unverified(spot, told)
        strays = Noted.of(sealed.facts).strays if sealed else {}
        for path, author in strays.items():
            if sealed and _as_sealed(spot, path, sealed):
                found[path] = authors.strayed(path, author, agents)
    return found


def _strange(spot: Spot, told: list[Event], agents: Contracts) -> dict[str, str]:
    """The reports whose writers the flow's last receipt has found strange, as long as they are what they were."""
    sealed = _unverified(spot, told)
    if sealed is None:
        return {}
    noted = Noted.of(sealed.facts)
    found = {
        path: authors.strange(path, author, agents, noted.sections.get(path, ()))
        for path, author in noted.authors.items()
    }
    return {path: said for path, said in found.items() if said and _as_sealed(spot, path, sealed)}


def _unverified(spot: Spot, told: list[Event]) -> Event | None:
    """How the flow's last receipt was sealed, if it is not VERIFIED."""
    sealed = spot.events(told, RECEIPT)
    return sealed[-1] if sealed and sealed[-1].facts["status"] != "VERIFIED" else None


def _as_sealed(spot: Spot, path: str, sealed: Event) -> bool:
    return files.changed(spot.top, path) < sealed.at * 1e9


def _receipts(desk: Desk, spots: list[Spot], meta: RunMeta) -> dict[str, str]:
    """Those that do not hold."""
    there = [spot for spot in spots if os.path.lexists(spot.top / spot.path(receipt_file(spot.flow)))]
    try:
        checks = checking.check_all(desk, there, meta)
    except Fault as problem:
        return {spot.path(receipt_file(spot.flow)): str(problem) for spot in there}
    return {one.path: one.sentence for one in checks if one.result == "MISMATCH"}


def _edited(desk: Desk, spot: Spot, name: str, told: list[Event], events: tuple[str, ...], mend: str) -> str:
    try:
        if spot.take(name) is not None:
            settled.genuine(desk.root, spot, name, told, events)
    except Edited as problem:
        return f"{spot.path(name)}: {problem}; {mend}"
    return ""
