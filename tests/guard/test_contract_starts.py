"""Starting an agent that has a contract: refused before a token is spent where it could not work."""

from __future__ import annotations

import json
import subprocess

import pytest

from interlock.guard import deskcall
from interlock.words.faults import Unreadable

from .contracted import SUMMARY, Contracted

SUMMARY_PATH = ".runs/r1/build/impl_changes_summary.md"
RECEIPT = ".runs/r1/build/build_receipt.json"


def test_who_has_no_contract_starts(ground: Contracted) -> None:
    """general-purpose, named or by default, needs nothing."""
    assert ground.launch("general-purpose") == ""
    assert ground.refused("Agent", "alpha", prompt="go", description="a task") == ""


def test_a_missing_input(ground: Contracted) -> None:
    """The first missing one is named, with who makes it; then it starts."""
    said = ground.launch("critic")
    assert said.startswith(f"Interlock: Cannot proceed: {SUMMARY_PATH} missing (made by implementer).")
    assert said.endswith("Start implementer first, then start critic again.")
    assert ground.reasons() == ["missing"]
    ground.write(SUMMARY_PATH, SUMMARY)
    assert ground.launch("critic") == ""


def test_what_may_be_missing(ground: Contracted) -> None:
    """An input that ends in `?` need not be there; one that the user gives must."""
    assert ground.launch("implementer") == ""
    (ground.repo / ".runs/r1/signal/requirements.md").unlink()
    said = ground.launch("implementer")
    assert "requirements.md missing. Put it there first" in said


def test_a_folder_is_no_input(ground: Contracted) -> None:
    """What stands in an input's place must be a file."""
    (ground.repo / SUMMARY_PATH).mkdir(parents=True)
    assert "Cannot proceed" in ground.launch("critic")


def test_several_open_runs(ground: Contracted) -> None:
    """The prompt must say which; a run that is not there is told."""
    ground.run("r2")
    said = ground.launch("implementer")
    assert "2 runs are open (r1, r2)" in said and "`RUN: id` into its prompt" in said
    assert ground.launch("implementer", "Do it.\nRUN: r1") == ""
    assert ".runs/r2/signal/requirements.md missing" in ground.launch("implementer", "RUN: r2")
    assert "there is no run r9 here" in ground.launch("implementer", "RUN: r9")
    assert ground.reasons() == ["which_run", "missing", "no_run"]


@pytest.mark.parametrize("line", ["RUN: r1 (build)", "Run: r1", "work on RUN: r1"])
def test_a_line_that_nearly_names_a_run(ground: Contracted, line: str) -> None:
    """The refusal shows the line that was found, so that it can be mended."""
    ground.run("r2")
    said = ground.launch("implementer", f"Do it.\n  {line}\nSoon.")
    assert f"`{line}` in its prompt names none. Put a line of its own `RUN: id`" in said
    assert len(said) <= 400


def test_no_open_run(ground: Contracted) -> None:
    """Without a run there are no inputs: how to begin one is said. Who needs none starts."""
    ground.run("r1", "closed")
    said = ground.launch("implementer")
    assert "no run is open here" in said and "`interlock runs start ID --title TITLE`" in said
    assert ground.launch("test-author") == ""


def test_a_broken_contract_is_not_started(ground: Contracted) -> None:
    """It is told with file and line, and the start is refused."""
    ground.agent("critic", "outputs = [\n")
    said = ground.launch("critic")
    assert ".claude/agents/critic.md" in said and "contracts check" in said
    assert ground.reasons() == ["contract_fault"]


def answer(**said: object) -> dict[str, object]:
    """What the desk says of a receipt that is as it should be, but for these."""
    good = {"result": "OK", "status": "VERIFIED", "recommended_action": "PROCEED", "forensic_check": "PASS"}
    return {"path": RECEIPT, **good, "reason": "", "sentence": "", **said}


FIGURE = {"result": "MISMATCH", "sentence": f"{RECEIPT} is MISMATCH: counts.tests_passed says 420, found 294"}
MISSING = {
    "result": "CANNOT_PROCEED", "status": "CANNOT_PROCEED", "recommended_action": "RERUN",
    "sentence": "Cannot proceed: .runs/r1/build/test_critique.md missing",
}  # fmt: skip
OPEN = {"status": "UNVERIFIED", "recommended_action": "BOUNCE", "reason": "`pytest -q` failed on this tree"}
FORGED = {**OPEN, "forensic_check": "MISMATCH", "reason": "code_critique.md was last written by implementer"}
ANSWERS = [
    (answer(), "", ""),
    (answer(**FIGURE), "says 420, found 294", "says 420, found 294"),
    (answer(**FORGED), "code_critique.md was last written by implementer", "has found MISMATCH: code_critique.md"),
    (answer(**MISSING), "test_critique.md missing", ""),
    (
        answer(**OPEN),
        f"{RECEIPT} is UNVERIFIED, BOUNCE: `pytest -q` failed on this tree. `interlock artifacts",
        "",
    ),
    (None, "can't be checked: `interlock receipt --check` does not say", "does not say"),
    ({"sentence": ""}, "does not say whether it is to be believed", "does not say"),
    ("fault", "can't be checked: interlock took too long", "took too long"),
]


def asks(ground: Contracted, monkeypatch: pytest.MonkeyPatch, answer: object) -> list[list[str]]:
    """The desk answers so; what it is asked."""
    asked = []

    def ask(_: object, words: list[str], *__: object) -> tuple[int, object]:
        asked.append(words)
        if answer == "fault":
            raise Unreadable("interlock took too long")
        return 1, answer

    ground.launch("critic")  # the contracts are compiled
    monkeypatch.setattr(deskcall, "ask", ask)
    return asked


@pytest.mark.parametrize(("answer", "needed", "maybe"), ANSWERS)
def test_receipts_among_the_inputs(
    ground: Contracted, monkeypatch: pytest.MonkeyPatch, answer: object, needed: str, maybe: str
) -> None:
    """Each is counted anew before its reader starts: who needs it starts on a VERIFIED one alone."""
    assert ground.launch("repo-operator") != "", "no receipt yet"
    ground.write(RECEIPT, json.dumps({}))
    asked = asks(ground, monkeypatch, answer)
    said = ground.launch("repo-operator")
    assert asked == [["receipt", "r1", "build", "--check", "--json"]]
    assert len(said) <= 400
    assert (needed in said) if needed else said == ""
    if needed:
        assert said.startswith("Interlock: repo-operator is not started")
        assert said.endswith(
            ("start repo-operator again.", "`interlock artifacts check r1` says whose turn it is.")
        )


@pytest.mark.parametrize(("answer", "needed", "maybe"), ANSWERS)
def test_receipts_that_may_be_missing(
    ground: Contracted, monkeypatch: pytest.MonkeyPatch, answer: object, needed: str, maybe: str
) -> None:
    """Who reads it if it is there starts on one that says itself what is left, not on one that is not so."""
    ground.agent(
        "reader", f'inputs = ["{RECEIPT.replace("r1", "{run}")}?"]\noutputs = [".runs/{{run}}/wisdom/x.md"]\n'
    )
    ground.write(RECEIPT, json.dumps({}))
    asked = asks(ground, monkeypatch, answer)
    said = ground.launch("reader")
    assert len(asked) == 1
    assert (maybe in said) if maybe else said == ""


def test_a_typed_receipt(ground: Contracted) -> None:
    """The desk's own answer: what nobody sealed is not gone by."""
    ground.write(RECEIPT, json.dumps({"version": 1}))
    assert "repo-operator is not started." in ground.launch("repo-operator")
    assert ground.reasons() == ["receipt"]


def test_the_issue_still_comes_with_it(ground: Contracted) -> None:
    """What an agent is told of its issue is put below its prompt as before."""
    given = {"subagent_type": "implementer", "prompt": "Do it.\nISSUE: 12\nRUN: r1", "description": "t"}
    said = ground.tool("PreToolUse", "Agent", "alpha", given)
    assert "you work on issue 12" in str(said["updatedInput"]["prompt"])


def isolated(ground: Contracted, kind: str) -> str:
    """The refusal to start one in a worktree of its own."""
    given = {"subagent_type": kind, "prompt": "RUN: r1", "description": "t"}
    return ground.refused("Agent", "alpha", isolation="worktree", **given)


def test_a_worktree_without_the_run(ground: Contracted) -> None:
    """An agent that would find no run in a worktree of its own is not started: the run is not committed, or not as
    it is."""
    said = isolated(ground, "implementer")
    assert "would work in a worktree of its own" in said and ".runs/r1/run_meta.json is not, as it is now" in said
    assert "Start it without isolation" in said and "`interlock commit -m MESSAGE .runs/r1`" in said
    commit(ground, ".runs")
    assert isolated(ground, "implementer") == ""
    ground.write(".runs/r1/signal/requirements.md", "It should, now.\n")
    assert "requirements.md is not, as it is now" in isolated(ground, "implementer")
    assert ground.launch("implementer") == "", "in the checkout itself it has all of it"
    assert ground.reasons() == ["isolated", "isolated"]


def test_a_run_that_git_ignores_is_not_in_a_worktree(ground: Contracted) -> None:
    """What is ignored is never there."""
    ground.write(".gitignore", ".runs/\n")
    commit(ground, "src", ".gitignore")
    assert "run_meta.json is not, as it is now" in isolated(ground, "implementer")


def test_who_has_no_run_may_be_isolated(ground: Contracted) -> None:
    """A type without a contract, or whose contract speaks of no run, starts where it likes."""
    assert isolated(ground, "general-purpose") == ""
    assert isolated(ground, "test-author") == ""


def test_an_agent_that_is_always_isolated(ground: Contracted) -> None:
    """The front matter of an agent may ask for it, too."""
    path = ground.repo / ".claude/agents/implementer.md"
    path.write_text(path.read_text().replace("---\nname", "---\nisolation: worktree\nname", 1))
    assert "would work in a worktree of its own" in ground.launch("implementer")


def commit(ground: Contracted, *paths: str) -> None:
    env = {"HOME": str(ground.home), "PATH": ground.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    name = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
    for words in (("init", "-q"), ("add", *paths), ("commit", "-q", "-m", "one")):
        subprocess.run(["git", *name, *words], cwd=ground.repo, env=env, check=True, capture_output=True)
