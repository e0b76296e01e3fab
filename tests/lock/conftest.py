"""`interlock lock`, typed by people and agents in one scratch repository."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlock.faces.main import main

Type = Callable[..., tuple[int, str]]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scratch repository, the working directory; a scratch state root; no client around."""
    folder = tmp_path / "repo"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("CLAUDE_CODE_SESSION_ID", "CLAUDE_PID"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def typed(repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Runs `interlock lock WORDS...` as the session ``by`` ("" is a person): (exit code, all it said)."""

    def run(*words: str, by: str = "") -> tuple[int, str]:
        if by:
            monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", by)
        else:
            monkeypatch.delenv("CLAUDE_CODE_SESSION_ID", raising=False)
        capsys.readouterr()
        try:
            code = main(["lock", *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def data(answer: tuple[int, str]) -> Any:
    """The JSON of an answer."""
    return json.loads(answer[1])
