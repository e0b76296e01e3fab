"""What a script writes that is not its agent's: told, logged, and nobody's report by that."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.content import digest
from interlock.doors.store.embedded import Embedded

from .contracted import CRITIQUE, SUMMARY, Contracted

CRITIC, IMPLEMENTER = "alpha/a1:critic", "alpha/a2:implementer"
REQUIREMENTS = ".runs/r1/signal/requirements.md"
CRITIQUE_PATH, STATUS = ".runs/r1/build/code_critique.md", ".runs/r1/build/ac_status.json"
GEN = {"command": "python3 gen.py"}


@pytest.fixture(params=["ignored", "untracked"])
def site(ground: Contracted, request: pytest.FixtureRequest) -> Contracted:
    """A real repository whose `.runs/` git ignores, or does not know; both agents have read what they must."""
    ground.write(".gitignore", ".runs/\n" if request.param == "ignored" else "")
    ground.write(".runs/r1/build/impl_changes_summary.md", SUMMARY)
    env = {"HOME": str(ground.home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    name = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
    for words in (("init", "-q"), ("add", "src", ".gitignore"), ("commit", "-q", "-m", "one")):
        subprocess.run(["git", *name, *words], cwd=ground.repo, env=env, check=True, capture_output=True)
    for by in (CRITIC, IMPLEMENTER):
        ground.read(REQUIREMENTS, by)
        ground.read(".runs/r1/build/impl_changes_summary.md", by)
    return ground


def begins(site: Contracted, by: str) -> None:
    assert site.bash(GEN["command"], by) == ""


def ends(site: Contracted, by: str, use: str = "") -> str:
    """What the agent is told."""
    more = {"tool_use_id": use} if use else {}
    said = site.tool("PostToolUse", "Bash", by, GEN, tool_response={"stdout": ""}, **more)
    return str(said.get("additionalContext", ""))


def script(site: Contracted, by: str, name: str, text: str) -> str:
    begins(site, by)
    site.write(name, text)
    return ends(site, by)


def put(site: Contracted, name: str, text: str, by: str) -> None:
    """Its turn with the file: afterwards nobody holds it."""
    if (site.repo / name).exists():
        site.read(name, by)
    assert site.put(name, text, by) == ""
    assert site.stop(by) == ""


def writer(site: Contracted, name: str) -> str:
    """The agent type that is known to have written the file as it is, "" for none."""
    root = str(site.root)
    store = Embedded(root, AuditFile(root), clock.now, clock.wall, clock.boot_id())
    with store.transaction() as tx:
        rows = tx.run("wrote_get", key=str(site.repo / name))
    known = rows and rows[0][2] == digest((site.repo / name).read_bytes())
    return str(rows[0][1]) if known else ""


def status(**sections: str) -> str:
    """A shared file; what each section says."""
    told = {name.replace("_", "-"): {"AC-1": {"status": said, "note": ""}} for name, said in sections.items()}
    return json.dumps({"version": 1, "run_id": "r1", "sections": told})


@pytest.mark.parametrize("new", [True, False])
def test_anothers_report(site: Contracted, new: bool) -> None:
    """A critique that implementer's script made, or changed, is told to it, and not its critic's."""
    if not new:
        put(site, CRITIQUE_PATH, CRITIQUE, CRITIC)
        assert writer(site, CRITIQUE_PATH) == "critic"
    said = script(site, IMPLEMENTER, CRITIQUE_PATH, CRITIQUE + "All is well.\n")
    assert "your command changed .runs/" in said and "critic's by contract, not implementer's" in said
    assert writer(site, CRITIQUE_PATH) == "implementer"
    (record,) = site.records("contract_strayed")
    assert (record["paths"], record["owners"]) == ([CRITIQUE_PATH], ["critic"])


def test_ones_own_report(site: Contracted) -> None:
    """A script may write what its agent makes."""
    assert script(site, CRITIC, CRITIQUE_PATH, CRITIQUE) == ""
    assert writer(site, CRITIQUE_PATH) == "critic"
    assert site.records("contract_strayed") == []


@pytest.mark.parametrize("first", [CRITIC, IMPLEMENTER])
def test_a_report_that_changed_while_two_commands_ran(site: Contracted, first: str) -> None:
    """It may be either's: whoever's hook comes first, it is not taken for the critic's who knows the file."""
    put(site, CRITIQUE_PATH, CRITIQUE, CRITIC)
    uses = {}
    for by in (CRITIC, IMPLEMENTER):
        begins(site, by)
        uses[by] = f"toolu_{site._calls}"
    site.write(CRITIQUE_PATH, CRITIQUE + "All is well.\n")
    for by in (first, CRITIC if first == IMPLEMENTER else IMPLEMENTER):
        ends(site, by, uses[by])
    assert writer(site, CRITIQUE_PATH) == ""


def test_a_report_that_a_command_in_the_background_may_have_changed(site: Contracted) -> None:
    """Nor is it the critic's while a subagent's command goes on in the background."""
    put(site, CRITIQUE_PATH, CRITIQUE, CRITIC)
    behind = GEN | {"run_in_background": True}
    assert site.refused("Bash", IMPLEMENTER, **behind) == ""
    site.tool("PostToolUse", "Bash", IMPLEMENTER, behind, tool_response={"backgroundTaskId": "b1"})
    assert script(site, CRITIC, CRITIQUE_PATH, CRITIQUE + "All is well.\n") == ""
    assert writer(site, CRITIQUE_PATH) == ""


@pytest.mark.parametrize("there", [True, False])
def test_anothers_section(site: Contracted, there: bool) -> None:
    """A script that writes into the critic's section of a shared file, or makes one: its agent is told, and the
    file is nobody's until the critic writes its section again."""
    if there:
        put(site, STATUS, status(critic="failed"), CRITIC)
        put(site, STATUS, status(critic="failed", implementer="done"), IMPLEMENTER)
        assert writer(site, STATUS) == "implementer"
    said = script(site, IMPLEMENTER, STATUS, status(critic="done", implementer="done"))
    assert f"your command changed the section of critic in {STATUS}" in said
    (record,) = site.records("contract_strayed")
    assert record["owners"] == ["critic"] and record["paths"][0].endswith(STATUS)
    assert writer(site, STATUS) == ""
    put(site, STATUS, status(critic="done", implementer="blocked"), IMPLEMENTER)
    assert writer(site, STATUS) == "", "its own Write does not make the rest true"
    put(site, STATUS, status(critic="failed", implementer="blocked"), CRITIC)
    assert writer(site, STATUS) == "critic"


def test_a_section_that_is_gone(site: Contracted) -> None:
    """To leave another's section out is to change it."""
    put(site, STATUS, status(critic="failed"), CRITIC)
    assert "changed the section of critic" in script(site, IMPLEMENTER, STATUS, status(implementer="done"))


def test_ones_own_section(site: Contracted) -> None:
    """A script may write its agent's; what was there before anybody was seen is not held against it."""
    site.write(STATUS, status(critic="failed"))
    assert script(site, IMPLEMENTER, STATUS, status(critic="failed", implementer="done")) == ""
    assert writer(site, STATUS) == "implementer"
    assert site.records("contract_strayed") == []
    assert "section of critic" in script(site, IMPLEMENTER, STATUS, status(critic="done", implementer="done"))


def test_a_section_that_is_spelled_otherwise(site: Contracted) -> None:
    """Who writes the whole file anew may put others' sections in another order."""
    text = '{"version": 1, "run_id": "r1", "sections": {"critic": {"AC-1": {"status": "failed", "note": "no"}}%s}}'
    put(site, STATUS, text % "", CRITIC)
    mine = ', "implementer": {"AC-1": {"status": "done", "note": ""}}'
    other = text.replace('{"status": "failed", "note": "no"}', '{ "note":"no", "status" : "failed" }')
    put(site, STATUS, other % mine, IMPLEMENTER)
    assert writer(site, STATUS) == "implementer"
    assert script(site, IMPLEMENTER, STATUS, text % mine) == ""


def test_a_section_that_its_agent_wrote_meanwhile(site: Contracted) -> None:
    """Only what the command did is the command's."""
    put(site, STATUS, status(critic="failed"), CRITIC)
    begins(site, IMPLEMENTER)
    use = f"toolu_{site._calls}"
    put(site, STATUS, status(critic="done"), CRITIC)
    assert ends(site, IMPLEMENTER, use) == ""
    assert script(site, IMPLEMENTER, STATUS, status(critic="done", implementer="done")) == ""


@pytest.mark.parametrize("what", ["loop", "fifo", "folder", "many", "deep"])
def test_a_hostile_shared_file(site: Contracted, what: str) -> None:
    """Whatever stands in its place holds no command up."""
    path = site.repo / STATUS
    if what == "loop":
        path.symlink_to(path.name)
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "many":
        site.write(STATUS, json.dumps({"sections": {f"s{number}": {} for number in range(20_000)}}))
    else:
        site.write(STATUS, '{"sections": {"critic": ' + "[" * 5000 + "]" * 5000 + "}}")
    begins(site, IMPLEMENTER)
    assert ends(site, IMPLEMENTER) == ""


def test_a_shared_file_that_is_broken(site: Contracted) -> None:
    """It has no sections: there is nothing of anybody's left in it."""
    put(site, STATUS, status(critic="failed"), CRITIC)
    assert "changed the section of critic" in script(site, IMPLEMENTER, STATUS, "<<<<<<<")
