"""Making a flow's receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from interlock.artifacts import log_events, made_files, settled
from interlock.artifacts.caller import Caller, Refused
from interlock.artifacts.flaw import clean
from interlock.artifacts.lock import alone
from interlock.artifacts.made_files import Edited
from interlock.artifacts.receipts.composing import Ground, compose, receipt_file, seal_of
from interlock.artifacts.receipts.counting import Needs, gather
from interlock.artifacts.receipts.noting import note
from interlock.artifacts.receipts.proving import byproducts, without
from interlock.artifacts.runs.meta import doubt
from interlock.artifacts.spot import Spot
from interlock.artifacts.verdicts import giving
from interlock.artifacts.worklists.moving import Moving
from interlock.doors.contracts import Contracts
from interlock.gate.rules import Rules
from interlock.runs import during, fingerprint
from interlock.shapes.artifacts.made import Receipt
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUN
from interlock.words.faults import Fault

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def make(desk: Desk, spot: Spot, meta: RunMeta, who: Caller) -> Receipt:
    """Makes the receipt of the flow, over an earlier one. Raises Refused, Tampered."""
    path = spot.path(receipt_file(spot.flow))
    owner = who.contracts.owner_of(path)
    if who.contract is not None and not who.contract.may_write(path, who.contracts.tests):
        raise Refused(f"{path} is {owner or 'nobody'}'s to have made, not yours ({who.contract.name}).")
    if meta.state == "closed":
        raise Refused(f"Run {spot.run} is closed: nothing more is sealed in it.")
    try:
        Moving(desk, spot, meta, who).sync()
    except Edited:
        pass  # the receipt says so
    giving.renew(desk, spot)
    told = log_events.proved(desk.root)
    tree = fingerprint.take(desk.root, str(spot.top))
    made_by_runs = byproducts(desk.root, str(spot.top), told.runs)
    asked = needs(who.contracts, spot)
    found = gather(spot, asked)
    rules = without(Rules.of(desk.config), made_by_runs)
    own = during.without(desk.root, str(spot.top), tree.id, made_by_runs)
    noted = note(desk, spot, meta, who, found, own, rules.neutral)
    ground = Ground(
        desk.root, spot, rules, asked, found, told, told.events, who.contracts, own, meta.base or "", noted,
        settled.wrong(desk.root, spot, told.events, doubt), tree.problem,
    )  # fmt: skip
    made = _sealed({**compose(ground), "made": round(desk.store.wall(), 3)})
    with alone(desk.root, spot.top):
        with desk.transaction() as tx:
            tx.event(
                "receipt_sealed", owner=who.owner.id, agent_type=who.kind, **spot.facts(), path=path,
                status=made.status, seal=made.seal, byproducts=made_by_runs,
                **noted.facts(),
            )  # fmt: skip
        spot.put(receipt_file(spot.flow), made_files.written(made))
    return made


def needs(found: Contracts, spot: Spot) -> Needs:
    """What the receipt's maker reads and makes: the agent type that has it among its outputs. Where there is none,
    all that agents make in the flow is needed."""
    path = spot.path(receipt_file(spot.flow))
    owner = found.owner_of(path)
    contract = found.of(owner) if owner else None
    if contract is not None and not contract.fault:
        return Needs.of(contract, spot.run)
    if broken := next((f"{one.file}: {one.fault}" for one in found.all if one.fault), ""):
        return Needs(unknown=broken)
    folder = spot.path("").replace(spot.run, RUN, 1)
    made = tuple(one for agent in found.all for one in agent.outputs if one.startswith(folder))
    needed = tuple(one.replace(RUN, spot.run) for one in made)
    return Needs(needed, needed) if made else Needs(unknown=f"no agent's contract makes anything in {folder}")


def _sealed(facts: dict[str, Any]) -> Receipt:
    try:
        made = Receipt.model_validate({**facts, "seal": "0" * 64})
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(map(str, first["loc"]))
        told = f"{clean(where, 120)}: {clean(first['msg'], 120)}"
        raise Fault(f"No receipt can be made of this flow: {told}.") from None
    return made.model_copy(update={"seal": seal_of(made)})
