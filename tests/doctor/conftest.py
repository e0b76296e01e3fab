"""A scratch repository with Interlock installed, for the doctor to look at."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlock.faces.main import main

Ask = Callable[..., tuple[int, list[dict[str, str]]]]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository, as working directory; HOME and state are scratch, and no client is on PATH."""
    folder = tmp_path / "my repo"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    monkeypatch.chdir(folder)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in ("CLAUDE_CODE_SESSION_ID", "CLAUDE_PID"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def installed(repo: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The repository with the hooks in, and a short wait so that the replay is quick."""
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text("wait = 0\n")
    assert main(["install"]) == 0
    capsys.readouterr()
    return repo


@pytest.fixture
def ask(repo: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """`interlock doctor --json WORDS...`: (exit code, findings)."""

    def run(*words: str) -> tuple[int, list[dict[str, str]]]:
        capsys.readouterr()
        code = main(["doctor", "--json", *words])
        return code, json.loads(capsys.readouterr().out)

    return run


def settings(repo: Path) -> Path:
    return repo / ".claude" / "settings.local.json"


def change(repo: Path, edit: Callable[[Any], None]) -> None:
    """Edits the settings file as a careless person would."""
    data = json.loads(settings(repo).read_text())
    edit(data)
    settings(repo).write_text(json.dumps(data))


def bad(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    """The bad findings; each must say what to do."""
    found = [finding for finding in findings if finding["level"] == "bad"]
    assert all(finding["todo"] for finding in found)
    return found
