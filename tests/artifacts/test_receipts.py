"""Receipts: counted from artifacts and evidence; whoever types or changes one is found out, by figure."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from interlock.shapes.artifacts.answers import ReceiptCheck
from interlock.shapes.artifacts.made import Counts, Receipt

from .sealed import CHANGES, STRATEGY, Sealed, critique

RECEIPT = ".runs/r1/build/build_receipt.json"


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run of which all is done but the receipt."""
    found = Sealed(tmp_path)
    found.built()
    return found


@pytest.fixture
def begun(tmp_path: Path) -> Sealed:
    """A run of which nothing is done."""
    return Sealed(tmp_path)


def test_a_whole_flow_is_verified(ground: Sealed) -> None:
    """Everything there, settled and passed on this tree: VERIFIED, with every figure as it is; and it checks."""
    tree = ground.tree()
    made = ground.seal()
    assert (made.status, made.recommended_action, made.reasons) == ("VERIFIED", "PROCEED", [])
    assert made.counts.model_dump() == {
        "tests_passed": 294, "tests_failed": 0, "tests_skipped": 2, "tests_planned": 2, "tests_written": 2,
        "files_changed": 1, "criteria": 2, "criteria_done": 2, "findings_critical": 0, "findings_major": 1,
        "findings_minor": 1, "findings_info": 0, "items_pending": 0, "items_in_progress": 0, "items_fixed": 1,
        "items_wontfix": 1,
    }  # fmt: skip
    assert (made.gates, made.forensic_check, made.missing_required) == ({"pytest -q": "PASS"}, "PASS", [])
    assert made.tree == tree
    assert {path.removeprefix(".runs/r1/") for path in made.artifacts} == {
        "signal/requirements.md", "build/impl_changes_summary.md", "build/test_strategy.md", "build/worklist.json",
        "build/code_critique.md", "build/test_critique.md", "build/ac_status.json", "review/verdicts.json",
    }  # fmt: skip
    said = ground.checked()
    assert (said["result"], said["status"], said["sentence"], said["differs"]) == ("OK", "VERIFIED", "", [])


def test_the_digests_are_those_of_standard_programs(ground: Sealed) -> None:
    """Anybody can check digests and evidence with sha256sum and grep."""
    made = ground.seal()
    for path, digest in made.artifacts.items():
        told = subprocess.run(["sha256sum", path], cwd=ground.repo, capture_output=True, check=True).stdout
        assert told.decode().split()[0] == digest
    lines = [one for one in (ground.root / "audit.jsonl").read_bytes().splitlines(True) if b'"event":"run_' in one]
    told = subprocess.run(["sha256sum"], input=b"".join(lines), capture_output=True, check=True).stdout
    assert told.decode().split()[0] == made.evidence_sha


def test_the_log_has_the_seal(ground: Sealed) -> None:
    """The event names run, flow, path and the seal, and who had it made."""
    made = ground.seal()
    (event,) = ground.records("receipt_sealed")
    assert (event["run"], event["flow"], event["path"]) == ("r1", "build", RECEIPT)
    assert (event["seal"], event["status"], event["agent_type"]) == (made.seal, "VERIFIED", "cleanup")
    assert event["owner"].endswith("|alpha|cleanup-1")


def test_nothing_known_is_null(begun: Sealed) -> None:
    """Where there is nothing to count from every figure is null, none is 0; and what is missing is named."""
    made = begun.seal()
    assert set(made.counts.model_dump().values()) == {None}
    assert (made.gates, made.evidence_sha) == ({"pytest -q": None}, None)
    assert (made.status, made.recommended_action) == ("CANNOT_PROCEED", "RERUN")
    assert made.missing_required == [
        f".runs/r1/build/{name}" for name in ("impl_changes_summary.md", "test_strategy.md", "code_critique.md")
    ]
    said = begun.checked()
    assert said["result"] == "CANNOT_PROCEED"
    assert said["sentence"].startswith("Cannot proceed: .runs/r1/build/impl_changes_summary.md, ")


def test_no_receipt_is_missing(begun: Sealed) -> None:
    """Where there is none, or no such run, that is said, with who makes it."""
    said = begun.checked()
    assert said["result"] == "MISSING"
    assert said["sentence"] == f"Cannot proceed: {RECEIPT} missing (`interlock receipt r1 build` makes it)"
    done = begun.interlock("receipt", "--check", "r2", "build", "--json")
    assert done.returncode == 1 and "no run r2 was started here" in json.loads(done.stdout)["sentence"]
    assert begun.interlock("receipt", "r2", "build").returncode == 2


def test_a_typed_receipt(ground: Sealed) -> None:
    """One that nobody had made is MISMATCH, be every figure right."""
    ground.seal()
    text = (ground.repo / RECEIPT).read_text()
    other = Sealed(ground.base / "other")
    other.built()
    said = other.checked()
    assert said["result"] == "MISSING"
    (other.repo / RECEIPT).write_text(text)
    said = other.checked()
    assert (said["result"], said["status"]) == ("MISMATCH", "VERIFIED")
    assert "It was not made by `interlock receipt`" in said["sentence"]


def test_a_typed_receipt_with_a_seal_of_its_own(ground: Sealed) -> None:
    """Who computes the seal of what was typed is found out, too, and the figure is named."""
    from interlock.artifacts.receipts.composing import seal_of

    ground.seal()
    data = ground.receipt()
    data["counts"]["tests_passed"] = 420
    typed = Receipt.model_validate({**data, "seal": "0" * 64})
    ground.forge(counts=data["counts"], seal=seal_of(typed))
    said = ground.checked()
    assert said["differs"] == [{"figure": "counts.tests_passed", "said": "420", "found": "294"}]
    assert said["sentence"] == (
        f"{RECEIPT} is MISMATCH: counts.tests_passed says 420, found 294. It was not made by `interlock receipt`. "
        "Next: `interlock receipt r1 build` counts anew"
    )


@pytest.mark.parametrize("figure", Counts.model_fields)
@pytest.mark.parametrize("other", [420, None])
def test_each_changed_count_is_named(sealed: Sealed, figure: str, other: int | None) -> None:
    """A receipt changed in one count is refused by that count's name, for a figure too many and for a null."""
    data = sealed.receipt()
    was = data["counts"][figure]
    sealed.forge(counts={**data["counts"], figure: other})
    said = sealed.checked()
    sealed.forge(**data)
    assert said["result"] == "MISMATCH"
    assert said["differs"] == [
        {"figure": f"counts.{figure}", "said": "null" if other is None else "420", "found": str(was)}
    ]
    assert f"counts.{figure} says" in said["sentence"] and "changed after" in said["sentence"]


OTHER: dict[str, tuple[str, Any]] = {
    "status": ("status", "CANNOT_PROCEED"), "recommended_action": ("recommended_action", "FIX_ENV"),
    "missing_required": ("missing_required", [".runs/r1/build/code_critique.md"]),
    "reasons": ("reasons", ["all is well"]), "forensic_check": ("forensic_check", "MISMATCH"),
    "evidence_sha": ("evidence_sha", "a" * 64), "gates": ("gates.pytest -q", {"pytest -q": "FAIL"}),
    "gates.more": ("gates.mypy", {"pytest -q": "PASS", "mypy": "PASS"}),
    "artifacts": ("artifacts[.runs/r1/build/ac_status.json]", {}),
    "run_id": ("run_id", "r2"), "flow": ("flow", "plan"),
}  # fmt: skip


@pytest.mark.parametrize("key", OTHER)
def test_each_other_figure_is_named(sealed: Sealed, key: str) -> None:
    """So is every other thing that it says."""
    figure, value = OTHER[key]
    data = sealed.receipt()
    sealed.forge(**{key.partition(".")[0]: value})
    said = sealed.checked()
    sealed.forge(**data)
    assert said["result"] == "MISMATCH"
    if key in ("run_id", "flow"):  # it lies in another's folder
        assert f"`{key}`" in said["sentence"]
    else:
        assert figure in [one["figure"] for one in said["differs"]]


def test_a_changed_time_is_told(sealed: Sealed) -> None:
    """What can't be counted again, when it was made and the seal itself, is held by the seal."""
    data = sealed.receipt()
    for changed in ({"made": 1.5}, {"seal": "b" * 64}):
        sealed.forge(**changed)
        said = sealed.checked()
        sealed.forge(**data)
        assert (said["result"], said["differs"]) == ("MISMATCH", [])
    assert sealed.checked()["sentence"] == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "JSON"), ("{}", "version"), ("[1]", "list"), ("{" * 9000, "build_receipt.json"),
        ('{"version": 7}', "version 7 is not known here"),
    ],
)  # fmt: skip
def test_what_is_no_receipt(sealed: Sealed, text: str, told: str) -> None:
    """A file that is no receipt is MISMATCH, with line and mend."""
    data = (sealed.repo / RECEIPT).read_text()
    (sealed.repo / RECEIPT).write_text(text)
    said = sealed.checked()
    (sealed.repo / RECEIPT).write_text(data)
    assert said["result"] == "MISMATCH" and told in said["sentence"]


def test_a_link_is_not_followed(sealed: Sealed) -> None:
    """A receipt that is a link to a true one is none."""
    file = sealed.repo / RECEIPT
    data = file.read_bytes()
    moved = sealed.base / "elsewhere.json"
    moved.write_bytes(data)
    file.unlink()
    file.symlink_to(moved)
    said = sealed.checked()
    file.unlink()
    file.write_bytes(data)
    assert said["result"] == "MISMATCH" and "symlink" in said["sentence"]


@pytest.mark.parametrize(
    "name", ["impl_changes_summary.md", "test_strategy.md", "code_critique.md", "worklist.json", "ac_status.json"]
)
def test_an_artifact_changed_after_sealing(sealed: Sealed, name: str) -> None:
    """One byte more in any artifact is MISMATCH by its name; gone is, too."""
    file = sealed.repo / ".runs/r1/build" / name
    was = file.read_bytes()
    file.write_bytes(was + b"\n")
    said = sealed.checked()
    file.unlink()
    gone = sealed.checked()
    file.write_bytes(was)
    assert f"artifacts[.runs/r1/build/{name}]" in [one["figure"] for one in said["differs"]]
    found = {one["figure"]: one["found"] for one in gone["differs"]}
    assert found[f"artifacts[.runs/r1/build/{name}]"] == "nothing"


def test_an_artifact_that_came_after(ground: Sealed) -> None:
    """A critique that came after the seal is named; cleanup's own handoff is not."""
    ground.seal()
    handoff = "---\nversion: 1\nrun_id: r1\nagent: cleanup\nflow: build\n---\n## What I did\nx\n"
    ground.artifact("cleanup_handoff.md", f"{handoff}## What's left\nx\n## Recommendation\nx\n")
    assert ground.checked()["sentence"] == ""
    ground.artifact("x_critique.md", critique(), by="critic")
    figures = [one["figure"] for one in ground.checked()["differs"]]
    assert figures == ["artifacts[.runs/r1/build/x_critique.md]"]


def test_an_edited_log(ground: Sealed) -> None:
    """A log that is not what was written proves nothing: MISMATCH, and none can be made."""
    ground.seal()
    log = ground.root / "audit.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"passed":294', b'"passed":420'))
    said = ground.checked()
    assert said["result"] == "MISMATCH" and "The audit log is not what was written" in said["sentence"]
    made = ground.typed("receipt", "r1", "build", by="alpha/cleanup")
    assert (made.returncode, "is not what was written" in made.stderr) == (2, True)


def test_evidence_for_another_tree(ground: Sealed) -> None:
    """What passed before the last edit says nothing of what stands there: null, RERUN, with the file's name."""
    ground.write("src/a.py", "a = 3\n")
    made = ground.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "RERUN")
    assert (made.counts.tests_passed, made.gates, made.evidence_sha) == (None, {"pytest -q": None}, None)
    assert re.match("`pytest -q` passed at [0-9:]{5}, and src/a.py changed since it began. ", made.reasons[0])
    assert ground.checked()["sentence"] == ""  # it says so itself


def test_an_edit_after_sealing(ground: Sealed) -> None:
    """Source that changed since is named; undone, the receipt holds again; so it does once it is committed."""
    ground.seal()
    ground.write("src/a.py", "a = 4\n")
    said = ground.checked()
    assert [one["figure"] for one in said["differs"]] == ["tree"]
    assert said["differs"][0]["found"] == "src/a.py changed since"
    ground.write("src/a.py", "a = 2\n")
    assert ground.checked()["sentence"] == ""
    ground.git("add", "-A")
    ground.git("commit", "-q", "-m", "bd-12: a is 2")
    ground.write("src/b.py", "another run's\n")
    assert ground.checked()["sentence"] == ""


def test_runs_after_sealing_change_nothing(ground: Sealed) -> None:
    """The tests run once more on the same tree: the receipt tells of what was known when it was made."""
    ground.seal()
    ground.run(ran=294, passed=294, skipped=2)
    assert ground.checked()["sentence"] == ""


def test_the_newest_run_decides(ground: Sealed) -> None:
    """Red after green on the same tree is FAIL, and goes back."""
    ground.run(result="failed", ran=294, passed=290, failed=3, errors=1, skipped=2)
    made = ground.seal()
    assert (made.status, made.recommended_action, made.gates) == ("UNVERIFIED", "BOUNCE", {"pytest -q": "FAIL"})
    assert (made.counts.tests_passed, made.counts.tests_failed) == (290, 4)
    assert made.reasons == ["`pytest -q` failed on this tree"]


@pytest.mark.parametrize("result", ["unknown", "partial", "contaminated"])
def test_what_is_no_evidence(begun: Sealed, result: str) -> None:
    """A run in part, or one that others wrote into, gives no figure."""
    begun.run(result=result)
    made = begun.seal()
    assert (made.counts.tests_passed, made.gates) == (None, {"pytest -q": None})


def test_counts_that_the_runner_did_not_tell(begun: Sealed) -> None:
    """A run that passed without a closing count gives null, not 0."""
    begun.run(ran=None, passed=None, failed=None, skipped=None, errors=None)
    made = begun.seal()
    assert (made.gates, made.counts.tests_passed) == ({"pytest -q": "PASS"}, None)


def test_several_test_commands(tmp_path: Path) -> None:
    """Where the config requires two suites both are counted; where one has not run the figures are unknown."""
    ground = Sealed(tmp_path, 'required = ["pytest -q", "npm test"]')
    ground.run(ran=3, passed=3)
    assert ground.seal().counts.tests_passed is None
    ground.run("npm test", ran=5, passed=4, failed=0, skipped=1)
    made = ground.seal()
    assert (made.counts.tests_passed, made.counts.tests_skipped) == (7, 1)


def test_where_nothing_is_required(tmp_path: Path) -> None:
    """Each runner's newest figures count, summed."""
    ground = Sealed(tmp_path, "required = []")
    ground.run(ran=3, passed=3)
    ground.run(ran=4, passed=4)
    assert ground.seal().counts.tests_passed == 4
    ground.run("npm test", ran=5, passed=5)
    assert ground.seal().counts.tests_passed == 9


def test_open_items_bounce(ground: Sealed) -> None:
    """An open item keeps the flow from being VERIFIED; so does a finding that came after."""
    ground.typed("worklist", "reopen", "C-1", "--why", "it is not")
    made = ground.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "BOUNCE")
    assert made.reasons == ["the worklist has 1 open: C-1"]
    ground.artifact("test_critique.md", critique(("T-1", "critical", "no test")))
    assert ground.seal().reasons == ["the worklist has 2 open: C-1, T-1"]


def test_a_finding_that_never_came_onto_the_list(ground: Sealed) -> None:
    """An edited worklist is not built on; the receipt says so, and which findings it hides."""
    file = ground.repo / ".runs/r1/build/worklist.json"
    data = json.loads(file.read_text())
    file.write_text(json.dumps({**data, "items": data["items"][:1]}))
    made = ground.seal()
    assert (made.status, made.forensic_check, made.recommended_action) == ("UNVERIFIED", "MISMATCH", "BOUNCE")
    assert ".runs/r1/build/worklist.json: it is not as `interlock` wrote it: somebody edited it" in made.reasons
    assert ".runs/r1/build/code_critique.md: C-2 not on the worklist: `interlock worklist sync`" in made.reasons


def test_an_invalid_artifact(ground: Sealed) -> None:
    """One that does not validate is named, with line and mend, and what is counted from it is null."""
    ground.artifact("test_strategy.md", STRATEGY.replace("test_b.py, state: written", "test_b.py, state: maybe"))
    made = ground.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "BOUNCE")
    assert made.counts.tests_planned is None
    assert any(reason.startswith(".runs/r1/build/test_strategy.md:6: ") for reason in made.reasons)


def test_a_change_that_nobody_made(ground: Sealed) -> None:
    """A summary that names a file which is as it was when the run began is false."""
    text = CHANGES.replace("src/a.py", ".claude/agents/critic.md")
    ground.artifact("impl_changes_summary.md", text)
    made = ground.seal()
    told = "impl_changes_summary.md names .claude/agents/critic.md, which is as when the run began"
    assert (made.forensic_check, made.reasons) == ("MISMATCH", [told])


def test_a_test_that_is_not_there(ground: Sealed) -> None:
    """A strategy that calls a test written whose file does not exist is false."""
    ground.artifact("test_strategy.md", STRATEGY.replace("test_b.py", "test_c.py"))
    made = ground.seal()
    told = "test_strategy.md calls tests/test_c.py written, and there is no such file"
    assert (made.forensic_check, made.reasons) == ("MISMATCH", [told])


def test_a_block_is_a_reason(ground: Sealed) -> None:
    """While a BLOCK of the run stands there is no VERIFIED; one that came after the seal is told."""
    ground.seal()
    words = ("--steelman", "it works", "--path", "src/**", "--run", "r1")
    assert ground.typed("verdict", "BLOCK", *words, "--reason", "it loses data").returncode == 0
    said = ground.checked()
    assert said["differs"][-1] == {
        "figure": "status",
        "said": "VERIFIED",
        "found": "a BLOCK stands on src/** since",
    }
    made = ground.seal()
    assert made.reasons == ["a BLOCK stands on src/**: it loses data"]
    assert ground.typed("verdict", "PASS", *words).returncode == 0
    assert ground.seal().status == "VERIFIED"


def test_an_older_receipt_is_not_the_last(ground: Sealed) -> None:
    """A receipt that was true once and is put back is told."""
    first = ground.seal()
    was = (ground.repo / RECEIPT).read_bytes()
    ground.typed("worklist", "reopen", "C-1", "--why", "it is not")
    assert ground.seal().seal != first.seal
    (ground.repo / RECEIPT).write_bytes(was)
    said = ground.checked()
    assert (
        said["result"] == "MISMATCH" and "is not the one that `interlock receipt` sealed last" in said["sentence"]
    )


def test_who_may_have_it_made(ground: Sealed) -> None:
    """An agent whose contract does not have it among its outputs is refused by the owner's name."""
    done = ground.typed("receipt", "r1", "build", "--json", by="alpha/implementer")
    assert done.returncode == 1
    assert json.loads(done.stdout)["refused"] == f"{RECEIPT} is cleanup's to have made, not yours (implementer)."
    assert not (ground.repo / RECEIPT).exists()
    assert ground.interlock("receipt", "r1", "build").returncode == 0  # a person


def test_a_flow_that_no_agent_closes(ground: Sealed) -> None:
    """Where nobody makes the receipt a flow needs what agents make in it; if they make nothing it is unknown."""
    (ground.repo / ".runs/r1/review/verdicts.json").unlink()
    assert ground.interlock("receipt", "r1", "review").returncode == 0
    made = ground.receipt("review")
    assert (made["status"], made["missing_required"]) == ("CANNOT_PROCEED", [".runs/r1/review/verdicts.json"])
    ground.rules("PASS")
    assert ground.interlock("receipt", "r1", "review").returncode == 0
    made = ground.receipt("review")
    asked = [".runs/r1/review/verdicts.json", ".runs/r1/signal/requirements.md"]
    assert (made["status"], list(made["artifacts"])) == ("VERIFIED", asked)
    assert ground.interlock("receipt", "r1", "wisdom").returncode == 0
    made = ground.receipt("wisdom")
    assert (made["status"], made["recommended_action"]) == ("UNVERIFIED", "FIX_ENV")
    assert "no agent's contract makes anything in .runs/{run}/wisdom/" in made["reasons"][0]


def test_a_broken_contract(ground: Sealed) -> None:
    """Where the maker's contract can't be read what the flow needs is not known, and the fault is named."""
    file = ground.repo / ".claude/agents/cleanup.md"
    file.write_text(file.read_text().replace("inputs = [", "inputs = [["))
    assert ground.interlock("receipt", "r1", "build").returncode == 0
    made = ground.receipt()
    assert (made["status"], made["recommended_action"]) == ("UNVERIFIED", "FIX_ENV")
    assert made["reasons"][0].startswith("what this flow needs is not known: .claude/agents/cleanup.md: line ")


def test_an_earlier_run_of_that_name(ground: Sealed) -> None:
    """A run thrown away and begun anew under its name starts from nothing: old seals don't count."""
    ground.seal()
    was = (ground.repo / RECEIPT).read_bytes()
    kept = {file.name: file.read_bytes() for file in (ground.repo / ".runs/r1/build").iterdir()}
    for file in (ground.repo / ".runs/r1").rglob("*"):
        if file.is_file():
            file.unlink()
    assert ground.interlock("runs", "start", "r1", "--title", "again").returncode == 0
    for name, raw in kept.items():
        (ground.repo / ".runs/r1/build" / name).write_bytes(raw)
    (ground.repo / RECEIPT).write_bytes(was)
    said = ground.checked()
    assert said["result"] == "MISMATCH" and "was not made by `interlock receipt`" in said["sentence"]


def test_what_runs_leave_is_no_part_of_it(tmp_path: Path) -> None:
    """A report that the tests write, untracked, is no change of what they tested; edited by hand it is one."""
    ground = Sealed(tmp_path, 'required = ["python3 -m unittest"]')
    ground.write("test_a.py", UNITTEST)
    program = str(ground.root / "bin" / "interlock")
    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for number in range(2):
        words = [program, "run", "--", "python3", "-m", "unittest"]
        done = subprocess.run(words, cwd=ground.repo, env=environ, capture_output=True, check=True)
        assert (ground.repo / "report.txt").exists(), done
        made = ground.seal()
        assert (made.gates, made.counts.tests_passed) == ({"python3 -m unittest": "PASS"}, 1), (number, made)
        assert "tree" not in [one["figure"] for one in ground.checked()["differs"]]
    (ground.repo / "report.txt").write_text("mine\n")
    assert ground.checked()["differs"][0]["found"] == "report.txt changed since"
    (ground.repo / "report.txt").unlink()
    assert ground.checked()["differs"] == []


UNITTEST = """import unittest
class A(unittest.TestCase):
    def test_a(self):
        open("report.txt", "w").write("1")
"""


def test_another_worktree(ground: Sealed) -> None:
    """A receipt holds in a worktree that has the run from where it was sealed; forged there it does not."""
    ground.git("add", "-A")
    ground.git("commit", "-q", "-m", "bd-12: a is 2")
    ground.seal()
    ground.git("add", "-A")
    ground.git("commit", "-q", "-m", "bd-12: sealed")
    ground.git("worktree", "add", "-q", str(ground.base / "other"))
    ground.repo = ground.base / "other"
    said = ground.checked()
    assert (said["result"], said["differs"]) == ("OK", [])
    ground.forge(status="UNVERIFIED")
    assert [one["figure"] for one in ground.checked()["differs"]] == ["status"]


def test_sentences_are_short_and_plain(ground: Sealed) -> None:
    """However much differs, whatever it is called: the sentence has 400 signs, and steers no terminal."""
    ground.seal()
    for number in range(9):
        ground.artifact(f"{'x' * 80}{number}_critique.md", critique())
    ground.artifact(os.fsdecode(b"\xff\x1b[31m_critique.md"), critique())
    said = ground.checked()
    assert len(said["differs"]) >= 9
    assert len(said["sentence"]) <= 400 and said["sentence"].isprintable()
    assert ReceiptCheck.model_validate(said).result == "MISMATCH"
    reasons = ground.seal().reasons
    assert any("udcff" in one and one.endswith("name it otherwise") and one.isprintable() for one in reasons)


def test_the_program_as_installed(ground: Sealed) -> None:
    """The program itself, as the guard calls it, answers with an object and its exit code."""
    ground.seal()
    program = str(ground.root / "bin" / "interlock")
    words = [program, "receipt", "r1", "build", "--check", "--json"]
    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    done = subprocess.run(words, cwd=ground.repo, env=environ, capture_output=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["sentence"]) == (0, "")
    ground.forge(status="UNVERIFIED")
    done = subprocess.run(words, cwd=ground.repo, env=environ, capture_output=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["result"]) == (1, "MISMATCH")
    plain = ground.interlock("receipt", "--check", "r1", "build")
    assert re.fullmatch(rf"{re.escape(RECEIPT)} is MISMATCH: .*\n", plain.stdout)


@pytest.fixture(scope="module")
def _sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    found = Sealed(tmp_path_factory.mktemp("sealed"))
    found.built()
    found.seal()
    return found


@pytest.fixture
def sealed(_sealed: Sealed) -> Sealed:
    """A sealed run, one for all tests of the module: they leave it as it was."""
    return _sealed


def test_a_long_log_is_verified_once(ground: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many receipts a run has, `artifacts check` verifies the log once; without one not at all."""
    from interlock.artifacts import log_events
    from interlock.artifacts.progress.doubts import doubts
    from interlock.artifacts.runs.folder import Runs
    from interlock.faces.desk import Desk
    from interlock.log.chain import Chain
    from interlock.log.verify import verify
    from interlock.shapes.verdict import Verdict

    monkeypatch.chdir(ground.repo)
    desk = Desk(ground.environ)
    meta = Runs(ground.repo, desk.root).get("r1")
    assert meta is not None
    looked: list[str] = []

    def counted(root: str, chain: Chain) -> Verdict:
        looked.append(root)
        return verify(root, chain)

    monkeypatch.setattr(log_events, "verify", counted)
    assert (doubts(desk, meta), looked) == ({}, [])
    ground.seal()
    assert ground.interlock("receipt", "r1", "review").returncode == 0
    assert ground.interlock("receipt", "r1", "wisdom").returncode == 0
    ground.forge(made=1.0)
    looked.clear()
    assert list(doubts(desk, meta)) == [RECEIPT]
    assert len(looked) == 1


def test_what_the_check_answers(tmp_path: Path) -> None:
    """It says the status; a receipt that is believed and not VERIFIED is nothing to build on: exit 1."""
    begun = Sealed(tmp_path)
    begun.built(tested=False)
    begun.seal()
    done = begun.interlock("receipt", "--check", "r1", "build")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{RECEIPT} is as it was sealed: UNVERIFIED, RERUN: `pytest -q` has not run")
    said = begun.checked()
    assert (said["result"], said["sentence"], said["status"]) == ("OK", "", "UNVERIFIED")
    assert (said["recommended_action"], said["forensic_check"]) == ("RERUN", "PASS")
    assert said["reason"] == begun.receipt()["reasons"][0]
    begun.run()
    begun.seal()
    done = begun.interlock("receipt", "--check", "r1", "build")
    assert (done.returncode, done.stdout) == (0, f"{RECEIPT} is VERIFIED and can be built on\n")
