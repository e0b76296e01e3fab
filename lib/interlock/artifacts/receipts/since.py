"""What was ruled after a receipt was sealed. Advocates may go on saying PASS; what stands against the run since
then must be known to who builds on it."""

from __future__ import annotations

from interlock.artifacts import made_files
from interlock.artifacts.log_events import RULED, Event
from interlock.artifacts.made_files import Edited
from interlock.artifacts.receipts.counting import Gathered
from interlock.artifacts.receipts.reasons import VERDICTS
from interlock.artifacts.spot import Spot
from interlock.artifacts.verdicts import rulings
from interlock.shapes.artifacts.answers import Differs
from interlock.shapes.artifacts.made import Receipt


def as_sealed(found: Gathered, spot: Spot, then: list[Event], now: list[Event]) -> Gathered:
    """The artifacts, those with rulings as the log says that they were ``then``, where they are genuine now."""
    digests = dict(found.digests)
    for path in found.digests:
        place = spot.beside(path)
        if place is None or not path.endswith(f"/{VERDICTS}"):
            continue
        try:
            made_files.genuine(place.take(VERDICTS), place.events(now, RULED))
        except Edited:
            continue
        known = place.events(then, RULED)
        if known:
            digests[path] = str(known[-1].facts["digest"])
        else:
            del digests[path]
    return found._replace(digests=digests)


def ruled(value: Receipt, spot: Spot, tests: list[str], then: list[Event], now: list[Event]) -> list[Differs]:
    """BLOCKs and AMENDs of the run that stand since it was sealed: what it says was true then, but must not be
    built on."""
    here = spot.checkout
    before = [*rulings.standing(then, here, tests), *rulings.amends(then, here, tests)]
    said = [("a BLOCK", one) for one in rulings.standing(now, here, tests) if one not in before]
    said += [("an AMEND", one) for one in rulings.amends(now, here, tests) if one not in before]
    return [
        Differs(figure="status", said=value.status, found=f"{what} stands on {', '.join(one.paths[:3])} since")
        for what, one in said
        if one.run == spot.run
    ]
