"""Artifacts as they should be, one of each kind, all of run r1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CRITIQUE = """---
version: 1
run_id: r1
round: 1
items:
  - id: C-1
    severity: major
    location: src/a.py:12
    issue: it breaks on an empty list
  - {id: C-2, severity: minor, location: "src/b.py:3", issue: "a name: misleading"}
---
# Critique

## What I found
Two things.

## What's left
Nothing.

## Recommendation
Mend C-1.
"""
BODY = "## What I did\nIt.\n## What's left\nNothing.\n## Recommendation\nGo on.\n"
STATUS = """{
  "version": 1,
  "run_id": "r1",
  "sections": {
    "critic": {
      "AC-1": {"status": "done", "note": "looked"}
    }
  }
}
"""
DIGEST = "0" * 64
BY = {"by": "h|s|main", "agent_type": "critic", "at": 1.5}
FOUND = {"id": "C-1", "severity": "major", "location": "src/a.py:12", "issue": "it breaks"}
COUNTS = (
    "tests_passed tests_failed tests_skipped tests_planned tests_written files_changed criteria criteria_done "
    "findings_critical findings_major findings_minor findings_info items_pending items_in_progress items_fixed "
    "items_wontfix"
).split()


def _json(**facts: Any) -> str:
    return json.dumps({"version": 1, "run_id": "r1", **facts}, indent=1)


def front(body: str = BODY, **facts: Any) -> str:
    """A report whose front matter has these facts; JSON is YAML, too."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in {"version": 1, "run_id": "r1", **facts}.items()]
    return "\n".join(["---", *lines, "---", body])


META: dict[str, Any] = {
    "title": "a run", "issue": None, "state": "open", "started": 1.5, "started_by": "h|s|main", "closed": None,
    "base": None,
}  # fmt: skip
ENTRY = {name: META[name] for name in ("title", "issue", "state", "started")}
GOOD = {
    ".runs/index.json": json.dumps({"version": 1, "runs": [{"run_id": "r1", **ENTRY}]}),
    ".runs/r1/run_meta.json": _json(**META),
    ".runs/r1/build/code_critique.md": CRITIQUE,
    ".runs/r1/build/ac_status.json": STATUS,
    ".runs/r1/build/test_strategy.md": front(
        tests=[{"criterion": "AC-1", "kind": "unit", "location": "tests/test_a.py", "state": "written"}]
    ),
    ".runs/r1/build/impl_changes_summary.md": front(changes=[{"path": "src/a.py", "what": "a guard"}]),
    ".runs/r1/build/cleanup_handoff.md": front(agent="cleanup", flow="build"),
    ".runs/r1/build/worklist.json": _json(
        flow="build", issue_id=None, items=[{**FOUND, "source": ".runs/r1/build/code_critique.md",
        "status": "pending", "why": "", **BY}], rounds=[], moves=1, since=0, handed=False,
    ),
    ".runs/r1/review/verdicts.json": _json(
        flow="review",
        verdicts=[{"verdict": "PASS", "steelman": "it is simple", "reasons": [], "paths": ["src/"], **BY}],
    ),
    ".runs/r1/build/build_receipt.json": _json(
        flow="build", status="UNVERIFIED", recommended_action="RERUN", missing_required=[], reasons=["no tests"],
        counts=dict.fromkeys(COUNTS), gates={"pytest -q": None}, artifacts={"src/a.py": DIGEST}, evidence_sha=None,
        tree=None, forensic_check="PASS", made=2.5, seal=DIGEST,
    ),
}  # fmt: skip
"""By path from the checkout's top."""


def put(top: Path, path: str, content: str | bytes) -> Path:
    """Writes a file below ``top``."""
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def line(text: str, number: int, new: str) -> str:
    """The text with another line in place of the one with that number."""
    lines = text.split("\n")
    lines[number - 1 : number] = new.split("\n")
    return "\n".join(lines)
