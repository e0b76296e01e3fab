"""Reading of validation commands is total, and everyday commands have none."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlock.shell.read import read
from interlock.shell.validations import may_validate
from interlock.shell.validations.find import Ground, find, programs
from interlock.words.faults import Unreadable

from .cases import Benign, Case, benign, writes
from .hostile import HOSTILE
from .reader import where
from .validating import runs

FEW = 60
EVERYDAY = [case for case in benign() if case.kind in ("git_own", "git_reading", "looking")]
ALL: list[Benign | Case] = [*benign(), *writes()]


@pytest.mark.parametrize("start", range(0, len(EVERYDAY), FEW))
def test_everyday_commands_have_no_runs(start: int) -> None:
    """Looking around and git's own work are no validation commands."""
    assert [case.command for case in EVERYDAY[start : start + FEW] if runs(case.command)] == []


@pytest.mark.parametrize("start", range(0, len(ALL), FEW))
def test_what_reading_finds_the_cheap_question_has_seen(start: int) -> None:
    """No command of the corpus has a run that the cheap question says no to."""
    asked = [case.command for case in ALL[start : start + FEW] if not may_validate(case.command)]
    assert [command for command in asked if runs(command)] == []


def test_what_is_too_long_to_read_proves_nothing() -> None:
    """A run beside a command that can't be read to its end is doubtful, though it would be proven without it."""
    ground, doubts = where(), []
    assert ground.parse is not None
    for command in HOSTILE:
        try:
            found = read(ground.parse(f"pytest -q && {{ {command}\n}}"), ground)
        except Unreadable:
            continue
        if "the rest: too much to read" in found.unread:
            doubts += [one.doubt for one in found.runs]
    assert len(doubts) > 3 and set(doubts) == {"the command is too long to be read"}


@pytest.mark.parametrize("command", HOSTILE, ids=range(len(HOSTILE)))
def test_the_cheap_question_is_cheap(command: str) -> None:
    """A few milliseconds for the longest command that is read at all."""
    took = []
    for _ in range(3):
        started = time.process_time()
        may_validate(command)
        took.append(time.process_time() - started)
    assert min(took) < 0.02


WORDS = st.one_of(
    st.sampled_from(
        ["--", "-", "", "-x", "--watch", "-k", "a.py", "./...", "+nightly", "run", "test", "-m", "--a=b"]
    ),
    st.text(max_size=4),
    st.sampled_from(sorted(programs())),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(programs())), st.lists(WORDS, max_size=6), st.booleans())
def test_any_argument_list_has_an_answer(program: str, args: list[str], ci: bool) -> None:
    """Whatever stands behind a program's name, the table says yes or no."""
    found = find(program, [program, *args], Ground(lambda path: False, ci))
    assert found is None or (found.name and found.words)
