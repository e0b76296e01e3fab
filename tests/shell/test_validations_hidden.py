"""Runs behind programs that hand them on, and in texts that can't be read: the mutex is taken, with a doubt."""

import pytest

from interlock.shell.reading import Reading
from interlock.shell.validations.guess import guessed

from .reader import reading
from .validating import runs

HIDDEN = [
    ("find . -maxdepth 0 -exec mypy . ';'", ("mypy", ".")),
    ("find . -name '*.py' -newer x -exec pytest {} +", ("pytest", "{}", "+")),
    ("fd -x pytest", ("pytest", "…")),
    ("tmux new -d 'pytest -q'", ("pytest", "-q")),
    ("tmux new-session -d -s t -c src pytest -q", ("pytest", "-q")),
    ("tmux send-keys -t 1 'cd src && pytest -q' Enter", ("pytest", "-q")),
    ("screen -dm pytest -q", ("pytest", "-q")),
    ("git bisect run pytest -q", ("pytest", "-q")),
    ("git rebase -x 'make test' main", ("make", "test")),
    ("git submodule foreach 'npm test'", ("npm", "test")),
    ("nix develop -c pytest -q", ("pytest", "-q")),
    ("nix shell nixpkgs#x --command pytest", ("pytest",)),
    ("nix-shell --run 'pytest -q'", ("pytest", "-q")),
    ("ls | entr pytest", ("pytest",)),
    ("echo a | xargs pytest", ("pytest", "a")),
    ("cat x | xargs -n1 pytest", ("pytest", "…")),
    ("$(which pytest) -q", ("pytest",)),
    ("`command -v pytest` -q", ("pytest",)),
    ("eval \"$(cat x) pytest -q\"", ("pytest",)),
]  # fmt: skip
NONE = [
    "find . -name pytest", "tmux kill-session -t pytest", "tmux new -d -s pytest", "git bisect start", "tmux ls",
    "git commit -m 'pytest -q'", "echo pytest", "grep pytest $(cat x)", "./x pytest", "$EDITOR notes", "nix build",
    "screen -r pytest", "git log --grep pytest",
]  # fmt: skip


@pytest.mark.parametrize(("command", "words"), HIDDEN)
def test_a_run_behind_another_program_takes_the_mutex(command: str, words: tuple[str, ...]) -> None:
    """What it proves can't be told, but two of them break each other all the same."""
    found = guessed(Reading(runs=runs(command), unread=unread(command)), command, ()).runs
    assert [one.words for one in found] == [words]
    assert found[0].doubt and found[0].mutex == "tests"


@pytest.mark.parametrize("command", NONE)
def test_a_name_alone_is_none(command: str) -> None:
    """A word that is a tool's name where nothing runs it."""
    assert guessed(Reading(runs=runs(command), unread=unread(command)), command, ()).runs == ()


def unread(command: str) -> tuple[str, ...]:
    return reading(command).unread


def test_looking_for_runs_finds_no_writes() -> None:
    """What is handed on is looked at for its runs alone."""
    found = reading("find . -newer a.py -exec ruff format {} + -quit")
    assert found.writes == () and len(found.runs) == 1


def test_a_text_that_is_no_bash_is_guessed() -> None:
    """A command that can't be parsed may run what it names."""
    (found,) = guessed(Reading(unread=("a text",), whole=False), "if pytest -q; (", ()).runs
    assert (found.name, found.words, found.mutex) == ("pytest", ("pytest",), "tests")
    assert found.doubt == "it can't be read"


def test_a_text_without_a_tools_name_is_none() -> None:
    """Nothing in it says that it may be a run."""
    assert guessed(Reading(unread=("a text",), whole=False), "if x; (", ()).runs == ()
