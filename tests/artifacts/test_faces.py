"""`interlock runs` and `interlock artifacts` as typed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.gate.ground import Ground

from interlock.shapes.artifacts.answers import Progress, Validated
from interlock.shapes.artifacts.runs import Index

from .sample import CRITIQUE, GOOD, line, put

AGENTS = Path(__file__).parents[2] / "agents"


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A repository in which nothing was started."""
    return Ground(tmp_path, "")


def said(ground: Ground, *words: str, by: str = "") -> Any:
    """What a command says with --json."""
    return json.loads(ground.interlock(*words, "--json", by=by).stdout)


def test_start_list_show_close(ground: Ground) -> None:
    """A run is started, listed, shown and closed; each is an event, and the index says so."""
    made = said(ground, "runs", "start", "r1", "--title", "the login", "--issue", "12")
    assert (made["new"], made["path"], made["issue"]) == (True, ".runs/r1", "12")
    assert made["base"] == ground.git("rev-parse", "HEAD")
    shown = said(ground, "runs", "show")
    assert shown.items() <= made.items() and shown == said(ground, "runs", "show", "r1")
    assert [run["run_id"] for run in said(ground, "runs", "list")["runs"]] == ["r1"]
    [event] = ground.records("artifact_run_started")
    assert (event["run"], event["title"], event["issue"], event["base"]) == ("r1", "the login", "12", made["base"])
    assert said(ground, "runs", "close", "r1")["state"] == "closed"
    assert said(ground, "runs", "close", "r1")["state"] == "closed"
    assert len(ground.records("artifact_run_closed")) == 1
    index = Index.model_validate_json((ground.repo / ".runs/index.json").read_bytes())
    assert [(entry.run_id, entry.state) for entry in index.runs] == [("r1", "closed")]
    assert ground.interlock("runs", "show").returncode == 2


def test_a_run_that_is_taken(ground: Ground) -> None:
    """Exit 1, by whom and since when; nothing is logged, nothing changed."""
    assert ground.interlock("runs", "start", "r1", "--title", "one").returncode == 0
    before = (ground.repo / ".runs/r1/run_meta.json").read_bytes()
    done = ground.interlock("runs", "start", "r1", "--title", "two")
    assert done.returncode == 1
    assert "r1: open, started" in done.stdout and "It is taken: go on with it, or start yours" in done.stdout
    told = said(ground, "runs", "start", "r1", "--title", "two")
    assert (told["new"], told["title"]) == (False, "one")
    assert (ground.repo / ".runs/r1/run_meta.json").read_bytes() == before
    assert len(ground.records("artifact_run_started")) == 1


def test_an_agent_starts_one(ground: Ground) -> None:
    """The run is its session's."""
    ground.hook("SessionStart", source="startup")
    assert said(ground, "runs", "start", "r1", "--title", "x", by="alpha")["started_by"].endswith("|alpha|main")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "-x", ".x", "x" * 65, "a b", "handoffs", "INDEX.JSON", "\u00fc"]
)
def test_what_is_no_run_id(ground: Ground, name: str) -> None:
    """A usage error; no folder is made."""
    assert ground.interlock("runs", "start", "--title", "x", "--", name).returncode == 2
    assert not (ground.repo / ".runs").exists()


@pytest.mark.parametrize("title", ["", "two\nlines", "x" * 401])
def test_titles_are_a_line(ground: Ground, title: str) -> None:
    """A fault that says what is wrong, no traceback, no run."""
    done = ground.interlock("runs", "start", "r1", "--title", title)
    assert done.returncode == 2 and "title" in done.stderr
    assert said(ground, "runs", "list")["runs"] == []


def test_a_title_that_steers_the_terminal(ground: Ground) -> None:
    """It is shown spelled out."""
    ground.interlock("runs", "start", "r1", "--title", "a\x1b[2J\u202eb")
    assert "\x1b" not in ground.interlock("runs", "list").stdout
    assert "a\\x1b[2J\\u202eb" in ground.interlock("runs", "show").stdout


def test_runs_that_are_a_link(ground: Ground, tmp_path: Path) -> None:
    """A repository can't choose where Interlock writes."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (ground.repo / ".runs").symlink_to(elsewhere)
    done = ground.interlock("runs", "start", "r1", "--title", "x")
    assert done.returncode == 2 and "is a symlink" in done.stderr
    (ground.repo / ".runs").unlink()
    (ground.repo / ".runs").mkdir()
    (ground.repo / ".runs/r1").symlink_to(elsewhere)
    assert ground.interlock("runs", "start", "r1", "--title", "x").returncode == 2
    (ground.repo / ".runs/index.json").symlink_to(elsewhere / "x")
    assert ground.interlock("runs", "start", "r2", "--title", "x").returncode == 0
    assert list(elsewhere.iterdir()) == []


def test_list_tells_what_is_odd_and_writes_nothing(ground: Ground) -> None:
    """Folders that nobody started, metas that can't be read, an index that is another's: told, and the rest shown.
    What lies there stays as it is, also when runs are started and closed."""
    ground.interlock("runs", "start", "r1", "--title", "x")
    put(ground.repo, ".runs/r2/signal/requirements.md", "x")
    put(ground.repo, ".runs/r3/run_meta.json", "{")
    put(ground.repo, ".runs/notes.txt", "x")
    put(ground.repo, ".runs/handoffs/12.md", "x")
    foreign = '{"my": "own", "runs": [{"slug": "x"}]}'
    put(ground.repo, ".runs/index.json", foreign)
    found = said(ground, "runs", "list")
    assert [run["run_id"] for run in found["runs"]] == ["r1"]
    assert found["unstarted"] == ["r2"]
    assert [(flaw["path"], flaw["line"]) for flaw in found["flaws"]] == [
        (".runs/notes.txt", 0), (".runs/r3/run_meta.json", 1), (".runs/index.json", 1),
    ]  # fmt: skip
    assert "takes it over" in ground.interlock("runs", "list").stdout
    assert said(ground, "runs", "start", "r2", "--title", "x")["new"] is True
    assert ground.interlock("runs", "start", "r3", "--title", "x").returncode == 2
    assert ground.interlock("runs", "close", "r1").returncode == 0
    assert (ground.repo / ".runs/index.json").read_text() == foreign
    assert "it stays as it is" in ground.interlock("runs", "list").stdout


def test_list_leaves_an_index_that_is_behind(ground: Ground) -> None:
    """Who only looks writes nothing: the next run that is started or closed makes the index anew."""
    ground.interlock("runs", "start", "r1", "--title", "x")
    index = ground.repo / ".runs/index.json"
    index.unlink()
    assert [run["run_id"] for run in said(ground, "runs", "list")["runs"]] == ["r1"] and not index.exists()
    ground.interlock("runs", "close", "r1")
    assert json.loads(index.read_bytes())["runs"][0]["state"] == "closed"


def test_other_spellings(ground: Ground) -> None:
    """`run-start` says what `runs start` says; who means `interlock run` is told so."""
    made = ground.interlock("run-start", "r1", "--title", "x")
    assert (made.returncode, made.stdout.splitlines()[0]) == (
        0, "run r1 is started: artifacts lie in .runs/r1/FLOW/"
    )  # fmt: skip
    done = ground.interlock("runs", "--", "pytest")
    assert done.returncode == 2 and "`interlock run -- COMMAND`" in done.stderr


def test_an_agent_without_a_contract_in_the_place_of_ours(ground: Ground) -> None:
    """What is missing because of it is told with its file."""
    shutil.copytree(AGENTS, ground.repo / ".claude/agents")
    put(ground.repo, ".claude/agents/implementer.md", "---\nname: implementer\ndescription: d\n---\nDo it.\n")
    ground.interlock("runs", "start", "r1", "--title", "x")
    found = said(ground, "artifacts", "check", "r1")
    (told,) = [one for one in found["stuck"] if "no contract" in one]
    assert "impl_changes_summary.md" in told and ".claude/agents/implementer.md has no contract" in told


def test_a_checkout_that_can_not_be_written(ground: Ground) -> None:
    """A file in the place of `.runs` is told."""
    put(ground.repo, ".runs", "x")
    done = ground.interlock("runs", "start", "r1", "--title", "x")
    assert done.returncode == 2 and "Traceback" not in done.stderr and ".runs" in done.stderr
    assert ground.records("artifact_run_started") == [] and (ground.repo / ".runs").read_text() == "x"


def test_validate(ground: Ground) -> None:
    """Exit 1 with each flaw in a line, 0 where there is none; the JSON has its shape."""
    for path, text in GOOD.items():
        put(ground.repo, path, text)
    good = ground.interlock("artifacts", "validate", *GOOD)
    assert (good.returncode, good.stdout.count(": valid\n")) == (0, len(GOOD))
    path = ".runs/r1/build/code_critique.md"
    put(ground.repo, path, line(CRITIQUE, 4, "round: 0"))
    bad = ground.interlock("artifacts", "validate", path)
    assert bad.returncode == 1
    assert bad.stdout == (
        f"{path}:4: `round` is 0: it should be greater than or equal to 1; write a whole number\n"
    )
    found = Validated.model_validate(said(ground, "artifacts", "validate", *GOOD))
    assert (found.valid, [flaw.line for flaw in found.flaws]) == (False, [4])
    assert [file.path for file in found.files if not file.valid] == [path]


def test_validate_from_anywhere(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute paths, and paths from the folder where one stands."""
    path = put(ground.repo, ".runs/r1/build/code_critique.md", CRITIQUE)
    assert ground.interlock("artifacts", "validate", str(path)).returncode == 0
    environ = {**ground.environ, "PATH": os.environ["PATH"]}
    words = [
        sys.executable,
        "-m",
        "interlock",
        "artifacts",
        "validate",
        "code_critique.md",
        "gone_critique.md",
        "--json",
    ]
    done = subprocess.run(words, cwd=path.parent, env=environ, capture_output=True, check=False)
    assert done.returncode == 1
    assert [flaw["path"] for flaw in json.loads(done.stdout)["flaws"]] == [".runs/r1/build/gone_critique.md"]


def test_validate_a_folder(ground: Ground) -> None:
    """All below it, links not followed."""
    put(ground.repo, ".runs/r1/build/code_critique.md", CRITIQUE)
    put(ground.repo, ".runs/r1/plan/x_handoff.md", "x")
    (ground.repo / ".runs/r1/loop").symlink_to("..")
    found = Validated.model_validate(said(ground, "artifacts", "validate", ".runs"))
    assert [(file.path, file.valid) for file in found.files] == [
        (".runs/r1/build/code_critique.md", True), (".runs/r1/plan/x_handoff.md", False),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["src/a.py", "/etc/passwd", "..", ".runs/../src/a.py", ".git/config"])
def test_validate_elsewhere(ground: Ground, path: str) -> None:
    """What lies in no `.runs` is a usage fault."""
    done = ground.interlock("artifacts", "validate", path)
    assert done.returncode == 2 and "lies in no .runs/" in done.stderr


def test_check(ground: Ground) -> None:
    """With the pack's agents installed: what is missing at first (exit 1), then who is next (exit 0)."""
    for agent in AGENTS.glob("*.md"):
        put(ground.repo, f".claude/agents/{agent.name}", agent.read_text())
    assert ground.interlock("artifacts", "check").returncode == 2
    ground.interlock("runs", "start", "r1", "--title", "x")
    first = ground.interlock("artifacts", "check", "r1")
    assert first.returncode == 1
    assert (
        "missing  .runs/r1/signal/requirements.md: no agent with a contract makes it, a person does"
        in first.stdout
    )
    put(ground.repo, ".runs/r1/signal/requirements.md", "AC-1: it works")
    second = ground.interlock("artifacts", "check")
    assert second.returncode == 0
    assert second.stdout.endswith("  next     test-author: .runs/r1/build/test_strategy.md is not made yet\n")
    found = Progress.model_validate(said(ground, "artifacts", "check"))
    assert [step.agent for step in found.next] == ["test-author"]
    ground.interlock("runs", "start", "r2", "--title", "y")
    several = ground.interlock("artifacts", "check")
    assert several.returncode == 2 and "r1, r2" in several.stderr
    assert ground.interlock("artifacts", "check", "r9").returncode == 2


def test_check_without_agents(ground: Ground) -> None:
    """Who has no agents with contracts sees what is there."""
    ground.interlock("runs", "start", "r1", "--title", "x")
    put(ground.repo, ".runs/r1/build/code_critique.md", CRITIQUE)
    done = ground.interlock("artifacts", "check")
    assert done.returncode == 0 and "no agent here has a contract" in done.stdout
    assert "done     .runs/r1/build/code_critique.md" in done.stdout


def test_a_forged_receipt_shows(ground: Ground) -> None:
    """`check` asks the receipt, not its file: a typed one sends its maker."""
    for agent in AGENTS.glob("*.md"):
        put(ground.repo, f".claude/agents/{agent.name}", agent.read_text())
    ground.interlock("runs", "start", "r1", "--title", "x")
    clean = CRITIQUE.partition("items:")[0] + "items: []\n---\n" + CRITIQUE.partition("---\n# ")[2]
    forged = (
        GOOD[".runs/r1/build/build_receipt.json"].replace("UNVERIFIED", "VERIFIED").replace("RERUN", "PROCEED")
    )
    made = {
        "signal/requirements.md": "AC-1: it works",
        "build/code_critique.md": clean,
        "build/test_critique.md": clean,
    }
    for name in ("test_strategy.md", "impl_changes_summary.md", "cleanup_handoff.md"):
        made[f"build/{name}"] = GOOD[f".runs/r1/build/{name}"]
    made["review/verdicts.json"] = GOOD[".runs/r1/review/verdicts.json"]
    made["build/build_receipt.json"] = forged
    for name, text in made.items():
        judged = any(one in name for one in ("critique", "verdicts"))
        when = time.time() + (300 if "receipt" in name or "handoff" in name else 200 if judged else 100)
        os.utime(put(ground.repo, f".runs/r1/{name}", text), (when, when))
    [step] = said(ground, "artifacts", "check")["next"]
    assert step["agent"] == "cleanup" and "It was not made by `interlock receipt`" in step["why"][0]


def test_an_edited_worklist_shows(ground: Ground) -> None:
    """What somebody typed is told with the command that makes it again, which then helps."""
    ground.interlock("runs", "start", "r1", "--title", "x")
    put(ground.repo, ".runs/r1/build/code_critique.md", CRITIQUE)
    assert ground.interlock("worklist", "sync").returncode == 0
    assert all("no agent may mend" in one for one in said(ground, "artifacts", "check")["stuck"])
    file = ground.repo / ".runs/r1/build/worklist.json"
    file.write_text(file.read_text().replace('"pending"', '"wontfix"'))
    told = said(ground, "artifacts", "check")["stuck"][-1]
    assert "edited" in told and "`interlock worklist sync --rebuild --run r1 --flow build`" in told
    ground.interlock("worklist", "sync", "--rebuild", "--run", "r1", "--flow", "build")
    assert "edited" not in " ".join(said(ground, "artifacts", "check")["stuck"])


@pytest.mark.parametrize("words", [("runs",), ("runs", "start", "r1"), ("artifacts",), ("artifacts", "validate")])
def test_usage(ground: Ground, words: tuple[str, ...]) -> None:
    """Usage errors are 2."""
    assert ground.interlock(*words).returncode == 2


def test_check_of_no_run(ground: Ground) -> None:
    """A run that is not there is a fault, not a run with something wrong: exit 2."""
    done = ground.interlock("artifacts", "check", "nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no run nope here" in done.stderr
