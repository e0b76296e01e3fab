"""Patience: what is tested here is the answer, not its speed, and other tests may keep the machine busy."""

from collections.abc import Iterator

import pytest

from interlock.doors import shfmt
from interlock.guard import gitjudge


@pytest.fixture(autouse=True, scope="module")
def _patience() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gitjudge, "PATIENCE", 60.0)
        patch.setattr(shfmt.Parser.__init__, "__defaults__", (60.0,))
        yield
