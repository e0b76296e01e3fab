"""The ground as a fixture."""

from pathlib import Path

import pytest

from .ground import Ground


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A repository that demands `pytest -q`; nobody works there yet."""
    return Ground(tmp_path)
