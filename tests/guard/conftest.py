"""A guard for each test, and `interlock lock` beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.faces.main import main
from interlock.guard import deskcall

from .calls import Guard
from .contracted import Contracted

Lock = Callable[..., tuple[int, str]]


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return Guard(tmp_path)


@pytest.fixture
def lock(guard: Guard, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lock:
    """Types `interlock lock WORDS...` in a script that session ``by`` runs: (exit code, all it said)."""
    guard.root = guard.root.parent / "interlock"
    monkeypatch.setenv("XDG_STATE_HOME", str(guard.root.parent))
    monkeypatch.setenv("HOME", str(guard.home))
    monkeypatch.delenv("CLAUDE_PID", raising=False)
    monkeypatch.chdir(guard.repo)

    def typed(*words: str, by: str = "alpha") -> tuple[int, str]:
        monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", by)
        capsys.readouterr()
        code = main(["lock", *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return typed


@pytest.fixture
def installed(tmp_path: Path) -> Contracted:
    """Agents with contracts; the guard starts the installed program."""
    return Contracted(tmp_path)


@pytest.fixture
def ground(installed: Contracted, monkeypatch: pytest.MonkeyPatch) -> Contracted:
    """The same, the program's answers had in this process."""
    monkeypatch.setattr(deskcall, "ask", installed.answer)
    return installed
