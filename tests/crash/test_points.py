"""Every system call of every mutating operation, killed and failed, once and for ever."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.crash import states
from tests.crash.faults import Harness, Run

pytestmark = pytest.mark.crash
HERE = Path(__file__).parent
CASES = {
    "acquire": ("take", states.in_use),
    "renew": ("renew", states.held_by_me),
    "release": ("give", states.held_by_me),
    "release to a waiter": ("give", states.waited_for),
    "queue": ("take", states.taken),
    "log append after a torn line and an outbox": ("take", states.unlogged),
    "rotation of the log": ("take", states.big_log),
    "first creation": ("take", states.empty),
    "new boot": ("take", states.rebooted),
}


def command(lib: Path, operation: str) -> Callable[[Path], list[str]]:
    start = [sys.executable, "-I", "-S", "-B", str(HERE / "operation.py"), str(lib)]
    return lambda root: [*start, str(root), states.BOOT, operation]


@pytest.mark.parametrize("name", CASES)
def test_every_system_call(tmp_path: Path, lib: Path, name: str) -> None:
    """Whatever system call of the operation is killed or fails, the store opens, nothing acknowledged is
    lost, the log is whole and nothing is wedged."""
    operation, build = CASES[name]
    harness = Harness(tmp_path, command(lib, operation), build, states.checker(build, tmp_path))
    count = harness.every()
    print(f"\n{name}: {count} points,", ", ".join(f"{how} {n}" for how, n in sorted(harness.hows.items())))
    assert count >= 60


def test_the_check_sees_what_it_should(tmp_path: Path, lib: Path) -> None:
    """A lost grant, a lost line, a doubled line and another's lost lease are all found."""
    harness = Harness(tmp_path, command(lib, "take"), states.in_use, states.checker(states.in_use, tmp_path))
    for number, (spoil, complaint) in enumerate(SPOILS):
        run = harness.run(f"spoilt{number}", None)
        spoil(run)
        with pytest.raises(AssertionError, match=complaint):
            harness.check(run)


def _forget_grant(run: Run) -> None:
    """As if the grant had not been committed, though it was acknowledged."""
    before = run.root.with_name("template")
    shutil.rmtree(run.root)
    shutil.copytree(before, run.root)


def _lose_line(run: Run) -> None:
    path = run.root / "audit.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))


def _double_line(run: Run) -> None:
    path = run.root / "audit.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])


def _lose_lease(run: Run) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(run.root / "leases.db")) as database, database:
        database.execute("DELETE FROM lease WHERE key = 'mutex:others'")


SPOILS = [
    (_forget_grant, "an acknowledged grant was lost"),
    (_lose_line, "has number"),
    (_double_line, "has number"),
    (_lose_lease, "the log and the leases disagree"),
]
