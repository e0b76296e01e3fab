"""`interlock receipt`, `worklist` and `verdict` killed at each system call that changes something: what lies there
then is gone on with by the next command, and is believed."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.artifacts.sealed import Sealed
from tests.crash.faults import WRITING, strace
from tests.share import ninth

pytestmark = pytest.mark.crash
LIB = Path(__file__).parents[2] / "lib"
CHANGING = WRITING - {"open", "openat"}
"""A kill at the call that makes a file is one at the next, which writes it."""
LINE = re.compile(r"^(\w+)\(", re.MULTILINE)
SAID = ("--steelman", "x", "--reason", "x", "--path", "src/a.py")
COMMANDS = {
    "receipt": ("receipt", "r1", "build"),
    "worklist": ("worklist", "reopen", "C-1", "--why", "not mended"),
    "verdict": ("verdict", "PASS", "--run", "r1", "--flow", "review", *SAID),
}


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run of which all is done but the receipt."""
    found = Sealed(tmp_path)
    found.built()
    return found


def traced(ground: Sealed, trace: Path, words: tuple[str, ...], *options: str) -> int:
    """The command as a process of its own under strace; its exit code."""
    ours = [sys.executable, "-B", "-m", "interlock", *words]
    env = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    done = subprocess.run(
        [strace(), "-o", str(trace), *options, *ours],
        cwd=ground.repo, env={**env, "PYTHONPATH": str(LIB)}, capture_output=True, timeout=60,
    )  # fmt: skip
    return done.returncode


def settle(ground: Sealed) -> None:
    """The finding is mended (again), and critics and advocate have looked at that."""
    if all(item.status in ("fixed", "wontfix") for item in ground.worklist().items):
        return
    if any(item.id == "C-1" and item.status == "pending" for item in ground.worklist().items):
        assert ground.typed("worklist", "take", "C-1").returncode == 0
    if any(item.id == "C-1" and item.status == "in_progress" for item in ground.worklist().items):
        assert ground.typed("worklist", "fixed", "C-1").returncode == 0
    ground.judged()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_killed_at_each_change(tmp_path: Path, ground: Sealed, name: str) -> None:
    """On one run, one kill after the other: the worklist is nobody's edit, the receipt that is made next is
    VERIFIED and true."""
    words, trace = COMMANDS[name], tmp_path / "trace"
    assert traced(ground, trace, words) == 0
    counts: Counter[str] = Counter()
    points = []
    for call in LINE.findall(trace.read_text(errors="replace")):
        counts[call] += 1
        points += [(call, counts[call])] if call in CHANGING else []
    killed = 0
    for call, nth in ninth(points):
        settle(ground)
        code = traced(ground, trace, words, "-e", f"inject={call}:signal=KILL:when={nth}")
        killed += code != 0
        listed = ground.typed("worklist", "list")
        assert listed.returncode in (0, 1), (call, nth, listed.stderr)
        settle(ground)
        made = ground.seal()
        assert (made.status, made.reasons) == ("VERIFIED", []), (call, nth)
        assert ground.checked()["result"] == "OK", (call, nth)
    print(f"{name}: {len(points)} points, {killed} kills")
    assert len(points) > 20 and killed >= len(ninth(points)) * 3 // 4
