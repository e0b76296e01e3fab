"""The installed settings in the real client."""

# ruff: noqa: F811 (a fixture is imported by its name and asked for by it)

from pathlib import Path

import pytest
from tests.client.conftest import binary, client, model  # noqa: F401
from tests.client.model import Model
from tests.client.run import Client
from tests.client.script import Text, Tool
from tests.install.conftest import GUARD, LIB

from interlock.install.command import BROKEN, Baked
from interlock.install.operate import Setup, install
from interlock.install.places import Scope

pytestmark = pytest.mark.each


@pytest.fixture
def placed(client: Client, tmp_path: Path) -> Setup:
    """The client's own project and home, with an interpreter that can be broken."""
    guard = tmp_path / "guard.py"
    guard.write_text(GUARD)
    baked = Baked(tmp_path / "py thon", guard, LIB, client.home / ".local/state/interlock")
    return Setup(client.project, client.home, baked)


@pytest.mark.client
@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("fault", ["gone", "dies"])
def test_a_broken_interpreter_blocks_writes_only(
    client: Client,
    model: Model,
    placed: Setup,
    scope: Scope,
    fault: str,
) -> None:
    """With the interpreter gone or dying, a large Write is refused with the repair, and the shell goes on."""
    install(placed, scope)
    if fault == "dies":
        placed.baked.python.write_text("#!/bin/sh\nexit 1\n")
        placed.baked.python.chmod(0o755)
    target = client.project / "a.txt"
    model.scripts["ONE"] = [
        [Tool("Write", {"file_path": str(target), "content": "x" * 100_000})],
        [Tool("Bash", {"command": "echo on $((1 + 1))", "description": "go on"})],
        [Text("stopped")],
    ]
    client.start("ONE").wait()
    refused, went = model.tool_results("ONE")
    assert refused.is_error and BROKEN in refused.text and not target.exists()
    assert went.text == "on 2"


@pytest.mark.client
def test_a_guard_that_outlives_its_time_is_ended(client: Client, model: Model, placed: Setup) -> None:
    """The client ends the whole process tree of a hook that takes too long: no guard stays behind the shell."""
    alive = client.project / "alive"
    placed.baked.guard.write_text(
        "import sys, time\n"
        "if sys.argv[3] == 'PreToolUse':\n"
        f"    time.sleep(4)\n    open({str(alive)!r}, 'w').close()\n"
    )
    placed.baked.python.symlink_to("/usr/bin/python3")
    path = install(placed).settings
    path.write_text(path.read_text().replace('"timeout": 60', '"timeout": 1'))
    model.scripts["ONE"] = [
        [Tool("Write", {"file_path": str(client.project / "a.txt"), "content": "x"})],
        [Tool("Bash", {"command": "sleep 5", "description": "wait"})],
        [Text("stopped")],
    ]
    client.start("ONE").wait()
    assert not alive.exists()
