"""MCP tools that run commands: read and watched like a shell's."""

from typing import Any

import pytest
from tests.watch.repo import Watched

from interlock.doors.mcp.commands import carried

EXECUTE = "mcp__commander__execute_command"


@pytest.fixture
def watched(tmp_path: Any) -> Watched:
    return Watched(tmp_path)


@pytest.mark.parametrize(
    ("tool", "given", "text", "bash"),
    [
        (EXECUTE, {"command": "ls -l"}, "ls -l", True),
        ("mcp__shell__run", {"cmd": "ls", "cwd": "/repo"}, "ls", True),
        ("mcp__t__exec", {"command": ["bash", "-lc", "ls > x"]}, "ls > x", True),
        ("mcp__t__exec", {"command": ["rm", "it's"]}, "'rm' 'it'\\''s'", True),
        ("mcp__ide__executeCode", {"code": "a > b"}, "a > b", False),
        ("mcp__x__evaluate", {"script": "go()"}, "go()", False),
        ("mcp__ssh__exec", {"shell_command": "ls"}, "ls", True),
    ],
)
def test_what_is_carried(tool: str, given: dict[str, object], text: str, bash: bool) -> None:
    """Under the keys that commands go by, a text or a list of words; programs of other languages are not bash."""
    found = carried(tool, given)
    assert found is not None and (found.text, found.bash) == (text, bash)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("mcp__fs__edit", {"command": "create", "path": "a.py", "file_text": "x"}),
        ("mcp__docs__get_help", {"command": "git"}),
        ("mcp__x__run", {"command": 7}),
        ("mcp__x__run", {"command": ""}),
        ("mcp__x__run", {"query": "ls"}),
    ],
)
def test_what_carries_none(tool: str, given: dict[str, object]) -> None:
    """Tools that read, those given a path to write, and other keys carry none."""
    assert carried(tool, given) is None


def asked(watched: Watched, command: str, tool: str = EXECUTE, **more: str) -> dict[str, Any]:
    return watched.tool("PreToolUse", tool, "beta", command=command, **more)


def test_a_held_file_that_it_spells(watched: Watched) -> None:
    """A command that spells a held file is refused as in a shell."""
    watched.held()
    said = asked(watched, "sed -i s/mine/evil/ held.py")
    assert (
        said["permissionDecision"] == "deny"
        and "held.py is held by session alpha" in said["permissionDecisionReason"]
    )


def test_where_it_runs(watched: Watched) -> None:
    """The folder that the call names is where its relative paths start."""
    watched.held("src/held.py")
    assert asked(watched, "rm held.py", cwd=str(watched.repo / "src"))["permissionDecision"] == "deny"


def test_what_it_changed(watched: Watched) -> None:
    """What it changes of others' files is a breach, told at its Post."""
    watched.held()
    assert asked(watched, "./build.sh") == {}
    watched.shell("echo theirs > held.py")
    told = watched.tool("PostToolUse", EXECUTE, "beta", use=f"toolu_{watched.count}", command="./build.sh")
    assert "held.py" in told["additionalContext"]
    assert "build.sh" in watched.told()


def test_what_it_writes_is_taken(watched: Watched) -> None:
    """A free file that it spells is its owner's while another one is at work."""
    watched.held()
    assert asked(watched, "echo x > free.py") == {}
    assert "held by session beta" in watched.write(watched.repo / "free.py", "gamma")


def test_a_tool_that_the_config_names(watched: Watched) -> None:
    """A tool of which the config says that it writes nothing is left alone."""
    watched.held()
    watched.config(f"wait = 0\n[mcp]\n{EXECUTE} = []")
    assert asked(watched, "rm held.py") == {}
