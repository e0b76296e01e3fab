"""Which runs count as the tests of a flow: required ones, whatever they are called; each runner once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.artifacts.sealed import Sealed

from interlock.artifacts.receipts.deciding import newest
from interlock.gate.kinds import is_check_command
from interlock.gate.rules import Rules

SILENT: dict[str, Any] = dict.fromkeys(("ran", "passed", "failed", "skipped", "errors"))
"""Of a runner whose closing line nobody reads."""


def ground(tmp_path: Path, gate: str = "required = []") -> Sealed:
    found = Sealed(tmp_path, gate)
    found.built(tested=False)
    return found


@pytest.mark.parametrize("line", ["make check", "./check.sh", "mvn verify", "ruff check ."])
def test_what_is_required_satisfies(tmp_path: Path, line: str) -> None:
    """Where all that is required passed on this tree no other test run is asked for; its counts are not known."""
    here = ground(tmp_path, f'required = ["{line}"]')
    here.run(line, **SILENT)
    made = here.seal()
    assert (made.status, made.reasons, made.gates) == ("VERIFIED", [], {line: "PASS"})
    assert (made.counts.tests_passed, made.counts.tests_failed) == (None, None)


def test_a_required_check_that_failed(tmp_path: Path) -> None:
    """It bounces, whatever other tests say."""
    here = ground(tmp_path, 'required = ["make check"]')
    here.run("pytest -q")
    here.run("make check", result="failed", **SILENT)
    made = here.seal()
    assert (made.status, made.reasons) == ("UNVERIFIED", ["`make check` failed on this tree"])


def test_tests_beside_a_required_linter(tmp_path: Path) -> None:
    """A linter that is required hides no test run that failed on this tree."""
    here = ground(tmp_path, 'required = ["ruff check ."]')
    here.run("ruff check .", **SILENT)
    here.run("pytest -q", result="failed", passed=2, failed=1)
    made = here.seal()
    assert (made.reasons, made.counts.tests_failed) == (["`pytest -q` failed on this tree"], 1)


@pytest.mark.parametrize(
    "line", ["make check", "just check", "./gradlew check", "./gradlew build", "mvn verify", "npm run check"]
)
def test_a_whole_check_satisfies(tmp_path: Path, line: str) -> None:
    """Where nothing is required and no test command ran, a green check of the project's is its tests."""
    here = ground(tmp_path)
    here.run(line, **SILENT)
    made = here.seal()
    assert (made.status, made.counts.tests_passed) == ("VERIFIED", None)
    assert made.evidence_sha is not None


def test_a_check_that_failed(tmp_path: Path) -> None:
    """Its newest run decides, as of tests."""
    here = ground(tmp_path)
    here.run("make check", **SILENT)
    here.run("make check", result="failed", **SILENT)
    made = here.seal()
    assert (made.recommended_action, made.reasons) == ("BOUNCE", ["`make check` failed on this tree"])


@pytest.mark.parametrize("line", ["make", "make lint", "ruff check .", "mypy", "cargo check", "npm run build"])
def test_other_commands_are_no_tests(tmp_path: Path, line: str) -> None:
    """What ran is named, and the line of config that would make it count, which a person writes."""
    here = ground(tmp_path)
    here.run(line, **SILENT)
    made = here.seal()
    assert (made.status, made.recommended_action) == ("UNVERIFIED", "RERUN")
    (told,) = made.reasons
    assert "no whole test run on this tree is known" in told
    assert f"`{line}` passed" in told
    assert f'`[gate] required = ["{line}"]` in .claude/interlock.toml' in told
    assert "a person" in told
    assert len(told) <= 400


def test_what_a_check_is() -> None:
    """The project's own targets, by their names; no tool's verb that only happens to be `check`."""
    checks = ["make check", "make -j4 check", "just ci", "task verify", "gradle build"]
    others = ["make", "make build", "ruff check", "cargo check", "ty check", "npm run typecheck", "pip install x"]
    assert [line for line in [*checks, *others] if is_check_command(line.split(), Rules())] == checks


def test_two_spellings_are_one_command(tmp_path: Path) -> None:
    """Of one runner the newest run decides, however it was called."""
    here = ground(tmp_path)
    here.run("pytest -q", ran=3, passed=3)
    here.run("pytest", spelled=["python3", "-m", "pytest"], ran=4, passed=4)
    made = here.seal()
    assert (made.status, made.counts.tests_passed) == ("VERIFIED", 4)
    here.run("pytest -x", result="failed", passed=3, failed=1)
    assert here.seal().reasons == ["`pytest -x` failed on this tree"]
    here.run("pytest -q", ran=4, passed=4)
    assert here.seal().status == "VERIFIED"


def test_two_runners_are_summed(tmp_path: Path) -> None:
    """Each must have passed; a count that one does not tell is not known of both."""
    here = ground(tmp_path)
    here.run("pytest -q", passed=3)
    here.run("jest", passed=5, skipped=1)
    made = here.seal()
    assert (made.status, made.counts.tests_passed, made.counts.tests_skipped) == ("VERIFIED", 8, 1)
    here.run("npm test", **SILENT)
    made = here.seal()
    assert (made.status, made.counts.tests_passed) == ("VERIFIED", None)
    here.run("jest", result="failed", passed=4, failed=1)
    assert here.seal().reasons == ["`jest` failed on this tree"]


def test_suites_in_two_folders(tmp_path: Path) -> None:
    """A green suite does not hide another folder's red one; a run further up has them both."""
    here = ground(tmp_path)
    here.run("npm test", cwd=f"{here.repo}/api", result="failed", **SILENT)
    here.run("npm test", cwd=f"{here.repo}/web", **SILENT)
    assert here.seal().reasons == ["`npm test` in api failed on this tree"]
    here.run("npm test", **SILENT)
    assert here.seal().status == "VERIFIED"


def test_a_part_that_failed_is_not_the_whole(tmp_path: Path) -> None:
    """Figures are of whole runs: a part that fails gives none."""
    here = ground(tmp_path)
    here.run("pytest -q", ran=3, passed=3)
    here.run("pytest tests/test_a.py", result="failed", ran=1, passed=0, failed=1)
    made = here.seal()
    assert (made.status, made.counts.tests_passed) == ("VERIFIED", 3)


class _Run:
    """What ``newest`` asks of a run."""

    def __init__(self, name: str, folder: str, good: bool) -> None:
        self.name, self.folder, self.good = name, folder, good


_RUNS = st.lists(
    st.builds(_Run, st.sampled_from(("pytest", "jest")), st.sampled_from(("", "a", "a/b", "c")), st.booleans()),
    max_size=12,
)


@given(_RUNS)
def test_one_more_honest_run_of_each_mends_it(runs: list[_Run]) -> None:
    """Whatever lies there: after a green run of each runner at the top nothing red is left, and one is counted."""
    more = [_Run(name, "", True) for name in dict.fromkeys(run.name for run in runs)]
    left = newest([*runs, *more], lambda run: (run.name, run.folder))
    assert left == more
    for red in newest(runs, lambda run: (run.name, run.folder)):
        assert all(
            later.name != red.name or (red.folder != later.folder and later.folder != "")
            for later in runs[runs.index(red) + 1 :]
            if later is not red
        )


def test_a_part_beside_a_whole_check(tmp_path: Path) -> None:
    """A part of the tests is no test run, so the project's check still is one."""
    here = ground(tmp_path)
    here.run("make check", **SILENT)
    here.run("pytest tests/test_a.py", result="failed", passed=0, failed=1)
    assert here.seal().status == "VERIFIED"
