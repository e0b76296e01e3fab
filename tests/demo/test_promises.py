"""Every claim of the demo is checked: a guard that breaks one ends the demo with 1 and a sentence about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from interlock.faces import demo as face
from interlock.faces.install import setup
from interlock.faces.main import main
from interlock.install.operate import Setup

from .conftest import TOP, Place

# What the installed hooks start in place of the guard. `d` is the call, `nth` its number among this
# session's calls of that event and tool. Whatever the fault does not answer itself goes to the real guard.
WRAPPER = """
import json, os, sys
raw = os.read(0, 1 << 20)
d = json.loads(raw)
event, tool, who = d["hook_event_name"], d.get("tool_name", ""), d["session_id"][-1]
mark = os.path.join(os.path.dirname(__file__), "-".join(["call", who, event, tool, ""]))
nth = 1
while os.path.exists(mark + str(nth)):
    nth += 1
open(mark + str(nth), "w").close()
def deny(why):
    print(json.dumps({"hookSpecificOutput": {"hookEventName": event, "permissionDecision": "deny",
                                             "permissionDecisionReason": why}}))
def new(**changed):
    print(json.dumps({"hookSpecificOutput": {"hookEventName": event, "updatedInput": changed}}))
if CONDITION:
    FAULT
    sys.exit(CODE)
inside, outside = os.pipe()
os.write(outside, raw)
os.close(outside)
os.dup2(inside, 0)
os.execv(sys.executable, [sys.executable, "-I", "-S", GUARD, *sys.argv[1:]])
"""
A_WRITES = "(event, tool, who) == ('PreToolUse', 'Write', 'A')"
B_WRITES = "(event, tool, who) == ('PreToolUse', 'Write', 'B')"
B_RUNS = "(event, tool, who) == ('PreToolUse', 'Bash', 'B')"
LOG = "os.path.join(sys.argv[2], 'audit.jsonl')"
FAULTS = {
    "mute at start": ("event == 'SessionStart'", "pass", 0, "not told that it is alone"),
    "B not told": ("event == 'SessionStart' and who == 'B'", "pass", 0, "not told at its start that A holds"),
    "free file refused": (A_WRITES, "deny('no')", 0, "write to a free file was refused: no"),
    "off": (B_WRITES, "pass", 0, "B's write was not refused though A holds greet.py: the guard is off"),
    "crashes": (B_WRITES, "pass", 1, "does not name the holder: Interlock is broken here"),
    "crashes at stop": ("event == 'Stop'", "pass", 1, "The Stop hook broke (exit 1)"),
    "nonsense": (B_WRITES, "print('{]')", 0, "said what the client does not understand"),
    "no holder named": (B_WRITES, "deny('held')", 0, "does not name the holder: held"),
    "refused by exit 2": (B_WRITES, "sys.stderr.write('by hand')", 2, "does not name the holder: by hand"),
    "no way to wait": (B_WRITES, "deny('held by session agent-A')", 0, "names no way to wait"),
    "shell refused": (B_RUNS, "deny('no shell')", 0, "B's command was refused: no shell"),
    "wait does not wait": (B_RUNS, "new(command='echo got it')", 0, "did not wait: got it"),
    "wait ends too soon": (
        B_RUNS,
        "new(command='echo waiting, number 1 in the queue >&2')",
        0,
        "returned while A still held the file",
    ),
    "holder refused": (f"{A_WRITES} and nth == 2", "deny('no')", 0, "holder's own write was refused: no"),
    "keeps it at stop": ("event == 'Stop' and who == 'A'", "pass", 0, "did not return within"),
    "lost update": (f"{B_WRITES} and nth == 2", "pass", 0, "A's work is lost"),
    "who changed it": (f"{B_WRITES} and nth == 2", "deny('changed')", 0, "not told who changed the file: changed"),
    "refused for ever": (f"{B_WRITES} and nth == 3", "deny('no')", 0, "has read it, but is refused: no"),
    "log forged": (
        "event == 'SessionEnd' and who == 'B'",
        f"t = open({LOG}).read(); open({LOG}, 'w').write(t.replace('deny', 'pass'))",
        0,
        "finds the log broken",
    ),
}


def broken(whole: Setup, folder: Path, fault: str) -> Setup:
    """The setup with a guard of that fault."""
    condition, does, code, _ = FAULTS[fault]
    folder.mkdir()
    text = WRAPPER.replace("CONDITION", condition).replace("FAULT", does).replace("CODE", str(code))
    guard = folder / "guard.py"
    guard.write_text(text.replace("GUARD", repr(str(TOP / "hooks/guard.py"))))
    return replace(whole, baked=replace(whole.baked, guard=guard))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_exit_1(
    here: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    """A guard with this fault ends the demo with 1 and its sentence; it still leaves nothing behind."""
    monkeypatch.setattr(face, "setup", lambda repo: broken(setup(repo), tmp_path / "guard", fault))
    assert main(["demo", "--no-client"]) == 1
    said = capsys.readouterr()
    assert "interlock: the demo did not go as promised: " in said.err and FAULTS[fault][3] in said.err
    assert "Every step as promised" not in said.out
    assert here.left() == []
    assert here.running() == []


def test_an_unbroken_wrapper_changes_nothing(
    here: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The wrapper itself breaks nothing: without a fault the demo ends with 0."""
    monkeypatch.setitem(FAULTS, "none", ("False", "pass", 0, ""))
    monkeypatch.setattr(face, "setup", lambda repo: broken(setup(repo), tmp_path / "guard", "none"))
    assert main(["demo", "--no-client"]) == 0


def test_a_failed_install_is_exit_1(
    here: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A package without its guard fails at the first step, with the installer's own sentence."""

    def without_guard(repo: str) -> Setup:
        made = setup(repo)
        return replace(made, baked=replace(made.baked, guard=here.home / "none.py"))

    monkeypatch.setattr(face, "setup", without_guard)
    assert main(["demo", "--no-client", "--json"]) == 1
    said = capsys.readouterr()
    assert "The guard is missing at" in said.err and '"steps": []' in said.out
    assert here.left() == []
