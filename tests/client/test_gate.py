"""The gate in the real client: stops are blocked a bounded number of times, and what is proved passes at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .guarded import Guarded, actor
from .model import Model
from .say import agent, bash, write
from .script import Text

COMMIT = "git -c user.name=t -c user.email=t@example.invalid commit -q --allow-empty -m"
BLOCK = '```json\n{"tsc": "n/a", "unit": "pass", "guards": [], "findings_outstanding": 0, "blocked": null}\n```'
PATH = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


@pytest.fixture
def gated(place: Guarded) -> Guarded:
    """A repository with one test, which demands `pytest -q` of who has an issue."""
    place.configure('wait = 0\n[gate]\nrequired = ["pytest -q"]\n')
    (place.project / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n")
    (place.project / "test_a.py").write_text("def test_a():\n    assert True\n")
    place.commit()
    place.install()
    return place


def blocks(model: Model, marker: str) -> int:
    """How often that conversation was told that it is not done yet, as of its last request."""
    said = [str(message["content"]) for message in model.of(marker)[-1]["messages"] if message["role"] == "user"]
    return sum(text.count("is not done yet. Missing:") > 0 for text in said)


@pytest.mark.each
def test_a_stop_is_blocked_three_times(gated: Guarded, model: Model) -> None:
    """With a new commit each time it is blocked three times; then it stops, and the issue is handed over."""
    model.scripts["MAIN"] = [[write(gated.project / "b.py", "b = 1\n")], [Text("done")]]
    for number in range(3):
        model.scripts["MAIN"] += [[bash(f"{COMMIT} 'bd-12: try {number}'")], [Text(f"done {number}")]]
    session = gated.client.start("MAIN\nISSUE: 12", env=PATH).wait()
    assert session.result["result"] == "done 2"
    checks = gated.log("gate")
    assert [(r["attempt"], r["met"], r["followup"]) for r in checks] == [
        (1, False, False), (2, False, False), (3, False, False), (4, False, True),
    ]  # fmt: skip
    assert blocks(model, "MAIN") == 3
    assert "`pytest -q` has not run" in " ".join(checks[-1]["missing"])
    assert gated.log("handoff")[0]["where"] == ".runs/handoffs/12.md"
    assert "not met after 3 tries" in (gated.project / ".runs/handoffs/12.md").read_text()
    assert gated.log("gate_fault") == []


def test_no_progress_ends_it(gated: Guarded, model: Model) -> None:
    """An agent that does nothing new is asked once; the next one on that issue is shown the note."""
    model.scripts["MAIN"] = [[write(gated.project / "b.py", "b = 1\n")], [Text("done")], [Text("still done")]]
    gated.client.start("MAIN\nISSUE: 12", env=PATH).wait()
    assert [(r["attempt"], r["no_progress"]) for r in gated.log("gate")] == [(1, False), (2, True)]
    assert len(gated.log("stop")) == 1
    model.scripts["NEXT"] = [[Text("I read it")], [Text("enough")]]
    gated.client.start("NEXT\nISSUE: bd-12", env=PATH).wait()
    assert "Issue 12 was left unfinished by session" in model.seen_text("NEXT")


def test_what_is_proved_stops_at_once(gated: Guarded, model: Model) -> None:
    """A commit, the tests passed on it, a block that fits: one check, no block; the agent knew what was asked."""
    path = gated.project / "b.py"
    model.scripts["MAIN"] = [
        [write(path, "b = 1\n")],
        [bash(f"git add b.py && {COMMIT} 'bd-12: b'")],
        [bash("pytest -q")],
        [Text(f"All is well.\n{BLOCK}")],
    ]
    gated.client.start("MAIN\nISSUE: 12", env=PATH).wait()
    assert [(r["met"], r["missing"]) for r in gated.log("gate")] == [(True, [])]
    assert blocks(model, "MAIN") == 0
    assert "you work on issue 12. Before you end" in model.seen_text("MAIN")
    assert not (gated.project / ".runs").exists()


def test_a_false_pass_is_bounced(gated: Guarded, model: Model) -> None:
    """`unit: pass` without a run is bounced; the run makes it true."""
    model.scripts["MAIN"] = [
        [bash(f"{COMMIT} 'bd-12: b'")],
        [Text(f"All is well.\n{BLOCK}")],
        [bash("pytest -q")],
        [Text(f"Now it is.\n{BLOCK}")],
    ]
    gated.client.start("MAIN\nISSUE: 12", env=PATH).wait()
    first, second = gated.log("gate")
    assert any("`unit: pass` is claimed, but no test run was seen" in line for line in first["missing"])
    assert second["met"]


def test_without_an_issue_nothing_is_asked(gated: Guarded, model: Model) -> None:
    """No issue, no gate."""
    model.scripts["MAIN"] = [[write(gated.project / "b.py", "b = 1\n")], [Text("done")]]
    gated.client.start("MAIN", env=PATH).wait()
    assert gated.log("gate") == [] and len(gated.log("stop")) == 1


def test_who_only_reads_is_not_gated(gated: Guarded, model: Model) -> None:
    """An ISSUE line in the prompt of who writes and claims nothing asks for nothing."""
    model.scripts["MAIN"] = [[bash("ls")], [Text("It has one test.")]]
    gated.client.start("MAIN\nISSUE: 12", env=PATH).wait()
    assert gated.log("gate") == [] and len(gated.log("stop")) == 1
    assert not (gated.project / ".runs").exists()


def test_a_main_agents_issue_done_by_a_subagent(gated: Guarded, model: Model) -> None:
    """A subagent writes, commits and tests; its main agent's gate is met by that."""
    model.scripts["MAIN"] = [[agent("SUB", run_in_background=False)], [Text(f"All is well.\n{BLOCK}")]]
    model.scripts["SUB"] = [
        [write(gated.project / "b.py", "b = 1\n")],
        [bash(f"git add b.py && {COMMIT} 'bd-12: b'")],
        [bash("pytest -q")],
        [Text("committed and tested")],
    ]
    gated.client.start("MAIN\nISSUE: 12", env=PATH).wait()
    assert [(r["met"], r["missing"]) for r in gated.log("gate")] == [(True, [])]


def test_subagents_at_once(gated: Guarded, model: Model) -> None:
    """Of two subagents started together each has the issue of its own prompt; their parent has none."""
    model.scripts["MAIN"] = [
        [agent("SUBONE\nISSUE: 1", run_in_background=False), agent("SUBTWO\nISSUE: 2", run_in_background=False)],
        [Text("both are done")],
    ]
    path = gated.project / "b.py"
    model.scripts["SUBONE"] = [[write(path, "b = 1\n")], [Text("one")], [Text("one again")]]
    model.scripts["SUBTWO"] = [[bash(f"{COMMIT} 'bd-2: x'")], [Text("two")], [Text("two again")]]
    gated.client.start("MAIN", env=PATH).wait()
    one, two = (actor(gated.log("issue_started", issue=issue)[0]) for issue in "12")
    assert {actor(r) for r in gated.log("gate", issue="1")} == {one}
    assert {actor(r) for r in gated.log("gate", issue="2")} == {two}
    assert {(r["issue"], r["where"]) for r in gated.log("handoff")} == {
        ("1", ".runs/handoffs/1.md"), ("2", ".runs/handoffs/2.md"),
    }  # fmt: skip
    assert "you work on issue 1." in model.seen_text("SUBONE")
    assert blocks(model, "SUBONE") == 1
    commit = gated.run("git", "rev-parse", "HEAD").strip()
    assert {r["commit"] for r in gated.log("gate", issue="2")} == {commit}
