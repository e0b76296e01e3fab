"""What in a run is not what `interlock` made it: receipts that do not hold, edited worklists and verdicts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from interlock.artifacts import checking, ledger, moving, receipt, sealing, verdicting, worklist
from interlock.artifacts.ledger import RULED, Event
from interlock.artifacts.sealing import Edited, Spot
from interlock.shapes.artifacts.base import FLOWS
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.faults import Fault

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def doubts(desk: Desk, meta: RunMeta) -> dict[str, str]:
    """Of each such file, by its path from the checkout's top, what is wrong with it, a sentence."""
    told = ledger.told(desk.root)
    found = {}
    for flow in FLOWS:
        spot = Spot.of(Path(desk.project), meta, flow)
        at = f"--run {spot.run} --flow {flow}"
        found[spot.path(receipt.name(flow))] = _receipt(desk, spot, meta)
        mend = f"`interlock worklist sync --rebuild {at}` makes it again"
        found[spot.path(worklist.NAME)] = _edited(spot, worklist.NAME, told, moving.EVENTS, mend)
        mend = "what counts is the log: `interlock verdict list`; move the file away"
        found[spot.path(verdicting.NAME)] = _edited(spot, verdicting.NAME, told, (RULED,), mend)
    return {path: said for path, said in found.items() if said}


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
