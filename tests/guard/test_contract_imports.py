"""What a write by an agent with a contract loads: the hook as installed, compiled contracts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from interlock.contracts.compile import compile_project

from .contracted import Contracted
from .test_imports import LEAVE, TOP, foreign


@pytest.fixture
def compiled(tmp_path: Path) -> Contracted:
    """Contracts are compiled, and the session has begun."""
    ground = Contracted(tmp_path)
    compile_project(str(ground.repo), str(ground.root), str(ground.home / ".claude"))
    ground.read(".runs/r1/signal/requirements.md", "s1/a1:implementer")
    hook(ground, "SessionStart", "")
    return ground


def hook(
    ground: Contracted, event: str, kind: str, path: str = "src/a.py", leave: str = LEAVE
) -> tuple[str, set[str]]:  # fmt: skip
    """(what it says, the modules that it had loaded at its end)."""
    data = {
        "session_id": "s1", "hook_event_name": event, "cwd": str(ground.repo), "tool_name": "Write",
        "tool_use_id": f"toolu_{os.urandom(4).hex()}", "tool_input": {"file_path": path, "content": "x"},
        **({"agent_id": "a1", "agent_type": kind} if kind else {}),
    }  # fmt: skip
    command = [sys.executable, "-I", "-S", "-c", leave, str(TOP / "hooks" / "guard.py"), str(TOP / "lib")]
    done = subprocess.run(
        [*command, str(ground.root), event],
        input=json.dumps(data).encode(), env=ground.environ, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.decode(), set(done.stderr.decode().split("\n"))


def test_a_write_with_a_contract(compiled: Contracted) -> None:
    """No module of the standard library that a plain write does without; no sentences, no spawning."""
    for _ in range(2):
        said, loaded = hook(compiled, "PreToolUse", "implementer")
        assert said == ""
        assert foreign(loaded) == set()
        assert not {"interlock.guard.contractsays", "interlock.guard.deskcall", "interlock.doors.blocks"} & loaded
    assert "interlock.guard.contracting" in loaded


def imported(ground: Contracted, kind: str) -> set[str]:
    """Our modules that were imported one by one."""
    leave = LEAVE.replace("sorted(sys.modules)", "[n for n, m in sys.modules.items() if m.__spec__]")
    assert leave != LEAVE
    return {name for name in hook(ground, "PreToolUse", kind, leave=leave)[1] if name.startswith("interlock.")}


def test_what_judges_contracts_comes_from_an_image(compiled: Contracted) -> None:
    """Nothing of it is imported by itself; who has no contract opens one image."""
    hook(compiled, "PreToolUse", "implementer")  # the agent's first call looks for its repository
    assert imported(compiled, "implementer") == set()
    (compiled.root / "cache" / f"contracts.{sys.implementation.cache_tag}").unlink()
    assert imported(compiled, "general-purpose") == set()
    assert "interlock.guard.contracting" in imported(compiled, "implementer")


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "empty", "folder", "stale"])
def test_a_damaged_image_of_contracts(compiled: Contracted, damage: str) -> None:
    """Without it agents are held to their contracts all the same; the next session makes it anew."""
    image = compiled.root / "cache" / f"contracts.{sys.implementation.cache_tag}"
    data = image.read_bytes()
    if damage == "stale":
        other = image.with_name(f"guard.{sys.implementation.cache_tag}")
        data = other.read_bytes()  # its modules are there already
    image.unlink()
    if damage == "folder":
        image.mkdir()
    elif damage != "gone":
        at = len(data) // 2
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        image.write_bytes({"cut": data[:at], "flipped": flipped, "empty": b"", "stale": data}[damage])
    said, _ = hook(compiled, "PreToolUse", "implementer", "tests/test_a.py")
    assert "test-author's by contract" in said
    assert hook(compiled, "PreToolUse", "implementer")[0] == ""
    if damage in ("gone", "cut", "flipped", "empty"):
        hook(compiled, "SessionStart", "")
        assert imported(compiled, "implementer") == set()


def test_a_refusal_with_a_contract(compiled: Contracted) -> None:
    """Being refused loads the sentences, and no more."""
    said, loaded = hook(compiled, "PreToolUse", "implementer", "tests/test_a.py")
    assert "test-author's by contract" in json.loads(said)["hookSpecificOutput"]["permissionDecisionReason"]
    assert foreign(loaded) == set()


@pytest.mark.parametrize("kind", ["", "general-purpose"])
def test_who_has_no_contract_loads_none(compiled: Contracted, kind: str) -> None:
    """What judges contracts is not even loaded for those who have none."""
    hook(compiled, "PreToolUse", kind)
    said, loaded = hook(compiled, "PreToolUse", kind)
    assert said == ""
    assert foreign(loaded) == set()
    assert not {name for name in loaded if name.startswith("interlock.guard.contracting")}
