"""The doctor on containment."""

import json
from pathlib import Path

import pytest

from interlock.doctor.contain import containment
from interlock.doctor.finding import Finding
from interlock.doors import contain
from interlock.install import prefix
from interlock.install.prefix import VARIABLE

from .conftest import Ask, change


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "interlock"
    (root / "install").mkdir(parents=True)
    prefix.write(root)
    return root


def found(root: Path, value: object = None, environ: str = "") -> Finding:
    """The one finding for settings with that prefix."""
    settings = root / "settings.json"
    settings.write_text(json.dumps({"env": {} if value is None else {VARIABLE: value}}))
    (finding,) = containment(str(root), [root / "gone.json", settings], environ)
    return finding


def test_it_works(installed: Path, ask: Ask) -> None:
    """After an install the doctor has tried it, and says so or why not."""
    _, findings = ask()
    (finding,) = [one for one in findings if one["topic"] == "contain"]
    assert finding["level"] == ("warn" if contain.probe(str(installed.parent / "state/interlock")) else "ok")


def test_a_missing_program_is_bad(installed: Path, ask: Ask) -> None:
    """Without the program that the settings name nothing can run, and the doctor exits 1."""
    for path in (installed.parent / "state/interlock/shell").iterdir():
        path.unlink()
    code, findings = ask()
    (finding,) = [one for one in findings if one["topic"] == "contain"]
    assert (code, finding["level"]) == (1, "bad") and "127" in finding["text"]
    assert "interlock install" in finding["todo"]


def test_taken_out_of_the_settings(installed: Path, ask: Ask) -> None:
    """A prefix that somebody took out is missed, with the line to put back."""
    change(installed, lambda data: data.pop("env"))
    code, findings = ask()
    (finding,) = [one for one in findings if one["topic"] == "contain"]
    assert (code, finding["level"]) == (0, "warn") and VARIABLE in finding["todo"]


def test_anothers_program(root: Path) -> None:
    """A prefix of the user's own in stronger settings keeps ours from running."""
    finding = found(root, "/usr/bin/mine", str(prefix.path(root)))
    assert finding.level == "warn" and "/usr/bin/mine" in finding.text and finding.todo


def test_from_the_environment(root: Path) -> None:
    """Set in the environment alone it counts too."""
    assert "don't start through" not in found(root, None, str(prefix.path(root))).text
    assert "don't start through" in found(root).text


@pytest.mark.parametrize("text", ['#!/bin/sh\nexec /bin/sh -c "$1"\n', ""])
def test_a_stand_in(root: Path, text: str) -> None:
    """A program that only passes commands on is not taken for the whole one."""
    prefix.path(root).write_text(text)
    finding = found(root, str(prefix.path(root)))
    assert finding.level == "warn" and "interlock install" in finding.todo


def test_where_it_cannot_be_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe's reason is told, and what holds instead."""
    monkeypatch.setattr(contain, "probe", lambda root: "the kernel is too old")
    finding = found(root, str(prefix.path(root)))
    assert finding.level == "warn" and "the kernel is too old" in finding.text and "watched" in finding.todo


@pytest.mark.parametrize("value", [1, [], None, "", "x" * 10_000])
def test_settings_of_any_shape(root: Path, value: object) -> None:
    """Strange values are told, not fallen over."""
    assert found(root, value).level == "warn"


def test_what_it_finds_is_what_the_guard_goes_by(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor tries it anew, and the guard then knows: a "no" that is none any more ends there."""
    monkeypatch.setattr(contain, "probe", lambda root: "not yet")
    assert contain.able(str(root)) == "not yet"
    monkeypatch.setattr(contain, "probe", lambda root: "")
    assert contain.able(str(root)) == "not yet"
    assert found(root, str(prefix.path(root))).level == "ok"
    assert contain.able(str(root)) == ""


def test_programs_that_cannot_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system mounted noexec that is said, not that the program is missing; bad if settings name it."""
    monkeypatch.setattr(prefix, "noexec", lambda root: f"{root} is mounted noexec")
    named, unnamed = found(root, str(prefix.path(root))), found(root)
    assert (named.level, unnamed.level) == ("bad", "warn")
    assert all("noexec" in one.text and one.todo for one in (named, unnamed))
