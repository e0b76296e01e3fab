"""A watched repository for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .repo import Watched

Type = Callable[..., tuple[int, str]]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.fixture
def typed(watched: Watched, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """`interlock WORDS...` as the session ``by``: (exit code, all it said)."""
    return lambda *words, by="": watched.cli(monkeypatch, capsys, *words, by=by)
