"""Symlinks in `.runs`: what lies behind one is no artifact, for the guard as for the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .contracted import CRITIQUE, SUMMARY, Contracted

CRITIC = "alpha/a1:critic"
CRITIQUE_PATH = ".runs/r1/build/code_critique.md"
SUMMARY_PATH = ".runs/r1/build/impl_changes_summary.md"
REQUIREMENTS = ".runs/r1/signal/requirements.md"
PLACES = [".runs/r1", ".runs/r1/build", CRITIQUE_PATH]
"""A run's folder, a flow's, a file."""


def link(ground: Contracted, name: str, to: Path) -> None:
    """Moves what is there to another place, and leaves a symlink."""
    path = ground.repo / name
    to.parent.mkdir(parents=True, exist_ok=True)
    path.rename(to)
    path.symlink_to(to)


@pytest.fixture
def site(ground: Contracted) -> Contracted:
    """critic has read all, and left its critique."""
    ground.write(SUMMARY_PATH, SUMMARY)
    ground.read(REQUIREMENTS, CRITIC)
    ground.read(SUMMARY_PATH, CRITIC)
    assert ground.put(CRITIQUE_PATH, CRITIQUE, CRITIC) == ""
    return ground


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("inside", [True, False])
def test_nobody_writes_through_one(site: Contracted, name: str, inside: bool) -> None:
    """Wherever it leads, by tools and by commands; the sentence names the link. Our commands refuse it, too."""
    link(site, name, (site.repo if inside else site.base) / "elsewhere" / "x")
    said = site.put(CRITIQUE_PATH, "x", CRITIC)
    assert said.startswith(f"Interlock: `{name}` is a symlink: only plain files in plain folders are")
    assert said.endswith("to put what it leads to in its place.")
    folder = CRITIQUE_PATH.rpartition("/")[0]
    commands = [f"echo x > {CRITIQUE_PATH}", f"cd {folder} && echo x > code_critique.md", f"rm -f {CRITIQUE_PATH}"]
    for command in commands:
        assert f"`{name}` is a symlink" in site.bash(command, CRITIC), command
    assert set(site.reasons()) == {"linked"}
    done = site.interlock("artifacts", "validate", CRITIQUE_PATH)
    assert done.returncode == 1 and "is a symlink" in done.stdout


@pytest.mark.parametrize("spelled", ["{repo}/{name}", "{alias}/{name}", "{repo}/src/../{name}", "~/{name}"])
def test_however_it_is_spelled(site: Contracted, spelled: str) -> None:
    """The checkout may be named by a link of its own."""
    link(site, ".runs/r1/build", site.base / "elsewhere")
    alias = site.base / "alias"
    alias.symlink_to(site.repo)
    site.environ["HOME"] = str(site.repo) if spelled.startswith("~") else site.environ["HOME"]
    path = spelled.format(repo=site.repo, alias=alias, name=CRITIQUE_PATH)
    assert "`.runs/r1/build` is a symlink" in site.refused("Write", CRITIC, file_path=path, content="x")


def test_what_is_let_be(site: Contracted) -> None:
    """Agents without a contract, plain artifacts beside a link, and links in another repository's `.runs`."""
    (site.repo / ".runs/r1/plan").symlink_to(site.base)
    assert site.put(CRITIQUE_PATH, CRITIQUE + "\n", CRITIC) == ""
    assert site.put(".runs/r1/plan/adr.md", "x\n", "alpha") == ""
    other = site.base / "other"
    (other / ".git").mkdir(parents=True)
    (other / ".runs").mkdir()
    (other / ".runs/r1").symlink_to(site.base / "deep")
    assert site.refused("Write", CRITIC, file_path=str(other / ".runs/r1/x.md"), content="x") == ""
    assert site.reasons() == []


@pytest.mark.parametrize("name", [".runs/r1", ".runs/r1/build", SUMMARY_PATH, ".runs/r1/signal", REQUIREMENTS])
def test_nobody_is_started_for_what_lies_behind_one(site: Contracted, name: str) -> None:
    """An agent whose inputs, or outputs, lie there is not started."""
    assert site.launch("critic") == ""
    link(site, name, site.base / "elsewhere" / "x")
    for prompt in ("go", "RUN: r1"):
        assert f"`{name}` is a symlink" in site.launch("critic", prompt) or (name, prompt) == (".runs/r1", "go")
    assert site.launch("test-author") == "", "it needs nothing of runs"
    assert site.launch("general-purpose") == ""


def test_a_linked_run_is_not_open(site: Contracted) -> None:
    """As for the commands: it is neither the only open run nor one of several."""
    facts = json.loads((site.repo / ".runs/r1/run_meta.json").read_text()) | {"run_id": "r2"}
    (site.base / "r2").mkdir()
    (site.base / "r2/run_meta.json").write_text(json.dumps(facts))
    (site.repo / ".runs/r2").symlink_to(site.base / "r2")
    assert site.launch("critic") == "", "r1 is the only one"
    link(site, ".runs/r1/run_meta.json", site.base / "meta")
    assert "no run is open here" in site.launch("critic")
    assert site.interlock("runs", "show").returncode == 2
