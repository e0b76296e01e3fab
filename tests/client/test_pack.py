"""The pack in the real client: what it loads, what it calls sound, and what a session pays for it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from .guarded import Guarded
from .model import PAGE, Model
from .run import Client
from .script import Json

TOP = Path(__file__).parents[2]
AGENTS = {path.stem for path in TOP.glob("agents/*.md")}
COMMANDS = {f"interlock:{path.stem}" for path in TOP.glob("commands/*.md")}


def context(model: Model, marker: str) -> str:
    """All text of the conversation's first request, the tools' own descriptions left out."""

    def texts(found: object) -> list[str]:
        if isinstance(found, dict):
            return [text for value in found.values() for text in texts(value)]
        if isinstance(found, list):
            return [text for value in found for text in texts(value)]
        return [found] if isinstance(found, str) else []

    body: Json = model.of(marker)[0]
    return "\n".join(texts([body.get("system"), body["messages"]]))


def test_plugin_validate(client: Client, tmp_path: Path) -> None:
    """`claude plugin validate` finds no fault and no warning in agents and commands, packed as a plugin."""
    folder = tmp_path / "plugin"
    for name in ("agents", "commands"):
        shutil.copytree(TOP / name, folder / name)
    for name in ("README.md", "LICENSE"):
        shutil.copy(TOP / name, folder / name)
    (folder / ".claude-plugin").mkdir()
    facts = {"name": "interlock", "version": "0.1.0", "description": "d", "author": {"name": "a"}}
    (folder / ".claude-plugin/plugin.json").write_text(json.dumps(facts))
    done = subprocess.run(
        [client.binary, "plugin", "validate", str(folder)], env=client.environment(), cwd=client.project,
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validating agent" not in done.stdout and "Validating command" not in done.stdout  # said where it warns
    broken = folder / "agents/critic.md"
    broken.write_text(broken.read_text().removeprefix("---\n"))
    done = subprocess.run(
        [client.binary, "plugin", "validate", str(folder)], env=client.environment(), cwd=client.project,
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert "critic.md" in done.stdout + done.stderr, "a fault would have been told"


def test_loaded(guarded: Guarded, model: Model) -> None:
    """After install a session has all agents and commands, by their names, and the page."""
    model.scripts["ONE"] = []
    session = guarded.client.start("ONE")
    session.wait()
    start = next(event for event in session.events if event.get("subtype") == "init")
    assert set(start["agents"]) >= AGENTS and set(start["slash_commands"]) >= COMMANDS
    assert context(model, "ONE").count(PAGE) == 1


def test_user_scope(place: Guarded, model: Model) -> None:
    """The same for an install into the user's own folder."""
    place.install("user")
    model.scripts["ONE"] = []
    session = place.client.start("ONE")
    session.wait()
    start = next(event for event in session.events if event.get("subtype") == "init")
    assert set(start["agents"]) >= AGENTS and set(start["slash_commands"]) >= COMMANDS
    assert context(model, "ONE").count(PAGE) == 1


def test_what_a_session_pays(place: Guarded, model: Model) -> None:
    """A session's first request is at most 4096 bytes longer with the pack than without, whatever the client says
    around it, while another session's greeting is at its longest."""
    model.scripts |= {"WITHOUT": [], "WITH": []}
    place.client.start("WITHOUT").wait()
    place.install("project")
    place.interlock("lock", "try", *(f"{'a-long-name-' * 5}{number}.txt" for number in range(9)))
    place.commit()
    place.client.start("WITH").wait()
    with_it, without = (context(model, marker) for marker in ("WITH", "WITHOUT"))
    assert PAGE in with_it
    cost = len(with_it.encode()) - len(without.encode())
    print(f"{cost} bytes")
    assert 2000 < cost <= 4096
