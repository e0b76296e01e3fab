"""What tests of validation commands need: a command's runs, on a disk in memory."""

from collections.abc import Mapping

from interlock.doors.config import Added
from interlock.shell.read import walk
from interlock.shell.reading import Validation
from interlock.shell.sink import Sink
from interlock.shell.where import Where

from .reader import FILES, where

DISK = (
    *FILES,
    "tests/test_a.py",
    "src/main.py",
    ".venv/bin/activate",
    ".venv/pyvenv.cfg",
    "other env/pyvenv.cfg",
    "other env/bin/pytest",
)


def runs(
    command: str, variables: Mapping[str, str] | None = None, added: tuple[Added, ...] = (), cwd: str = "/repo"
) -> tuple[Validation, ...]:
    """The runs of a command in /repo."""
    ground = where(variables, DISK)
    assert ground.parse is not None
    asked = Where(cwd, ground.home, ground.variables, ground.disk, ground.parse, added)
    sink = Sink(asked)
    walk(ground.parse(command), sink)
    return sink.reading().runs


def run(command: str, variables: Mapping[str, str] | None = None) -> Validation:
    """The one run of a command in /repo."""
    (found,) = runs(command, variables)
    return found
