"""What the config calls required is its own measure."""

from pathlib import Path
from typing import Any

import pytest
from tests.runs.watching import Ground


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    ground = Ground(tmp_path)
    config = ground.repo / ".claude" / "interlock.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text("gate = { required = [\"pytest tests -k 'not slow'\", 'uv run pytest -x'] }")
    return ground


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"words": ("pytest", "tests", "-k", "not slow"), "partial": "-k"}, "passed"),
        ({"words": ("pytest", "tests", "-k", "not"), "partial": "-k"}, "partial"),
        ({"words": ("pytest", "tests"), "partial": "tests"}, "partial"),
    ],
)
def test_a_required_part_is_whole(ground: Ground, fields: dict[str, Any], result: str) -> None:
    """A run with just the required words has passed, though they name a part; one with other words is a part."""
    assert ground.judged(**fields)[0] == result


def test_a_required_part_still_needs_proof(ground: Ground) -> None:
    """Its doubts count as anybody's."""
    words = ("pytest", "tests", "-k", "not slow")
    assert ground.judged(words=words, partial="-k", doubt="it stands in a pipe")[0] == "unknown"
