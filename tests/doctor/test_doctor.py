"""The doctor: it says that the guard is on only where it has seen it refuse."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from interlock.faces.main import main

from .conftest import Ask, bad, change, settings


def test_a_sound_installation(installed: Path, ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """Freshly installed, nothing is bad, both replayed calls went as they must, and the text says so."""
    code, findings = ask()
    assert (code, bad(findings)) == (0, [])
    replayed = [finding["text"] for finding in findings if finding["topic"] == "replay"]
    assert replayed == [
        "a write to a free file passes",
        "a write to a file that another session holds is refused",
    ]
    main(["doctor"])
    assert capsys.readouterr().out.endswith("The guard is on.\n")


def test_the_replay_leaves_nothing_held(installed: Path, ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """What the doctor's sessions took is given back."""
    ask()
    main(["status", "--all", "--json"])
    assert json.loads(capsys.readouterr().out)["owners"] == []


def test_not_installed(repo: Path, ask: Ask) -> None:
    """Without hooks the doctor says to install."""
    code, findings = ask()
    assert code == 1
    assert "interlock install" in bad(findings)[0]["todo"]


def test_a_guard_that_lets_all_through_is_found(installed: Path, ask: Ask, tmp_path: Path) -> None:
    """A command that answers nothing to a held file is found by the replay, not by its looks."""

    def edit(data: Any) -> None:
        data["hooks"]["PreToolUse"][0]["hooks"][0]["args"][-1] = ": interlock-hook v1; exit 0"

    change(installed, edit)
    code, findings = ask()
    assert code == 1
    assert "NOT refused" in bad(findings)[0]["text"]


def test_a_guard_that_is_gone_is_found(installed: Path, ask: Ask) -> None:
    """A command whose interpreter is gone refuses everything: a free file is not passed."""

    def edit(data: Any) -> None:
        handler = data["hooks"]["PreToolUse"][0]["hooks"][0]
        handler["args"][-1] = handler["args"][-1].replace("P=", "P=/nowhere")

    change(installed, edit)
    code, findings = ask()
    assert code == 1
    assert "a write to a free file was refused" in bad(findings)[0]["text"]


def test_a_matcher_that_misses_writes_is_found(installed: Path, ask: Ask) -> None:
    """A hook that would not see a Write guards nothing, however sound its command."""
    change(installed, lambda data: data["hooks"]["PreToolUse"][0].update(matcher="^(Edit)$"))
    assert "no installed hook would see a Write" in bad(ask()[1])[0]["text"]


def test_missing_events_are_found(installed: Path, ask: Ask) -> None:
    """Without its Stop hook a session would keep its locks; the doctor names the event."""
    change(installed, lambda data: data["hooks"].pop("Stop"))
    assert any("Stop" in finding["text"] for finding in bad(ask()[1]))


def test_disabled_hooks_are_found(installed: Path, ask: Ask) -> None:
    """disableAllHooks turns the guard off; the doctor names the file."""
    change(installed, lambda data: data.update(disableAllHooks=True))
    assert any("disableAllHooks" in finding["text"] for finding in bad(ask()[1]))


def test_broken_settings_are_found(installed: Path, ask: Ask) -> None:
    """A settings file that is not JSON is named: the client ignores it whole."""
    settings(installed).write_text('{"hooks": ')
    assert any(finding["topic"] == "settings" for finding in bad(ask()[1]))


def test_a_broken_config_is_found(installed: Path, ask: Ask) -> None:
    """A config that can't be used is told with the reason."""
    (installed / ".claude" / "interlock.toml").write_text("wait = 'long'\n")
    assert any("wait" in finding["text"] for finding in bad(ask()[1]))


def test_damaged_state_is_found_and_repaired(installed: Path, ask: Ask, tmp_path: Path) -> None:
    """Damaged state is bad and points to --repair; after that all is well again."""
    ask()
    (tmp_path / "state" / "interlock" / "leases.db").write_bytes(b"\0" * 9000)
    code, findings = ask()
    assert code == 1
    assert any("--repair" in finding["todo"] for finding in bad(findings))
    code, findings = ask("--repair")
    assert (code, bad(findings)) == (0, [])


def test_an_edited_log_is_found(installed: Path, ask: Ask, tmp_path: Path) -> None:
    """A log line that somebody changed breaks the chain."""
    ask()
    log = tmp_path / "state" / "interlock" / "audit.jsonl"
    log.write_text(log.read_text().replace('"verdict":"allow"', '"verdict":"admit"', 1))
    assert any(finding["topic"] == "log" for finding in bad(ask()[1]))


def test_loose_permissions_are_found(installed: Path, ask: Ask, tmp_path: Path) -> None:
    """Settings that others can write are bad; so is a state folder, which the guard itself then refuses."""
    settings(installed).chmod(0o666)
    assert any(finding["topic"] == "permissions" for finding in bad(ask()[1]))
    (tmp_path / "state" / "interlock").chmod(0o777)
    assert "chmod 700" in bad(ask()[1])[0]["text"]


def test_state_that_is_no_folder(repo: Path, ask: Ask, tmp_path: Path) -> None:
    """A symlink where the state folder should be is refused, and --repair does not follow it either."""
    (tmp_path / "state").mkdir()
    os.symlink(tmp_path, tmp_path / "state" / "interlock")
    code, findings = ask("--repair")
    assert code == 1
    assert not (tmp_path / "epoch").exists()
    assert len(bad(findings)) == 2


def test_contracts_are_looked_at(installed: Path, ask: Ask) -> None:
    """Sound ones are one good finding; a broken one is bad, with file, line and mend; what is wrong with the set
    is told."""
    assert [one["level"] for one in ask()[1] if one["topic"] == "contracts"] == ["ok"]
    path = installed / ".claude/agents/critic.md"
    text = path.read_text()
    path.write_text(text.replace("outputs = [", "outptus = [", 1))
    (found,) = [one for one in ask()[1] if one["topic"] == "contracts"]
    assert found["level"] == "bad" and found["text"].startswith(".claude/agents/critic.md:")
    assert "`outptus` is not known" in found["text"] and found["todo"] == "Write `outputs`."
    path.unlink()
    told = [one for one in ask()[1] if one["topic"] == "contracts"]
    assert [one["level"] for one in told] == ["warn"] * len(told) and "no agent makes" in told[0]["text"]
