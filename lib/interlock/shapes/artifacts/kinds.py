"""Which file of a run has which shape."""

from __future__ import annotations

from typing import NamedTuple

from interlock.shapes.artifacts.base import FLOWS, Shape
from interlock.shapes.artifacts.made import Receipt, Verdicts, Worklist
from interlock.shapes.artifacts.reports import Critique, Handoff, ImplChanges, TestStrategy
from interlock.shapes.artifacts.runs import Index, RunMeta
from interlock.shapes.artifacts.status import AcStatus
from interlock.words.contract import RUNS


class Kind(NamedTuple):
    """``front``: the shape is that of the front matter of Markdown, else of the whole JSON file. ``made_by``: the
    command that alone writes it, "" for what agents and people write."""

    name: str
    shape: type[Shape]
    front: bool = False
    made_by: str = ""


_INDEX = Kind("index", Index, made_by="interlock runs")
_META = Kind("run_meta", RunMeta, made_by="interlock runs")
_BY_NAME = {
    "ac_status.json": Kind("ac_status", AcStatus),
    "worklist.json": Kind("worklist", Worklist, made_by="interlock worklist"),
    "verdicts.json": Kind("verdicts", Verdicts, made_by="interlock verdict"),
    "test_strategy.md": Kind("test_strategy", TestStrategy, front=True),
    "impl_changes_summary.md": Kind("impl_changes", ImplChanges, front=True),
}
_BY_END = {
    "_critique.md": Kind("critique", Critique, front=True),
    "_handoff.md": Kind("handoff", Handoff, front=True),
    "_receipt.json": Kind("receipt", Receipt, made_by="interlock receipt"),
}
KINDS = (_INDEX, _META, *_BY_NAME.values(), *_BY_END.values())


def kind_of(path: str) -> Kind | None:
    """The kind of the file at ``path``, from the checkout's top; None for what has no shape (requirements.md)."""
    parts = path.split("/")
    if parts[0] != RUNS:
        return None
    if parts[1:] == ["index.json"]:
        return _INDEX
    if len(parts) == 3 and parts[2] == "run_meta.json":
        return _META
    if len(parts) != 4 or parts[2] not in FLOWS:
        return None
    if found := _BY_NAME.get(parts[3]):
        return found
    return next((kind for end, kind in _BY_END.items() if parts[3].endswith(end)), None)
