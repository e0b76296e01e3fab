"""A guard for each test."""

from pathlib import Path

import pytest

from .calls import Guard


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return Guard(tmp_path)
