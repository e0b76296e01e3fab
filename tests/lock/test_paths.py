"""`interlock lock` on paths that can't be looked up."""

from pathlib import Path

import pytest

from interlock import system
from interlock.faces.main import main


def test_a_path_that_may_not_be_followed_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another user's /proc/PID/cwd ends the command with 2 and a sentence, never a traceback."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("CLAUDE_CODE_SESSION_ID", raising=False)
    monkeypatch.chdir(tmp_path)

    def denied(path: str) -> str:
        raise PermissionError(13, "Permission denied", path)

    (tmp_path / "link").symlink_to("/")
    monkeypatch.setattr(system, "readlink", denied)
    assert main(["lock", "try", "link/x"]) == 2
    assert capsys.readouterr().err == "interlock: the path can't be looked up (Permission denied)\n"
