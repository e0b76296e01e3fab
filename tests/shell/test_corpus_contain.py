"""Layer 2 on the corpus: each command runs through the prefix program with a ticket for the held file. Layer 1
is not asked of it."""

import pytest
from tests.share import share
from tests.shell import measure
from tests.shell.cases import Case, writes
from tests.shell.scratch import Template

from bench import shell as table

KINDS = sorted({case.kind for case in writes() if measure.fit(case)})


@pytest.mark.usefixtures("possible")
@pytest.mark.parametrize("kind", KINDS)
def test_the_held_file_stays_as_it_was(kind: str, template: Template) -> None:
    """What docs/shell.md does not name as a miss is contained."""
    known = table.told().misses
    found = {case.id: measure.contained(template, case) for case in _cases(kind)}
    missed = {table.named(case): found[case.id] for case in _cases(kind) if found[case.id]}
    assert {name: why for name, why in missed.items() if name not in known["2"] + known["new"]} == {}


def test_the_promise_is_kept() -> None:
    """99 in 100 of the commands, where there is a file to bind; those of the rest are listed apart."""
    known = table.told().misses
    cases = [case for case in table.verified() if not case.index]
    assert len(known["2"]) <= 0.01 * (len(cases) - len(known["new"])), known["2"]


def _cases(kind: str) -> list[Case]:
    return share([case for case in writes() if case.kind == kind and measure.fit(case)])
