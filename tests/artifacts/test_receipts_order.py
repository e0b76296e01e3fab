"""A receipt is VERIFIED only where everybody whose work it rests on has worked on what is sealed: who is due then
is named, and stays next though a receipt lies there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from interlock.doors import content, keys
from interlock.shapes.artifacts.made import Receipt

from .sealed import CHANGES, FOUND, STRATEGY, Sealed, critique

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


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run of which all is done but the receipt."""
    found = Sealed(tmp_path)
    found.built()
    return found


def agents_next(ground: Sealed) -> list[str]:
    """Whom `artifacts check` names."""
    told = json.loads(ground.interlock("artifacts", "check", "r1", "--json").stdout)
    return [step["agent"] for step in told["next"]]


def due(made: Receipt, *said: str) -> None:
    """The receipt asks for these to work first, and for nothing else."""
    assert made.reasons == [one.replace("BUILD", BUILD) for one in said]
    assert (made.status, made.recommended_action, made.forensic_check) == ("UNVERIFIED", "RERUN", "PASS")


def test_a_mended_item_is_looked_at_again(ground: Sealed) -> None:
    """An item that is fixed after its critique is not settled by who mended it, but by the critic's next look."""
    ground.typed("worklist", "reopen", "C-1", "--why", "no")
    ground.typed("worklist", "take", "C-1")
    ground.typed("worklist", "fixed", "C-1")
    due(ground.seal(), "critic is due: BUILD/worklist.json: C-1 is fixed since its critique")
    ground.artifact("cleanup_handoff.md", HANDOFF, by="cleanup")
    assert agents_next(ground) == ["critic"]
    assert ground.checked()["sentence"] == ""
    ground.artifact("code_critique.md", critique(*FOUND, number=3))
    assert ground.seal().status == "VERIFIED"


def test_a_summary_after_the_critique(ground: Sealed) -> None:
    """Critic and advocate have judged an older one: both are due, critic first."""
    ground.artifact("impl_changes_summary.md", CHANGES)
    due(
        ground.seal(),
        "critic is due: BUILD/impl_changes_summary.md is newer than BUILD/code_critique.md",
        "advocate is due: BUILD/impl_changes_summary.md is newer than .runs/r1/review/verdicts.json",
    )
    ground.artifact("cleanup_handoff.md", HANDOFF, by="cleanup")
    assert agents_next(ground) == ["critic"]
    ground.artifact("code_critique.md", critique(*FOUND, number=3))
    ground.rules("PASS")
    assert agents_next(ground) == ["cleanup"]
    assert ground.seal().status == "VERIFIED"


@pytest.mark.parametrize("seen", [True, False])
def test_source_after_the_critique(ground: Sealed, seen: bool) -> None:
    """So it is where only the source that the summary names was changed, whether hooks saw it or not."""
    ground.write("src/a.py", "a = 2  # two\n")
    if seen:
        ground.noted(ground.repo / "src/a.py", "implementer")
        os.utime(ground.repo / "src/a.py", (1.0, 1.0))  # which proves nothing
    ground.run(ran=294, passed=294)
    due(
        ground.seal(),
        "critic is due: src/a.py is newer than BUILD/code_critique.md",
        "advocate is due: src/a.py is newer than .runs/r1/review/verdicts.json",
    )


def test_a_folder_is_as_old_as_what_was_written_in_it(ground: Sealed) -> None:
    """A cache that comes into a folder which the summary names is no change of it; a file that hooks saw is."""
    ground.artifact("impl_changes_summary.md", CHANGES.replace("src/a.py", "src/"))
    ground.judged()
    (ground.repo / "src/__pycache__").mkdir()
    assert ground.seal().status == "VERIFIED"
    ground.noted(ground.repo / "src/a.py", "implementer")
    assert [one.partition(":")[0] for one in ground.seal().reasons] == ["critic is due", "advocate is due"]


def test_tests_after_their_critique(ground: Sealed) -> None:
    """Tests that were changed since are test-critic's to look at again."""
    ground.write("tests/test_a.py", "def test_a(): assert True\n")
    ground.run(ran=294, passed=294)
    due(ground.seal(), "test-critic is due: tests/test_a.py is newer than BUILD/test_critique.md")


def test_a_file_with_another_time(ground: Sealed) -> None:
    """What hooks saw written is as old as that, whatever git or an archive makes of the file's time."""
    ground.noted(ground.repo / "src/a.py", "implementer")
    ground.judged()
    later = time.time() + 60
    os.utime(ground.repo / "src/a.py", (later, later))
    assert ground.seal().status == "VERIFIED"


def test_requirements_that_git_took_away_and_brought_back(ground: Sealed) -> None:
    """What nobody was seen to write is no newer for who was shown just that: a stash changes nothing."""
    asked = ground.artifact("requirements.md", "# AC-1, AC-2 by hand\n", "signal")
    key = keys.resources(str(asked), "/", "/")[0].key
    digest = content.look(str(asked), time.time()).digest
    with ground.store().transaction() as tx:
        for row in tx.run(
            "wrote_under", low=f"{ground.repo.resolve()}/.runs/", high=f"{ground.repo.resolve()}/.runs0"
        ):
            tx.run("seen_put", owner=row[1], key=key, digest=digest, mark="")
    ground.rules("PASS")
    assert ground.seal().status == "VERIFIED"
    asked.write_text("# AC-1, AC-2 and more\n")
    assert "test-author is due" in ground.seal().reasons[0]


@pytest.mark.parametrize(
    ("gone", "agent"), [("build/test_critique.md", "test-critic"), ("review/verdicts.json", "advocate")]
)
def test_who_never_came(ground: Sealed, gone: str, agent: str) -> None:
    """A critic or advocate of the set that never left what it makes is due, though nobody needs its output."""
    (ground.repo / ".runs/r1" / gone).unlink()
    due(ground.seal(), f"{agent} is due: .runs/r1/{gone} is not made yet")
    assert agents_next(ground) == [agent]


def test_an_agent_that_the_repository_does_not_have(ground: Sealed) -> None:
    """Who is not installed is not waited for."""
    (ground.repo / ".claude/agents/advocate.md").unlink()
    (ground.repo / ".runs/r1/review/verdicts.json").unlink()
    assert ground.seal().status == "VERIFIED"


def test_an_amend_that_stands(ground: Sealed) -> None:
    """What an advocate wants changed is answered before anything is sealed."""
    ground.rules("AMEND")
    (said,) = ground.seal().reasons
    assert said.startswith("implementer is due: an AMEND stands on src/** (it loses data)")


def test_who_is_due_stands_in_the_log(ground: Sealed) -> None:
    """As times are no proof later: the check takes it from there, whatever times say then."""
    ground.artifact("test_strategy.md", STRATEGY)
    made = ground.seal()
    assert ground.records("receipt_sealed")[-1]["due"] == made.reasons
    for file in (ground.repo / BUILD).iterdir():
        os.utime(file, (5.0, 5.0))
    said = ground.checked()
    assert (said["result"], said["status"]) == ("OK", "UNVERIFIED")


def test_a_seal_hides_nobody_who_is_due(ground: Sealed) -> None:
    """VERIFIED for just these files: nobody is next but who builds on it; a file changed since: its critic is."""
    assert ground.seal().status == "VERIFIED"
    ground.artifact("cleanup_handoff.md", HANDOFF, by="cleanup")
    assert agents_next(ground) == ["repo-operator"]
    for name in ("impl_changes_summary.md", "test_strategy.md"):
        (ground.repo / BUILD / name).touch()
    assert agents_next(ground) == ["repo-operator"]
    ground.write("src/a.py", "a = 3\n")
    assert agents_next(ground) == ["critic"]
    said = ground.checked()
    assert said["sentence"].endswith(f"Next: critic is due: src/a.py is newer than {BUILD}/code_critique.md")


def test_a_pass_after_the_seal(ground: Sealed) -> None:
    """One more PASS says nothing against a receipt; an AMEND does, until a PASS covers it."""
    ground.seal()
    ground.rules("PASS", "docs/**")
    assert ground.checked()["sentence"] == ""
    ground.rules("AMEND")
    said = ground.checked()
    assert [one["figure"] for one in said["differs"]] == ["status"]
    assert "status says VERIFIED, found an AMEND stands on src/** since" in said["sentence"]
    ground.rules("PASS")
    assert ground.checked()["sentence"] == ""


def test_rulings_that_somebody_edited(ground: Sealed) -> None:
    """A receipt of another flow than theirs says so, too."""
    file = ground.repo / ".runs/r1/review/verdicts.json"
    file.write_text(file.read_text().replace("it works", "it fails"))
    made = ground.seal()
    assert made.reasons == [".runs/r1/review/verdicts.json: it is not as `interlock` wrote it: somebody edited it"]
    assert made.forensic_check == "MISMATCH"
