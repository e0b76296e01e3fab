"""What agents of a run wrote and no report of theirs names: nobody judges what nobody knows of."""

from __future__ import annotations

from typing import NamedTuple

from interlock.artifacts.receipts import authors
from interlock.artifacts.receipts.writers import Writers
from interlock.doors.contracts import Contracts
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.reports import ImplChanges
from interlock.words.contract import RUN, RUNS, Contract
from interlock.words.pattern import ignored

_MOST = 20


class Unnamed(NamedTuple):
    """Sentences. ``of_run``: on files whose writers work in this run, and report each file that they change;
    ``others``: on those of which that is not known."""

    of_run: list[str]
    others: list[str]


def unnamed(
    writers: Writers, run: str, started: float, changed: list[str], named: list[str], contracts: Contracts,
    neutral: tuple[str, ...],
) -> Unnamed:  # fmt: skip
    """Of the files that have ``changed`` since the run began (``started``) those that an agent with a contract was
    seen to write, as its own, and that are not ``named``."""
    found = Unnamed([], [])
    for path in changed:
        if any(f"{path}/".startswith(f"{one}/") for one in named) or ignored(path, list(neutral)):
            continue
        author = writers.author(path)
        contract = contracts.of(author.kind) if author.kind else None
        if contract is None or contract.fault or path.split("/")[0] == RUNS:
            continue
        if writers.at(path) < started or not contract.may_write(path, contracts.tests):
            continue
        runs = writers.runs_of(author)
        if runs and run not in runs:
            continue  # another run's
        report = _report(contract, run)
        who = authors.called(author)
        if runs == {run} and report:
            name = report.rpartition("/")[2]
            found.of_run.append(f"{path} was written by {who}, and {name} does not name it: name it, or undo it")
        else:
            found.others.append(f"{path} was written by {who}, and no report names it")
    return Unnamed(found.of_run[:_MOST], found.others[:_MOST])


def _report(contract: Contract, run: str) -> str:
    """Where the agent reports every file that it changes, "" where it does not."""
    for path in contract.outputs:
        kind = kind_of(path.replace(RUN, run))
        if kind is not None and kind.shape is ImplChanges:
            return path.replace(RUN, run)
    return ""
