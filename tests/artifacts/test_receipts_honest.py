"""A receipt is VERIFIED only where tests passed, criteria are done, and each report is by whom it is for; and it
speaks of the files that the flow's reports name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .sealed import STRATEGY, Sealed, critique

BUILD = ".runs/r1/build"
HANDOFF = """---
version: 1
run_id: r1
agent: cleanup
flow: build
---
## What I did
It.
## What's left
Nothing.
## Recommendation
PROCEED
"""


def next_after_seal(ground: Sealed) -> list[str]:
    """Whom `artifacts check` names once all reports are there, the receipt is made, and its maker has ended."""
    ground.artifact("test_critique.md", critique())
    (ground.repo / BUILD / "code_critique.md").touch()
    ground.seal()
    ground.artifact("cleanup_handoff.md", HANDOFF)
    told = json.loads(ground.interlock("artifacts", "check", "r1", "--json").stdout)
    return [step["agent"] for step in told["next"] if step["flow"] == "build"]


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run of which all is done but the receipt; config requires nothing."""
    found = Sealed(tmp_path, "required = []")
    found.built()
    return found


def test_without_requirements_the_tests_that_ran_count(ground: Sealed) -> None:
    """One test command that passed on this tree is enough."""
    assert ground.seal().status == "VERIFIED"


def test_failing_tests(ground: Sealed) -> None:
    """Tests that fail on this tree send the flow back, whether config requires them or not."""
    ground.run(result="failed", ran=2, passed=1, failed=1)
    made = ground.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "BOUNCE")
    assert made.reasons == ["`pytest -q` failed on this tree"]


def test_no_tests_ran(tmp_path: Path) -> None:
    """Where nothing is known of tests there is no VERIFIED: they are to be run."""
    ground = Sealed(tmp_path, "required = []")
    ground.built(tested=False)
    made = ground.seal()
    assert (made.status, made.recommended_action, made.counts.tests_passed) == ("UNVERIFIED", "RERUN", None)
    (told,) = made.reasons
    assert told.startswith("no whole test run on this tree is known: run the tests, whole and by themselves")
    assert '`[gate] required = ["COMMAND"]` in .claude/interlock.toml' in told


def test_tests_by_hand(tmp_path: Path) -> None:
    """Where a strategy has none but tests by hand nothing is asked of runs."""
    ground = Sealed(tmp_path, "required = []")
    ground.built(tested=False)
    by_hand = STRATEGY.replace("kind: unit", "kind: manual").replace("kind: property", "kind: manual")
    ground.artifact("test_strategy.md", by_hand)
    ground.artifact("test_critique.md", critique(number=2))
    assert ground.seal().status == "VERIFIED"


def test_planned_tests(ground: Sealed) -> None:
    """A test that is planned is none: back to who writes it."""
    ground.artifact("test_strategy.md", STRATEGY.replace("test_b.py, state: written", "test_b.py, state: planned"))
    made = ground.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "BOUNCE")
    assert made.reasons == ["test_strategy.md: only planned, not written: tests/test_b.py"]
    assert next_after_seal(ground) == ["test-author"]


@pytest.mark.parametrize("status", ["failed", "blocked", "pending", "in_progress"])
def test_open_criteria(ground: Sealed, status: str) -> None:
    """A criterion that one agent does not call done keeps the flow open, by that agent's name."""
    sections = {"implementer": {"AC-1": {"status": "done"}, "AC-2": {"status": "done"}}}
    said = {**sections, "critic": {"AC-1": {"status": status}}}
    ground.artifact("ac_status.json", json.dumps({"version": 1, "run_id": "r1", "sections": said}))
    made = ground.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "BOUNCE")
    assert made.reasons == [f"ac_status.json: AC-1 is {status} by critic"]


def test_a_criterion_that_nobody_names(ground: Sealed) -> None:
    """One that has tests and stands in no section is not done."""
    sections = {"implementer": {"AC-1": {"status": "done"}}}
    ground.artifact("ac_status.json", json.dumps({"version": 1, "run_id": "r1", "sections": sections}))
    assert ground.seal().reasons == ["ac_status.json: AC-2 is named by no section"]


def test_no_criteria(ground: Sealed) -> None:
    """Without a status of criteria it is not known which are done."""
    (ground.repo / BUILD / "ac_status.json").unlink()
    made = ground.seal()
    assert (made.status, made.recommended_action, made.counts.criteria) == ("UNVERIFIED", "RERUN", None)
    assert made.reasons == [f"{BUILD}/ac_status.json is not there: which criteria are done is not known"]


def test_a_forged_critique(ground: Sealed) -> None:
    """A critique that implementer wrote is none: MISMATCH by its name, and critic is next."""
    ground.artifact("code_critique.md", critique(number=2), by="implementer")
    made = ground.seal()
    assert (made.status, made.forensic_check, made.recommended_action) == ("UNVERIFIED", "MISMATCH", "BOUNCE")
    assert made.reasons == [
        f"{BUILD}/code_critique.md was last written by subagent implementer implemen of session alpha; "
        "critic must write it"
    ]
    assert next_after_seal(ground) == ["critic"]
    ground.artifact("code_critique.md", critique(number=2))
    assert ground.seal().status == "VERIFIED"


@pytest.mark.parametrize(
    "name", ["code_critique.md", "test_strategy.md", "impl_changes_summary.md", "ac_status.json"]
)
def test_a_report_past_the_hooks(ground: Sealed, name: str) -> None:
    """What nobody was seen to write is nobody's: UNVERIFIED, to be written again by whom it is for."""
    file = ground.repo / BUILD / name
    file.write_bytes(file.read_bytes() + b"\n")
    made = ground.seal()
    assert (made.status, made.forensic_check, made.recommended_action) == ("UNVERIFIED", "PASS", "RERUN")
    assert made.reasons[0].partition(";")[0] == f"{BUILD}/{name}: who wrote it is not known"
    assert ground.checked()["sentence"] == ""


def test_a_report_of_a_free_agent(ground: Sealed) -> None:
    """A main agent without contract may write a report; the receipt names it and is not VERIFIED."""
    ground.noted(ground.repo / BUILD / "code_critique.md", "")
    made = ground.seal()
    assert (made.status, made.forensic_check, made.recommended_action) == ("UNVERIFIED", "PASS", "RERUN")
    assert "code_critique.md was last written by" in made.reasons[0]


def test_who_wrote_is_as_it_was_sealed(ground: Sealed) -> None:
    """Once sealed a receipt holds, though the store forgets who wrote."""
    assert ground.seal().status == "VERIFIED"
    with ground.store().transaction() as tx:
        tx.run("wrote_prune", before=1e12)
    assert ground.checked()["sentence"] == ""


def test_others_files_don_t_count(ground: Sealed) -> None:
    """Another agent's new file in the same checkout is no matter, and is told; a file that a report names is."""
    ground.seal()
    ground.write("docs/other.md", "another's\n")
    said = ground.checked()
    assert (said["result"], said["sentence"]) == ("OK", "")
    assert said["note"] == "docs/other.md changed since, of which it does not speak"
    assert "docs/other.md" in ground.interlock("receipt", "r1", "build", "--check").stdout
    ground.write("tests/test_a.py", "def test_a(): assert True\n")
    assert [one["found"] for one in ground.checked()["differs"]] == ["tests/test_a.py changed since"]


def test_a_commit_of_just_the_sealed_files(ground: Sealed) -> None:
    """Committed beside open changes of others the sealed files are kept: later edits do not matter."""
    ground.seal()
    ground.write("docs/other.md", "another's\n")
    ground.git("add", "src", "tests")
    ground.git("commit", "-q", "-m", "bd-12: a is 2")
    ground.write("src/a.py", "a = 9\n")
    assert ground.checked()["sentence"] == ""


def test_line_ends_are_no_change(ground: Sealed) -> None:
    """What git or an editor makes of line ends breaks no receipt, no worklist, no run."""
    ground.seal()
    for file in (ground.repo / ".runs/r1").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert ground.checked()["sentence"] == ""
    assert ground.typed("worklist", "list").returncode == 0
    assert ground.seal().status == "VERIFIED"


@pytest.mark.parametrize("change", [{"base": None}, {"title": "another"}, {"issue": "99"}])
def test_a_run_that_somebody_edited(ground: Sealed, change: dict[str, str | None]) -> None:
    """run_meta.json is what `interlock runs` made it, or the receipt says so, and `artifacts check` does."""
    file = ground.repo / ".runs/r1/run_meta.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    told = ".runs/r1/run_meta.json: it is not as `interlock runs` wrote it: somebody edited it"
    made = ground.seal()
    assert (made.forensic_check, told in made.reasons) == ("MISMATCH", True)
    assert told in json.loads(ground.interlock("artifacts", "check", "r1", "--json").stdout)["stuck"]


def test_a_run_that_is_edited_after_sealing(ground: Sealed) -> None:
    """So is a receipt of before."""
    ground.seal()
    file = ground.repo / ".runs/r1/run_meta.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "base": None}))
    assert ground.checked()["result"] == "MISMATCH"


def test_a_closed_run(ground: Sealed) -> None:
    """No agent with a contract closes a run; once a person has, nothing is sealed and no agent moves items."""
    refused = ground.typed("runs", "close", "r1", by="alpha/critic")
    assert (refused.returncode, "critic closes no run" in refused.stderr) == (1, True)
    assert ground.typed("runs", "close", "r1").returncode == 0
    done = ground.typed("receipt", "r1", "build", by="alpha/cleanup")
    assert (done.returncode, "Run r1 is closed" in done.stderr) == (1, True)
    done = ground.typed("worklist", "reopen", "C-1", "--why", "x", "--run", "r1", by="alpha/critic")
    assert (done.returncode, "Run r1 is closed" in done.stderr) == (1, True)


def test_an_edited_worklist_sends_nobody_astray(ground: Sealed) -> None:
    """What is next goes by the log, not by a list that somebody edited."""
    ground.typed("worklist", "reopen", "C-1", "--why", "x")
    file = ground.repo / BUILD / "worklist.json"
    file.write_text(file.read_text().replace('"pending"', '"fixed"'))
    told = json.loads(ground.interlock("artifacts", "check", "r1", "--json").stdout)
    assert any("somebody edited it" in one for one in told["stuck"])
    whys = [why for step in told["next"] for why in step["why"]]
    assert any("C-1 is pending" in why for why in whys) and not any("is fixed" in why for why in whys)


def test_made_in_another_clone(ground: Sealed) -> None:
    """A clone's log knows nothing of a worklist: that is said, and not that somebody edited it."""
    ground.git("add", "-A", "-f")
    ground.git("commit", "-q", "-m", "all")
    other = ground.base / "clone"
    ground.git("clone", "-q", str(ground.repo), str(other))
    ground.repo = other
    done = ground.typed("worklist", "list", "--run", "r1")
    assert (done.returncode, "it was made in another clone, or typed" in done.stderr) == (2, True)
