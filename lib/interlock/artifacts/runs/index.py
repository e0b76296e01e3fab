"""`.runs/index.json`: made again from the runs' own files, for readers in a hurry; what is no such index stays."""

from __future__ import annotations

from pathlib import Path

from interlock.artifacts import files
from interlock.artifacts.flaw import Flaw, Gone, Unfit
from interlock.artifacts.made_files import written
from interlock.artifacts.reading.artifact import parse
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.runs import Entry, Index, RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault

INDEX = f"{RUNS}/index.json"


def of(runs: list[RunMeta]) -> Index:
    """What the index of these runs should hold."""
    shared = ("run_id", "title", "issue", "state", "started")
    entries = [Entry(**{name: getattr(meta, name) for name in shared}) for meta in runs]
    return Index(version=1, runs=entries)


def write(top: Path, runs: list[RunMeta]) -> Index:
    """Writes it, if it is not what the runs say. Call it under the lock. Raises Fault."""
    index = of(runs)
    raw = written(index)
    if flaw := foreign(top):
        raise Fault(str(flaw))
    try:
        same = files.take(top, INDEX) == raw
    except Unfit:
        same = False
    if not same:
        try:
            files.put(top, INDEX, raw)
        except Unfit as problem:
            raise Fault(str(problem.flaw(INDEX))) from None
    return index


def foreign(top: Path) -> Flaw | None:
    """What is said of an index that `interlock runs` did not make: it is somebody's, and stays."""
    kind = kind_of(INDEX)
    assert kind is not None
    try:
        flaws = parse(files.take(top, INDEX), INDEX, kind)[1]
    except Gone:
        return None
    except Unfit as problem:
        return problem.flaw(INDEX)
    if not flaws:
        return None
    what = f"it is not as `interlock runs` makes it ({flaws[0].what}), so it stays as it is"
    return Flaw(INDEX, flaws[0].line, what, "move it away; the next run that is started or closed makes one")
