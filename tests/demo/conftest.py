"""The demo run in this process or in one of its own, with its places below the test's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


@dataclass
class Place:
    """A home and a folder for temporary files, both empty, and nothing else of the user's."""

    home: Path
    tmp: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """The demo's environment. PATH holds no client, unless the test puts one there."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "PYTHONPATH": str(TOP / "lib"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.extra,
        }

    def start(self, *args: str) -> subprocess.Popen[str]:
        """`interlock demo ARGS` in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "interlock", "demo", *args],
            env=self.environ,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def left(self) -> list[str]:
        """What lies in the two folders."""
        return [str(path) for folder in (self.home, self.tmp) for path in folder.rglob("*")]

    def running(self) -> list[int]:
        """The processes that were started with a place below the temporary folder."""
        mark = f"XDG_STATE_HOME={self.tmp}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in entry.read_bytes():
                    found.append(int(entry.parent.name))
            except OSError:
                continue
        return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty one."""
    place = Place(tmp_path / "home", tmp_path / "tmp")
    place.home.mkdir()
    place.tmp.mkdir()
    return place


@pytest.fixture
def here(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The same for a demo in this process."""
    for name in list(os.environ):
        if name.startswith(("CLAUDE", "INTERLOCK", "XDG_")):
            monkeypatch.delenv(name)
    for name in ("PATH", "HOME", "TMPDIR"):
        monkeypatch.setenv(name, place.environ[name])
    monkeypatch.setattr("tempfile.tempdir", None)
    return place
