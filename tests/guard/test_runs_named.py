"""The hook on linters: over the whole checkout they wait their turn, on named files they don't."""

import pytest

from interlock.doors import runticket
from interlock.install import prefix

from .calls import Guard


@pytest.fixture
def busy(guard: Guard) -> Guard:
    """Beta runs the tests; the client starts its commands through the prefix program."""
    guard.config("wait = 0\nrun_wait = 0")
    guard.file("a.py")
    (guard.root / "install").mkdir(parents=True)
    prefix.write(guard.root)
    guard.environ["CLAUDE_CODE_SHELL_PREFIX"] = str(prefix.path(guard.root))
    guard.tool("PreToolUse", "Bash", "beta", "toolu_tests", command="pytest -q")
    return guard


@pytest.mark.parametrize(
    ("command", "waits"),
    [
        ("ruff check a.py", False),
        ("mypy a.py", False),
        ("ruff check .", True),
        ("mypy", True),
        ("pytest a.py", True),
    ],
)
def test_named_files_disturb_nobody(busy: Guard, command: str, waits: bool) -> None:
    """While tests run, a linter may look at a file; a look at everything, and other tests, are told to wait."""
    answer = busy.tool("PreToolUse", "Bash", "alpha", "toolu_lint", command=command)
    assert (answer.get("permissionDecision") == "deny") is waits


def test_a_look_at_named_files_is_recorded(busy: Guard) -> None:
    """It is watched as any run, without a mutex."""
    busy.tool("PreToolUse", "Bash", "alpha", "toolu_lint", command="ruff check a.py")
    ticket = runticket.read(str(busy.root), "toolu_lint")
    assert ticket.leases == ()
    assert [(run["name"], run["mutex"]) for run in ticket.runs] == [("ruff check", "")]


def test_without_the_prefix_it_is_not_worth_a_word(busy: Guard) -> None:
    """Where nothing records runs, a linter on a file is answered as any command."""
    del busy.environ["CLAUDE_CODE_SHELL_PREFIX"]
    assert busy.tool("PreToolUse", "Bash", "alpha", "toolu_lint", command="ruff check a.py") == {}
