"""docs/contracts.md says what is so."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from interlock.contracts.source import read
from interlock.shapes.contract import Contract

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "contracts.md").read_text()


def example() -> str:
    """The agent that the page shows, whole."""
    shown = re.search(r"````md\n(.*?)````", PAGE, re.DOTALL)
    assert shown is not None
    return shown[1]


def test_the_example_is_a_contract(tmp_path: Path) -> None:
    """What people copy is read without a fault."""
    path = tmp_path / "docs-writer.md"
    path.write_text(example())
    found = read(path, path.name)
    assert found is not None and (found.faults, found.name) == ([], "docs-writer")
    assert found.contract is not None and found.contract.owns == ["docs/**", "README.md"]


def test_the_example_is_whole(tmp_path: Path) -> None:
    """Copied as it is beside the pack's agents it is good, and so are they."""
    agents = tmp_path / "project" / ".claude" / "agents"
    shutil.copytree(TOP / "agents", agents)
    (agents / "docs-writer.md").write_text(example())
    environ = {
        "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "PATH": os.defpath,
        "PYTHONPATH": str(TOP / "lib"),
    }  # fmt: skip
    command = [sys.executable, "-m", "interlock", "contracts", "check"]
    done = subprocess.run(
        command, cwd=agents.parents[1], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    expected = "the agents in force here: 8 contracts; no faults\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")


def test_every_key_has_a_row() -> None:
    """The table has just the keys that there are, in their order."""
    rows = re.findall(r"^\| `([a-z]+)` \| .+ \| .+ \|$", PAGE, re.MULTILINE)
    assert rows == list(Contract.model_fields)
