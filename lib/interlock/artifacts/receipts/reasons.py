"""Why a receipt is not VERIFIED, by what is to be done about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from interlock.artifacts import reported, settled
from interlock.artifacts.flaw import few
from interlock.artifacts.log_events import RULED
from interlock.artifacts.made_files import Edited
from interlock.artifacts.receipts import authors
from interlock.artifacts.receipts.counting import Gathered
from interlock.artifacts.receipts.proving import Proved
from interlock.artifacts.spot import Spot
from interlock.artifacts.verdicts import rulings
from interlock.artifacts.worklists.fold import EVENTS, NAME
from interlock.runs import fingerprint
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.reports import Critique, ImplChanges, TestStrategy
from interlock.shapes.artifacts.status import AcStatus

if TYPE_CHECKING:
    from interlock.artifacts.receipts.composing import Ground

VERDICTS = "verdicts.json"
_MADE = {NAME: EVENTS, VERDICTS: (RULED,)}
STRATEGY, CHANGES, STATUS = "test_strategy.md", "impl_changes_summary.md", "ac_status.json"


class Reasons(NamedTuple):
    """Sentences. ``environment``: what it takes to judge is not known; ``bounce``: to who made it; ``rerun``:
    something is to be made or run again; ``false``: what is claimed and not so."""

    environment: list[str]
    bounce: list[str]
    rerun: list[str]
    false: list[str]


def judge(ground: Ground, proved: Proved) -> Reasons:
    """All that speaks against it."""
    why, found = Reasons([], [], [], []), ground.found
    if ground.needs.unknown:
        why.environment.append(f"what this flow needs is not known: {ground.needs.unknown}")
    if not ground.tree:
        why.environment.append(f"what stands in the checkout can't be told: {ground.problem or 'no tree'}")
    why.bounce.extend(str(flaw) for flaw in found.flaws[:20])
    why.bounce.extend(proved.failed)
    why.rerun.extend(proved.missing if ground.tree else [])
    _tests(ground, proved, why)
    _criteria(ground, why)
    why.bounce.extend(_open(ground.spot, found))
    for block in rulings.standing(ground.rulings, ground.spot.checkout, ground.contracts.tests):
        if block.run == ground.spot.run:
            why.bounce.append(f"a BLOCK stands on {', '.join(block.paths[:5])}: {block.reason[:200]}")
    why.false.extend([ground.doubt] if ground.doubt else [])
    why.false.extend(_claims(ground, found))
    _authors(ground, why)
    if not (why.environment or why.bounce or why.false or found.missing):
        why.rerun.extend(ground.noted.due)  # else who is due is so by these
    return why


def named(spot: Spot, found: Gathered) -> list[str] | None:
    """The files that the flow's reports name, from the checkout's top: what its receipt is about. None where no
    report names files."""
    changes, strategy = found.one(spot, CHANGES), found.one(spot, STRATEGY)
    if not isinstance(changes, ImplChanges) and not isinstance(strategy, TestStrategy):
        return None
    return sorted({*reported.named(changes), *reported.named(strategy)})


def _tests(ground: Ground, proved: Proved, why: Reasons) -> None:
    """Tests that failed, that nobody wrote, of which nothing is known."""
    spot, found = ground.spot, ground.found
    if proved.tests.failed and not proved.failed:
        why.bounce.append(f"{proved.tests.failed} tests failed in the run on this tree that counts")
    strategy = found.one(spot, STRATEGY)
    tests = strategy.tests if isinstance(strategy, TestStrategy) else []
    if planned := sorted({test.location for test in tests if test.state == "planned"}):
        why.bounce.append(f"{STRATEGY}: only planned, not written: {few(planned)}")
    by_hand = bool(tests) and all(test.kind == "manual" for test in tests)
    if proved.unknown and not proved.missing and ground.tree and changes_code(ground) and not by_hand:
        why.rerun.append(proved.unknown)


def changes_code(ground: Ground) -> bool:
    """Whether the flow is one in which source or tests are made: a flow of plans runs none."""
    known = {*ground.found.digests, *ground.needs.needed}
    return bool(known & {ground.spot.path(STRATEGY), ground.spot.path(CHANGES)})


def _criteria(ground: Ground, why: Reasons) -> None:
    """Criteria that are not done by all who name them, and those that have tests or changes and no standing."""
    spot, found = ground.spot, ground.found
    status = found.one(spot, STATUS)
    if not isinstance(status, AcStatus):
        shared = any(one.shares_in(spot.path(STATUS)) for one in ground.contracts.all)
        if shared and spot.path(STATUS) not in found.digests and changes_code(ground):
            why.rerun.append(f"{spot.path(STATUS)} is not there: which criteria are done is not known")
        return
    left: dict[str, list[str]] = {}
    for agent, section in status.sections.items():
        for criterion, standing in section.items():
            said = [] if standing.status == "done" else [f"{standing.status} by {agent}"]
            left.setdefault(criterion, []).extend(said)
    for criterion in _asked(spot, found):
        left.setdefault(criterion, ["named by no section"])
    told = [f"{criterion} is {', '.join(said)}" for criterion, said in left.items() if said]
    why.bounce.extend([f"{STATUS}: {few(told)}"] if told else [])
    if not left and changes_code(ground):
        why.rerun.append(f"{STATUS} names no criterion: which are done is not known")


def _asked(spot: Spot, found: Gathered) -> list[str]:
    """The criteria that requirements and reports speak of."""
    changes, strategy = found.one(spot, CHANGES), found.one(spot, STRATEGY)
    asked = [test.criterion for test in strategy.tests] if isinstance(strategy, TestStrategy) else []
    if isinstance(changes, ImplChanges):
        asked += [criterion for change in changes.changes for criterion in change.criteria]
    return sorted({*found.criteria, *asked})


def _authors(ground: Ground, why: Reasons) -> None:
    """Reports, source and tests that another wrote than who is to, and what nobody reports."""
    noted, contracts = ground.noted, ground.contracts
    for path, author in noted.authors.items():
        if told := authors.strange(path, author, contracts, noted.sections.get(path, ())):
            (why.false if authors.is_anothers(author, contracts) else why.rerun).append(told)
    why.bounce.extend(authors.strayed(path, author, contracts) for path, author in noted.strays.items())
    why.bounce.extend(noted.unnamed)


def _open(spot: Spot, found: Gathered) -> list[str]:
    """What the worklist still has, and findings that never came onto it."""
    worklist = found.one(spot, NAME)
    items = worklist.items if isinstance(worklist, Worklist) else []
    told = []
    for path, value in found.values.items():
        if isinstance(value, Critique) and path.startswith(spot.path("")):
            mine = [item.id for item in items if item.source == path]
            lost = [one.id for one in value.items if not any(f".{name}".endswith(f".{one.id}") for name in mine)]
            told += [f"{path}: {few(lost)} not on the worklist: `interlock worklist sync`"] if lost else []
    if isinstance(worklist, Worklist) and (left := worklist.open()):
        shown = ", ".join(item.id for item in left[:8])
        told.append(f"the worklist has {len(left)} open: {shown}{' (stuck)' if worklist.stuck else ''}")
    return told


def _claims(ground: Ground, found: Gathered) -> list[str]:
    """What artifacts claim and the checkout, or the log, does not bear out."""
    spot, told = ground.spot, []
    for path in found.digests:
        file = path.rpartition("/")[2]
        place = spot.beside(path)
        if place is None or file not in _MADE:
            continue
        try:
            current = settled.genuine(ground.root, place, file, ground.ledger.events, _MADE[file])
        except Edited as problem:
            told.append(f"{path}: {problem}")
            continue
        told += [] if current else [f"{path} is an older one than the log has"]
    changes = found.one(spot, CHANGES)
    if isinstance(changes, ImplChanges) and ground.base and ground.tree:
        changed = fingerprint.changed(ground.root, str(spot.top), ground.base, ground.tree)
        if changed is not None:
            paths = {change.path.rstrip("/") for change in changes.changes}
            same = sorted(path for path in paths if not any(f"{one}/".startswith(f"{path}/") for one in changed))
            told += [f"{CHANGES} names {path}, which is as when the run began" for path in same]
    strategy = found.one(spot, STRATEGY)
    if isinstance(strategy, TestStrategy):
        written = {test.file for test in strategy.tests if test.state == "written" and test.kind != "manual"}
        gone = sorted(one for one in written if not os.path.lexists(spot.top / one))
        told += [f"{STRATEGY} calls {path} written, and there is no such file" for path in gone]
    return told
