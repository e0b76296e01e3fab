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
    """``file``: where it lies. ``front``: the shape is that of the front matter of Markdown, else of the whole
    JSON file. ``made_by``: the command that alone writes it, "" for what agents and people write."""

    name: str
    file: str
    shape: type[Shape]
    front: bool = False
    made_by: str = ""


_IN = ".runs/RUN/FLOW/"
_INDEX = Kind("index", ".runs/index.json", Index, made_by="interlock runs")
_META = Kind("run_meta", ".runs/RUN/run_meta.json", RunMeta, made_by="interlock runs")
_BY_NAME = {
    "ac_status.json": Kind("ac_status", f"{_IN}ac_status.json", AcStatus),
    "worklist.json": Kind("worklist", f"{_IN}worklist.json", Worklist, made_by="interlock worklist"),
    "verdicts.json": Kind("verdicts", f"{_IN}verdicts.json", Verdicts, made_by="interlock verdict"),
    "test_strategy.md": Kind("test_strategy", f"{_IN}test_strategy.md", TestStrategy, front=True),
    "impl_changes_summary.md": Kind("impl_changes", f"{_IN}impl_changes_summary.md", ImplChanges, front=True),
}
_BY_END = {
    "_critique.md": Kind("critique", f"{_IN}NAME_critique.md", Critique, front=True),
    "_handoff.md": Kind("handoff", f"{_IN}NAME_handoff.md", Handoff, front=True),
    "_receipt.json": Kind("receipt", f"{_IN}FLOW_receipt.json", Receipt, made_by="interlock receipt"),
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
