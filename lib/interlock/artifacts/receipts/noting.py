"""Who wrote what a receipt is about, and who is due before it may be made: as it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.artifacts.caller import Caller
from interlock.artifacts.progress.order import late
from interlock.artifacts.receipts import authors, reasons
from interlock.artifacts.receipts.counting import Gathered
from interlock.artifacts.receipts.noted import Noted
from interlock.artifacts.receipts.unnamed import Unnamed, unnamed
from interlock.artifacts.receipts.writers import Writers
from interlock.artifacts.spot import Spot
from interlock.doors.contracts import Contracts
from interlock.runs import fingerprint
from interlock.shapes.artifacts.runs import RunMeta

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def note(
    desk: Desk, spot: Spot, meta: RunMeta, who: Caller, found: Gathered, tree: str, neutral: tuple[str, ...]
) -> Noted:
    """All of it. ``tree``: what stands in the checkout, "" where that can't be told; ``neutral``: patterns of
    files that don't count. What nobody is known to have written a person vouches for who has the receipt made."""
    writers, contracts = Writers(desk, spot.top), who.contracts
    wrote = authors.authors(writers, found, contracts)
    taken = [f"{path}: a person vouches for it" for path in wrote if who.owner.is_person and not wrote[path].owner]
    if who.owner.is_person:
        wrote = authors.vouched(wrote, who.owner.id)
    shared = [path for path, author in wrote.items() if not contracts.owner_of(path) and not author.owner]
    named = reasons.named(spot, found) or []
    aside = _unnamed(desk, spot, meta, writers, contracts, named, tree, neutral)
    due = late(spot.top, meta, spot.flow, contracts, writers)
    return Noted(
        wrote, {path: writers.sections(path) for path in shared}, authors.strays(writers, named, contracts),
        aside.of_run, due, [*taken, *aside.others],
    )  # fmt: skip


def _unnamed(
    desk: Desk, spot: Spot, meta: RunMeta, writers: Writers, contracts: Contracts, named: list[str], tree: str,
    neutral: tuple[str, ...],
) -> Unnamed:  # fmt: skip
    if not (named and tree and meta.base):
        return Unnamed([], [])
    changed = fingerprint.changed(desk.root, str(spot.top), meta.base, tree) or []
    return unnamed(writers, spot.run, meta.started, changed, named, contracts, neutral)
