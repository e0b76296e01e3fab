"""Receipts: counted from artifacts and evidence, never from what anybody says; and checked by counting again."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from interlock.artifacts import moving, rulings, sealing
from interlock.artifacts.counting import Gathered, Needs, counts, gather
from interlock.artifacts.flaw import clean
from interlock.artifacts.ledger import RULED, Event, Ledger
from interlock.artifacts.proving import Proved, ours, prove
from interlock.artifacts.sealing import Edited, Spot
from interlock.artifacts.worklist import NAME
from interlock.gate.rules import Rules
from interlock.runs import fingerprint
from interlock.shapes.artifacts.made import Receipt, Worklist
from interlock.shapes.artifacts.reports import Critique, ImplChanges, TestStrategy

VERDICTS = "verdicts.json"
_MOST = 100  # reasons


def name(flow: str) -> str:
    """The file of a flow's receipt."""
    return f"{flow}_receipt.json"


def seal(receipt: Receipt) -> str:
    """What its seal should be."""
    return sealing.digest(sealing.canonical(receipt.model_dump(mode="json", exclude={"seal"})))


class Ground(NamedTuple):
    """What a receipt is made of. ``rulings``: those that count; ``tests``: what ``@tests`` stands for; ``tree``:
    of which evidence is asked, "" for none; ``base``: the commit that the run began on, "" for unknown;
    ``problem``: why the tree can't be had."""

    root: str
    spot: Spot
    rules: Rules
    needs: Needs
    ledger: Ledger
    rulings: list[Event]
    tests: list[str]
    tree: str
    base: str
    problem: str = ""


class _Grounds(NamedTuple):
    """Why a receipt is not VERIFIED, by what is to be done about it."""

    environment: list[str]
    bounce: list[str]
    rerun: list[str]
    false: list[str]


def compose(ground: Ground) -> dict[str, Any]:
    """Everything that a receipt says but when it was made and its seal."""
    spot = ground.spot
    found = gather(spot, ground.needs)
    proved = prove(ground.root, ground.rules, ours(ground.ledger.runs, str(spot.top)), ground.tree)
    why = _judge(ground, found, proved)
    action = (
        "FIX_ENV" if why.environment else "BOUNCE" if why.bounce or why.false
        else "RERUN" if why.rerun or found.missing else "PROCEED"
    )  # fmt: skip
    status = "CANNOT_PROCEED" if found.missing else "VERIFIED" if action == "PROCEED" else "UNVERIFIED"
    told = [*why.environment, *why.false, *why.bounce, *why.rerun]
    told += [proved.unknown] if proved.unknown and not proved.missing else []
    reasons = [clean(line, 400) for line in dict.fromkeys(told)]
    return {
        "version": 1, "run_id": spot.run, "flow": spot.flow, "status": status, "recommended_action": action,
        "missing_required": found.missing, "reasons": reasons[:_MOST],
        "counts": counts(spot, found, proved.tests).model_dump(), "gates": proved.gates,
        "artifacts": found.digests, "evidence_sha": proved.sha, "tree": ground.tree or None,
        "forensic_check": "MISMATCH" if why.false else "PASS",
    }  # fmt: skip


def _judge(ground: Ground, found: Gathered, proved: Proved) -> _Grounds:
    why = _Grounds([], [], [], [])
    if ground.needs.unknown:
        why.environment.append(f"what this flow needs is not known: {ground.needs.unknown}")
    if not ground.tree:
        why.environment.append(f"what stands in the checkout can't be told: {ground.problem or 'no tree'}")
    why.bounce.extend(str(flaw) for flaw in found.flaws[:20])
    why.bounce.extend(proved.failed)
    why.rerun.extend(proved.missing if ground.tree else [])
    why.bounce.extend(_open(ground.spot, found))
    for block in rulings.standing(ground.rulings, ground.spot.checkout, ground.tests):
        if block.run == ground.spot.run:
            why.bounce.append(f"a BLOCK stands on {', '.join(block.paths[:5])}: {block.reason[:200]}")
    why.false.extend(_claims(ground, found))
    return why


def _open(spot: Spot, found: Gathered) -> list[str]:
    """What the worklist still has, and findings that never came onto it."""
    worklist = found.one(spot, NAME)
    items = worklist.items if isinstance(worklist, Worklist) else []
    told = []
    for path, value in found.values.items():
        if isinstance(value, Critique) and path.startswith(spot.path("")):
            mine = [item.id for item in items if item.source == path]
            lost = [one.id for one in value.items if not any(f".{name}".endswith(f".{one.id}") for name in mine)]
            named = ", ".join(lost[:5])
            told += [f"{path}: {named} not on the worklist: `interlock worklist sync`"] if lost else []
    if isinstance(worklist, Worklist) and (left := worklist.open()):
        named = ", ".join(item.id for item in left[:8])
        told.append(f"the worklist has {len(left)} open: {named}{' (stuck)' if worklist.stuck else ''}")
    return told


def _claims(ground: Ground, found: Gathered) -> list[str]:
    """What artifacts claim and the checkout, or the log, does not bear out."""
    spot, told = ground.spot, []
    for file, names in ((NAME, moving.EVENTS), (VERDICTS, (RULED,))):
        if spot.path(file) not in found.digests:
            continue
        try:
            current = sealing.genuine(spot.take(file), spot.events(ground.ledger.events, *names))
        except Edited as problem:
            told.append(f"{spot.path(file)}: {problem}")
            continue
        told += [] if current else [f"{spot.path(file)} is an older one than the log has"]
    changes = found.one(spot, "impl_changes_summary.md")
    if isinstance(changes, ImplChanges) and ground.base and ground.tree:
        changed = fingerprint.changed(ground.root, str(spot.top), ground.base, ground.tree)
        if changed is not None:
            named = {change.path.rstrip("/") for change in changes.changes}
            same = sorted(path for path in named if not any(f"{one}/".startswith(f"{path}/") for one in changed))
            told += [f"impl_changes_summary.md names {path}, which is as when the run began" for path in same]
    strategy = found.one(spot, "test_strategy.md")
    if isinstance(strategy, TestStrategy):
        written = {test.location for test in strategy.tests if test.state == "written" and test.kind != "manual"}
        gone = sorted(one for one in written if not os.path.lexists(spot.top / one.partition("::")[0]))
        told += [f"test_strategy.md calls {path} written, and there is no such file" for path in gone]
    return told
