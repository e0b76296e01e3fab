"""The seven agents in the real client: each does what its prompt says, and Interlock lets it."""

from __future__ import annotations

import json
import os

import pytest

from .crew import STEPS, Crew
from .guarded import Guarded
from .model import Model
from .plain import committed, example, publish
from .plan import BEGIN, orchestrate

ANEW = "INTERLOCK_EXAMPLE"
AGENTS = [
    "test-author", "implementer", "critic", "implementer", "critic", "test-critic", "advocate", "cleanup",
    "repo-operator",
]  # fmt: skip


@pytest.fixture
def reached() -> list[str]:
    """The agents' steps, as they came."""
    return []


@pytest.fixture
def built(begun: Guarded, model: Model, reached: list[str]) -> Guarded:
    """The run after a session that took it from requirements to commit."""
    model.scripts |= Crew(begun, reached.append).scripts()
    model.scripts[BEGIN] = [orchestrate] * 30
    begun.client.start(BEGIN).wait(180)
    return begun


def test_from_requirements_to_commit(built: Guarded, model: Model, reached: list[str]) -> None:
    """Each agent when it is due, with a finding that is mended on the way: none is refused anything; in the end
    there is a verified receipt that can be made again, a commit of just the files that the reports name, and all
    is as docs/example says. (`INTERLOCK_EXAMPLE=write` writes that anew.)"""
    made = example(built)
    if os.environ.get(ANEW) == "write":
        publish(made)
    failed = {marker: [r.text for r in model.tool_results(marker) if r.is_error] for marker in model.scripts}
    assert {marker: texts for marker, texts in failed.items() if texts} == {}
    started = [record["agent_type"] for record in built.log("subagent_start")]
    assert (started, reached) == (AGENTS, list(STEPS))
    receipt = json.loads((built.project / ".runs/r1/build/build_receipt.json").read_text())
    assert (receipt["status"], receipt["recommended_action"]) == ("VERIFIED", "PROCEED"), receipt
    assert (receipt["counts"]["items_fixed"], receipt["counts"]["tests_passed"]) == (1, 1)
    built.interlock("receipt", "r1", "build", "--check")
    named = built.run("git", "show", "--format=%s", "--name-only").split("\n")
    assert [line for line in named if line] == ["Double whole numbers", "double.py", "test_double.py"]
    told = json.loads(built.interlock("artifacts", "check", "r1", "--json"))
    assert told["complete"] and told["next"] == []
    assert made == committed(), f"docs/example is another: {ANEW}=write ./run tests tests/client -k commit"
