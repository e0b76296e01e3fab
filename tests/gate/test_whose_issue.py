"""Whose issue it is: by command, prompt, transcript or branch."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from .ground import HOST, Ground, report


def test_a_subagent_is_gated_by_its_transcript(ground: Ground, tmp_path: Path) -> None:
    """A subagent's issue stands in its prompt, which its transcript begins with."""
    ground.hook("SessionStart", source="startup")
    ground.hook("SubagentStart", "alpha/sub1")
    transcript = tmp_path / "agent-sub1.jsonl"
    said = {"message": {"role": "user", "content": "Do it.\nISSUE: 12"}}
    transcript.write_text(json.dumps(said) + "\n{}\n")
    ground.edit("src/b.py", "b = 1\n", by="alpha/sub1")
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
    assert "issue 13 is not done" in ground.stop(report(), "alpha/sub1", agent_transcript_path=str(transcript))
    ground.hook("SubagentStart", "alpha/sub2")
    missing = str(tmp_path / "agent-sub2.jsonl")
    assert ground.stop("done", "alpha/sub2", agent_transcript_path=missing) == ""
    given = {"prompt": "x\nISSUE: 13"}
    ground.hook("PostToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given, tool_response={})
    ground.hook("SubagentStart", "alpha/sub2")
    assert "issue 12 is not done" in ground.stop(report(), "alpha/sub2", agent_transcript_path=missing)


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


def launch(ground: Ground, use: str, prompt: str) -> None:
    ground.hook("PreToolUse", tool_name="Agent", tool_use_id=use, tool_input={"prompt": prompt})


def test_a_lone_launch_is_known_from_its_start(ground: Ground) -> None:
    """Where one call to start a subagent is underway, the subagent that starts is that one, and has its issue;
    the next one's start is no longer of that call."""
    launch(ground, "t1", "x\nISSUE: 12")
    ground.hook("SubagentStart", "alpha/sub1")
    assert ground.issue("alpha/sub1") == "12"
    assert ground.records("issue_started")[0]["rules"]["required"] == ["pytest -q"]
    ground.hook("SubagentStart", "alpha/sub2")
    assert ground.issue("alpha/sub2") == ""
    done = ground.records("issue_started", owner=f"{HOST}|alpha|sub1")
    assert [record["how"] for record in done] == ["prompt"]


@pytest.mark.parametrize("other", ["Look around.", "x\nISSUE: 13"])
def test_of_two_launches_nobody_knows(ground: Ground, other: str) -> None:
    """Calls made together start in any order: whose issue it is stays open until the transcript tells."""
    launch(ground, "t1", "x\nISSUE: 12")
    launch(ground, "t2", other)
    for name in ("sub1", "sub2"):
        ground.hook("SubagentStart", f"alpha/{name}")
        assert ground.issue(f"alpha/{name}") == ""


def test_who_is_resumed_is_no_new_launch(ground: Ground) -> None:
    """A subagent that worked before is not the one that a call is about to start."""
    ground.hook("SubagentStart", "alpha/sub1")
    ground.hook("SubagentStop", "alpha/sub1")
    launch(ground, "t1", "x\nISSUE: 12")
    ground.hook("SubagentStart", "alpha/sub1")
    assert ground.issue("alpha/sub1") == ""


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
    ground.edit("src/a.py", "a = 2\n")
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
