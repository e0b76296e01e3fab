"""The agent that docs/contracts.md shows, beside the pack's, as the installed hook holds them to their words."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from .contracted import SUMMARY, Contracted
from .test_contract_imports import hook

TOP = Path(__file__).parents[2]
INPUTS = ".runs/r1/signal/requirements.md", ".runs/r1/build/impl_changes_summary.md"


@pytest.fixture
def shown(tmp_path: Path) -> Contracted:
    """The pack's agents and that of the page; all have read what there is."""
    ground = Contracted(tmp_path)
    agents = ground.repo / ".claude" / "agents"
    shutil.rmtree(agents)
    shutil.copytree(TOP / "agents", agents)
    found = re.search(r"````md\n(.*?)````", (TOP / "docs" / "contracts.md").read_text(), re.DOTALL)
    assert found is not None
    (agents / "docs-writer.md").write_text(found[1])
    ground.write(INPUTS[1], SUMMARY)
    assert ground.interlock("contracts", "compile", "--project", str(ground.repo)).returncode == 0
    return ground


def asked(ground: Contracted, kind: str, path: str) -> str:
    """Why the Write is refused, "" if it may happen."""
    said, _ = hook(ground, "PreToolUse", kind, path)
    answer = json.loads(said)["hookSpecificOutput"] if said else {}
    return str(answer["permissionDecisionReason"]) if answer.get("permissionDecision") == "deny" else ""


def test_the_agent_of_the_page(shown: Contracted) -> None:
    """It reads what it is given before it writes; then the documents and its report are its own, and nothing
    else."""
    unread = asked(shown, "docs-writer", "docs/a.md")
    assert all(path in unread for path in INPUTS)
    for path in INPUTS:
        shown.read(path, "s1/a1:docs-writer")
    for path in ("docs/a.md", "docs/api/tests/b.md", "README.md", ".runs/r1/build/docs_handoff.md"):
        assert asked(shown, "docs-writer", path) == ""
    assert "src/a.py is implementer's by contract" in asked(shown, "docs-writer", "src/a.py")
    assert "tests/test_a.py is test-author's by contract" in asked(shown, "docs-writer", "tests/test_a.py")


@pytest.mark.parametrize("kind", ["implementer", "test-author"])
def test_the_packs_agents_beside_it(shown: Contracted, kind: str) -> None:
    """They are refused what it owns, with its name, though nothing was changed in their files."""
    shown.read(INPUTS[0], f"s1/a1:{kind}")
    for path in ("docs/a.md", "docs/tests/a.md", "README.md"):
        assert f"{path} is docs-writer's by contract, not {kind}'s" in asked(shown, kind, path)
    assert asked(shown, kind, {"implementer": "pyproject.toml", "test-author": "tests/a.py"}[kind]) == ""
