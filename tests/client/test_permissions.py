"""The user's own permission rules answer as they would without Interlock.

Allow rules come by the command line: a project's own are not believed where nobody trusted the folder yet.
"""

from __future__ import annotations

import json
import re

import pytest

from .guarded import Guarded
from .model import Model, ToolResult
from .say import bash, write
from .script import Block

pytestmark = pytest.mark.each

ALLOWED = ("Bash(touch interlock-exact)", "Bash(touch interlock:*)", "Edit(open/**)")
RULES = {
    "ask": ["Bash(touch interlock ask:*)", "Bash(interlock lock release:*)"],
    "deny": ["Bash(interlock lock release-all:*)", "Bash(touch interlock never)", "Edit(open/secret/**)"],
}
COMMANDS = {
    "touch interlock-exact": True,
    "touch interlock-exactly": False,
    "touch interlock 1": True,
    "touch interlock 2 && touch interlock 3": True,
    "touch interlock 4 && touch another": False,
    "touch interlock 5 <<'END'\ninterlock\nEND": True,
    "touch interlock ask 1": False,
    "touch interlock never": False,
    "touch interlock 6 && touch interlock never": False,
    "interlock lock release a.txt": False,
    "interlock lock release-all": False,
    "touch interlock 7 && interlock lock release-all": False,
}
"""Commands that the guard marks, and whether the rules let them run."""
FILES = {"open/a.txt": True, "open/secret/a.txt": False, "closed/a.txt": False}


def test_rules_answer_as_before(place: Guarded, model: Model) -> None:
    """Exact, prefix and compound rules give the same answers to marked commands and guarded writes as without."""
    rules = place.project / ".claude" / "settings.json"
    rules.write_text(json.dumps({"permissions": RULES}))
    before = _ask(place, model, "BEFORE")
    place.install()
    after = _ask(place, model, "AFTER")
    assert [not r.is_error for r in after] == [*COMMANDS.values(), *FILES.values()]
    assert [(_unmarked(r.text), r.is_error) for r in after] == [(r.text, r.is_error) for r in before]
    marked = [r["command"] for r in place.log("decision", tool="Bash")]
    assert marked == list(COMMANDS)


def test_rules_answer_as_before_for_contained_commands(place: Guarded, model: Model) -> None:
    """The same beside a file that somebody holds, where every such command is marked and contained."""
    rules = place.project / ".claude" / "settings.json"
    rules.write_text(json.dumps({"permissions": RULES}))
    before = _ask(place, model, "BEFORE")
    place.install()
    (place.project / "held.txt").write_text("start\n")
    place.interlock("lock", "try", "held.txt")
    after = _ask(place, model, "AFTER")
    assert [not r.is_error for r in after] == [*COMMANDS.values(), *FILES.values()]
    assert [(_unmarked(r.text), r.is_error) for r in after] == [(r.text, r.is_error) for r in before]
    commands = [r for r in place.log("decision", tool="Bash") if r["command"].startswith("touch")]
    assert {r["reason"] for r in commands} == {"contained"}


def _unmarked(text: str) -> str:
    """The client quotes a denied command with the guard's mark."""
    return re.sub(r"\n# interlock:\w+", "", text)


def _ask(place: Guarded, model: Model, marker: str) -> list[ToolResult]:
    """What the client answers to every call, one call a turn; what they made is gone afterwards."""
    calls: list[Block] = [bash(command) for command in COMMANDS]
    calls += [write(place.project / name, "agent\n") for name in FILES]
    model.scripts[marker] = [[call] for call in calls]
    place.client.start(marker, permission_mode="default", allowed=ALLOWED).wait()
    for name, allowed in FILES.items():
        assert (place.project / name).exists() == allowed
    place.run("git", "clean", "-fdqx", "-e", ".claude")
    return model.tool_results(marker)
