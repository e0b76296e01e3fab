"""The corpus is what it says: each of its commands, run without a guard, really changes the held file."""

from collections import Counter

import pytest
from tests.share import share
from tests.shell.cases import Benign, Case, benign, writes
from tests.shell.scratch import Scratch, changed, missing, state


@pytest.mark.parametrize("case", share([case for case in writes() if case.verified]), ids=lambda case: case.id)
def test_it_changes_the_held_file(case: Case, scratch: Scratch) -> None:
    """The held file has other content, or is there no more, or git has another version of it."""
    if lacking := missing(case):
        pytest.skip(f"{lacking} is not on this machine")
    scratch.prepare(case)
    before = state(scratch, case)
    done = scratch.run(case.command, case.cwd)
    assert changed(scratch, case, before), (done.returncode, done.stderr.decode("utf-8", "replace")[-500:])


@pytest.mark.parametrize("case", share([case for case in benign() if case.run]), ids=lambda case: case.id)
def test_a_benign_command_changes_nothing_held(case: Benign, scratch: Scratch) -> None:
    """The files that others hold are as they were, in the work tree and in git."""
    scratch.prepare(case)
    before = scratch.all(case)
    scratch.run(case.command)
    assert scratch.all(case) == before


def test_the_corpus_is_as_large_as_promised() -> None:
    """300 commands that write, 500 benign ones, 150 of these run, a third of them hard; each named once."""
    assert len(writes()) >= 300
    assert len(benign()) >= 500
    assert sum(case.run for case in benign()) >= 150
    assert sum(case.hard for case in benign()) >= len(benign()) / 3
    for name, count in Counter(case.id for case in writes()).items():
        assert count == 1, name
    for command, count in Counter((case.setup, case.command) for case in benign()).items():
        assert count == 1, command
