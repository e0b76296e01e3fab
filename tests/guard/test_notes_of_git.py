"""What stands in git's folder in the place of a note: read in no time, or not at all."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .calls import worktree

LIB = Path(__file__).parents[2] / "lib"
ODD: list[Callable[[Path], object]] = [
    os.mkfifo,
    Path.mkdir,
    lambda path: path.symlink_to(path),
    lambda path: path.symlink_to("/dev/zero"),
]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A worktree of a repository beside it."""
    return worktree(tmp_path / "wt", tmp_path / "repo" / ".git")


def said(top: Path, ask: str) -> str:
    """What the door answers, in a process of its own, as an endless wait would be the fault."""
    text = f"from interlock.doors import repo\nprint(repo.{ask})"
    run = subprocess.run(
        [sys.executable, "-c", text], env={"PYTHONPATH": str(LIB)}, cwd=top, capture_output=True, text=True,
        timeout=10, check=True,
    )  # fmt: skip
    return run.stdout.strip()


def test_a_worktree_and_its_repository(top: Path) -> None:
    """The repository is found from its worktree, and its checkouts from the repository."""
    common = str(top.parent / "repo" / ".git")
    assert said(top, f"common_dir({str(top)!r})") == common
    assert said(top, f"checkouts({common!r})") == str([str(top.parent / "repo"), str(top)])


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["gitdir", "commondir"])
def test_a_note_of_another_kind(top: Path, name: str, odd: Callable[[Path], object]) -> None:
    """A FIFO, a folder, a circle or an endless file holds nobody up, and names nothing."""
    note = top.parent / "repo" / ".git" / "worktrees" / "wt" / name
    note.unlink()
    odd(note)
    common = str(top.parent / "repo" / ".git")
    assert said(top, f"common_dir({str(top)!r})") == (common if name == "gitdir" else str(note.parent))
    named = [str(top.parent / "repo")] + [str(top)] * (name == "commondir")
    assert said(top, f"checkouts({common!r})") == str(named)
