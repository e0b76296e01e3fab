"""Which commit counts: named so, made since the work began, by this owner."""

from __future__ import annotations

import time

import pytest

from .ground import Ground, owner


def test_others_may_commit_on_top(ground: Ground) -> None:
    """In a shared worktree another's commit may come after: tests that passed on it had this work in them."""
    ground.start()
    ground.commit()
    ground.start("beta", "13")
    ground.write("src/b.py", "b = 1\n")
    ground.commit("bd-13: theirs", by="beta")
    ground.run()
    assert ground.check().met
    ground.write("src/b.py", "b = 2\n")
    ground.run(result="failed")
    assert ground.check().met, "what passed has passed"


def test_another_branchs_commit_is_not_on_top(ground: Ground) -> None:
    """A tree that was committed elsewhere, without this work in it, proves nothing of it."""
    ground.git("checkout", "-q", "-b", "other")
    ground.write("src/b.py", "b = 1\n")
    ground.git("add", "-A")
    ground.git("commit", "-q", "-m", "elsewhere")
    ground.run()
    ground.git("checkout", "-q", "main")
    ground.start()
    ground.edit("src/a.py", "a = 2\n")
    ground.commit()
    assert not ground.check().met


def test_a_commit_by_another_owner(ground: Ground) -> None:
    """Somebody else's commit of the same issue is not this agent's."""
    ground.start()
    ground.start("beta", "13")
    ground.commit("bd-12: not mine", by="beta")
    ground.run()
    missing = ground.check().missing
    assert "is not provably yours: session beta ran a command then" in missing[0]
    assert "interlock commit" in missing[0]


def test_a_persons_commit(ground: Ground) -> None:
    """A commit that no agent's command made is nobody's here, though a command of the agent's ran meanwhile."""
    ground.start()
    ground.shell("sleep 1; ls", really=("commit", "-q", "--allow-empty", "-m", "bd-12: by hand"))
    ground.run()
    assert "was not made by a command of yours" in ground.check().missing[0]


def test_two_commit_at_once(ground: Ground) -> None:
    """Of two agents whose commit commands ran in the same second each gets the one with its own message."""
    ground.start()
    ground.start("beta", "13")
    ground.commit("bd-13: theirs", by="beta")
    mine = ground.commit("bd-12: mine")
    ground.run()
    assert ground.check().commit == mine
    assert ground.check(by="beta", issue="13").commit != mine


def test_a_logged_commit_is_its_owners(ground: Ground) -> None:
    """`interlock commit` says whose a commit is; commands that ran then don't matter."""
    ground.start()
    made = ground.commit("bd-12: x", by="beta")
    with ground.store().transaction() as tx:
        tx.event("committed", owner=owner("alpha"), commit=made)
    ground.run()
    assert ground.check().met


def test_a_commit_older_than_the_start(ground: Ground) -> None:
    """What was committed before the work began does not count."""
    ground.hook("SessionStart", source="startup")
    ground.commit("bd-12: of yesterday")
    ground.start()
    ground.run()
    assert "there is no commit with bd-12 in its first line since" in ground.check().missing[0]


@pytest.mark.parametrize(
    "message", ["fix", "bd-123: other", "bd-1: other", "xbd-12: no", "bd-12.1: sub", "first\n\nbd-12 below"]
)
def test_a_message_without_the_issue(ground: Ground, message: str) -> None:
    """The first line must name just this issue, as a word."""
    ground.start()
    ground.commit(message)
    ground.run()
    assert "has bd-12 in its first line" in ground.check().missing[0]


@pytest.mark.parametrize("message", ["bd-12: x", "fix it (bd-12)", "bd-12", "wip [bd-12]. more", "a bd-12, b"])
def test_a_message_with_the_issue(ground: Ground, message: str) -> None:
    """At any place of the first line."""
    ground.start()
    ground.commit(message)
    ground.run()
    assert ground.check().met


def test_an_amended_away_commit(ground: Ground) -> None:
    """A commit that no branch has any more does not count."""
    ground.start()
    ground.commit("bd-12: once")
    ground.shell("git commit --amend -m x", really=("commit", "-q", "--amend", "--allow-empty", "-m", "no issue"))
    ground.run()
    assert not ground.check().met


def broken_and_beside(ground: Ground) -> None:
    """The issue's commit is broken; on a branch of its own a commit on top deselects the tests, and they pass."""
    ground.start()
    ground.edit("src/a.py", "a = broken\n")
    ground.commit()
    ground.run(result="failed")
    ground.git("checkout", "-q", "-b", "tmp")
    ground.write("pytest.ini", "[pytest]\naddopts = --deselect x\n")


@pytest.mark.parametrize("message", ["wip", "bd-12: tests"])
def test_a_throwaway_commit_on_top(ground: Ground, message: str) -> None:
    """What passed on a commit that HEAD does not have says nothing of the one that it has, however it is named."""
    broken_and_beside(ground)
    ground.commit(message)
    ground.run()
    ground.git("checkout", "-q", "main")
    missing = ground.check().missing
    assert missing and "`pytest -q`" in missing[0], missing


def test_a_commit_without_the_mark_on_top(ground: Ground) -> None:
    """On HEAD's own line, too, the agent's later commits must name the issue."""
    broken_and_beside(ground)
    ground.commit("wip")
    ground.run()
    missing = ground.check().missing
    assert "you committed again after it without bd-12 in the first line" in missing[0]
    assert "amend" in missing[0]


def test_an_undone_commit_in_nobodys_name(ground: Ground) -> None:
    """A commit that nobody's command made counts as far as HEAD is that very one: undone it proves nothing."""
    broken_and_beside(ground)
    time.sleep(2.1)  # git tells whole seconds: not in that of the agent's own
    ground.git("add", "-A")
    ground.git("commit", "-q", "-m", "by hand")
    ground.run()
    assert ground.check().met
    ground.git("revert", "--no-edit", "HEAD")
    assert not ground.check().met


def test_a_branch_that_is_delivered(ground: Ground) -> None:
    """Where HEAD has no commit of the issue, the one on another branch counts, tested there."""
    ground.start()
    ground.git("checkout", "-q", "-b", "bd-12")
    ground.edit("src/a.py", "a = 2\n")
    ground.commit()
    ground.run()
    ground.git("checkout", "-q", "main")
    assert ground.check().met


def test_a_subagents_commit_is_its_main_agents_too(ground: Ground) -> None:
    """Who has subagents do the work answers for their commits: they count for the main agent's issue."""
    ground.start()
    ground.hook("SubagentStart", "alpha/sub1")
    made = ground.commit(by="alpha/sub1")
    ground.run()
    assert (ground.check().met, ground.check().commit) == (True, made)


def test_a_main_agents_commit_is_not_its_subagents(ground: Ground) -> None:
    """A subagent's issue wants a commit of that subagent; its parent's and its siblings' are not its own."""
    ground.start("alpha", "13")
    for name in ("sub1", "sub2"):
        ground.hook("SubagentStart", f"alpha/{name}")
    given = {"prompt": "x\nISSUE: 12"}
    told = {"status": "async_launched", "agentId": "sub1"}
    ground.hook("PostToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given, tool_response=told)
    for by in ("alpha", "alpha/sub2"):
        ground.commit(by=by)
        time.sleep(2.1)
    ground.run()
    assert "is not provably yours" in ground.check(by="alpha/sub1").missing[0]
    ground.commit(by="alpha/sub1")
    ground.run()
    assert ground.check(by="alpha/sub1").met


def test_a_subagents_other_issue_on_top(ground: Ground) -> None:
    """A subagent that has an issue of its own commits for that, as anybody else would."""
    ground.start()
    ground.hook("SubagentStart", "alpha/sub1")
    given = {"prompt": "x\nISSUE: 13"}
    told = {"status": "async_launched", "agentId": "sub1"}
    ground.hook("PostToolUse", tool_name="Agent", tool_use_id="t1", tool_input=given, tool_response=told)
    ground.commit()
    time.sleep(2.1)
    ground.write("src/b.py", "b = 1\n")
    ground.commit("bd-13: theirs", by="alpha/sub1")
    ground.run()
    assert ground.check().met
    assert ground.check(by="alpha/sub1", issue="13").met


@pytest.mark.parametrize("held", [False, True])
def test_a_commit_far_into_the_command(ground: Ground, held: bool) -> None:
    """The log keeps a command's first 500 characters; that it commits is noted from the whole of it, whether the
    command is only looked at or read because somebody holds a file."""
    ground.start()
    if held:
        ground.start("beta", "13")
        ground.edit("src/b.py", "b = 1\n", by="beta")
    command = f"echo {'x' * 600} > notes.txt; git commit -qm 'bd-12: work' -- notes.txt"
    ground.shell(command, really=("commit", "-q", "--allow-empty", "-m", "bd-12: work"))
    assert ground.records("decision", tool="Bash")[-1]["commits"] is True
    ground.shell("ls")
    assert "commits" not in ground.records("decision", tool="Bash")[-1]
    ground.run()
    assert ground.check().commit == ground.git("rev-parse", "HEAD")
