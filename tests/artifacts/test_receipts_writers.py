"""Who wrote what a receipt is about: source and tests are their owners', reports their makers' or a person's who
vouches, and what a run's agents wrote is reported."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from interlock.doors import content, keys
from interlock.guard import sections, whichrun
from interlock.words.owner import Owner, parse

from .sealed import CHANGES, Sealed, critique
from .test_receipts_order import HANDOFF, agents_next

BUILD = ".runs/r1/build"


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run of which all is done but the receipt."""
    found = Sealed(tmp_path)
    found.built()
    return found


def works_in(ground: Sealed, kind: str, run: str) -> None:
    """The prompt of that agent named the run."""
    by = parse(ground.comes("alpha", kind))
    with ground.store().transaction() as tx:
        whichrun.note(tx, by, run)


def test_a_test_that_implementer_wrote(ground: Sealed) -> None:
    """A script of implementer's may have changed a test: back to its owner, who looks and writes it again."""
    ground.noted(ground.repo / "tests/test_a.py", "implementer")
    made = ground.seal()
    told = (
        "tests/test_a.py was last written by subagent implementer implemen of session alpha, whose it is not; "
        "test-author must look at it and write it"
    )
    assert (made.reasons, made.recommended_action) == ([told], "BOUNCE")
    assert agents_next(ground) == ["test-author"]
    assert (ground.checked()["result"], ground.checked()["status"]) == ("OK", "UNVERIFIED")
    ground.write("tests/test_a.py", "def test_a(): pass\n")
    ground.noted(ground.repo / "tests/test_a.py", "test-author")
    assert agents_next(ground) == ["test-critic"]
    ground.artifact("test_critique.md", critique(number=2))
    assert agents_next(ground) == ["cleanup"]
    assert ground.seal().status == "VERIFIED"


def test_a_folder_that_a_report_names(ground: Sealed) -> None:
    """Is all that lies in it."""
    ground.artifact("impl_changes_summary.md", CHANGES.replace("src/a.py", "src/"))
    ground.noted(ground.repo / "src/a.py", "test-author")
    told = [one for one in ground.seal().reasons if "src/a.py was last written by subagent test-author" in one]
    assert told and told[0].endswith("implementer must look at it and write it")


@pytest.mark.parametrize("kind", ["implementer", "", "general-purpose"])
def test_who_may_write_source(ground: Sealed, kind: str) -> None:
    """Its owner, and whoever has no contract: these are restricted in nothing."""
    ground.noted(ground.repo / "src/a.py", kind)
    ground.judged()
    assert ground.seal().status == "VERIFIED"


def test_source_that_no_report_names(ground: Sealed) -> None:
    """What an implementer of the run wrote and its summary hides is bounced, by the file's name."""
    works_in(ground, "implementer", "r1")
    ground.write("src/b.py", "b = 1\n")
    ground.noted(ground.repo / "src/b.py", "implementer")
    ground.run(ran=294, passed=294)
    made = ground.seal()
    assert made.reasons == [
        "src/b.py was written by subagent implementer implemen of session alpha, and impl_changes_summary.md does "
        "not name it: name it, or undo it"
    ]
    assert made.recommended_action == "BOUNCE"
    ground.artifact("cleanup_handoff.md", HANDOFF, by="cleanup")
    assert agents_next(ground) == ["implementer"]
    assert ground.checked()["result"] == "OK"
    (ground.repo / "src/b.py").unlink()
    assert ground.seal().status == "VERIFIED"


def test_an_agent_of_whom_the_run_is_not_known(ground: Sealed) -> None:
    """What it wrote is told beside and keeps nothing from being sealed; that of another run's is not even told."""
    for name, kind, run in (("src/b.py", "implementer", ""), ("tests/conftest.py", "test-author", "r1")):
        works_in(ground, kind, run)
        ground.write(name, "x = 1\n")
        ground.noted(ground.repo / name, kind)
    ground.run(ran=294, passed=294)
    assert ground.seal().status == "VERIFIED"
    note = ground.checked()["note"]
    assert "src/b.py was written by subagent implementer" in note
    assert "tests/conftest.py was written by subagent test-author" in note and "no report names it" in note
    works_in(ground, "implementer", "r2")
    assert ground.seal().status == "VERIFIED"
    assert "src/b.py" not in ground.checked()["note"]


def test_a_person_vouches(ground: Sealed) -> None:
    """What a person mended with an editor becomes theirs when they have the receipt made: the log names them."""
    file = ground.repo / BUILD / "ac_status.json"
    file.write_bytes(file.read_bytes() + b"\n")
    time.sleep(0.1)  # or the next command may have done it
    (said,) = ground.seal().reasons
    assert said.endswith("or a person vouches for it: `interlock receipt r1 build` in a terminal of theirs")
    assert ground.typed("receipt", "r1", "build").returncode == 0
    assert (ground.receipt()["reasons"], ground.receipt()["status"]) == ([], "VERIFIED")
    owner, kind = ground.records("receipt_sealed")[-1]["authors"][f"{BUILD}/ac_status.json"]
    assert (parse(owner).is_person, kind) == (True, "")
    found = ground.checked()
    assert (found["sentence"], found["note"]) == ("", f"{BUILD}/ac_status.json: a person vouches for it")


def test_what_no_person_vouches_for(ground: Sealed) -> None:
    """A critique that implementer was seen to write stays forged, whoever has the receipt made."""
    text = (ground.repo / BUILD / "code_critique.md").read_text()
    ground.artifact("code_critique.md", text, by="implementer")
    assert ground.typed("receipt", "r1", "build").returncode == 0
    assert ground.receipt()["forensic_check"] == "MISMATCH"


def test_a_section_that_another_changed(ground: Sealed) -> None:
    """Of a shared file each section is its agent's: one that is not as it left it is named, and whose it is."""
    file = ground.repo / BUILD / "ac_status.json"
    key = keys.resources(str(file), "/", "/")[0].key
    known = {"implementer": ["1", "1"], "critic": ["1", "2"]}
    with ground.store().transaction() as tx:
        sections._note(tx, key, known)
        by = Owner("vm", "alpha", "implementer-1").id
        tx.run("wrote_put", key=key, owner=by, kind="implementer", digest="", at=tx.now, wall=1.0)
    (said,) = ground.seal().reasons
    assert said.startswith(
        f"{BUILD}/ac_status.json, section of critic: who wrote it is not known; critic must write it, with"
    )
    assert ground.records("receipt_sealed")[-1]["sections"] == {f"{BUILD}/ac_status.json": ["critic"]}
    assert agents_next(ground) == ["critic"]
    assert ground.checked()["result"] == "OK"
    assert content.look(str(file), 0.0).digest != ""


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("# AC-1\n# AC-2\n# AC-3: and fast", ["AC-3"]), ("AC-1, AC-2 (AC-pay) HVAC-7 AC-", ["AC-pay"]),
        ("AC-1..AC-2, AC-2.1.", ["AC-2.1"]), ("AC-1-AC-2; see X-AC-9", []),
    ],
)  # fmt: skip
def test_criteria_of_the_requirements(ground: Sealed, text: str, asked: list[str]) -> None:
    """Each that the requirements name counts, and bounces where no section has it."""
    ground.artifact("requirements.md", text, "signal")
    for name in ("test_strategy.md", "impl_changes_summary.md"):
        ground.artifact(name, (ground.repo / BUILD / name).read_text())
    ground.judged()
    made = ground.seal()
    told = [f"ac_status.json: {one} is named by no section" for one in asked]
    assert (made.reasons, made.recommended_action) == (told, "BOUNCE" if told else "PROCEED")
    assert (made.counts.criteria, made.counts.criteria_done) == (2 + len(asked), 2)


def test_a_criterion_after_the_seal(ground: Sealed) -> None:
    """Requirements that changed are no longer those that were sealed."""
    ground.seal()
    ground.artifact("requirements.md", "# AC-1, AC-2, AC-3\n", "signal")
    said = ground.checked()
    assert "artifacts[.runs/r1/signal/requirements.md]" in [one["figure"] for one in said["differs"]]
    assert said["result"] == "MISMATCH"


def test_failed_tests_in_a_run_that_passed(tmp_path: Path) -> None:
    """A runner that counts failures and ends well has failed tests all the same."""
    ground = Sealed(tmp_path)
    ground.built(tested=False)
    ground.run(ran=3, passed=2, failed=1)
    made = ground.seal()
    assert made.reasons == ["1 tests failed in the run on this tree that counts"]
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "BOUNCE")


def test_the_same_next_step(ground: Sealed) -> None:
    """After a person's edit `--check` names who is next, as `artifacts check` does."""
    ground.seal()
    ground.artifact("cleanup_handoff.md", json.dumps({}))
    file = ground.repo / BUILD / "impl_changes_summary.md"
    file.write_text(file.read_text().replace("a is 2", "a becomes 2"))
    assert "Next: critic is due: " in ground.checked()["sentence"]
    assert agents_next(ground) == ["critic"]
