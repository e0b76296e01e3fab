"""A repository with a run in it whose agents have contracts, and the commands as they type them."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from tests.gate.ground import Ground as Gated
from tests.gate.ground import owner

from interlock.doors import blocks, content, keys
from interlock.doors.blocks import Block
from interlock.leases.records import OwnerRow
from interlock.shapes.artifacts.made import Receipt, Worklist

AGENTS = Path(__file__).parents[2] / "agents"
ISSUE = "12"
MAKERS = {
    "test_strategy.md": "test-author", "impl_changes_summary.md": "implementer", "code_critique.md": "critic",
    "test_critique.md": "test-critic", "ac_status.json": "critic",
}  # fmt: skip
FOUND = (("C-1", "major", "a is wrong"), ("C-2", "minor", "a is ugly"))
STRATEGY = """---
version: 1
run_id: r1
tests:
  - {criterion: AC-1, kind: unit, location: tests/test_a.py, state: written}
  - {criterion: AC-2, kind: property, location: tests/test_b.py, state: written}
---
## What I did
It.
## What's left
Nothing.
## Recommendation
PROCEED
"""
CHANGES = """---
version: 1
run_id: r1
changes:
  - {path: src/a.py, what: "a is 2", criteria: [AC-1]}
---
## What I did
It.
## What's left
Nothing.
## Recommendation
PROCEED
"""


def critique(*findings: tuple[str, str, str], number: int = 1) -> str:
    """A critique's text; each finding is (id, severity, issue)."""
    items = [
        f'  - {{id: {name}, severity: {severity}, location: "src/a.py:1", issue: "{issue}"}}'
        for name, severity, issue in findings
    ]
    listed = "\n".join(["items:", *items]) if items else "items: []"
    headings = "## What I found\nIt.\n## What's left\nNothing.\n## Recommendation\nBOUNCE\n"
    return f"---\nversion: 1\nrun_id: r1\nround: {number}\n{listed}\n---\n{headings}"


class Sealed(Gated):
    """The gate's ground with the pack's agents, and an open run ``r1`` of issue 12."""

    def __init__(self, base: Path, gate: str = 'required = ["pytest -q"]') -> None:
        super().__init__(base, gate)
        self._looks = 1  # of the critic
        shutil.copytree(AGENTS, self.repo / ".claude" / "agents")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "agents")
        started = self.interlock("runs", "start", "r1", "--title", "a run", "--issue", ISSUE)
        assert started.returncode == 0, started.stderr

    def artifact(self, name: str, text: str, flow: str = "build", by: str = "") -> Path:
        """Written by an agent of the type that makes it, or of the type ``by``, as hooks note it."""
        self.write(f".runs/r1/{flow}/{name}", text)
        file = self.repo / f".runs/r1/{flow}/{name}"
        if kind := by or MAKERS.get(name, ""):
            self.noted(file, kind)
        return file

    def noted(self, file: Path, kind: str) -> None:
        """Hooks saw an agent of that type ("" for a main agent) write the file as it is."""
        look = content.look(str(file), time.time())
        key = keys.resources(str(file), "/", "/")[0].key
        by = owner(f"alpha/{kind}-1" if kind else "alpha")
        with self.store().transaction() as tx:
            tx.run("wrote_put", key=key, owner=by, kind=kind, digest=look.digest, at=tx.now, wall=time.time())

    def built(self, tested: bool = True) -> None:
        """All that a build flow leaves before its receipt: one finding mended and looked at again, one settled."""
        self.write("src/a.py", "a = 2\n")
        self.write("tests/test_a.py", "def test_a(): pass\n")
        self.write("tests/test_b.py", "def test_b(): pass\n")
        self.noted(self.artifact("requirements.md", "# AC-1, AC-2\n", "signal"), "")
        self.artifact("test_strategy.md", STRATEGY)
        self.artifact("impl_changes_summary.md", CHANGES)
        self.artifact("code_critique.md", critique(*FOUND))
        status = {
            "version": 1, "run_id": "r1",
            "sections": {
                "implementer": {"AC-1": {"status": "done"}, "AC-2": {"status": "done"}},
                "critic": {"AC-1": {"status": "done"}, "AC-2": {"status": "done"}},
            },
        }  # fmt: skip
        self.artifact("ac_status.json", json.dumps(status))
        for words in (("take", "C-1"), ("fixed", "C-1"), ("wontfix", "C-2", "--why", "taste")):
            done = self.typed("worklist", *words)
            assert done.returncode == 0, done.stderr
        self.judged()
        if tested:
            self.run(ran=294, passed=294, skipped=2)

    def judged(self) -> None:
        """Critics and an advocate look (again) at all that there is."""
        self.artifact("test_critique.md", critique())
        self._looks += 1
        self.artifact("code_critique.md", critique(*FOUND, number=self._looks))
        assert self.typed("worklist", "sync").returncode == 0
        self.rules("PASS")

    def rules(self, verdict: str, *paths: str) -> None:
        """A person's ruling, on all source where no paths are named."""
        on = [word for path in paths or ("src/**",) for word in ("--path", path)]
        words = ("verdict", verdict, "--run", "r1", "--flow", "review", "--steelman", "it works")
        done = self.typed(*words, *on, "--reason", "it loses data")
        assert done.returncode == 0, done.stderr

    def typed(self, *words: str, by: str = "", stdin: str = "") -> Any:
        """A command of a person, or (``session/type``) of a subagent of that type."""
        if "/" in by:
            session, _, kind = by.partition("/")
            return self._called(list(words), session, kind)
        return self.interlock(*words, by=by, stdin=stdin)

    def _called(self, words: list[str], session: str, kind: str) -> Any:
        """A subagent's Bash call runs it: the only one of the session that runs then."""
        self.comes(session, kind)
        self._calls += 1
        call: dict[str, Any] = {
            "tool_name": "Bash", "tool_use_id": f"c{self._calls}", "tool_input": {"command": " ".join(words)},
        }  # fmt: skip
        self.hook("PreToolUse", f"{session}/{kind}-1", agent_type=kind, **call)
        done = self.interlock(*words, by=session)
        self.hook("PostToolUse", f"{session}/{kind}-1", agent_type=kind, **call, tool_response={"stdout": ""})
        return done

    def comes(self, session: str, kind: str) -> str:
        """The subagent of that type, known to the store; its id."""
        found = owner(f"{session}/{kind}-1")
        if not self.kind(found):
            self.hook("SubagentStart", f"{session}/{kind}-1", agent_type=kind)
        return found

    def receipt(self, flow: str = "build") -> dict[str, Any]:
        """The receipt as it lies there."""
        return dict(json.loads((self.repo / f".runs/r1/{flow}/{flow}_receipt.json").read_text()))

    def seal(self) -> Receipt:
        """Has cleanup make the receipt."""
        done = self.typed("receipt", "r1", "build", by="alpha/cleanup")
        assert done.returncode == 0, done.stderr
        return Receipt.model_validate_json(json.dumps(self.receipt()))

    def checked(self) -> dict[str, Any]:
        """What `interlock receipt --check --json` says."""
        done = self.interlock("receipt", "--check", "r1", "build", "--json")
        assert done.returncode in (0, 1), done.stderr
        said = dict(json.loads(done.stdout))
        assert done.returncode == bool(said["sentence"] or said["status"] != "VERIFIED")
        return said

    def forge(self, **changed: Any) -> None:
        """Edits the receipt by hand."""
        data = {**self.receipt(), **changed}
        (self.repo / ".runs/r1/build/build_receipt.json").write_text(json.dumps(data))

    def worklist(self) -> Worklist:
        return Worklist.model_validate_json((self.repo / ".runs/r1/build/worklist.json").read_text())

    def standing(self) -> list[Block]:
        return blocks.standing(str(self.root), str(self.repo.resolve()))

    def kind(self, by: str) -> str:
        """The agent type in the owner's row."""
        with self.store().transaction() as tx:
            rows = tx.run("owner_get", id=by)
        return OwnerRow(rows[0]).kind if rows else ""
