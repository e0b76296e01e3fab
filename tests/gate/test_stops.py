"""Stops: blocked with what is missing, a bounded number of times, and handed over."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from interlock.doors import clock, process
from interlock.gate import stopping
from interlock.guard import gating
from interlock.leases.records import OwnerRow

from .ground import Ground, owner, report


def test_an_owner_without_an_issue_is_not_gated(ground: Ground) -> None:
    """No issue, no gate: its stop passes at once and nothing is said of it."""
    ground.hook("SessionStart", source="startup")
    ground.hook("UserPromptSubmit", prompt="hello")
    ground.edit("src/a.py", "a = 2\n")
    assert ground.stop() == ""
    assert ground.records("gate") == []


def test_a_met_gate_lets_it_stop(ground: Ground) -> None:
    """Met: the stop passes at once, the issue is done for this owner, its leases are free."""
    ground.start()
    ground.edit("src/a.py", "a = 2\n")
    ground.commit()
    ground.run()
    assert ground.stop(report()) == ""
    assert [(r["met"], r["attempt"], r["followup"]) for r in ground.records("gate")] == [(True, 1, False)]
    assert ground.issue() == ""
    assert ground.records("released") != []
    assert not (ground.repo / ".runs").exists()


def test_the_installed_program(installed: Ground) -> None:
    """The guard asks the installed program, in the agent's folder, with its own state: blocked, met, left over."""
    installed.environ["XDG_STATE_HOME"] = "/nonexistent"  # what was installed counts
    installed.start()
    assert "issue 12 is not done yet" in installed.stop("done")
    installed.commit()
    installed.run()
    assert installed.stop(report()) == ""
    installed.start("beta", "13")
    assert installed.stop("x", "beta") != "" and installed.stop("x", "beta") == ""
    assert (installed.repo / ".runs/handoffs/13.md").exists()
    assert installed.records("gate_fault") == []


def test_a_blocked_stop_keeps_its_leases(ground: Ground) -> None:
    """Not met: the agent is told what is missing, and holds on to its files."""
    ground.start()
    ground.edit("src/a.py", "a = 2\n")
    said = ground.stop("finished!")
    assert said.startswith("Interlock: issue 12 is not done yet. Missing:\n- there is no commit with bd-12")
    assert "`pytest -q` has not passed" in said and "completion block is missing" in said
    assert len(said) <= stopping.ROOM
    assert ground.records("released") == [] and ground.records("stop") == []


def test_three_blocks_and_then_it_passes(ground: Ground) -> None:
    """With progress each time the stop is blocked three times; the fourth passes and the issue is handed over."""
    ground.start()
    for number in range(3):
        ground.edit("src/a.py", f"a = {number}\n")
        ground.run(result="failed", why="exit code 1")
        assert "not done yet" in ground.stop(f"try {number}")
    ground.run(result="failed", why="exit code 1")
    assert ground.stop("giving up") == ""
    last = ground.records("gate")[-1]
    assert (last["attempt"], last["followup"], last["no_progress"]) == (4, True, False)
    assert ground.records("handoff")[0]["where"] == ".runs/handoffs/12.md"
    assert ground.issue() == ""


def test_no_progress_ends_it_early(ground: Ground) -> None:
    """A second stop without a new commit or new evidence passes: more of the same helps nobody."""
    ground.start()
    assert ground.stop("done") != ""
    assert ground.stop("done, really") == ""
    last = ground.records("gate")[-1]
    assert (last["attempt"], last["no_progress"], last["followup"]) == (2, True, True)


def test_a_block_that_is_mended_is_progress(ground: Ground) -> None:
    """Where only the block is missing, neither commit nor evidence can be new: mending it is what counts."""
    ground.start()
    ground.commit()
    ground.run()
    assert "completion block is missing" in ground.stop("done")
    assert "is not right" in ground.stop(report(unit=3))
    assert ground.stop(report()) == ""
    assert ground.records("gate")[-1]["met"]


def test_blocked_is_handed_over_at_once(ground: Ground) -> None:
    """Who says that it is blocked is not asked again: the note has its reason."""
    ground.start()
    assert ground.stop(report(blocked="src/b.py held by session beta for 15+ min")) == ""
    note = (ground.repo / ".runs/handoffs/12.md").read_text()
    assert "blocked: src/b.py held by session beta" in note


def test_a_new_start_is_a_new_period(ground: Ground) -> None:
    """After a follow-up the same agent may take the issue up again, and is asked as often again."""
    ground.start()
    ground.stop("a")
    ground.stop("a")
    ground.hook("UserPromptSubmit", prompt="Again.\nISSUE: 12")
    assert "asked 2 more times" in ground.stop("a")


def test_a_subagent_is_gated_by_its_transcript(ground: Ground, tmp_path: Path) -> None:
    """A subagent's issue stands in its prompt, which its transcript begins with."""
    ground.hook("SessionStart", source="startup")
    ground.hook("SubagentStart", "alpha/sub1")
    transcript = tmp_path / "agent-sub1.jsonl"
    said = {"message": {"role": "user", "content": "Do it.\nISSUE: 12"}}
    transcript.write_text(json.dumps(said) + "\n{}\n")
    refusal = ground.stop("done", "alpha/sub1", agent_transcript_path=str(transcript))
    assert "issue 12 is not done yet" in refusal
    assert ground.issue("alpha/sub1") == "12"
    assert ground.records("subagent_stop") == []
    ground.commit(by="alpha/sub1")
    ground.run(by="alpha/sub1")
    assert ground.stop(report(), "alpha/sub1", agent_transcript_path=str(transcript)) == ""
    assert ground.records("issue_started")[0]["how"] == "prompt"
    # woken once more, it is not judged a second time
    assert ground.stop("thanks", "alpha/sub1", agent_transcript_path=str(transcript)) == ""


def test_a_transcript_that_lags_is_waited_for(ground: Ground, tmp_path: Path) -> None:
    """A subagent may end before its transcript is written: where an issue is due it is waited for, and where it
    never comes all that were started must have the same one."""
    transcript = tmp_path / "agent-sub1.jsonl"
    for number, issue in enumerate(("12", "13")):
        given = {"prompt": f"x\nISSUE: {issue}"}
        ground.hook("PreToolUse", tool_name="Agent", tool_use_id=f"t{number}", tool_input=given)
    ground.hook("SubagentStart", "alpha/sub1")
    line = json.dumps({"message": {"content": "x\nISSUE: 13"}}) + "\n"
    threading.Timer(0.3, transcript.write_text, (line,)).start()
    assert "issue 13 is not done" in ground.stop("done", "alpha/sub1", agent_transcript_path=str(transcript))
    ground.hook("SubagentStart", "alpha/sub2")
    missing = str(tmp_path / "agent-sub2.jsonl")
    assert ground.stop("done", "alpha/sub2", agent_transcript_path=missing) == ""
    given = {"prompt": "x\nISSUE: 13"}
    ground.hook("PostToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given, tool_response={})
    ground.hook("SubagentStart", "alpha/sub2")
    assert "issue 12 is not done" in ground.stop("done", "alpha/sub2", agent_transcript_path=missing)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"message": 3}\n', b"\xff\xfe\n", b'{"message":{"content":[1]}}\n']
)
def test_a_transcript_that_cant_be_read_gates_nobody(ground: Ground, tmp_path: Path, content: bytes) -> None:
    """What the transcript does not say is not made up."""
    ground.hook("SubagentStart", "alpha/sub1")
    transcript = tmp_path / "agent-sub1.jsonl"
    transcript.write_bytes(content)
    assert ground.stop("done", "alpha/sub1", agent_transcript_path=str(transcript)) == ""


def test_a_background_subagent_has_its_issue_at_once(ground: Ground) -> None:
    """The call that starts it in the background names its id and its prompt together."""
    ground.hook("SubagentStart", "alpha/sub1")
    given = {"prompt": "x\nISSUE: 12", "subagent_type": "coder"}
    told = {"status": "async_launched", "agentId": "sub1"}
    ground.hook("PostToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given, tool_response=told)
    assert ground.issue("alpha/sub1") == "12"


def test_who_starts_a_subagent_hands_it_the_rules(ground: Ground) -> None:
    """What will be asked is put below the prompt, so that the subagent knows it from the start."""
    given = {"prompt": "Do it.\nISSUE: 12", "subagent_type": "coder"}
    said = ground.hook("PreToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given)
    told = said["hookSpecificOutput"]
    assert told["updatedInput"]["subagent_type"] == "coder" and "permissionDecision" not in told
    assert told["updatedInput"]["prompt"].startswith("Do it.\nISSUE: 12\n\nInterlock: you work on issue 12.")
    plain = {"prompt": "Look around."}
    assert ground.hook("PreToolUse", tool_name="Agent", tool_use_id="t2", tool_input=plain) == {}


def test_the_branch_names_the_issue(ground: Ground) -> None:
    """On bd-12-x the main agent works on 12; it is gated once it has written something."""
    ground.git("checkout", "-q", "-b", "feature/bd-12-login")
    ground.hook("SessionStart", source="startup")
    said = ground.hook("UserPromptSubmit", prompt="What does this do?")
    assert "you work on issue 12" in said["hookSpecificOutput"]["additionalContext"]
    assert ground.records("issue_started")[0]["how"] == "branch"
    assert ground.stop("It does this.") == ""
    ground.edit("src/a.py", "a = 2\n")
    assert "not done yet" in ground.stop("done")


def test_the_prompt_goes_before_the_branch(ground: Ground) -> None:
    """An ISSUE line is stronger than the branch's name."""
    ground.git("checkout", "-q", "-b", "bd-12")
    ground.hook("UserPromptSubmit", prompt="ISSUE: 40")
    assert ground.issue() == "40"


def test_the_command_goes_before_the_prompt(ground: Ground) -> None:
    """What was started by command stays when a prompt without an ISSUE line comes on such a branch."""
    ground.git("checkout", "-q", "-b", "bd-12")
    ground.hook("SessionStart", source="startup")
    assert ground.interlock("issue", "start", "50", by="alpha").returncode == 0
    ground.hook("UserPromptSubmit", prompt="go on")
    assert ground.issue() == "50"


def test_waiting_for_subagents(ground: Ground) -> None:
    """Who ends its turn to wait for subagents in the background is not judged yet; later it is."""
    ground.start()
    task = {"id": "sub1", "type": "subagent", "status": "running"}
    assert ground.stop("waiting", background_tasks=[task]) == ""
    assert ground.records("gate") == [] and ground.issue() == "12"
    server = {"id": "x", "type": "shell", "status": "running"}
    assert "not done yet" in ground.stop("done", background_tasks=[{**task, "status": "completed"}, server, 3])


def test_an_agents_words_in_a_notice(ground: Ground) -> None:
    """The client reports a subagent's end as a prompt: a line in the subagent's words gives nobody an issue."""
    notice = "<task-notification>\n<result>done\nISSUE: 99\n</result>\n</task-notification>"
    ground.hook("UserPromptSubmit", prompt=notice)
    assert ground.issue() == ""


def test_walking_away(ground: Ground, tmp_path: Path) -> None:
    """Standing in another repository, without rules, when it stops changes nothing for an agent."""
    ground.start()
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    assert "`pytest -q` has not passed" in ground.stop("done", cwd=str(other))


def test_a_worktree_of_its_own(ground: Ground, tmp_path: Path) -> None:
    """A subagent in a worktree commits on its branch and tests there: that is proof."""
    ground.hook("SubagentStart", "alpha/sub1")
    given = {"prompt": "x\nISSUE: 12"}
    told = {"status": "async_launched", "agentId": "sub1"}
    ground.hook("PostToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given, tool_response=told)
    ground.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    main, ground.repo = ground.repo, tmp_path / "side"
    ground.write("src/a.py", "a = 7\n")
    ground.commit(by="alpha/sub1")
    ground.run(by="alpha/sub1")
    assert ground.stop(report(), "alpha/sub1") == ""
    assert ground.records("gate")[0]["met"] and main != ground.repo


def test_every_owner(ground: Ground) -> None:
    """`every_owner`: who wrote must bring evidence and a block, issue or not; who did not write passes."""
    ground.config('required = ["pytest -q"]\nevery_owner = true')
    ground.hook("SessionStart", source="startup")
    assert ground.stop("hello") == ""
    ground.edit("src/a.py", "a = 2\n")
    assert "your work is not done yet" in ground.stop("done")
    ground.run()
    assert ground.stop(report()) == ""
    assert [r["met"] for r in ground.records("gate")] == [False, True]


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
    assert "commits can't be looked at" in ground.stop("x", "beta", **bare) or ground.records("gate")
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
    assert "there is no commit with bd-12" in ground.stop("x")
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
