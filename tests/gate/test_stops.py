"""Stops: blocked with what is missing, a bounded number of times, and handed over."""

from __future__ import annotations

from pathlib import Path

from interlock.gate import stopping

from .ground import Ground, report


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
    installed.edit("src/a.py", "a = 2\n")
    assert "issue 12 is not done yet" in installed.stop("done")
    installed.commit()
    installed.run()
    assert installed.stop(report()) == ""
    installed.start("beta", "13")
    installed.edit("src/b.py", "b = 2\n", by="beta")
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
    ground.edit("src/a.py", "a = 2\n")
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
    ground.edit("src/a.py", "a = 2\n")
    ground.stop("a")
    ground.stop("a")
    ground.hook("UserPromptSubmit", prompt="Again.\nISSUE: 12")
    ground.edit("src/a.py", "a = 3\n")
    assert "asked 2 more times" in ground.stop("a")


def test_walking_away(ground: Ground, tmp_path: Path) -> None:
    """Standing in another repository, without rules, when it stops changes nothing for an agent."""
    ground.start()
    ground.edit("src/a.py", "a = 2\n")
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    assert "`pytest -q` has not passed" in ground.stop("done", cwd=str(other))


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


def test_who_wrote_and_claimed_nothing_is_not_gated(ground: Ground) -> None:
    """An ISSUE line alone asks nothing of who only reads: it stops at once, and there is nothing to hand over."""
    ground.start()
    ground.shell("ls")
    assert ground.stop("It looks well done.") == ""
    assert ground.records("gate") == [] and ground.issue() == "12"
    ground.hook("SessionEnd", reason="other")
    ground.interlock("issue", "start", "12", by="beta")
    assert ground.records("handoff") == []


def test_who_claims_commits_or_writes_is_gated(ground: Ground) -> None:
    """A block without any work, a commit, a subagent's edit, an issue taken by command: each is to be proved."""
    ground.start("claims")
    assert "not done yet" in ground.stop(report(), "claims")
    ground.start("commits", "13")
    ground.commit("bd-13: x", by="commits")
    assert "not done yet" in ground.stop("done", "commits")
    ground.start("leads", "14")
    ground.hook("SubagentStart", "leads/sub1")
    ground.edit("src/b.py", "b = 1\n", by="leads/sub1")
    ground.hook("SubagentStop", "leads/sub1")
    assert "not done yet" in ground.stop("done", "leads")
    ground.hook("SessionStart", "takes", source="startup")
    ground.interlock("issue", "start", "15", by="takes")
    assert "not done yet" in ground.stop("done", "takes")
