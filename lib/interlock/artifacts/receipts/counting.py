"""The figures of a flow, from what lies in its folder. Nobody's word: each is counted from an artifact's items."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from interlock.artifacts import files, made_files
from interlock.artifacts.flaw import Flaw, Unfit, odd
from interlock.artifacts.reading.artifact import parse
from interlock.artifacts.receipts.proving import Figures
from interlock.artifacts.spot import Spot
from interlock.shapes.artifacts.base import Severity, Shape
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.made import Counts, Worklist
from interlock.shapes.artifacts.reports import Critique, ImplChanges, TestStrategy
from interlock.shapes.artifacts.status import AcStatus
from interlock.words.contract import RUN, RUNS, Contract

REQUIREMENTS = "signal/requirements.md"
_STATES = ("pending", "in_progress", "fixed", "wontfix")
_CRITERION = re.compile(r"(?<![A-Za-z0-9._-])AC-[A-Za-z0-9]{1,36}(?:[._-](?!AC-)[A-Za-z0-9]{1,36})*")


class Needs(NamedTuple):
    """What the maker of a flow's receipt reads and makes, from the checkout's top. ``unknown``: why that is not
    known, "" where it is."""

    needed: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    unknown: str = ""

    @classmethod
    def of(cls, contract: Contract, run: str) -> Needs:
        """Those of the contract's agent in that run."""

        def here(paths: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(path.replace(RUN, run) for path in paths)

        return cls(here(contract.needed), here(contract.inputs + contract.given), here(contract.outputs))


class Gathered(NamedTuple):
    """The flow's artifacts, the run's requirements and what the flow's maker reads: digests by path, those in
    their shape, flaws, and what is missing. ``criteria``: those that the requirements name."""

    digests: dict[str, str]
    values: dict[str, Shape]
    flaws: list[Flaw]
    missing: list[str]
    criteria: list[str]

    def one(self, spot: Spot, name: str) -> Shape | None:
        """The artifact of that name in the flow."""
        return self.values.get(spot.path(name))


def gather(spot: Spot, needs: Needs) -> Gathered:
    """Reads them all. What the maker itself makes is left out: it comes after."""
    folder = f"{RUNS}/{spot.run}/{spot.flow}"
    flaws: list[Flaw] = []
    try:
        names = [f"{folder}/{name}" for name, is_folder in files.names(spot.top, folder) if not is_folder]
    except Unfit as problem:
        names = []
        flaws.append(problem.flaw(folder))
    asked = f"{RUNS}/{spot.run}/{REQUIREMENTS}"
    there = [path for path in (asked, *needs.reads) if os.path.lexists(spot.top / path)]
    mine = {*needs.makes, spot.path(f"{spot.flow}_receipt.json")}
    known = {path for path in names if kind_of(path)} - mine
    digests, values = {}, {}
    criteria: list[str] = []
    for path in sorted({*known, *there}):
        kind = kind_of(path)
        if not path.isprintable():
            flaws.append(odd(path))
            continue
        try:
            raw = files.take(spot.top, path)
        except Unfit as problem:
            flaws.append(problem.flaw(path))
            continue
        digests[path] = made_files.digest(raw)
        if path == asked:
            criteria = named(raw.decode("utf-8", "replace"))
        value, wrong = parse(raw, path, kind) if kind else (None, [])
        flaws += wrong
        if value is not None and not wrong:
            values[path] = value
    missing = [path for path in needs.needed if not os.path.lexists(spot.top / path)]
    return Gathered(digests, values, flaws, missing, criteria)


def named(text: str) -> list[str]:
    """The criteria that the text names, each once: `AC-1`, `AC-login`, `AC-2.1`."""
    return list(dict.fromkeys(_CRITERION.findall(text)))


def counts(spot: Spot, found: Gathered, tests: Figures) -> Counts:
    """All figures; null where what they are counted from is not there, or can't be read."""
    figures: dict[str, int | None] = dict.fromkeys(Counts.model_fields)
    figures |= {"tests_passed": tests.passed, "tests_failed": tests.failed, "tests_skipped": tests.skipped}
    strategy = found.one(spot, "test_strategy.md")
    if isinstance(strategy, TestStrategy):
        figures["tests_planned"] = len(strategy.tests)
        figures["tests_written"] = sum(test.state == "written" for test in strategy.tests)
    changes = found.one(spot, "impl_changes_summary.md")
    if isinstance(changes, ImplChanges):
        figures["files_changed"] = len({change.path for change in changes.changes})
    status = found.one(spot, "ac_status.json")
    if isinstance(status, AcStatus):
        known = {criterion for section in status.sections.values() for criterion in section}
        figures["criteria"] = len(known | set(found.criteria))
        figures["criteria_done"] = status.counts()["done"]
    worklist = found.one(spot, "worklist.json")
    if isinstance(worklist, Worklist):
        figures |= {f"items_{state}": sum(i.status == state for i in worklist.items) for state in _STATES}
    return Counts.model_validate({**figures, **_findings(spot, found)})


def _findings(spot: Spot, found: Gathered) -> dict[str, int | None]:
    """Findings by severity, over all critiques; none known where one of them can't be read."""
    folder = spot.path("")
    paths = [path for path in found.digests if path.startswith(folder) and path.endswith("_critique.md")]
    critiques = [value for path in paths if isinstance(value := found.values.get(path), Critique)]
    if not paths or len(critiques) < len(paths):
        return {f"findings_{kind.value}": None for kind in Severity}
    each = [critique.counts() for critique in critiques]
    return {f"findings_{kind.value}": sum(one[kind.value] for one in each) for kind in Severity}
