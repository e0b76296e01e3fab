"""A place to install into: a repository, a home, a state root, and a stand-in for the guard."""

import sys
from pathlib import Path

import pytest

from interlock.install.command import Baked
from interlock.install.operate import Setup

LIB = Path(__file__).parents[2] / "lib"

GUARD = """
import json, os, sys
print(json.dumps({"args": sys.argv[1:], "path": sys.path, "isolated": sys.flags.isolated,
                  "stdin": sys.stdin.read(), "site": "site" in sys.modules}))
"""


def make_setup(base: Path, root: Path | None = None) -> Setup:
    """A setup whose every folder lies under ``base``."""
    for name in ("repo", "home"):
        (base / name).mkdir(parents=True, exist_ok=True)
    guard = base / "guard.py"
    guard.write_text(GUARD)
    baked = Baked(Path(sys.executable), guard, LIB, root or base / "home/.local/state/interlock")
    return Setup(base / "repo", base / "home", baked, sleep=lambda _: None)


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """A fresh place with the default state root."""
    return make_setup(tmp_path)


@pytest.fixture
def local(setup: Setup) -> Path:
    """The local settings file, its folder made."""
    path = setup.repo / ".claude/settings.local.json"
    path.parent.mkdir()
    return path
