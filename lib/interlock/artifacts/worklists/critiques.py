"""The critiques of a flow, as its worklist takes them in."""

from __future__ import annotations

from interlock.artifacts import files, made_files
from interlock.artifacts.flaw import Flaw, Unfit, odd
from interlock.artifacts.reading.artifact import parse
from interlock.artifacts.spot import Spot
from interlock.artifacts.worklists.news import Look
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.reports import Critique
from interlock.words.contract import RUNS
from interlock.words.faults import Unreadable

CRITIQUE = "_critique.md"


def looks(spot: Spot) -> tuple[list[Look], list[Flaw]]:
    """The flow's critiques, and what is wrong with those that can't be read."""
    found: list[Look] = []
    flaws: list[Flaw] = []
    folder = f"{RUNS}/{spot.run}/{spot.flow}"
    try:
        names = files.names(spot.top, folder)
    except Unfit as problem:
        raise Unreadable(str(problem.flaw(folder))) from None
    for name in [name for name, _ in names if name.endswith(CRITIQUE)]:
        path = spot.path(name)
        kind = kind_of(path)
        assert kind is not None
        if not name.isprintable():
            flaws.append(odd(path))
            continue
        try:
            raw = files.take(spot.top, path)
            value, wrong = parse(raw, path, kind)
        except Unfit as problem:
            value, wrong, raw = None, [problem.flaw(path)], b""
        flaws += wrong
        if isinstance(value, Critique) and value.run_id == spot.run:  # its body may lack a heading
            found.append(Look(path, made_files.digest(raw), value))
    return found, flaws
