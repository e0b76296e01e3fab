"""Shared files: each agent type writes the section that bears its name, and nothing else of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.guard.sections import _difference

from .contracted import Contracted

CRITIC, IMPLEMENTER = "alpha/a1:critic", "alpha/a2:implementer"
STATUS = ".runs/r1/build/ac_status.json"
DONE = {"AC-1": {"status": "done"}}
HEAD: dict[str, Any] = {"version": 1, "run_id": "r1"}


def status(**sections: object) -> str:
    return json.dumps({**HEAD, "sections": sections}, indent=1)


@pytest.fixture
def shared(ground: Contracted) -> Contracted:
    """A run whose status both agents know; implementer has a section in it."""
    ground.write(STATUS, status(implementer=DONE))
    for by in (CRITIC, IMPLEMENTER):
        ground.read(".runs/r1/signal/requirements.md", by)
        ground.read(STATUS, by)
    return ground


def test_ones_own_section(shared: Contracted) -> None:
    """A Write that adds its own section passes, and an Edit within it."""
    assert shared.put(STATUS, status(implementer=DONE, critic=DONE), CRITIC) == ""
    edit = {"file_path": str(shared.repo / STATUS), "old_string": '"critic": {', "new_string": '"critic": { '}
    assert shared.refused("Edit", CRITIC, **edit) == ""


def test_anothers_section(shared: Contracted) -> None:
    """Changing, adding or leaving out another's section is refused with its name."""
    for text in (status(implementer={}), status(critic=DONE), status(implementer=DONE, cleanup={})):
        said = shared.put(STATUS, text, CRITIC)
        assert f"in {STATUS} critic writes nothing but its own section, `sections.critic`" in said
        assert "change the section of " in said and "Read the file again" in said
    assert shared.reasons() == ["section"] * 3


def test_an_edit_of_anothers_section(shared: Contracted) -> None:
    """The Edit is applied to the file as it is, and compared."""
    edit = {"file_path": str(shared.repo / STATUS), "old_string": '"done"', "new_string": '"failed"'}
    assert "it would change the section of implementer" in shared.refused("Edit", CRITIC, **edit)
    assert shared.refused("Edit", IMPLEMENTER, **edit) == ""


def test_what_all_have_in_common(shared: Contracted) -> None:
    """The head of the file is nobody's to change."""
    text = json.dumps({**HEAD, "run_id": "r2", "sections": {"implementer": DONE}})
    assert "it would change `run_id`" in shared.put(STATUS, text, CRITIC)


def test_who_makes_it_writes_the_head(shared: Contracted) -> None:
    """A new file has no head yet; sections of others are not made for them."""
    (shared.repo / STATUS).unlink()
    shared.write(".runs/r2/x", "")
    other = STATUS.replace("r1", "r2")
    assert "the section of implementer" in shared.put(other, status(implementer=DONE, critic=DONE), CRITIC)
    assert shared.put(other, status(critic=DONE).replace("r1", "r2"), CRITIC) == ""


@pytest.mark.parametrize(
    ("there", "what"),
    [
        ("{", "the file is broken (the input is not JSON"),
        ("[]", "the file has no object `sections`"),
        ('{"sections": {}, "sections": {}}', "the key 'sections' comes twice"),
    ],
)
def test_a_broken_file_is_told(shared: Contracted, there: str, what: str) -> None:
    """Nobody's section can be told in a file that can't be read: refused, with what is wrong."""
    shared.write(STATUS, there)
    shared.read(STATUS, CRITIC)
    assert what in shared.put(STATUS, status(critic=DONE), CRITIC)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "what you would write is broken"),
        ("{}", "has no object `sections`"),
        ('{"sections": {"critic": {}, "critic": {"AC-1": 1}}}', "'critic' comes twice"),
        ('{"sections": ' + "[" * 5000, "nested too deep"),
    ],
)
def test_a_broken_write_is_told(shared: Contracted, text: str, what: str) -> None:
    """So is what would be written."""
    assert what in shared.put(STATUS, text, CRITIC)


def test_commands_are_not_foreseen(shared: Contracted) -> None:
    """What a command makes of a shared file can't be compared: Edit and Write can."""
    for command in (f"echo '{{}}' > {STATUS}", f"sed -i s/done/failed/ {STATUS}", f"rm {STATUS}"):
        said = shared.bash(command, CRITIC)
        assert "what Bash makes of it can't be foreseen" in said and "with Edit or Write" in said, command


NAMES = st.sampled_from(["critic", "implementer", "cleanup"])
FILES = st.dictionaries(NAMES, st.integers(0, 1))


@given(before=FILES, after=FILES, name=NAMES)
def test_only_the_own_section_may_differ(before: dict[str, int], after: dict[str, int], name: str) -> None:
    """Whatever stands in the others, a write passes exactly if taking the own section out leaves the same."""
    said = _difference({"sections": before}, {"sections": after}, name, new=False)
    left = [sorted((key, value) for key, value in one.items() if key != name) for one in (before, after)]
    assert (said == "") == (left[0] == left[1])
