"""Several installs at once, in processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.install.conftest import LIB, make_setup
from tests.install.test_operate import FOREIGN

from interlock.install import disk
from interlock.install.entries import HOOKS, own_entries
from interlock.install.errors import InstallError
from interlock.install.operate import Setup, install, uninstall

CODE = """
import sys
from pathlib import Path
from interlock.install.command import Baked
from interlock.install.operate import Setup, install, uninstall
base, root, guard, lib = map(Path, sys.argv[1:5])
setup = Setup(base / "repo", base / "home", Baked(Path(sys.executable), guard, lib, root))
sys.stdin.readline()
for step in range(int(sys.argv[5])):
    uninstall(setup) if step % 2 else install(setup)
"""


def start(base: Path, root: Path, steps: int) -> "subprocess.Popen[str]":
    """A process that waits for a line, then installs and uninstalls in turn."""
    args = [str(part) for part in (base, root, base / "guard.py", LIB, steps)]
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *args], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"PYTHONPATH": str(LIB)},
    )  # fmt: skip


def finish(running: "list[subprocess.Popen[str]]") -> None:
    """Let all go at once; none may fail."""
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in running:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said


def test_installs_at_once(setup: Setup, local: Path) -> None:
    """Six processes that install and uninstall at once leave the entries once; uninstall is byte-exact."""
    local.write_bytes(FOREIGN)
    finish([start(setup.repo.parent, setup.baked.root, 9) for _ in range(6)])
    assert len(own_entries(json.loads(local.read_text()))) == len(HOOKS)
    assert uninstall(setup).action == "restored"
    assert local.read_bytes() == FOREIGN and len(list(local.parent.iterdir())) == 1


def test_installs_with_roots_of_their_own(tmp_path: Path) -> None:
    """Processes that don't share a lock never tear the file nor leave anything beside it."""
    setup = make_setup(tmp_path)
    path = setup.repo / ".claude/settings.local.json"
    path.parent.mkdir()
    path.write_bytes(FOREIGN)
    finish([start(tmp_path, tmp_path / f"root{number}", 5) for number in range(3)])
    found = json.loads(path.read_text())
    assert len(found["hooks"]["Stop"]) >= 1 and found["model"] == "opus"
    assert len(list(path.parent.iterdir())) == 1
    install(setup)
    assert len(own_entries(json.loads(path.read_text()))) == len(HOOKS)


def test_a_stuck_install_is_named(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for another install ends, with a sentence."""
    monkeypatch.setattr(disk, "PATIENCE", 0.05)
    with disk.alone(setup.baked.root), pytest.raises(InstallError, match="Another install"):
        install(setup)
