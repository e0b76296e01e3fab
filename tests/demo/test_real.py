"""The demo's second part: through the real client, and what becomes of it with a client that fails."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
from tests.client.conftest import binary  # noqa: F401  a fixture, asked for by its name

from interlock.demo import real
from interlock.faces import demo as face
from interlock.faces.main import main

from .conftest import Place

LAWLESS = Path(__file__).with_name("lawless.py")


def fake(here: Place, text: str) -> Path:
    """A program named `claude` in a folder of its own."""
    path = here.home.parent / "bin/claude"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests run beside these, and the demo's first part may take all of its time; the limit has a test of
    its own."""
    monkeypatch.setattr(face, "SECONDS", 60.0)


@pytest.mark.client
def test_the_real_client_shows_the_refusal(
    here: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    binary: Path,  # noqa: F811
) -> None:
    """With the real client B's model sees the refusal, waits and writes, and nothing is left of it."""
    monkeypatch.setenv("INTERLOCK_CLIENTS", str(binary))
    assert main(["demo", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    steps = [step for step in told["steps"] if step["part"] == "client"]
    assert told["notes"] == []
    assert "Interlock: notes.txt is held by session" in steps[0]["said"]
    assert steps[1]["said"].startswith("got notes.txt")
    assert "work of both" in steps[2]["answer"]
    assert here.left() == [] and here.running() == []


def test_a_client_that_does_not_obey_is_exit_1(
    here: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A write that the client does though A holds the file is a broken promise."""
    monkeypatch.setenv("INTERLOCK_CLIENTS", str(fake(here, f'exec "{sys.executable}" "{LAWLESS}" free "$@"')))
    assert main(["demo"]) == 1
    assert "the client did not obey the hooks" in capsys.readouterr().err
    assert here.left() == []


def test_what_the_model_saw_is_shown(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A client on PATH that obeys is played through, and named."""
    client = fake(here, f'exec "{sys.executable}" "{LAWLESS}" obeys "$@"')
    here.extra["PATH"] = f"{client.parent}:{os.defpath}"
    process = here.start()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert f"({client})" in out and "Interlock: notes.txt is held by session 1." in out
    assert "got notes.txt" in out and "could not be shown" not in out


TROUBLES = {
    "fails": ("echo some words; echo No license here. >&2; exit 3", "ended with 3 (No license here.)"),
    "mute": ("exit 3", "ended with 3 (no output)"),
    "does nothing": ("exit 0", "did not come to its write (no tool was called)"),
    "own rules": (
        f'exec "{sys.executable}" "{LAWLESS}" own-rules "$@"',
        "the client itself did not let B write (This folder is not trusted.)",
    ),
    "not a program": (None, "does not start: Permission denied"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_client_in_trouble_is_told_and_forgiven(
    here: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trouble: str
) -> None:
    """A client that fails for reasons of its own costs one sentence; the demo still ends with 0."""
    text, sentence = TROUBLES[trouble]
    path = fake(here, text or "")
    if text is None:
        path.chmod(0o644)
    monkeypatch.setenv("INTERLOCK_CLIENTS", str(path))
    assert main(["demo"]) == 0
    said = capsys.readouterr().out
    assert "The real Claude Code could not be shown: " in said and sentence in said
    assert "Every step as promised" in said
    assert here.left() == []


def test_a_client_that_hangs_is_ended_in_time(
    here: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A client that never ends gets the time that is left of the demo's, then it and its children are ended."""
    monkeypatch.setenv("INTERLOCK_CLIENTS", str(fake(here, "setsid sleep 60 & sleep 60")))
    monkeypatch.setattr(face, "SECONDS", 5.0)
    began = time.monotonic()
    assert main(["demo"]) == 0
    assert time.monotonic() - began < 15
    assert "was not through in the time that the demo has" in capsys.readouterr().out
    assert here.left() == [] and here.running() == []


def test_which_client_is_taken(here: Place) -> None:
    """INTERLOCK_CLIENTS goes before PATH; without either there is none."""
    claude = fake(here, "")
    path = {"PATH": str(claude.parent)}
    assert real.find(path) == claude
    assert real.find({**path, "INTERLOCK_CLIENTS": "/some/one:/other"}) == Path("/some/one")
    assert real.find({"PATH": str(here.home)}) is None
    assert real.find({**path, "INTERLOCK_CLIENTS": ""}) == claude
