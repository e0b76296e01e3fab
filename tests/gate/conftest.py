"""The ground as a fixture."""

from pathlib import Path

import pytest

from interlock.guard import gating

from .ground import Ground


@pytest.fixture
def installed(tmp_path: Path) -> Ground:
    """A repository that demands `pytest -q`, nobody works there yet; the guard starts the installed program."""
    return Ground(tmp_path)


@pytest.fixture
def ground(installed: Ground, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """The same, the program's answers had in this process: quicker, and seen by the coverage."""
    monkeypatch.setattr(gating, "_ask", installed.answer)
    return installed
