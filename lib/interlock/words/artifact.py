"""Artifacts of runs, as far as the guard must know them by their names; ``shapes.artifacts.kinds`` has their
shapes, and a test holds both to the same."""

from interlock.words.contract import RUNS
from interlock.words.issue import is_issue

FLOWS = ("signal", "plan", "build", "review", "gate", "deploy", "wisdom")
INDEX = "index.json"
META = "run_meta.json"
_MADE = {"worklist.json": "interlock worklist", "verdicts.json": "interlock verdict"}
_WRITTEN = ("ac_status.json", "test_strategy.md", "impl_changes_summary.md")
_ENDS = ("_critique.md", "_handoff.md")
_RECEIPT = "_receipt.json"


def made_by(path: str) -> str:
    """The command that alone writes the file at ``path`` (from the checkout's top), "" for none."""
    parts = path.split("/")
    if parts[0] != RUNS:
        return ""
    if parts[1:] == [INDEX] or (len(parts) == 3 and parts[2] == META):
        return "interlock runs"
    name = _name(parts)
    return "interlock receipt" if name.endswith(_RECEIPT) else _MADE.get(name, "")


def has_shape(path: str) -> bool:
    """Whether the file at ``path`` can be validated: it has an artifact's name, be it in the wrong folder."""
    parts = path.split("/")
    name = parts[-1]
    known = name in _WRITTEN or name in _MADE or name in (INDEX, META) or name.endswith((*_ENDS, _RECEIPT))
    return parts[0] == RUNS and len(parts) > 1 and known


def receipt(path: str) -> tuple[str, str]:
    """(run, flow) of a receipt, ("", "") for what is none."""
    parts = path.split("/")
    found = parts[0] == RUNS and _name(parts).endswith(_RECEIPT) and is_issue(parts[1])
    return (parts[1], parts[2]) if found else ("", "")


def _name(parts: list[str]) -> str:
    """The name of a file in a flow's folder, else ""."""
    return parts[3] if len(parts) == 4 and parts[2] in FLOWS else ""
