"""The commands that the gate requires are validation commands, whatever they are."""

import shlex

import pytest

from interlock.doors.config import Added, Config
from interlock.shell.reading import Validation
from interlock.shell.validations import may_validate

from .validating import runs


def demanded(*lines: str, **more: object) -> tuple[Added, ...]:
    return Config({"gate": {"required": list(lines)}, **more}).validations


def only(command: str, *lines: str) -> Validation:
    (found,) = runs(command, {"PATH": "/usr/bin:/bin"}, demanded(*lines))
    return found


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("./check.sh", "./check.sh"),
        ("./check.sh", "cd . && ./check.sh > out.log 2>&1"),
        ("scripts/check --all", "./scripts/check --all"),
        ("./scripts/check --all", "scripts/check --all"),
        ("bash scripts/check", "bash scripts/check"),
        ("python tools/check.py --fast", "python tools/check.py --fast"),
        ("uv run check.py", "uv run check.py"),
        ("uv run mytool --all", "uv run mytool --all"),
        ("mytool", "timeout 60 mytool"),
        ("./pytest", "./pytest"),
        ("./check.sh 'a b'", "./check.sh 'a b'"),
    ],
)
def test_a_required_command_is_one_and_proven(line: str, command: str) -> None:
    """It takes the mutex, and that it is a script of the checkout is no doubt: just this one is demanded."""
    assert may_validate(command, demanded(line))
    found = only(command, line)
    assert (found.mutex, found.doubt) == ("tests", "")
    wanted = tuple(shlex.split(line))
    assert wanted in (found.words, found.spelled)


@pytest.mark.parametrize(
    ("line", "command"),
    [("pytest", "./pytest"), ("pytest -q", "bin/pytest -q"), ("./pytest", "bin/pytest")],
)
def test_another_file_of_that_name_is_doubted(line: str, command: str) -> None:
    """A script of the checkout is trusted only where the config spells its path."""
    assert only(command, line).doubt == f"{command.split()[0]} is no tool that was installed"


@pytest.mark.parametrize(
    "command", ["./other.sh", "bash other.sh", "check.sh", "cat check.sh", "./check.sh --help", "bin/check.sh"]
)
def test_others_are_none(command: str) -> None:
    """Another command is no validation because its name is alike."""
    assert runs(command, None, demanded("./check.sh", "bash scripts/check")) == ()


def test_a_known_tool_keeps_what_is_known_of_it() -> None:
    """Its name, its runner and what makes it a part."""
    found = only("pytest -q -k a", "pytest -q")
    assert (found.name, found.runner, found.partial) == ("pytest", "pytest", "-k")


def test_a_configured_script_needs_no_further_word() -> None:
    """One that a table of the config names by its path is trusted as such, required or not."""
    table = {"name": "check", "command": "./check.sh", "mutex": "own"}
    for lines in ([], ["./check.sh"]):
        (found,) = runs("./check.sh", None, demanded(*lines, validations=[table]))
        assert (found.name, found.mutex, found.doubt) == ("check", "own", "")
        assert ("./check.sh",) in (found.words, found.spelled)


@pytest.mark.parametrize(
    "line", ["python -m pytest -q", "uv run pytest -q", "uv run python -m pytest -q", "coverage run -m pytest"]
)
def test_what_it_runs_is_found_in_it(line: str) -> None:
    """A required command that leads to a known tool is that tool's run, and no second one."""
    found = only(line, line)
    assert (found.name, found.runner, found.doubt) == ("pytest", "pytest", "")
