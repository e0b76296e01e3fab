"""A gate that can't be asked, places that lack what it needs, owners that died: no wedge, no hang."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from interlock.doors import clock, process
from interlock.guard import gating
from interlock.leases.records import OwnerRow
from interlock.words.faults import StateFault

from .ground import Ground, owner, report


@pytest.mark.parametrize(
    "program", ["exit 3", "echo nonsense", "printf '[]'", "printf '{}'", "sleep 30", "head -c 200000 /dev/zero"]
)
def test_a_gate_that_breaks_lets_the_stop_pass(
    installed: Ground, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """A guard may not wedge an agent: the fault is logged, and the issue's next agent finds a note."""
    monkeypatch.setattr(gating, "SECONDS", 1.0)
    installed.start()
    shim = installed.root / "bin" / "interlock"
    good = shim.read_text()
    shim.write_text(f"#!/bin/sh\n{program}\n")
    began = time.monotonic()
    assert installed.stop("done") == ""
    assert time.monotonic() - began < 10
    assert [r["issue"] for r in installed.records("gate_fault")] == ["12"]
    shim.write_text(good)
    monkeypatch.undo()
    said = installed.hook("UserPromptSubmit", "beta", prompt="ISSUE: 12")["hookSpecificOutput"][
        "additionalContext"
    ]
    assert "was left unfinished by session alpha" in said and "could not be checked" in said


def test_a_missing_program_lets_the_stop_pass(installed: Ground) -> None:
    """Without the CLI the stop passes as well."""
    installed.start()
    (installed.root / "bin" / "interlock").unlink()
    assert installed.stop("done") == ""
    assert "missing" in installed.records("gate_fault")[0]["problem"]


def test_places_without_git(ground: Ground, tmp_path: Path) -> None:
    """No git repository, no commits, a detached HEAD: a sentence each, never a fault."""
    bare: dict[str, Any] = {"cwd": str(tmp_path / "plain")}
    (tmp_path / "plain").mkdir()
    ground.hook("UserPromptSubmit", "beta", prompt="ISSUE: 7", **bare)
    assert "commits can't be looked at" in ground.stop(report(), "beta", **bare) or ground.records("gate")
    assert ground.records("gate_fault") == []
    ground.start()
    ground.git("checkout", "-q", "--detach")
    ground.commit()
    ground.run()
    assert ground.stop(report()) == ""


def test_no_commits_yet(ground: Ground) -> None:
    """In a repository without a commit the first one counts."""
    ground.git("update-ref", "-d", "HEAD")
    ground.git("rm", "-q", "--cached", "-r", ".")
    ground.start()
    assert "there is no commit with bd-12" in ground.stop(report())
    ground.commit()
    ground.run()
    assert ground.stop(report()) == ""


def test_stops_of_the_dead_are_handed_over(ground: Ground) -> None:
    """An owner with an issue whose client died: the next session's start leaves the note, with what it held."""
    ground.start()
    ground.edit("src/a.py", "a = 2\n")
    with ground.store().transaction() as tx:
        row = OwnerRow(tx.run("owner_get", id=owner())[0])
        row.pid, row.started, row.boot, row.pid_namespace = 1, 1, clock.boot_id(), process.namespace()
        tx.run("owner_put", **row.values())
    ground.hook("SessionStart", "beta", source="startup")
    assert ground.records("owner_dead")[0]["owner"] == owner()
    assert [r["reason"] for r in ground.records("handoff")] == ["its agent died"]
    note = (ground.repo / ".runs/handoffs/12.md").read_text()
    assert "its agent died" in note and "src/a.py" in note
    said = ground.hook("UserPromptSubmit", "beta", prompt="ISSUE: 12")["hookSpecificOutput"]["additionalContext"]
    assert "its agent died" in said and ".runs/handoffs/12.md" in said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_for_head_does_not_hang(ground: Ground) -> None:
    """A hostile `.git/HEAD` can't hang the prompt's hook."""
    (ground.repo / ".git/HEAD").unlink()
    os.mkfifo(ground.repo / ".git/HEAD")
    ground.hook("UserPromptSubmit", prompt="hello")


def test_a_fault_lets_agents_start_and_stop(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the state can't be read, no agent is kept from being started or from stopping by it."""

    def broken(*_: object) -> None:
        raise StateFault("Interlock's state is damaged")

    for name in ("launched", "prompted", "at_stop", "started"):
        monkeypatch.setattr(gating, name, broken)
    given = {"prompt": "ISSUE: 12"}
    call: dict[str, Any] = {"tool_name": "Agent", "tool_use_id": "t", "tool_input": given}
    assert ground.hook("PreToolUse", **call) == {}
    assert ground.hook("PostToolUse", **call, tool_response={}) == {}
    assert ground.hook("UserPromptSubmit", prompt="ISSUE: 12") == {}
    assert ground.stop("x") == ""
