"""docs/example: what its page tells a reader to try."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]


def test_the_published_run_is_valid(tmp_path: Path) -> None:
    """The commands of the page, word for word, in a copy of the repository."""
    page = (TOP / "docs" / "example" / "README.md").read_text()
    shown = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    assert shown is not None and "interlock artifacts validate .runs" in shown[1]
    shutil.copytree(TOP / "docs" / "example", tmp_path / "repo" / "docs" / "example")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "interlock").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m interlock "$@"\n')
    (bin_ / "interlock").chmod(0o755)
    environ = {
        "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"),
        "PATH": f"{bin_}:{os.defpath}", "PYTHONPATH": str(TOP / "lib"), "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-ec", shown[1]],
        cwd=tmp_path / "repo", env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted(
        str(path.relative_to(TOP / "docs/example")) for path in (TOP / "docs/example/.runs").rglob("*.*")
    )
    said = dict(line.split(": ") for line in done.stdout.splitlines())
    assert sorted(said) == files
    assert {said.pop(path) for path in files if path.endswith("requirements.md")} == {"no shape is asked of it"}
    assert set(said.values()) == {"valid"}
