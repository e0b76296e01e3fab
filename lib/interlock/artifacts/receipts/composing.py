"""What a receipt says: counted from artifacts and evidence, never from what anybody says."""

from __future__ import annotations

from typing import Any, NamedTuple

from interlock.artifacts import made_files
from interlock.artifacts.flaw import clean
from interlock.artifacts.log_events import Event, Ledger
from interlock.artifacts.receipts import reasons
from interlock.artifacts.receipts.counting import Gathered, Needs, counts
from interlock.artifacts.receipts.noted import Noted
from interlock.artifacts.receipts.proving import ours, prove
from interlock.artifacts.spot import Spot
from interlock.doors.contracts import Contracts
from interlock.gate.rules import Rules
from interlock.shapes.artifacts.made import Receipt

_MOST = 100  # reasons


def receipt_file(flow: str) -> str:
    """The file of a flow's receipt."""
    return f"{flow}_receipt.json"


def seal_of(receipt: Receipt) -> str:
    """What its seal should be."""
    return made_files.digest(made_files.canonical(receipt.model_dump(mode="json", exclude={"seal"})))


class Ground(NamedTuple):
    """What a receipt is made of. ``found``: the artifacts; ``rulings``: those that count; ``contracts``: the
    agents'; ``tree``: of which evidence is asked, "" for none; ``base``: the commit that the run began on, "" for
    unknown; ``noted``: who wrote what, and who is due; ``doubt``: why the run itself is not to be believed, ""
    where it is; ``problem``: why the tree can't be had."""

    root: str
    spot: Spot
    rules: Rules
    needs: Needs
    found: Gathered
    ledger: Ledger
    rulings: list[Event]
    contracts: Contracts
    tree: str
    base: str
    noted: Noted
    doubt: str = ""
    problem: str = ""


def compose(ground: Ground) -> dict[str, Any]:
    """Everything that a receipt says but when it was made and its seal."""
    spot, found = ground.spot, ground.found
    proved = prove(ground.root, ground.rules, ours(ground.ledger.runs, str(spot.top)), ground.tree)
    why = reasons.judge(ground, proved)
    action = (
        "FIX_ENV" if why.environment else "BOUNCE" if why.bounce or why.false
        else "RERUN" if why.rerun or found.missing else "PROCEED"
    )  # fmt: skip
    status = "CANNOT_PROCEED" if found.missing else "VERIFIED" if action == "PROCEED" else "UNVERIFIED"
    told = [*why.environment, *why.false, *why.bounce, *why.rerun]
    lines = [clean(line, 400) for line in dict.fromkeys(told)]
    return {
        "version": 1, "run_id": spot.run, "flow": spot.flow, "status": status, "recommended_action": action,
        "missing_required": found.missing, "reasons": lines[:_MOST],
        "counts": counts(spot, found, proved.tests).model_dump(), "gates": proved.gates,
        "artifacts": found.digests, "evidence_sha": proved.sha, "tree": ground.tree or None,
        "forensic_check": "MISMATCH" if why.false else "PASS",
    }  # fmt: skip
