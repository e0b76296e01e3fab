"""The main agent where config holds it to a contract: what agents make or share is not its own."""

from __future__ import annotations

import json

import pytest

from .contracted import Contracted

STATUS = ".runs/r1/build/ac_status.json"
CRITIC = "alpha/a1:critic"


@pytest.fixture
def held(ground: Contracted) -> Contracted:
    """`main = true`; critic has written its section."""
    ground.write(".claude/interlock.toml", "wait = 0\n[contracts]\nmain = true\n")
    ground.read(".runs/r1/signal/requirements.md", CRITIC)
    assert ground.put(STATUS, status(critic="failed"), CRITIC) == ""
    assert ground.stop(CRITIC) == ""
    return ground


def status(**sections: str) -> str:
    """A status file in which each says that of the first criterion."""
    told = {name: {"AC-1": {"status": state, "note": ""}} for name, state in sections.items()}
    return json.dumps({"version": 1, "run_id": "r1", "sections": told})


def test_sections_are_the_agents(held: Contracted) -> None:
    """It rewrites none, adds none, and drops none, by whichever tool; it is told whose they are."""
    for text in (status(critic="done"), status(critic="failed", main="done"), status()):
        said = held.put(STATUS, text, "alpha")
        assert f"{STATUS} is critic's, implementer's (a section each) by contract, not the main agent's" in said
    edit = {"file_path": str(held.repo / STATUS), "old_string": "failed", "new_string": "done"}
    assert "a section each" in held.refused("Edit", "alpha", **edit)
    assert "a section each" in held.bash(f"sed -i s/failed/done/ {STATUS}", "alpha")
    assert set(held.reasons()) == {"not_owned"}


def test_what_nobody_has_stays_its_own(held: Contracted) -> None:
    """The requirements, a plan: somebody must put down what the user says."""
    assert held.put(".runs/r1/plan/adr.md", "so\n", "alpha") == ""
    assert held.put(".runs/r1/signal/requirements.md", "More.\n", "alpha") == ""


def test_agents_without_a_section_are_told_whose_it_is(held: Contracted) -> None:
    """cleanup shares nothing: not `no agent's`."""
    said = held.put(STATUS, status(), "alpha/a2:cleanup")
    assert "is critic's, implementer's (a section each) by contract, not cleanup's" in said
    assert "Leave the change to them" in said and len(said) <= 400


def test_a_file_with_one_section(held: Contracted) -> None:
    """Who alone has one is named alone."""
    held.agent("noter", 'shares = [".runs/{run}/build/notes.json"]\n')
    said = held.put(".runs/r1/build/notes.json", "{}", "alpha")
    assert "is noter's (a section) by contract" in said and "Leave the change to noter:" in said


def test_without_the_setting_it_is_free(ground: Contracted) -> None:
    """Main-thread work without an agent type is not restricted."""
    assert ground.put(STATUS, status(critic="done"), "alpha") == ""
