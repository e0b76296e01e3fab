"""Paths in reports: one spelling of each file, whoever wrote it how; what names no file is a flaw."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.artifacts.reading.artifact import parse, validate
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.reports import Critique, ImplChanges, TestStrategy

from .sample import front, put
from .sealed import CHANGES, STRATEGY, Sealed

BUILD = ".runs/r1/build/"
STRATEGY_FILE, CHANGES_FILE = f"{BUILD}test_strategy.md", f"{BUILD}impl_changes_summary.md"
CRITIQUE_FILE = f"{BUILD}code_critique.md"


def read(path: str, **facts: Any) -> tuple[Any, list[str]]:
    """The value of a report, and what is wrong with it."""
    kind = kind_of(path)
    assert kind is not None
    value, flaws = parse(front(**facts).encode(), path, kind)
    return value, [str(flaw) for flaw in flaws]


def changed(path: str) -> tuple[str, list[str]]:
    """How a change's path is read, and the flaws."""
    value, flaws = read(CHANGES_FILE, changes=[{"path": path, "what": "it"}])
    return (value.changes[0].path if isinstance(value, ImplChanges) else ""), flaws


def planned(location: str) -> tuple[str, list[str]]:
    """Which file a test's location is taken for, and the flaws."""
    one = {"criterion": "AC-1", "kind": "unit", "location": location, "state": "written"}
    value, flaws = read(STRATEGY_FILE, tests=[one])
    return (value.tests[0].file if isinstance(value, TestStrategy) else ""), flaws


def found(location: str) -> tuple[str, list[str]]:
    """How a finding's location is read, and the flaws."""
    one = {"id": "C-1", "severity": "major", "location": location, "issue": "it"}
    value, flaws = read(CRITIQUE_FILE, round=1, items=[one])
    return (value.items[0].location if isinstance(value, Critique) else ""), flaws


SPELLED = ["src/a.py", "./src/a.py", "src//a.py", "src/./a.py", ".//src/a.py", " src/a.py"]


@pytest.mark.parametrize("path", SPELLED)
def test_one_spelling(path: str) -> None:
    """`./`, `//` and blanks around say nothing."""
    assert changed(path) == ("src/a.py", [])
    assert planned(path) == ("src/a.py", [])
    assert found(f"{path}:12") == ("src/a.py:12", [])


@pytest.mark.parametrize("end", [":12", ":12:5", "::test_a", "::TestA::test_b[x:y]", ":12::test_a"])
def test_places_in_a_file(end: str) -> None:
    """Where a file is meant a line, or a test's name, is cut off."""
    assert changed(f"src/a.py{end}") == ("src/a.py", [])
    assert planned(f"./src/a.py{end}") == ("src/a.py", [])


def test_a_column_is_no_line() -> None:
    """FILE:LINE:COLUMN, as tools print it, is that line."""
    assert found("src/a.py:12:5") == ("src/a.py:12", [])


def test_names_that_programs_use() -> None:
    """Brackets, blanks, an @ and dots are parts of names."""
    for path in ("app/[id]/page.tsx", "my file.md", "@types/x.d.ts", ".github/ci.yml", "a..b/c"):
        assert changed(path) == (path, [])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("src/*.py", "name each file by itself"), ("src/?.py", "name each file by itself"),
        ("/etc/passwd", "from the checkout's top"), ("~/x", "from the checkout's top"),
        ("../x", "without `..`"), ("src/../x", "without `..`"), ("C:/x", "from the checkout's top"),
        (".", "names no file"), ("./", "names no file"),
    ],
)  # fmt: skip
def test_what_names_no_file_here(path: str, told: str) -> None:
    """It is a flaw with line and mend, in each report."""
    for value, flaws in (changed(path), planned(path), found(f"{path}:12")):
        assert (value, len(flaws)) == ("", 1)
        assert told in flaws[0]
        assert flaws[0].partition(": ")[0].rpartition(":")[2].isdigit()
        assert "; write a text" in flaws[0]


def test_the_line_is_told(tmp_path: Path) -> None:
    """That of the path itself."""
    text = CHANGES.replace("src/a.py", '"src/*.py"')
    put(tmp_path, CHANGES_FILE, text)
    (flaw,) = validate(tmp_path, CHANGES_FILE)
    assert flaw.line == text.split("\n").index(next(row for row in text.split("\n") if "*.py" in row)) + 1


def test_the_same_file_twice() -> None:
    """Two spellings of one change are one too many; two tests in one file are two."""
    one, two = ({"path": path, "what": "it"} for path in ("src/a.py", "./src/a.py"))
    _, flaws = read(CHANGES_FILE, changes=[one, two])
    assert "`src/a.py` stands there twice" in flaws[0]
    tests = [
        {"criterion": "AC-1", "kind": "unit", "location": f"tests/test_a.py:{line}", "state": "written"}
        for line in (12, 30)
    ]
    assert read(STRATEGY_FILE, tests=tests)[1] == []


PARTS = st.sampled_from(("", ".", "src", "a.py", "[id]", ".x", "b c", "é", "..."))


@given(st.lists(PARTS, min_size=1, max_size=6).map("/".join))
def test_normal_form(path: str) -> None:
    """What is read is what the system takes the path for, and is read as itself again."""
    usual = posixpath.normpath(path) if path else "."
    got, flaws = changed(path)
    if path.startswith("/") or usual == "." or not path:
        assert (got, bool(flaws)) == ("", True)
    else:
        assert (got, flaws) == (usual.strip(), [])
        assert changed(got) == (got, [])


def test_a_receipt_accuses_nobody_for_a_spelling(tmp_path: Path) -> None:
    """`./src/a.py` and FILE:LINE name files that are changed and there."""
    ground = Sealed(tmp_path)
    ground.built()
    ground.artifact("impl_changes_summary.md", CHANGES.replace("src/a.py", "./src/a.py"))
    spelled = STRATEGY.replace("tests/test_a.py", '"tests/test_a.py:12"').replace(
        "tests/test_b.py", "./tests/test_b.py::test_b"
    )
    ground.artifact("test_strategy.md", spelled)
    ground.judged()
    made = ground.seal()
    assert (made.status, made.reasons, made.forensic_check) == ("VERIFIED", [], "PASS")
    assert json.loads(json.dumps(ground.receipt()))["counts"]["files_changed"] == 1
    ground.write("tests/test_a.py", "def test_a(): assert True\n")
    assert "tests/test_a.py changed since" in ground.checked()["sentence"]
