"""Counts: whatever is edited, in whatever order, they are what a recount by other means gives."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.artifacts.receipts.counting import Needs, counts, gather
from interlock.artifacts.receipts.proving import Figures
from interlock.artifacts.spot import Spot
from interlock.words.contract import Contract

FLOW = ".runs/r1/build"
BODY = "\n## What I did\nx\n## What's left\nx\n## Recommendation\nx\n"
STATES = ("pending", "in_progress", "fixed", "wontfix")
SEVERITIES = ("critical", "major", "minor", "info")
IDS = st.lists(st.sampled_from(["A", "B", "C-1", "d.4"]), unique=True, max_size=4)
Edit = tuple[str, str | None]
"""The name of a file and its new content; None takes it away."""


def _front(data: dict[str, Any]) -> str:
    return f"---\n{yaml.safe_dump({'version': 1, 'run_id': 'r1', **data})}---{BODY}"


@st.composite
def critiques(draw: st.DrawFn) -> Edit:
    items = [
        {"id": one, "severity": draw(st.sampled_from(SEVERITIES)), "location": "a.py:3", "issue": "x"}
        for one in draw(IDS)
    ]
    name = draw(st.sampled_from(["code_critique.md", "test_critique.md"]))
    return name, _front({"round": draw(st.integers(1, 5)), "items": items})


@st.composite
def strategies(draw: st.DrawFn) -> Edit:
    tests = [
        {
            "criterion": one,
            "kind": "unit",
            "location": "t.py",
            "state": draw(st.sampled_from(["planned", "written"])),
        }
        for one in draw(IDS)
    ]
    return "test_strategy.md", _front({"tests": tests})


@st.composite
def changes(draw: st.DrawFn) -> Edit:
    paths = draw(st.lists(st.sampled_from(["a.py", "b.py", "c/d.py"]), unique=True))
    return "impl_changes_summary.md", _front({"changes": [{"path": one, "what": "x"} for one in paths]})


@st.composite
def statuses(draw: st.DrawFn) -> Edit:
    said = st.sampled_from(["pending", "in_progress", "done", "failed", "blocked"])
    sections = {
        agent: {one: {"status": draw(said)} for one in draw(IDS)}
        for agent in draw(st.lists(st.sampled_from(["critic", "implementer"]), unique=True))
    }
    return "ac_status.json", json.dumps({"version": 1, "run_id": "r1", "sections": sections})


@st.composite
def worklists(draw: st.DrawFn) -> Edit:
    shared = {"source": f"{FLOW}/code_critique.md", "severity": "major", "location": "a.py:1", "issue": "x"}
    items = [
        {**shared, "id": one, "status": draw(st.sampled_from(STATES)), "by": "h|s|m", "agent_type": "", "at": 1.0}
        for one in draw(IDS)
    ]
    rest: dict[str, Any] = {
        "flow": "build",
        "issue_id": None,
        "rounds": [],
        "moves": 0,
        "since": 0,
        "handed": False,
    }
    return "worklist.json", json.dumps({"version": 1, "run_id": "r1", "items": items, **rest})


NAMES = ["code_critique.md", "test_critique.md", "test_strategy.md", "impl_changes_summary.md", "ac_status.json",
         "worklist.json"]  # fmt: skip
SPOILT = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(["", "---\nversion: 1\n", "{}", "\0", '{"version": 2}', None])
)
EDITS = st.one_of(critiques(), strategies(), changes(), statuses(), worklists(), SPOILT)


def recount(folder: Path) -> dict[str, int | None]:
    """The figures by plain YAML and JSON. Of what the tests write, only what they spoilt lacks a part."""

    def load(name: str) -> dict[str, Any] | None:
        file = folder / name
        if not file.exists():
            return None
        text = file.read_text()
        try:
            found = json.loads(text) if name.endswith(".json") else yaml.safe_load(text.split("---")[1])
        except (ValueError, IndexError, yaml.YAMLError):
            return None
        return found if isinstance(found, dict) and len(found) > 2 else None

    said: dict[str, int | None] = {}
    strategy, summary, status, listed = map(load, NAMES[2:])
    said["tests_planned"] = len(strategy["tests"]) if strategy else None
    said["tests_written"] = Counter(t["state"] for t in strategy["tests"])["written"] if strategy else None
    said["files_changed"] = len({c["path"] for c in summary["changes"]}) if summary else None
    rows = (
        [(one, how["status"]) for part in status["sections"].values() for one, how in part.items()]
        if status
        else []
    )
    said["criteria"] = len({one for one, _ in rows}) if status else None
    undone = {one for one, how in rows if how != "done"}
    said["criteria_done"] = len({one for one, _ in rows} - undone) if status else None
    by = Counter(item["status"] for item in listed["items"]) if listed else Counter()
    said |= {f"items_{state}": by[state] if listed else None for state in STATES}
    there = [name for name in NAMES[:2] if (folder / name).exists()]
    read = [found for name in there if (found := load(name))]
    found = Counter(item["severity"] for critique in read for item in critique["items"])
    known = bool(there) and len(read) == len(there)
    return said | {f"findings_{one}": found[one] if known else None for one in SEVERITIES}


@settings(max_examples=120)
@given(st.lists(EDITS, max_size=12))
def test_any_edits_leave_counts_equal_to_a_recount(tmp_path_factory: Any, edits: list[Edit]) -> None:
    """After each of any sequence of edits every count is what a recount by other means gives; unknown is null."""
    top = tmp_path_factory.mktemp("flow")
    folder = top / FLOW
    folder.mkdir(parents=True)
    spot = Spot(top, "r1", "build", 0.0)
    try:
        for name, text in edits:
            if text is None:
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / name).write_text(text)
            made = counts(spot, gather(spot, Needs()), Figures(7, None, 0)).model_dump()
            tests = {name: made.pop(name) for name in ("tests_passed", "tests_failed", "tests_skipped")}
            assert made == recount(folder)
            assert tests == {"tests_passed": 7, "tests_failed": None, "tests_skipped": 0}
    finally:
        shutil.rmtree(top)


def test_what_a_maker_needs() -> None:
    """The contract's paths are those of the run, what may be missing with the rest."""
    contract = Contract(
        "cleanup", "x.md", inputs=(".runs/{run}/build/a.md", ".runs/{run}/build/b.md"),
        needed=(".runs/{run}/build/a.md",), outputs=(".runs/{run}/build/build_receipt.json",),
    )  # fmt: skip
    needs = Needs.of(contract, "r7")
    assert needs.needed == (".runs/r7/build/a.md",)
    assert needs.reads == (".runs/r7/build/a.md", ".runs/r7/build/b.md")
    assert needs.makes == (".runs/r7/build/build_receipt.json",)


def test_what_is_read_from_elsewhere(tmp_path: Path) -> None:
    """What the maker reads of other flows is sealed, too; what it makes itself is not, nor what has no shape."""
    for name in (".runs/r1/signal/requirements.md", f"{FLOW}/notes.md", f"{FLOW}/cleanup_handoff.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    needs = Needs(
        (".runs/r1/signal/requirements.md",), (".runs/r1/signal/requirements.md",), (f"{FLOW}/cleanup_handoff.md",)
    )
    found = gather(Spot(tmp_path, "r1", "build", 0.0), needs)
    assert (list(found.digests), found.missing, found.flaws) == ([".runs/r1/signal/requirements.md"], [], [])
