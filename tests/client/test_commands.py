"""The slash commands, typed into the real client: what the model is shown, and what it may then do unasked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from .guarded import Guarded, actor
from .model import Model
from .say import agent, bash, write
from .script import TurnSpec
from .session import Session

COMMANDS = sorted(Path(__file__).parents[2].glob("commands/*.md"))
SHOWN = {
    "conflicts": "held.txt",
    "handoff": "you work on no issue",
    "health": "Health of ",
    "locks": "held.txt since ",
    "next": '"next":[{"agent":"test-author"',
    "review": "r1: open",
    "seal": "next     test-author",
    "start": "r1: open",
    "status": "next     test-author",
    "take": "you work on no issue",
}
"""What the command line said, in the state that ``typed`` is called in."""
TYPED = """r1 it's "mine"; touch owned-1 && touch owned-2 $(touch owned-3) | tee owned-4 '; touch owned-5 '"""


@pytest.fixture
def run(guarded: Guarded) -> Guarded:
    """A repository with an open run that has its requirements."""
    guarded.interlock("runs", "start", "r1", "--title", "Log in")
    _requirements(guarded, "r1").write_text("# Log in\n- AC-1: a wrong password is refused\n")
    return guarded


def _requirements(guarded: Guarded, run: str) -> Path:
    path = guarded.project / ".runs" / run / "signal" / "requirements.md"
    path.parent.mkdir(exist_ok=True)
    return path


def typed(
    guarded: Guarded, name: str, arguments: str = "", *turns: TurnSpec, allowed: Sequence[str] = ()
) -> Session:
    """A person types the command; nothing is allowed but what the command itself allows, and ``allowed``."""
    guarded.client.model.scripts[_marker(name)] = list(turns)
    prompt = f"/interlock:{name} {arguments}".strip()
    session = guarded.client.start(prompt, permission_mode="default", allowed=allowed)
    session.wait()
    return session


def _marker(name: str) -> str:
    return f"/interlock:{name}</command-name>"


def _after(guarded: Guarded, name: str) -> list[tuple[bool, str]]:
    return [(result.is_error, result.text) for result in guarded.client.model.tool_results(_marker(name))]


def test_each_has_its_line() -> None:
    """The table above has every command of the pack."""
    assert [path.stem for path in COMMANDS] == sorted(SHOWN)


def test_no_exit_code_ends_a_command() -> None:
    """A line that may answer with "no" (exit code 1, which would end the command) says that this is no fault."""
    for path in COMMANDS:
        for line in path.read_text().splitlines():
            asked = line.startswith("!`") and not line.startswith(("!`interlock status", "!`interlock log "))
            assert not asked or line.endswith(" || true`"), line


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_what_the_model_is_shown(run: Guarded, model: Model, name: str) -> None:
    """The command line's answer stands in the prompt, with what the user typed, of which nothing is run though all
    is allowed; the command costs no other session a byte."""
    run.interlock("lock", "try", "held.txt")
    if name == "conflicts":
        model.scripts["WAITS"] = [[bash("interlock lock try held.txt")]]
        run.client.start("WAITS").wait()
    said = "" if name == "health" else TYPED
    typed(run, name, said, allowed=("Bash",))
    seen = model.seen_text(_marker(name))
    text = (Path(__file__).parents[2] / "commands" / f"{name}.md").read_text()
    last = text.rstrip().rpartition("\n")[2]
    assert SHOWN[name] in seen and last in seen and said in seen
    assert not list(run.project.glob("owned*"))
    assert "$ARGUMENTS" not in seen and "!`" not in seen
    assert yaml.safe_load(text.split("---\n")[1])["description"] not in json.dumps(model.requests)


@pytest.mark.parametrize("name", ["next", "take"])
def test_without_a_run(guarded: Guarded, model: Model, name: str) -> None:
    """Where there is nothing to show the model is told so, and the command goes on: code 1 or 2 would end it."""
    typed(guarded, name)
    seen = model.seen_text(_marker(name))
    assert ("no issue" if name == "take" else "No run is open here") in seen


def test_another_run(run: Guarded, model: Model) -> None:
    """Of two open runs the one that was typed is looked up by the model, which needs not ask."""
    run.interlock("runs", "start", "r2", "--title", "Log out")
    typed(run, "next", "r2", [bash("interlock artifacts check r2 --json")])
    assert "Several runs are open: " in model.seen_text(_marker("next"))
    ((_, told),) = _after(run, "next")
    assert '"missing":[{"path":".runs/r2/signal/requirements.md"' in told


def test_start(guarded: Guarded) -> None:
    """`/interlock:start` may start the run and write its requirements, and nothing else, without being asked."""
    path = guarded.project / ".runs" / "login" / "signal" / "requirements.md"
    session = typed(
        guarded,
        "start",
        "let's log in",
        [bash('interlock runs start login --title "Log in"')],
        [write(path, "# Log in\n- AC-1: a wrong password is refused\n")],
        [bash("touch elsewhere.txt")],
    )
    results = _after(guarded, "start")
    assert [error for error, _ in results] == [False, False, True]
    meta = json.loads((guarded.project / ".runs/login/run_meta.json").read_text())
    assert session.session_id in meta["started_by"] and path.exists()


def test_take_and_hand_off(guarded: Guarded, model: Model) -> None:
    """`/interlock:take` makes the issue this session's, and `/interlock:handoff` gives it up."""
    session = typed(guarded, "take", "7", [bash("interlock issue start 7"), bash("interlock issue stop")])
    assert [error for error, _ in _after(guarded, "take")] == [False, False]
    assert [actor(record) for record in guarded.log("issue_started")] == [session.session_id]
    typed(
        guarded, "handoff", "lunch", [bash("interlock gate check 7 || true"), bash("interlock issue stop || true")]
    )
    assert not any("permission" in text for _, text in _after(guarded, "handoff"))


def test_next_starts_the_agent(run: Guarded, model: Model) -> None:
    """`/interlock:next` may start the agent whose turn it is, by its name, with the run in its prompt."""
    model.scripts["STRATEGY"] = []
    prompt = "RUN: r1\nSTRATEGY: test_strategy.md is not made yet"
    typed(run, "next", "r1", [agent(prompt, subagent_type="test-author", run_in_background=False)])
    assert [error for error, _ in _after(run, "next")] == [False]
    assert "You plan and write the tests" in json.dumps(model.of("STRATEGY")[0]["system"])
    assert [record["agent_type"] for record in run.log("subagent_start")] == ["test-author"]
