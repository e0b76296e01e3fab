"""Whether a flow's receipt can be believed: everything is counted again, and what differs is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interlock.artifacts import log_events, settled
from interlock.artifacts.caller import contracts
from interlock.artifacts.flaw import clean
from interlock.artifacts.log_events import RECEIPT, Event, Ledger
from interlock.artifacts.made_files import Edited
from interlock.artifacts.progress.order import late
from interlock.artifacts.reading.artifact import parse
from interlock.artifacts.receipts import reasons, since
from interlock.artifacts.receipts.composing import Ground, compose, receipt_file, seal_of
from interlock.artifacts.receipts.counting import gather
from interlock.artifacts.receipts.figures import figures_differ
from interlock.artifacts.receipts.making import needs
from interlock.artifacts.receipts.noted import NOTHING, Noted
from interlock.artifacts.receipts.proving import without
from interlock.artifacts.receipts.tree import tree_differs
from interlock.artifacts.receipts.writers import Writers
from interlock.artifacts.runs.meta import doubt
from interlock.artifacts.spot import Spot
from interlock.doors import keys, repo
from interlock.gate.rules import Rules
from interlock.runs.evidence import Tampered
from interlock.shapes.artifacts.answers import ReceiptCheck
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.made import Receipt
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

_SHOWN = 400


def check(desk: Desk, spot: Spot, meta: RunMeta) -> ReceiptCheck:
    """Whether the flow's receipt can be believed and built on: everything is counted again."""
    return check_all(desk, [spot], meta)[0]


def check_all(desk: Desk, spots: list[Spot], meta: RunMeta) -> list[ReceiptCheck]:
    """The same of several flows' receipts. The log, which may be long, is verified once, after they were read:
    each is in the log before it is on disk."""
    read = [_read(spot) for spot in spots]
    if all(isinstance(one, ReceiptCheck) for one in read):
        return [one for one in read if isinstance(one, ReceiptCheck)]
    known: Ledger | Tampered
    try:
        known = log_events.proved(desk.root)
    except Tampered as problem:
        known = problem
    return [
        value if isinstance(value, ReceiptCheck) else _held(desk, spot, meta, value, known)
        for spot, value in zip(spots, read, strict=True)
    ]


def _held(desk: Desk, spot: Spot, meta: RunMeta, value: Receipt, known: Ledger | Tampered) -> ReceiptCheck:
    if isinstance(known, Tampered):
        path = spot.path(receipt_file(spot.flow))
        return _no(spot, path, "MISMATCH", f"{path} proves nothing: {known}", value)
    return _compared(desk, spot, meta, value, known)


def _read(spot: Spot) -> Receipt | ReceiptCheck:
    """The receipt as it lies there, or why it can't be read."""
    path = spot.path(receipt_file(spot.flow))
    try:
        raw = spot.take(receipt_file(spot.flow))
    except Edited as problem:
        return _no(spot, path, "MISMATCH", str(problem))
    if raw is None:
        told = f"Cannot proceed: {path} missing (`interlock receipt {spot.run} {spot.flow}` makes it)"
        return _no(spot, path, "MISSING", told)
    kind = kind_of(path)
    assert kind is not None
    value, flaws = parse(raw, path, kind)
    if not isinstance(value, Receipt) or flaws:
        return _no(spot, path, "MISMATCH", f"{flaws[0]}. {_again(spot)}")
    return value


def missing(run: str, flow: str) -> ReceiptCheck:
    """What there is to say of a run that was never started."""
    path = f"{RUNS}/{run}/{flow}/{receipt_file(flow)}"
    told = f"Cannot proceed: {path} missing, and no run {run} was started here (`interlock runs list`)"
    return ReceiptCheck(
        run=run, flow=flow, path=path, result="MISSING", status=None, sentence=told, differs=[], note=""
    )


def _compared(desk: Desk, spot: Spot, meta: RunMeta, value: Receipt, known: Ledger) -> ReceiptCheck:
    path = spot.path(receipt_file(spot.flow))
    sealed = _seals(spot, known)
    strange = _strange(value, sealed)
    ground = _then(desk, spot, meta, value, known, sealed)
    differs = figures_differ(value.model_dump(mode="json"), compose(ground), bool(strange))
    moved, note = tree_differs(desk, spot, meta, value, known, reasons.named(spot, ground.found))
    differs += moved + since.ruled(value, ground.spot, ground.contracts.tests, ground.rulings, known.events)
    if differs or strange:
        named = "; ".join(f"{one.figure} says {one.said}, found {one.found}" for one in differs[:3])
        more = f" and {len(differs) - 3} more" if len(differs) > 3 else ""
        what = ". ".join(part for part in (f"{named}{more}" if named else "", strange) if part)
        step = _next(desk, spot, meta)
        what = clean(what, _SHOWN - len(path) - len(step) - 18)
        return _no(spot, path, "MISMATCH", f"{path} is MISMATCH: {what}. {step}", value, differs)
    if value.status == "CANNOT_PROCEED":
        gone = ", ".join(value.missing_required[:3])
        return _no(spot, path, "CANNOT_PROCEED", f"Cannot proceed: {gone} missing, says {path}", value)
    return ReceiptCheck(
        run=spot.run, flow=spot.flow, path=path, result="OK", sentence="", differs=[], **_says(value),
        note=clean("; ".join(one for one in (note, *ground.noted.notes) if one), 400),
    )  # fmt: skip


def _then(desk: Desk, spot: Spot, meta: RunMeta, value: Receipt, known: Ledger, sealed: list[Event]) -> Ground:
    """What it was made of: evidence and rulings as of when it was sealed, in the checkout in which that was."""
    mine = next((event for event in reversed(sealed) if event.facts.get("seal") == value.seal), None)
    bound = mine or (sealed[-1] if sealed else None)
    rules, agents, then = Rules.of(desk.config), contracts(desk), known
    noted = NOTHING
    if bound is not None:
        then = known.until(bound.seq)
        spot = spot._replace(home=str(bound.facts["checkout"]))
        rules = without(rules, list(bound.facts["byproducts"]))
        noted = Noted.of(bound.facts)
    asked = needs(agents, spot)
    found = since.as_sealed(gather(spot, asked), spot, then.events, known.events)
    return Ground(
        desk.root, spot, rules, asked, found, Ledger(known.events, then.runs), then.events, agents,
        value.tree or "", meta.base or "", noted, settled.wrong(desk.root, spot, known.events, doubt),
    )  # fmt: skip


def _no(
    spot: Spot, path: str, result: Any, told: str, value: Receipt | None = None, differs: Any = ()
) -> ReceiptCheck:
    sentence = clean(told, _SHOWN)
    says = _says(value) if value else {"status": None}
    return ReceiptCheck(
        run=spot.run, flow=spot.flow, path=path, result=result, sentence=sentence, differs=list(differs), **says
    )


def _says(value: Receipt) -> dict[str, Any]:
    """What the receipt itself says."""
    said = ("status", "recommended_action", "forensic_check")
    return {**{name: getattr(value, name) for name in said}, "reason": clean(next(iter(value.reasons), ""), 400)}


def _next(desk: Desk, spot: Spot, meta: RunMeta) -> str:
    """The next step, the one that `artifacts check` says."""
    due = late(spot.top, meta, spot.flow, contracts(desk), Writers(desk, spot.top))
    return f"Next: {clean(due[0], 100)}" if due else _again(spot)


def _again(spot: Spot) -> str:
    return f"Next: `interlock receipt {spot.run} {spot.flow}` counts anew"


def _seals(spot: Spot, known: Ledger) -> list[Event]:
    """The receipts of this flow that were sealed in this checkout; where there is none, in others of the
    repository: a worktree may have the run from there."""
    here = spot.events(known.events, RECEIPT)
    if here:
        return here
    common = repo.common_dir(str(spot.top))
    found = [event for event in known.events if event.name == RECEIPT and event.at >= spot.started]
    same = [event for event in found if (event.facts.get("run"), event.facts.get("flow")) == (spot.run, spot.flow)]
    return [event for event in same if repo.common_dir(keys.path_of(str(event.facts["checkout"]))) == common]


def _strange(value: Receipt, sealed: list[Event]) -> str:
    """Why it is not the one that was made last, "" where it is."""
    seals = [str(event.facts.get("seal")) for event in sealed]
    if value.seal not in seals:
        return "It was not made by `interlock receipt`"
    if seal_of(value) != value.seal:
        return "It was changed after `interlock receipt` sealed it"
    return "" if seals[-1] == value.seal else "It is not the one that `interlock receipt` sealed last"
