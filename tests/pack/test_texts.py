"""The pack's texts for agents: what each has, and what they cost at the start of a session."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from interlock.doctor.agents import problem
from interlock.gate.block import find
from interlock.guard.messages import GREETING
from interlock.install import pack
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.config import Config, Contracts, Gate
from interlock.shapes.contract import Contract

TOP = Path(__file__).parents[2]
AGENTS = {path.stem: path for path in sorted(TOP.glob("agents/*.md"))}
MOST = 4096
TABLE: dict[str, tuple[list[str], list[str], list[str], list[str]]] = {
    "advocate": (["signal/requirements.md"], ["review/verdicts.json"], [], []),
    "cleanup": (
        ["build/impl_changes_summary.md", "build/test_strategy.md", "build/code_critique.md"],
        ["build/build_receipt.json", "build/cleanup_handoff.md"], [], [],
    ),
    "critic": (
        ["signal/requirements.md", "build/impl_changes_summary.md"], ["build/code_critique.md"], [],
        ["fixed>pending", "wontfix>pending", "pending>wontfix", "in_progress>wontfix"],
    ),
    "implementer": (
        ["signal/requirements.md"], ["build/impl_changes_summary.md"], ["@source"],
        ["pending>in_progress", "in_progress>pending", "in_progress>fixed"],
    ),
    "repo-operator": (["build/build_receipt.json"], ["deploy/repo_operator_handoff.md"], [], []),
    "test-author": (
        ["signal/requirements.md"], ["build/test_strategy.md"], ["@tests"],
        ["pending>in_progress", "in_progress>pending", "in_progress>fixed"],
    ),
    "test-critic": (
        ["signal/requirements.md", "build/test_strategy.md"], ["build/test_critique.md"], [],
        ["fixed>pending", "wontfix>pending", "pending>wontfix"],
    ),
}  # fmt: skip
"""What each needs, makes, owns, and how it moves items: the division of work, written down a second time."""


def text(name: str) -> str:
    """The agent's file."""
    return AGENTS[name].read_text(encoding="utf-8")


def front(name: str) -> dict[str, Any]:
    """Its front matter."""
    found = yaml.safe_load(text(name).split("---\n")[1])
    assert isinstance(found, dict)
    return found


def contract(name: str) -> Contract:
    """Its contract, by the shape alone."""
    (block,) = re.findall(r"^```toml contract\n(.*?)^```$", text(name), re.DOTALL | re.MULTILINE)
    return Contract.model_validate(tomllib.loads(block))


def test_the_agents_are_the_ones_of_the_table() -> None:
    """The pack has just these seven, and nothing else: of a plugin each file there is loaded as an agent."""
    assert sorted(AGENTS) == sorted(TABLE)
    assert [path for path in (TOP / "agents").iterdir() if path.suffix != ".md"] == []


@pytest.mark.parametrize("name", AGENTS)
def test_front_matter(name: str) -> None:
    """It parses, names the file, and gives no agent the tool that starts others."""
    assert problem(AGENTS[name]) == "" and front(name)["name"] == name
    assert sorted(front(name)) == ["description", "name", "tools"]
    assert not {"Agent", "Task", "*"} & {tool.strip() for tool in front(name)["tools"].split(",")}


@pytest.mark.parametrize("name", AGENTS)
def test_contract(name: str) -> None:
    """It says what the division of work says."""
    found = contract(name)
    needs, outputs, owns, moves = TABLE[name]

    def rooted(paths: list[str]) -> list[str]:
        return [f".runs/{{run}}/{path}" for path in paths]

    assert found.needed() == rooted(needs) and found.outputs == rooted(outputs)
    assert found.owns == owns and sorted(found.moves) == sorted(moves)


def test_the_set_is_sound(tmp_path: Path) -> None:
    """`interlock contracts check` finds no fault in them."""
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": str(TOP / "lib")}
    words = [sys.executable, "-m", "interlock", "contracts", "check", str(TOP / "agents")]
    done = subprocess.run(words, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0 and "7 contracts; no faults" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("name", AGENTS)
def test_prompt(name: str) -> None:
    """At most 60 lines that say where to look first, what to do about a missing input, how to hand off and how to
    end; the block shown is one that the gate takes."""
    said = text(name)
    assert len(said.splitlines()) <= 60
    for needed in ("`RUN: id`", "Cannot proceed: <file> missing", "## Begin", "## Handoff", "## End"):
        assert needed in said
    found = "found" if name in ("critic", "test-critic", "advocate") else "did"
    places = [
        said.index(heading, said.index("## Handoff"))
        for heading in (f"What I {found}", "What's left", "Recommendation")
    ]
    assert places == sorted(places)
    find(said)  # the last block in it


@pytest.mark.parametrize("name", AGENTS)
def test_example_has_the_shape(name: str) -> None:
    """The front matter that the prompt shows for its report is valid, filled in."""
    reports = [path for path in contract(name).outputs if path.endswith(".md")]
    shown = re.findall(r"^```md\n---\n(.*?)^---$", text(name), re.DOTALL | re.MULTILINE)
    assert len(reports) == len(shown)
    for path, example in zip(reports, shown, strict=True):
        kind = kind_of(path.replace("{run}", "r1"))
        assert kind is not None and kind.front
        kind.shape.model_validate(yaml.safe_load(example.replace("RUN", "r1")))


@pytest.mark.parametrize(
    "word", ["receipt", "worklist", "verdict", "runs", "artifacts", "commit", "gate", "issue"]
)
def test_what_is_told_to_be_called_is_there(word: str) -> None:
    """Commands of the CLI that the texts name are commands of the CLI."""
    from interlock.faces.main import FACES

    files = [*AGENTS.values(), *TOP.glob("commands/*.md"), TOP / "CLAUDE.md"]
    if any(f"interlock {word}" in path.read_text() for path in files):
        assert word in FACES


@pytest.mark.parametrize("path", sorted(TOP.glob("commands/*.md")), ids=lambda path: path.stem)
def test_command_is_one_screen(path: Path) -> None:
    """At most 24 lines; no model starts it by itself, so it costs no session a byte; it may call what it shows."""
    said = path.read_text()
    found = yaml.safe_load(said.split("---\n")[1])
    assert len(said.splitlines()) <= 24 and found["disable-model-invocation"] is True
    allowed = re.findall(r"Bash\((interlock [^:)]*|git [^:)]*):\*\)", found["allowed-tools"])
    for line in re.findall(r"^!`(.*?)`$", said, re.MULTILINE):
        assert any(line.startswith(one) for one in allowed), line


def test_claude_md_is_short() -> None:
    """The page of this repository: at most 90 lines, and what is for contributors stands elsewhere."""
    assert len((TOP / "CLAUDE.md").read_text().splitlines()) <= 90
    assert b"docs/" not in pack.page((TOP / "CLAUDE.md").read_bytes())


def test_what_a_session_pays_at_its_start() -> None:
    """The page, the line that imports it, a line for each agent as the client writes it, and the longest greeting:
    at most 4096 bytes. What the client says around them is measured in the client's own tests."""
    page = pack.page((TOP / "CLAUDE.md").read_bytes())
    listed = "".join(
        f"- {name}: {front(name)['description']} (Tools: {front(name)['tools']})\n" for name in AGENTS
    )
    assert len(page) + len("\n@.claude/interlock.md\n") + len(listed.encode()) + GREETING <= MOST


def test_links_lead_somewhere() -> None:
    """Every relative link of the pages leads to a file."""
    pages = [*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")]
    for path in pages:
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text()):
            assert "://" in link or (path.parent / link).exists(), f"{path}: {link}"


def test_config_is_documented() -> None:
    """Every key of the config, those of its tables too, has its place in docs/config.md."""
    said = (TOP / "docs/config.md").read_text()
    keys = [*Config.model_fields, *Gate.model_fields, *Contracts.model_fields]
    assert [key for key in keys if f"`{key}`" not in said and f"`[{key}]`" not in said] == []


@pytest.mark.parametrize("name", AGENTS)
def test_json_that_is_shown_is_json(name: str) -> None:
    """What an agent copies as it stands is valid but for the ids in it."""
    shown = re.findall(r'`(\{"version.*?\})`;?', text(name), re.DOTALL)
    assert all(json.loads(one) for one in shown)
    assert bool(shown) is (name in ("implementer", "test-author"))


@pytest.mark.parametrize("path", sorted(TOP.glob("commands/*.md")), ids=lambda path: path.stem)
def test_what_was_typed_is_no_command(path: Path) -> None:
    """No line that a shell runs has the user's words in it: quotes around them would end at theirs."""
    assert not [line for line in re.findall(r"^!`(.*?)`$", path.read_text(), re.MULTILINE) if "$" in line]
