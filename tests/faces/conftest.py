"""The site, with this process standing in its repository."""

import os
from pathlib import Path

import pytest
from tests.faces.site import Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A repository under Interlock's guard; the process is a person's who stands in it, in UTC."""
    made = Site(tmp_path)
    for name in [name for name in os.environ if name.startswith("CLAUDE")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("XDG_STATE_HOME", str(made.root.parent))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(made.repo)
    return made
