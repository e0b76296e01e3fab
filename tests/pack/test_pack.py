"""The pack as it is shipped: what lies at the top of the tree is what the code makes."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from interlock.doctor.agents import problem
from interlock.install.entries import example
from interlock.install.pack import pieces

TOP = Path(__file__).parents[2]


def test_settings_example_is_generated() -> None:
    """settings.example.json is exactly what `interlock install --scope project` puts into a new file."""
    assert (TOP / "settings.example.json").read_text() == example()


@pytest.mark.parametrize("file", sorted(TOP.glob("commands/*.md")), ids=lambda p: p.name)
def test_command_frontmatter(file: Path) -> None:
    """Every command's frontmatter parses and says what the command is for."""
    assert problem(file) in ("", "line 1: `name` is missing")  # a command is named by its file


def test_wheel_ships_the_pack(tmp_path: Path) -> None:
    """The wheel holds hooks, agents, commands, the .sql files and the type marker."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", str(tmp_path), str(TOP)],
        check=True, capture_output=True,
    )  # fmt: skip
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    for wanted in ("pack/hooks/guard.py", "doors/store/queries.sql", "doors/store/schema.sql", "py.typed"):
        assert f"interlock/{wanted}" in names
    for piece in pieces(TOP):
        assert f"interlock/pack/{piece.source.relative_to(TOP)}" in names
