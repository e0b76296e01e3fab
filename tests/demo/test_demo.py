"""The demo's hook part: what it shows, and that nothing is left of it."""

from __future__ import annotations

import json
import re
import signal
import sys
import time

import pytest

from interlock.demo.step import Step
from interlock.faces import demo as face
from interlock.faces.main import main

from .conftest import Place


def test_the_transcript_shows_refusal_wait_and_hand_over(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The demo ends with 0 in under 20 s, has shown every part of the story in order, and leaves nothing."""
    began = time.monotonic()
    assert main(["demo"]) == 0
    assert time.monotonic() - began < 20
    said = " ".join(capsys.readouterr().out.split())
    parts = [
        r"\d+ hooks written to \.claude/settings\.local\.json",
        r"A writes greet\.py -> passes",
        r"B writes greet\.py -> REFUSED",
        r"Interlock: greet\.py is held by session agent-A since",
        r"wait with `interlock lock wait (FILE|\S+/greet\.py)`",
        r"interlock: waiting, number 1 in the queue\. Before you: session agent-A\.",
        r"A's Stop hook frees greet\.py; B has it \d+ ms later: got greet\.py until",
        r"REFUSED once, as A changed it; .*changed by session agent-A .* read it again",
        r"B reads greet\.py, writes again -> passes; the file holds the work of both",
        r"decision .*deny greet\.py",
        r"released .*granted .*session agent-B",
        r"no Claude Code on this machine",
        r"Every step as promised",
    ]
    assert re.search(".*".join(parts), said), said
    assert "\x1b" not in said
    assert here.left() == []


def test_the_steps_as_json(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one object: the steps with the sentences in full, the log, the time."""
    assert main(["demo", "--json", "--no-client"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] and told["failed"] == "" and told["client"] == "" and told["notes"] == []
    assert 0 < told["seconds"] < 20
    refusals = [step["said"] for step in told["steps"] if "REFUSED" in step["answer"]]
    assert [step["who"] for step in told["steps"]] == ["you", "A", "A", "B", "B", "B", "A", "A", "B", "B"]
    assert len(refusals) == 2 and "is held by" in refusals[0] and "read it again" in refusals[1]
    handed = next(step["ms"] for step in told["steps"] if step["does"] == "ends its turn")
    assert 0 <= handed < 5000
    assert sum("deny greet.py" in line for line in told["log"]) == 2


def test_the_users_own_state_is_not_touched(place: Place) -> None:
    """A demo started inside a session, with a state folder of the user's named, writes into neither."""
    place.extra = {
        "XDG_STATE_HOME": str(place.home / "state"),
        "CLAUDE_CODE_SESSION_ID": "the-users-own",
        "CLAUDE_PID": "1",
        "CLAUDE_PROJECT_DIR": str(place.home),
    }
    process = place.start("--no-client")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "the-users-own" not in out
    assert place.left() == []


def test_colour_is_for_terminals_only(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """With colour the refusals stand out, and the words are the same."""
    page = face._Page(colour=True, quiet=False)
    page.step(Step("hooks", "B", "writes", "REFUSED; so"))
    shown = capsys.readouterr().out
    assert "\x1b[1;31mREFUSED\x1b[0m; so" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown).split() == ["1", "B", "writes", "->", "REFUSED;", "so"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked for in /proc")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda v: str(v)
)
@pytest.mark.parametrize("after", ["starts a session", "writes greet.py"])
def test_a_signal_ends_it_and_all_it_made(place: Place, number: signal.Signals, code: int, after: str) -> None:
    """Ctrl-C, SIGTERM and SIGHUP in the middle of a hook end the demo with its processes and its folder."""
    process = place.start("--no-client")
    assert process.stdout is not None
    while f"B   {after}" not in (line := process.stdout.readline()):
        assert line, "the demo ended too soon"
    assert list(place.tmp.iterdir())
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (code, "")
    assert place.left() == []
    assert place.running() == []


def test_no_room_for_the_scratch_folder_is_a_sentence(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no temporary folder can be made, the demo says so and ends with 1."""
    here.tmp.rmdir()
    here.tmp.write_text("")
    gone = pytest.MonkeyPatch()
    gone.setattr("tempfile._candidate_tempdir_list", lambda: [str(here.tmp)])
    try:
        assert main(["demo"]) == 1
    finally:
        gone.undo()
    assert "No usable temporary directory" in capsys.readouterr().err
