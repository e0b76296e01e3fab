"""Starting who builds on a receipt, by the hook as installed: what the desk counts decides."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.artifacts.sealed import Sealed

TOP = Path(__file__).parents[2]
RECEIPT = ".runs/r1/build/build_receipt.json"


def launch(ground: Sealed, kind: str) -> str:
    """The refusal to start an agent of that type, "" where it may be."""
    data = {
        "session_id": "alpha", "hook_event_name": "PreToolUse", "cwd": str(ground.repo), "tool_name": "Agent",
        "tool_use_id": "toolu_1",
        "tool_input": {"subagent_type": kind, "prompt": "RUN: r1", "description": "a task"},
    }  # fmt: skip
    hook = (str(TOP / "hooks" / "guard.py"), str(TOP / "lib"), str(ground.root), "PreToolUse")
    command = [sys.executable, "-I", "-S", *hook]
    done = subprocess.run(
        command, input=json.dumps(data).encode(), env=ground.environ, capture_output=True, timeout=60, check=True
    )
    said = json.loads(done.stdout)["hookSpecificOutput"] if done.stdout.strip() else {}
    return str(said.get("permissionDecisionReason", ""))


def test_who_starts_on_a_receipt(tmp_path: Path) -> None:
    """A flow whose tests failed is not handed on; one that is sealed is; one that somebody changed is not."""
    ground = Sealed(tmp_path)
    ground.built()
    ground.run(result="failed", passed=2, failed=1)
    ground.seal()
    said = launch(ground, "repo-operator")
    assert said.startswith(
        f"Interlock: repo-operator is not started: {RECEIPT} is UNVERIFIED, BOUNCE: `pytest -q` failed on "
    )
    assert said.endswith("`interlock artifacts check r1` says whose turn it is.")
    ground.run()
    ground.seal()
    assert launch(ground, "repo-operator") == ""
    ground.forge(counts={**ground.receipt()["counts"], "tests_passed": 420})
    said = launch(ground, "repo-operator")
    assert "counts.tests_passed says 420, found 3" in said
    assert len(said) <= 400
