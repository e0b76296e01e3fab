"""A worklist that is stuck goes to a person: the note that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.artifacts.spot import Spot
from interlock.gate import handoff
from interlock.gate.handoff import Reason
from interlock.gate.history import Period
from interlock.gate.rules import Rules
from interlock.leases.issues import COMMAND
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.runs import RunMeta

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def hand_over(desk: Desk, spot: Spot, meta: RunMeta, owner: str, now: Worklist) -> str:
    """Leaves a person a note, where the run has an issue; where it is."""
    if not meta.issue:
        return ""
    wall = desk.store.wall()
    period = Period(owner, meta.issue, COMMAND, "", spot.checkout, wall, len(now.rounds))
    ends = [f"{item.id} ({item.severity.value}, {item.location}): {item.issue[:200]}" for item in now.open()]
    why = f"the worklist of {spot.run}/{spot.flow} is stuck: {now.why_stuck}"
    reason = Reason(why, [], [], ends, None, wall, ours=False)

    def log(where: str) -> None:
        with desk.transaction() as tx:
            tx.event("handoff", owner=owner, issue=period.issue, reason=why[:400], where=where)

    rules = Rules.of(desk.config)
    return handoff.leave(desk.root, desk.environ, rules, period, reason, log)
