"""Layer 3 on the corpus: each command runs unguarded, and the hook after it tells of the breach."""

import pytest
from tests.share import share
from tests.shell import measure
from tests.shell.cases import Case, writes
from tests.shell.scratch import Template


@pytest.mark.parametrize("kind", sorted({case.kind for case in writes() if measure.fit(case)}))
def test_every_change_is_a_breach(kind: str, template: Template) -> None:
    """None goes unreported, whatever the command was."""
    unseen = [case.id for case in _cases(kind) if not measure.watched(template, case)]
    assert unseen == []


def _cases(kind: str) -> list[Case]:
    return share([case for case in writes() if case.kind == kind and measure.fit(case)])
