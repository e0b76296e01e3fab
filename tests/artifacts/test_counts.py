"""Whatever is done to a run's artifacts, in whatever order: what is counted is what stands there.

The oracle keeps what it wrote as plain lists, writes the files by its own hand and counts by its own loops.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.share import examples

from interlock.artifacts.progress.run_files import RunFiles
from interlock.artifacts.receipts.counting import Needs, counts, gather
from interlock.artifacts.receipts.proving import Figures
from interlock.artifacts.runs.folder import Runs
from interlock.artifacts.spot import Spot
from interlock.words.faults import Fault

BUILD = ".runs/r1/build"
CRITIQUES = ["code_critique.md", "test_critique.md", "x_critique.md"]
SEVERITIES = ["critical", "major", "minor", "info"]
STANDINGS = ["pending", "in_progress", "done", "failed", "blocked"]
TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cn", "Co"], blacklist_characters="\ufeff"),
    min_size=1,
    max_size=12,
)
ITEM = st.tuples(st.sampled_from(SEVERITIES), TEXTS.filter(lambda text: text.strip() != ""))
TEST = st.tuples(
    st.sampled_from("ABC"), st.sampled_from(["unit", "manual"]), st.sampled_from(["planned", "written"])
)
NAMES = st.sampled_from(["critic", "implementer", "test-author", "my:own"])
STYLES = st.sampled_from(["flow", "block", "json"])
HARM = st.sampled_from([b"", b"\xff", b"---\n", b"{", b"[]", b"\n\n---\nx: *y\n---\n"])


def _report(key: str, items: list[dict[str, Any]], style: str, more: str = "") -> str:
    said = json.dumps
    if style == "flow":
        body = (
            f"{key}: ["
            + ", ".join("{" + ", ".join(f"{k}: {said(v)}" for k, v in one.items()) + "}" for one in items)
            + "]"
        )
    elif style == "json" or not items:
        body = f'"{key}": {said(items, indent=1)}'.replace("\n", "\n  ")
    else:
        rows = ["\n    ".join(f"{k}: {said(v)}" for k, v in one.items()) for one in items]
        body = f"{key}:\n" + "\n".join(f"  - {row}" for row in rows)
    text = "## What I did\nx\n## What's left\nx\n## Recommendation\nx\n"
    return f"---\nversion: 1\nrun_id: r1\n{more}{body}\n---\n{text}"


class Edits(RuleBasedStateMachine):
    """``model``: what each file says, None for one that can't be read."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.top = self.base / "top"
        (self.top / BUILD).mkdir(parents=True)
        self.runs = Runs(self.top, str(self.base / "state"))
        self.model: dict[str, Any] = {}
        self.known: dict[str, str] = {}
        self.clock = 1.0

    def teardown(self) -> None:
        shutil.rmtree(self.base)

    def _put(self, name: str, text: str, said: Any) -> None:
        (self.top / BUILD / name).write_text(text, encoding="utf-8")
        self.model[name] = said

    @rule(name=st.sampled_from(CRITIQUES), items=st.lists(ITEM, max_size=8), style=STYLES)
    def critic_writes(self, name: str, items: list[tuple[str, str]], style: str) -> None:
        rows = [
            {"id": f"C-{n}", "severity": kind, "location": f"src/a.py:{n + 1}", "issue": said}
            for n, (kind, said) in enumerate(items)
        ]
        self._put(name, _report("items", rows, style, "round: 1\n"), [kind for kind, _ in items])

    @rule(name=st.sampled_from(CRITIQUES), kind=st.sampled_from(SEVERITIES))
    def critic_adds(self, name: str, kind: str) -> None:
        """By hand: a line at the end of the list, or a new file."""
        said = self.model.get(name)
        file = self.top / BUILD / name
        if said and "\n---\n#" in file.read_text() and "items:\n" in file.read_text():
            new = f"  - {{id: N-{len(said)}, severity: {kind}, location: 'src/b.py:1', issue: x}}\n---\n#"
            self._put(name, file.read_text().replace("\n---\n#", f"\n{new}", 1), [*said, kind])

    @rule(tests=st.lists(TEST, max_size=8, unique_by=lambda test: test[:2]), style=STYLES)
    def author_writes(self, tests: list[tuple[str, str, str]], style: str) -> None:
        rows = [{"criterion": a, "kind": b, "location": "tests/a.py", "state": c} for a, b, c in tests]
        self._put("test_strategy.md", _report("tests", rows, style), [c for _, _, c in tests])

    @rule(paths=st.lists(st.sampled_from("abcdef"), max_size=6, unique=True), style=STYLES)
    def implementer_writes(self, paths: list[str], style: str) -> None:
        rows = [{"path": f"src/{path}.py", "what": path} for path in paths]
        self._put("impl_changes_summary.md", _report("changes", rows, style), paths)

    @rule(
        who=NAMES,
        said=st.dictionaries(st.sampled_from(["A", "B", "C"]), st.sampled_from(STANDINGS)),
        wide=st.booleans(),
    )
    def somebody_writes_a_section(self, who: str, said: dict[str, str], wide: bool) -> None:
        sections = {**(self.model.get("ac_status.json") or {}), who: said}
        shown = {one: {key: {"status": word} for key, word in each.items()} for one, each in sections.items()}
        value = {"version": 1, "run_id": "r1", "sections": shown}
        self._put("ac_status.json", json.dumps(value, indent=2 if wide else None), sections)

    @rule(data=st.data(), harm=HARM)
    def somebody_breaks_a_file(self, data: st.DataObject, harm: bytes) -> None:
        if names := sorted(self.model):
            name = data.draw(st.sampled_from(names))
            (self.top / BUILD / name).write_bytes(harm)
            self.model[name] = None

    @rule(data=st.data())
    def somebody_deletes_a_file(self, data: st.DataObject) -> None:
        if names := sorted(self.model):
            name = data.draw(st.sampled_from(names))
            (self.top / BUILD / name).unlink()
            del self.model[name]

    @rule(run=st.sampled_from(["r1", "r2", "r3"]))
    def start(self, run: str) -> None:
        self.clock += 1
        self.runs.start(run, "x", "", "h|s|main", "", self.clock)
        self.known.setdefault(run, "open")

    @rule(run=st.sampled_from(["r1", "r2", "r3"]))
    def close(self, run: str) -> None:
        self.clock += 1
        try:
            self.runs.close(run, self.clock)
        except Fault:
            assert run not in self.known
        else:
            self.known[run] = "closed"

    @rule(harm=HARM)
    def somebody_breaks_the_index(self, harm: bytes) -> None:
        (self.top / ".runs/index.json").write_bytes(harm)

    @invariant()
    def the_index_is_what_there_is(self) -> None:
        """Made again, it has each run once, as it is; so does the file."""
        index = self.top / ".runs/index.json"
        before = index.read_bytes() if index.exists() else None
        try:
            self.runs.rebuild()
        except Fault:  # it is no index of ours, and stays
            assert index.read_bytes() == before
            index.unlink()
            self.runs.rebuild()
        said = json.loads(index.read_text())
        assert {one["run_id"]: one["state"] for one in said["runs"]} == self.known
        assert len(said["runs"]) == len(self.known)

    @invariant()
    def figures_are_a_recount(self) -> None:
        """Every figure is what the oracle counts; null for what can't be read."""
        spot = Spot(self.top, "r1", "build", 0.0)
        found = counts(spot, gather(spot, Needs()), Figures(None, None, None)).model_dump()
        wanted = dict.fromkeys(found)
        critiques = [self.model[name] for name in CRITIQUES if name in self.model]
        if critiques and None not in critiques:
            for kind in SEVERITIES:
                wanted[f"findings_{kind}"] = sum([one == kind for said in critiques for one in said])
        if (tests := self.model.get("test_strategy.md")) is not None:
            wanted["tests_planned"] = len(tests)
            wanted["tests_written"] = len([one for one in tests if one == "written"])
        if (paths := self.model.get("impl_changes_summary.md")) is not None:
            wanted["files_changed"] = len(paths)
        if (sections := self.model.get("ac_status.json")) is not None:
            criteria = {key for section in sections.values() for key in section}
            undone = {key for section in sections.values() for key in section if section[key] != "done"}
            wanted["criteria"], wanted["criteria_done"] = len(criteria), len(criteria - undone)
        assert found == wanted

    @invariant()
    def good_and_bad_are_told_apart(self) -> None:
        """What can't be read has a flaw, all else has none."""
        board = RunFiles(self.top, "r1")
        for name, said in self.model.items():
            assert board.good(f"{BUILD}/{name}") is (said is not None)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=examples(60), stateful_step_count=20)
