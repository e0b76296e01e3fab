"""How often a flow's receipt was made in vain: what four tries did not bring a fifth will not bring by itself."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from interlock.artifacts import log_events
from interlock.artifacts.log_events import RECEIPT
from interlock.artifacts.receipts.composing import receipt_file
from interlock.artifacts.spot import Spot
from interlock.shapes.artifacts.base import FLOWS
from interlock.shapes.artifacts.runs import RunMeta

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

MOST = 4
"""Receipts in a row; its maker makes one before it has run what is missing, and one after."""


def tries(desk: Desk, meta: RunMeta) -> dict[str, float]:
    """Of each receipt whose last ``MOST`` were none VERIFIED, by its path, when the first of these was made, in
    seconds since 1970."""
    told, found = log_events.told(desk.root), {}
    for spot in (Spot.of(Path(desk.project), meta, flow) for flow in FLOWS):
        sealed = reversed(spot.events(told, RECEIPT))
        vain = list(takewhile(lambda event: event.facts["status"] != "VERIFIED", sealed))
        if len(vain) >= MOST:
            found[spot.path(receipt_file(spot.flow))] = vain[MOST - 1].at
    return found
