"""A busy checkout: why no run counts any more is told with file, who, when, and the next step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.artifacts.sealed import Sealed

GATES = ['required = ["pytest -q"]', "required = []"]


def told(ground: Sealed) -> str:
    """The first reason of a new receipt, which has the flow's maker run the tests again."""
    made = ground.seal()
    assert (made.status, made.recommended_action, made.counts.tests_passed) == ("UNVERIFIED", "RERUN", None)
    assert len(made.reasons[0]) <= 400
    return made.reasons[0]


@pytest.mark.parametrize("gate", GATES)
def test_another_wrote_after_the_run(tmp_path: Path, gate: str) -> None:
    """The run is named, when it passed, the file, and who wrote it."""
    ground = Sealed(tmp_path, gate)
    ground.built()
    ground.edit("lib/late.py", "x = 1\n", by="beta")
    assert re.fullmatch(
        r"`pytest -q` passed at \d\d:\d\d, and lib/late\.py \(by session beta\) changed since it began\. "
        r"Run it again, whole and by itself, then the receipt at once",
        told(ground),
    )


@pytest.mark.parametrize("gate", GATES)
def test_nobody_is_known_to_have_written(tmp_path: Path, gate: str) -> None:
    """Then nobody is accused; of many files the first are named."""
    ground = Sealed(tmp_path, gate)
    ground.built()
    for number in range(5):
        ground.write(f"lib/f{number}.py", "x = 1\n")
    assert "and lib/f0.py, lib/f1.py, lib/f2.py and 2 more changed since it began" in told(ground)


@pytest.mark.parametrize("gate", GATES)
def test_another_wrote_while_it_ran(tmp_path: Path, gate: str) -> None:
    """A contaminated run that nobody repeated: file and writer are named."""
    ground = Sealed(tmp_path, gate)
    ground.built(tested=False)
    ground.run(result="contaminated", others=[("lib/during.py", "h|beta|main")], why="others changed files")
    assert re.fullmatch(
        r"`pytest -q` at \d\d:\d\d does not count: while it ran lib/during\.py \(by session beta\) changed\. "
        "Run it again",
        told(ground),
    )


@pytest.mark.parametrize("gate", GATES)
def test_the_last_one_is_told(tmp_path: Path, gate: str) -> None:
    """Of several runs the newest says what came in between; the next one mends it."""
    ground = Sealed(tmp_path, gate)
    ground.built()
    ground.write("lib/one.py", "x = 1\n")
    ground.run()
    ground.write("lib/two.py", "x = 1\n")
    assert "and lib/two.py changed since" in told(ground)
    ground.run()
    assert ground.seal().status == "VERIFIED"


def test_a_run_that_proves_nothing(tmp_path: Path) -> None:
    """Why it does not, as evidence has it."""
    ground = Sealed(tmp_path, "required = []")
    ground.built(tested=False)
    ground.run(result="unknown", why="exit code 0 of a pipe proves nothing")
    assert re.fullmatch(
        r"`pytest -q` at \d\d:\d\d does not count: exit code 0 of a pipe proves nothing\. "
        "Run it again, whole and by itself",
        told(ground),
    )


def test_a_red_run_on_another_tree(tmp_path: Path) -> None:
    """It is told as what it is: red, and of another tree."""
    ground = Sealed(tmp_path, "required = []")
    ground.built(tested=False)
    ground.run(result="failed", passed=2, failed=1)
    ground.write("src/a.py", "a = 3\n")
    assert re.match(r"`pytest -q` failed at \d\d:\d\d, and src/a\.py changed since it began", told(ground))


def test_many_long_names(tmp_path: Path) -> None:
    """The sentence stays short, whatever files are called."""
    ground = Sealed(tmp_path, "required = []")
    ground.built()
    for number in range(4):
        ground.edit(f"lib/{'x' * 200}{number}.py", "x = 1\n", by="beta")
    assert len(told(ground)) <= 400
