"""Reports that claim more than happened: each is bounced, with the reason."""

from __future__ import annotations

import json
import time

import pytest

from .ground import Ground, owner, report


def done(ground: Ground) -> None:
    """Honest work: a commit of the issue, and the tests passed on it."""
    ground.start()
    ground.edit("src/a.py", "a = 2\n")
    ground.commit()
    ground.run()


def test_honest_work_passes(ground: Ground) -> None:
    """A commit with the issue, evidence on its tree and a block that fits it: met."""
    done(ground)
    assert ground.check(report(tsc="0 errors", guards=["lint: pass"]))[:2] == (True, [])


def test_a_pass_without_a_run(ground: Ground) -> None:
    """`unit: pass` where no test ever ran names the claim, and what to run."""
    ground.start()
    ground.commit()
    missing = ground.check(report(unit="pass")).missing
    assert any("`pytest -q` has not run" in line for line in missing)
    assert any(line.startswith("`unit: pass` is claimed, but no test run was seen") for line in missing)


def test_a_pass_on_another_tree(ground: Ground) -> None:
    """What passed before the last edit proves nothing of what was committed, and the file is named."""
    ground.start()
    ground.run()
    ground.edit("src/a.py", "a = 3\n")
    ground.commit()
    verdict = ground.check()
    assert not verdict.met
    assert "`pytest -q` passed on another tree than you committed: src/a.py differ" in verdict.missing[0]


def test_a_pass_on_what_is_not_committed(ground: Ground) -> None:
    """A file that lay there uncommitted while the tests ran is named."""
    ground.start()
    ground.commit()
    ground.write("src/helper.py", "x = 1\n")
    ground.run()
    assert "src/helper.py differ" in ground.check().missing[0]


def test_whose_uncommitted_file_it_was(ground: Ground) -> None:
    """Another agent's half-done work that lay there while the tests ran is named with its owner."""
    ground.start()
    ground.commit()
    ground.hook("SessionStart", "beta", source="startup")
    ground.edit("src/b.py", "half\n", by="beta")
    ground.run()
    assert "src/b.py (by session beta) differs" in ground.check().missing[0]


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


def test_a_tree_that_changed_while_it_ran(ground: Ground) -> None:
    """Evidence counts only if the tree was the committed one before the run as well as after it."""
    ground.start()
    before = ground.tree()
    ground.edit("src/a.py", "a = 4\n")
    ground.commit()
    ground.run(tree_before=before)
    assert not ground.check().met


def test_only_neutral_files_may_differ(ground: Ground) -> None:
    """Files that the config calls neutral may differ between the tested and the committed tree; others not."""
    ground.config('required = ["pytest -q"]\nneutral = ["*.md", "/docs/"]')
    ground.start()
    ground.commit()
    ground.write("NOTES.md", "later\n")
    ground.write("docs/x.txt", "later\n")
    ground.run()
    assert ground.check().met
    ground.write("src/docs.txt", "later\n")
    ground.commit("bd-12: more")
    ground.write("src/docs.txt", "other\n")
    ground.run()
    assert "src/docs.txt differ" in ground.check().missing[0]


@pytest.mark.parametrize("later", [False, True])
def test_an_edited_log_proves_nothing(ground: Ground, later: bool) -> None:
    """A log whose result somebody edited is not believed at all, be it the last line or not."""
    ground.start()
    ground.commit()
    ground.run(result="failed")
    if later:
        ground.shell("ls")
    log = ground.root / "audit.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"result":"failed"', b'"result":"passed"'))
    verdict = ground.check()
    assert not verdict.met
    assert verdict.missing[0].startswith("the audit log proves nothing any more")


@pytest.mark.parametrize("result", ["failed", "unknown", "partial", "contaminated"])
def test_only_passed_has_passed(ground: Ground, result: str) -> None:
    """Every other result is said as what it is."""
    ground.start()
    ground.commit()
    ground.run(result=result, why="because")
    verdict = ground.check()
    assert not verdict.met and "`pytest -q`" in verdict.missing[0]


def test_contamination_names_file_and_owner(ground: Ground) -> None:
    """A run that others wrote into is told with whose edit it was."""
    ground.start()
    ground.commit()
    ground.run(result="contaminated", others=[["src/b.py", owner("beta")]])
    assert "src/b.py was changed by session beta while it ran" in ground.check().missing[0]


def test_a_part_of_the_suite(ground: Ground) -> None:
    """`pytest -q -k x` is not `pytest -q`."""
    ground.start()
    ground.commit()
    ground.run("pytest -q -k x")
    assert "`pytest -q` ran as `pytest -q -k x`" in ground.check().missing[0]


def test_a_run_in_another_folder(ground: Ground) -> None:
    """The required command in a subfolder is another suite."""
    ground.start()
    ground.commit()
    ground.run(cwd=str(ground.repo / "src"))
    assert "run it at the checkout's top" in ground.check().missing[0]


@pytest.mark.parametrize(
    "spelled", [["uv", "run", "pytest", "-q"], ["python", "-m", "pytest", "-q"]], ids=" ".join
)
def test_wrappers_do_not_matter(ground: Ground, spelled: list[str]) -> None:
    """The required command run through a known wrapper counts."""
    ground.start()
    ground.commit()
    ground.run(spelled=spelled)
    assert ground.check().met


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


def test_findings_outstanding(ground: Ground) -> None:
    """More than 0 outstanding is bounced."""
    done(ground)
    assert "2 findings are outstanding" in ground.check(report(findings_outstanding=2)).missing[0]


@pytest.mark.parametrize(
    ("meta", "item"), [({"issue_id": "bd-12"}, {}), ({}, {"issue_id": "12"}), (None, {"issue_id": "12"})]
)
def test_findings_hidden(ground: Ground, meta: dict[str, str] | None, item: dict[str, str]) -> None:
    """0 outstanding while the run's worklist has pending items of the issue."""
    done(ground)
    items = [{"id": "F1", "status": "pending", **item}, {"id": "F2", "status": "fixed", **item}]
    ground.write(".runs/r1/build/worklist.json", json.dumps({"items": items}))
    if meta is not None:
        ground.write(".runs/r1/run_meta.json", json.dumps(meta))
    missing = ground.check().missing
    assert missing == [
        "findings are hidden: .runs/r1/build/worklist.json still has a finding pending (F1): "
        "fix or settle them there"
    ]


def test_findings_of_another_issue_are_not_hidden(ground: Ground) -> None:
    """Another issue's worklist is not this agent's business."""
    done(ground)
    items = [{"id": "F1", "status": "pending", "issue": "a sentence about a flaw"}]
    ground.write(".runs/13/worklist.json", json.dumps(items))
    assert ground.check().met


def test_findings_told_of_once_and_then_not(ground: Ground) -> None:
    """What was outstanding at the last check can't be 0 without a commit."""
    done(ground)
    assert "1 findings are outstanding" in ground.stop(report(findings_outstanding=1))
    assert any("you told of 1 before" in line for line in ground.check().missing)


def test_blocked_is_not_done(ground: Ground) -> None:
    """An honest `blocked` is not met."""
    done(ground)
    assert ground.check(report(blocked="no database")).missing == ["you are blocked: no database"]


@pytest.mark.parametrize("unit", ["fail", "2 failed", "1 passed, 1 error", "not all pass", "who knows"])
def test_a_block_that_says_it_fails(ground: Ground, unit: str) -> None:
    """A block whose own words say no, or nothing, is no pass."""
    done(ground)
    assert "unit" in ground.check(report(unit=unit)).missing[0]


def test_type_check_claimed_without_one(ground: Ground) -> None:
    """`tsc: 0 errors` needs a passed type check where one is required, or ran and failed."""
    ground.config('required = ["mypy"]')
    ground.start()
    ground.commit()
    missing = ground.check(report(tsc="0 errors", unit="n/a")).missing
    assert any(line.startswith("`tsc: 0 errors` is claimed, but no type check was seen") for line in missing)
    ground.config("required = []")
    ground.commit("bd-12: config")
    ground.run("tsc --noEmit", result="failed", ran=None, why="exit code 2")
    missing = ground.check(report(tsc="0 errors", unit="n/a")).missing
    assert missing == ["`tsc: 0 errors` is claimed, but the last one was failed (`tsc --noEmit`, exit code 2)"]


def test_a_guard_that_failed(ground: Ground) -> None:
    """A guard claimed as passed that was seen to fail is bounced."""
    done(ground)
    ground.run("ruff check", result="failed", ran=None, why="exit code 1")
    missing = ground.check(report(guards=["ruff: pass"])).missing
    assert missing == ["guard `ruff: pass` is claimed, but the last one was failed (`ruff check`, exit code 1)"]


def test_the_full_rerun(ground: Ground) -> None:
    """`full_rerun`: what passed before the commit was made has to pass once more."""
    ground.config('required = ["pytest -q"]\nfull_rerun = true')
    ground.start()
    ground.edit("src/a.py", "a = 5\n")
    ground.run()
    ground.commit()
    assert "run it once more, whole" in ground.check().missing[0]
    time.sleep(1.1)  # git tells whole seconds
    ground.run()
    assert ground.check().met


def test_the_clean_tree(ground: Ground) -> None:
    """`clean_tree`: the owner's own files must be committed; others' need not."""
    ground.config("clean_tree = true")
    ground.start()
    ground.commit()
    ground.run()
    ground.edit("src/a.py", "a = 6\n")
    ground.write("src/theirs.py", "b = 1\n")
    assert "not committed: src/a.py, which you changed" in ground.check(report(unit="n/a")).missing
