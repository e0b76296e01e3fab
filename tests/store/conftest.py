"""Every test that asks for ``play`` runs on each store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .grounds import GROUNDS, EmbeddedGround, Ground
from .play import Play


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    made = GROUNDS[request.param](tmp_path)
    yield made
    if isinstance(made, EmbeddedGround):
        made.close()


@pytest.fixture
def play(ground: Ground) -> Play:
    return Play(ground)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[EmbeddedGround]:
    """The embedded store alone, for what only a disk can suffer."""
    made = EmbeddedGround(tmp_path)
    yield made
    made.close()
