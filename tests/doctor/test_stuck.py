"""A store whose lock nobody lets go: the doctor says who, and comes to its end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interlock.doors.store.embedded import LOCK
from interlock.faces.main import main
from interlock.log import patience as bound

from .conftest import Ask, bad

HOLD = (
    "import sys, time; from interlock.doors.oslock import acquire; acquire(sys.argv[1]); "
    "print(flush=True); time.sleep(600)"
)


@pytest.fixture
def holder(installed: Path, tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A stopped process that has the store's lock; the doctor's patience is short."""
    ask()
    path = tmp_path / "state" / "interlock" / LOCK
    lib = Path(bound.__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(lib)}
    )
    assert process.stdout is not None and process.stdout.readline() == b"\n"
    process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(bound.patience.__wrapped__, "__defaults__", (0.2,))  # type: ignore[attr-defined]
    yield process.pid
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("words", [(), ("--repair",)])
def test_who_has_the_lock_is_named(holder: int, ask: Ask, words: tuple[str, ...]) -> None:
    """A stopped holder is a bad finding with its pid and what to do; the rest is still looked at, but nothing
    that would wait for the store."""
    began = time.monotonic()
    code, findings = ask(*words)
    assert code == 1 and time.monotonic() - began < 20
    told = bad(findings)[0]
    assert f"process {holder}" in told["text"] and f"kill -CONT {holder}" in told["todo"]
    topics = [finding["topic"] for finding in findings]
    assert "hooks" in topics and "disk" in topics and "permissions" in topics
    assert "replay" not in topics


def test_let_go_all_is_well(holder: int, ask: Ask) -> None:
    """Once the holder has ended the doctor finds nothing."""
    os.kill(holder, signal.SIGKILL)
    time.sleep(0.2)
    assert bad(ask()[1]) == []


def test_the_text_has_no_run_on_sentences(holder: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What a person reads: one line for the finding, one for the step."""
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("BAD  state: "))
    assert lines[at + 1].startswith("       -> If it was stopped, ")
