"""The harness itself: real sessions, trivial hooks, a scripted model."""

from __future__ import annotations

import json

import pytest

from .hooks import Hooks
from .model import Model
from .run import Client
from .script import Json, Text, Tool, Turn

pytestmark = pytest.mark.each


def test_deny_reaches_the_model(client: Client, model: Model, hooks: Hooks) -> None:
    """A denied Write writes nothing and the model reads the reason."""
    client.settings(hooks.decide("Write", "deny", "held by another agent").settings)
    target = client.project / "a.txt"
    model.scripts["ONE"] = [[Tool("Write", {"file_path": str(target), "content": "x"})], [Text("stopped")]]
    session = client.start("ONE").wait()
    (result,) = model.tool_results("ONE")
    assert result.is_error
    assert "held by another agent" in result.text
    assert not target.exists()
    assert session.process.returncode == 0
    assert session.result["result"] == "stopped"


def test_bash_output_reaches_the_model(client: Client, model: Model) -> None:
    """The model sees what a Bash command printed."""
    model.scripts["ONE"] = [[Tool("Bash", {"command": "echo $((20 + 3))", "description": "add"})]]
    session = client.start("ONE").wait()
    (result,) = model.tool_results("ONE")
    assert (result.text, result.is_error) == ("23", False)
    assert session.result["result"] == "done"


def test_subagent_hooks_carry_its_id(client: Client, model: Model, hooks: Hooks) -> None:
    """Inside a subagent a tool hook has the agent's id and the parent's session."""
    client.settings(hooks.add("PreToolUse").add("SubagentStart").add("SubagentStop").settings)
    target = client.project / "a.txt"
    model.scripts["MAIN"] = [[_agent("SUB", run_in_background=False)]]
    model.scripts["SUB"] = [[Tool("Write", {"file_path": str(target), "content": "x"})]]
    session = client.start("MAIN").wait()
    (launch,) = hooks.inputs("PreToolUse", "Agent")
    (write,) = hooks.inputs("PreToolUse", "Write")
    assert "agent_id" not in launch
    assert write["agent_type"] == "general-purpose"
    assert write["session_id"] == launch["session_id"] == session.session_id
    assert hooks.inputs("SubagentStart")[0]["agent_id"] == write["agent_id"]
    assert hooks.inputs("SubagentStop")[0]["agent_id"] == write["agent_id"]
    assert target.read_text() == "x"


def test_background_subagent_outlives_stop(client: Client, model: Model, hooks: Hooks) -> None:
    """Since 2.1.198 the main agent's Stop comes while its subagent works; before, after it."""
    client.settings(hooks.add("Stop").add("SubagentStop").settings)
    background = client.version >= (2, 1, 198)
    model.scripts["MAIN"] = [[_agent("SUB")], [Text("launched")]]
    before = (lambda: hooks.wait("Stop")) if background else None
    model.scripts["SUB"] = [Turn([Tool("Bash", {"command": "echo hi"})], before=before)]
    client.start("MAIN").wait()
    order = [r["input"]["hook_event_name"] for r in hooks.records]
    assert order[:2] == (["Stop", "SubagentStop"] if background else ["SubagentStop", "Stop"])
    running = [t["status"] for t in hooks.inputs("Stop")[0]["background_tasks"] if t["type"] == "subagent"]
    assert running == (["running"] if background else [])
    assert [r.text for r in model.tool_results("SUB")] == ["hi"]


def test_notebook_edit(client: Client, model: Model, hooks: Hooks) -> None:
    """NotebookEdit's hook names the notebook and the cell is replaced."""
    client.settings(hooks.add("PreToolUse", "NotebookEdit").settings)
    path = client.project / "a.ipynb"
    cell: Json = {"cell_type": "code", "id": "c1", "metadata": {}, "source": "1", "outputs": []}
    cell["execution_count"] = None
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    edit = {"notebook_path": str(path), "cell_id": "c1", "new_source": "2"}
    model.scripts["ONE"] = [[Tool("Read", {"file_path": str(path)})], [Tool("NotebookEdit", edit)]]
    client.start("ONE").wait()
    assert not any(r.is_error for r in model.tool_results("ONE"))
    assert hooks.inputs("PreToolUse")[0]["tool_input"]["notebook_path"] == str(path)
    assert json.loads(path.read_text())["cells"][0]["source"] in ("2", ["2"])


def test_two_sessions_in_order(client: Client, model: Model) -> None:
    """A session that came first can be held until the other has come to a turn of its own, and back."""
    path = client.project / "log"
    last = Turn([_append("d", path)], before=model.after("BETA", 2))
    model.scripts["ALPHA"] = [[_append("a", path)], last]
    model.scripts["BETA"] = [Turn([_append("b", path)], before=model.after("ALPHA", 1)), [_append("c", path)]]
    first = client.start("BETA")
    assert model.reached("BETA", 0).wait(20)
    second = client.start("ALPHA")
    assert [s.wait().process.returncode for s in (first, second)] == [0, 0]
    assert path.read_text() == "abcd"
    assert first.session_id != second.session_id


def test_kill9(client: Client, model: Model, hooks: Hooks) -> None:
    """A killed session ends at once: no Stop, no SessionEnd, no result."""
    client.settings(hooks.add("SessionStart").add("Stop").add("SessionEnd").settings)
    last = Turn([Text("never")], before=model.after("X", 0))
    model.scripts["ONE"] = [[Tool("Bash", {"command": "echo hi"})], last]
    session = client.start("ONE")
    assert model.reached("ONE", 1).wait(20)
    session.kill9()
    model.reached("X", 0).set()
    assert session.process.returncode == -9
    assert session.result == {}
    assert [r["input"]["hook_event_name"] for r in hooks.records] == ["SessionStart"]


def _agent(prompt: str, **extra: object) -> Tool:
    task = {"description": "a task", "prompt": prompt, "subagent_type": "general-purpose"}
    return Tool("Agent", {**task, **extra})


def _append(text: str, path: object) -> Tool:
    return Tool("Bash", {"command": f"printf {text} >> '{path}'", "description": "append"})
