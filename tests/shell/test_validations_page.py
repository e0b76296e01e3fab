"""docs/validations.md says what the table says."""

from pathlib import Path

import pytest

from interlock.shapes.validations import page
from interlock.shell.validations.rows import ROWS

from .validating import run, runs

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = [
    ("python -m unittest", "unittest"),
    ("manage.py test", "manage.py test"),
    ("vitest --run", "vitest"),
    ("node --test", "node --test"),
    ("pre-commit run", "pre-commit run"),
    ("npm test", "npm test"),
    ("npm install", "npm install"),
    ("cmake --build DIR", "cmake --build"),
]


def test_the_page_is_up_to_date() -> None:
    """What is committed is what the module writes."""
    assert (DOCS / "validations.md").read_text() == page(), "run `python -m interlock.shapes.validations docs`"


@pytest.mark.parametrize("name", ROWS)
def test_the_page_has_a_row_for_each(name: str) -> None:
    """A row for every command of the table, with its mutex."""
    (row,) = [line for line in page().splitlines() if line.startswith(f"| `{name}` |")]
    assert row.split("|")[2:4] == [f" {name} ", " tests "]


@pytest.mark.parametrize(("command", "name"), SHOWN)
def test_what_it_says_of_the_others_is_so(command: str, name: str) -> None:
    """The commands that are told by more than a row are found by the name that the page gives."""
    assert run(command).name == name
    assert f"| {name} |" in page()


@pytest.mark.parametrize(
    ("tool", "verb"),
    [(tool, "") for tool in "just task invoke poe mage doit gradle sbt make ninja rake ant".split()]
    + [
        (tool, "run ") for tool in "turbo nx lerna moon mise pixi rye hatch pdm composer npm pnpm yarn bun".split()
    ],
)
def test_each_runner_of_targets_is_one(tool: str, verb: str) -> None:
    """The tools that the page names run a target by its name."""
    assert run(f"{tool} {verb}test").name == f"{tool} {verb}test"


def test_the_commands_that_it_says_count_do() -> None:
    """Each command that the page calls evidence is found, and proven."""
    (told,) = [part for part in page().split("\n\n") if part.startswith("A run is evidence")]
    commands = told.replace("\n", " ").split("`")[1::2]
    assert len(commands) == 8
    for command in commands:
        found = runs(command.replace("cd x", "cd src"))
        assert found and not any(one.doubt for one in found), command
