"""The table of hooks, and knowing our own."""

import json
import re

import pytest

from interlock.install.command import project_command
from interlock.install.entries import HOOKS, MARKER, example, groups, is_own, own_entries

KNOWN_TO_2_1_197 = {
    "PreToolUse", "PostToolUse", "PostToolUseFailure", "SessionStart",
    "SubagentStart", "SubagentStop", "Stop", "SessionEnd", "UserPromptSubmit",
}  # fmt: skip


def matches(matcher: str, tool: str) -> bool:
    """As the client does it: plain names joined by bars are compared, all else is searched for."""
    if re.fullmatch(r"[a-zA-Z0-9_|]+", matcher):
        return tool in matcher.split("|")
    return re.search(matcher, tool) is not None


def test_only_events_of_the_oldest_client() -> None:
    """An event name unknown to the oldest supported client may cost the whole file, so none is used."""
    assert {hook.event for hook in HOOKS} == KNOWN_TO_2_1_197


@pytest.mark.parametrize(
    ("tool", "guarded", "watched", "launches", "after"),
    [
        ("Write", True, False, False, True),
        ("NotebookEdit", True, False, False, True),
        ("mcp__files__write", True, False, False, True),
        ("Bash", False, True, False, True),
        ("Monitor", False, True, False, True),
        ("Agent", False, False, True, False),
        ("Task", False, False, True, False),
        ("Read", False, False, False, True),
        ("TodoWrite", False, False, False, False),
        ("TaskOutput", False, False, False, False),
        ("BashOutput", False, False, False, False),
        ("ReadMcpResourceTool", False, False, False, False),
    ],
)
def test_matchers_catch_whole_names(tool: str, guarded: bool, watched: bool, launches: bool, after: bool) -> None:
    """Each tool meets the hooks meant for it, and tools with like names meet none."""
    found = [(hook.event, matches(hook.matcher, tool)) for hook in HOOKS if hook.matcher is not None]
    before = [met for event, met in found if event == "PreToolUse"]
    assert before == [guarded, watched, launches]
    assert [met for event, met in found if event == "PostToolUse"] == [after, launches]
    assert [met for event, met in found if event == "PostToolUseFailure"] == [after]


def test_only_the_guarded_handler_fails_closed() -> None:
    """``onFailure: block`` stands on the guarded handler alone; every handler has a timeout."""
    entries = own_entries({"hooks": groups(project_command)})
    assert [e.matcher for e in entries if e.handler.get("onFailure") == "block"] == [HOOKS[0].matcher]
    assert HOOKS[0].matcher is not None and entries[0].handler["timeout"] == 60
    assert all(0 < entry.handler["timeout"] <= 60 for entry in entries)


def test_own_entries_are_known_by_the_marker_alone() -> None:
    """Entries of another version with other paths are ours; a command that only speaks of us is not."""
    assert is_own({"command": ": interlock-hook v7; exec /elsewhere"})
    assert is_own({"command": f"  {MARKER} true"})
    assert not is_own({"command": f"echo '{MARKER}'"})
    assert not is_own({"command": ["x"]}) and not is_own("x") and not is_own({})


@pytest.mark.parametrize(
    "settings",
    [
        None,
        [],
        "x",
        {},
        {"hooks": 1},
        {"hooks": {"Stop": 1}},
        {"hooks": {"Stop": [1]}},
        {"hooks": {"Stop": [{"hooks": 1}]}},
    ],
)
def test_own_entries_never_raises(settings: object) -> None:
    """Settings of any shape hold none of our entries, without a fault."""
    assert own_entries(settings) == []


def test_example_is_what_a_project_install_writes() -> None:
    """The example is whole settings, deterministic, and names no path of any machine."""
    text = example()
    assert text == example() and text.endswith("}\n") and '"/' not in text
    assert json.loads(text) == {"hooks": groups(project_command)}
    assert len(own_entries(json.loads(text))) == len(HOOKS)
    assert own_entries(json.loads(text))[0].command.startswith(MARKER)
