"""Whatever lies where an artifact should: a clear flaw with its line, quickly, and nothing is changed or lost."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from interlock.artifacts.progress.run_files import RunFiles
from interlock.artifacts.reading.artifact import validate

from .hostile import Case, cases
from .sample import GOOD, put

CASES = list(cases())
MOST = 600
"""Characters of a flaw."""


def test_there_are_a_hundred() -> None:
    """The list is as long as was promised, with no name twice."""
    assert len({(case.name, case.path) for case in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=[f"{case.name}, {case.path.rpartition('.')[2]}" for case in CASES])
def test_hostile(tmp_path: Path, case: Case) -> None:
    """The flaw names the file and the line, says what is wrong and what to do, in words that are safe to print;
    the file is as it was, and its neighbours are read all the same."""
    for path in GOOD:
        if path != case.path:
            put(tmp_path, path, GOOD[path])
    file = tmp_path / case.path
    if "\0" not in case.path:
        file.parent.mkdir(parents=True, exist_ok=True)
        case.make(file)
    before = _state(tmp_path)
    began = time.process_time()
    flaws = validate(tmp_path, case.path)
    board = RunFiles(tmp_path, "r1")
    assert time.process_time() - began < 5
    assert _state(tmp_path) == before
    assert flaws and flaws[0].line == case.line
    assert case.what in flaws[0].what
    for flaw in flaws:
        assert flaw.what and flaw.mend and str(flaw).isprintable() and len(str(flaw)) < MOST
    for path in GOOD:
        if path != case.path and path.startswith(".runs/r1/"):
            assert board.good(path)


def _state(top: Path) -> dict[str, tuple[int, ...]]:
    """Every file with what changes when it does."""
    found: dict[str, tuple[int, ...]] = {}
    for folder, folders, files in os.walk(os.fsencode(top)):
        for name in folders + files:
            info = os.lstat(os.path.join(folder, name))
            kind = stat.S_IFMT(info.st_mode)
            found[repr(os.path.join(folder, name))] = (kind, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
    return found
