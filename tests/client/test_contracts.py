"""Contracts in the real client: the pack's own agents, held to their word at the tool call."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from .guarded import Guarded
from .model import Model
from .say import agent, bash, edit, read, write
from .script import Text, Tool, Turn

REQUIREMENTS, ADR = ".runs/r1/signal/requirements.md", ".runs/r1/plan/adr.md"
SUMMARY, CRITIQUE = ".runs/r1/build/impl_changes_summary.md", ".runs/r1/build/code_critique.md"
STATUS = ".runs/r1/build/ac_status.json"
BODY = "## What I found\nNothing.\n## What's left\nNothing.\n## Recommendation\nGo on.\n"


def front(facts: str, body: str = BODY) -> str:
    """An artifact of run r1 in Markdown."""
    return f"---\nversion: 1\nrun_id: r1\n{facts}\n---\n{body}"


def sections(**status: str) -> str:
    """The status of each agent type's one criterion."""
    told = {name: {"AC-1": {"status": one}} for name, one in status.items()}
    return json.dumps({"version": 1, "run_id": "r1", "sections": told}, indent=1)


@pytest.fixture
def place(guarded: Guarded) -> Guarded:
    """The pack installed, a run begun, its requirements there."""
    guarded.interlock("runs", "start", "r1", "--title", "one")
    put(guarded, REQUIREMENTS, "It should.\n")
    put(guarded, "src/a.py", "a = 1\n")
    return guarded


def put(place: Guarded, name: str, text: str) -> Path:
    """A file of the project's, made by a person."""
    path = place.project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def start(kind: str, prompt: str = "SUB") -> Tool:
    """A subagent of that type, waited for."""
    return agent(prompt, subagent_type=kind, run_in_background=False)


def refusals(place: Guarded) -> list[str]:
    """The reasons of all refusals."""
    return [str(one["reason"]) for one in place.log("decision", verdict="deny")]


def test_a_wrong_owner(place: Guarded, model: Model) -> None:
    """critic may not write source, not with Edit and not with sed; it is told whose it is."""
    put(place, SUMMARY, front("changes: []", BODY.replace("found", "did")))
    source = place.project / "src/a.py"
    model.scripts["MAIN"] = [[start("critic")], [Text("done")]]
    model.scripts["SUB"] = [
        [read(place.project / REQUIREMENTS), read(place.project / SUMMARY), read(source)],
        [edit(source, "1", "2")],
        [bash("sed -i s/1/2/ src/a.py")],
        [Text("I may not")],
    ]
    place.client.start("MAIN").wait()
    told = model.tool_results("SUB")[3:]
    assert [one.is_error for one in told] == [True, True]
    assert all("src/a.py is implementer's by contract, not critic's" in one.text for one in told)
    assert source.read_text() == "a = 1\n"
    assert refusals(place) == ["not_owned", "not_owned"]


def test_a_repository_of_ones_own(place: Guarded, model: Model) -> None:
    """critic makes source a repository of its own, where no contract would hold: git's command is refused as a
    write of that folder, and where a script has made it, the write in it."""
    put(place, SUMMARY, front("changes: []", BODY.replace("found", "did")))
    put(place, "make.py", 'import subprocess\nsubprocess.run(["git", "init", "-q", "src"], check=True)\n')
    source = place.project / "src/b.py"
    model.scripts["MAIN"] = [[start("critic")], [Text("done")]]
    model.scripts["SUB"] = [
        [read(place.project / REQUIREMENTS), read(place.project / SUMMARY)],
        [bash("git init -q src")],
        [bash("python3 make.py")],
        [write(source, "b = 1\n")],
        [Text("I may not")],
    ]
    place.client.start("MAIN").wait()
    asked, made, told = model.tool_results("SUB")[2:]
    assert asked.is_error and "not all of the folder src is critic's by its contract" in asked.text
    assert (place.project / "src/.git/HEAD").exists(), made
    assert told.is_error and "src/b.py is implementer's by contract, not critic's" in told.text
    assert not source.exists()
    assert set(refusals(place)) == {"not_owned"}


def test_unread_inputs(place: Guarded, model: Model) -> None:
    """implementer is refused until it has read what is there; `cat` counts as well."""
    put(place, ADR, "So it is done.\n")
    source = place.project / "src/a.py"
    model.scripts["MAIN"] = [[start("implementer")], [Text("done")]]
    model.scripts["SUB"] = [
        [read(source)],
        [edit(source, "1", "2")],
        [read(place.project / REQUIREMENTS), bash(f"cat {ADR}")],
        [edit(source, "1", "2")],
        [Text("done")],
    ]
    place.client.start("MAIN").wait()
    told = model.tool_results("SUB")
    assert f"Not read yet: {REQUIREMENTS}, {ADR}. Read them" in told[1].text
    assert not told[-1].is_error
    assert source.read_text() == "a = 2\n"
    assert refusals(place) == ["unread"]


def test_a_missing_input(place: Guarded, model: Model) -> None:
    """An agent that could not work is not started: no request is made for it."""
    model.scripts["MAIN"] = [[start("critic")], [Text("done")]]
    model.scripts["SUB"] = [[Text("never")]]
    place.client.start("MAIN").wait()
    (told,) = model.tool_results("MAIN")
    assert told.is_error and f"Cannot proceed: {SUMMARY} missing (made by implementer)" in told.text
    assert model.of("SUB") == []
    assert refusals(place) == ["missing"]


def test_an_invalid_output(place: Guarded, model: Model) -> None:
    """Told right after the write with line and mend, and its writer's stop is blocked until it is mended."""
    put(place, SUMMARY, front("changes: []", BODY.replace("found", "did")))
    critique = place.project / CRITIQUE
    model.scripts["MAIN"] = [[start("critic")], [Text("done")]]
    model.scripts["SUB"] = [
        [read(place.project / REQUIREMENTS), read(place.project / SUMMARY)],
        [write(critique, front("round: one\nitems: []"))],
        [Text("done")],
        [edit(critique, "one", "1")],
        [Text("now it is done")],
    ]
    place.client.start("MAIN").wait()
    said = model.seen_text("SUB")
    (then,) = [one for one in model.of("SUB") if sum(said["role"] == "assistant" for said in one["messages"]) == 2]
    assert f"{CRITIQUE}:4: `round` is 'one'" in json.dumps(then["messages"])
    assert f"not valid yet: {CRITIQUE}:4: `round` is 'one'" in said
    assert "Mend it, then end again. You are asked 2 more times." in said
    assert "now it is done" in model.tool_results("MAIN")[0].text
    assert [(one["attempt"], one["blocked"]) for one in place.log("outputs_checked")] == [(1, True), (1, False)]


def test_a_broken_contract(place: Guarded, model: Model) -> None:
    """Its agent is not started, and a session that is that agent writes nothing; both are told the line."""
    file = place.project / ".claude/agents/critic.md"
    file.write_text(file.read_text().replace("outputs = [", "outputs = "))
    model.scripts["MAIN"] = [[start("critic")], [Text("done")]]
    place.client.start("MAIN").wait()
    (told,) = model.tool_results("MAIN")
    assert told.is_error and ".claude/agents/critic.md:" in told.text and "contracts check" in told.text
    model.scripts["ALONE"] = [[write(place.project / CRITIQUE, "x")], [Text("done")]]
    place.client.start("ALONE", session_args=("--agent", "critic")).wait()
    assert "the contract of critic can't be read, so it writes nothing" in model.tool_results("ALONE")[0].text
    assert refusals(place) == ["contract_fault", "contract_fault"]


def test_another_section(place: Guarded, model: Model) -> None:
    """A session that is critic writes its own section of the shared status, and not implementer's."""
    put(place, SUMMARY, front("changes: []", BODY.replace("found", "did")))
    status = put(place, STATUS, sections(implementer="done"))
    model.scripts["MAIN"] = [
        [read(place.project / REQUIREMENTS), read(place.project / SUMMARY), read(status)],
        [edit(status, '"done"', '"failed"')],
        [write(status, sections(implementer="done", critic="failed"))],
        [Text("done")],
    ]
    place.client.start("MAIN", session_args=("--agent", "critic")).wait()
    told = model.tool_results("MAIN")[3:]
    assert "it would change the section of implementer" in told[0].text
    assert not told[1].is_error
    assert status.read_text() == sections(implementer="done", critic="failed")
    assert refusals(place) == ["section"]


def test_a_typed_receipt(place: Guarded, model: Model) -> None:
    """implementer can't write one; and who builds on one that a person typed is not started."""
    receipt = place.project / ".runs/r1/build/build_receipt.json"
    model.scripts["MAIN"] = [[start("implementer")], [Text("done")]]
    model.scripts["SUB"] = [[write(receipt, "{}")], [Text("done")]]
    place.client.start("MAIN").wait()
    assert "is made by `interlock receipt` alone" in model.tool_results("SUB")[0].text
    put(place, ".runs/r1/build/build_receipt.json", "{}")
    model.scripts["NEXT"] = [[start("repo-operator")], [Text("done")]]
    place.client.start("NEXT").wait()
    assert "repo-operator is not started." in model.tool_results("NEXT")[0].text
    assert refusals(place) == ["made_by_code", "receipt"]


def test_two_runs_at_once(place: Guarded, model: Model) -> None:
    """With two runs open the prompt says which, for agents that are started together."""
    place.interlock("runs", "start", "r2", "--title", "two")
    put(place, REQUIREMENTS.replace("r1", "r2"), "It must.\n")
    model.scripts["MAIN"] = [
        [start("implementer", "NORUN")],
        [start("implementer", "ONE\nRUN: r1"), start("implementer", "TWO\nRUN: r2")],
        [Text("done")],
    ]

    def told(run: str) -> bool:
        """Whether the client has written down what that agent was asked: it may lag behind."""
        files = place.client.home.glob(".claude/projects/*/*/subagents/agent-*.jsonl")
        return any(f"RUN: {run}" in file.read_text() for file in files)

    for marker, run in (("ONE", "r1"), ("TWO", "r2")):
        before = partial(place.until, partial(told, run))
        file = place.project / f"src/{marker}.py"
        model.scripts[marker] = [Turn([write(file, "x = 1\n")], before=before), [Text("done")]]
    place.client.start("MAIN").wait()
    assert "2 runs are open (r1, r2)" in model.tool_results("MAIN")[0].text
    for marker, run in (("ONE", "r1"), ("TWO", "r2")):
        (refused,) = model.tool_results(marker)
        assert f"Not read yet: .runs/{run}/signal/requirements.md. Read" in refused.text
