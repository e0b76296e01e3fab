"""What the guard knows of artifacts by their names, and hostile things in their place."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors import runfolder
from interlock.shapes.artifacts import base
from interlock.shapes.artifacts.kinds import KINDS, kind_of
from interlock.words import artifact
from interlock.words.faults import Unreadable

from .contracted import Contracted

NAMES = (
    "index.json", "run_meta.json", "ac_status.json", "worklist.json", "verdicts.json", "test_strategy.md",
    "impl_changes_summary.md", "code_critique.md", "x_handoff.md", "build_receipt.json", "requirements.md", "a.py",
)  # fmt: skip
PARTS = st.sampled_from([".runs", "r1", "build", "deploy", "src", *NAMES])
PATHS = st.lists(PARTS, min_size=1, max_size=5).map("/".join)


@given(path=PATHS)
def test_who_makes_an_artifact(path: str) -> None:
    """Both speeds have the same files as made by the same commands, and a shape for each that is written."""
    kind = kind_of(path)
    assert artifact.made_by(path) == (kind.made_by if kind else "")
    assert artifact.has_shape(path) or kind is None


def test_all_kinds_are_met() -> None:
    """The names above are those of all kinds, in the flows of both."""
    found = {kind_of(f".runs/r1/build/{name}") for name in NAMES}
    found |= {kind_of(".runs/index.json"), kind_of(".runs/r1/run_meta.json")}
    assert {kind.name for kind in found if kind} == {kind.name for kind in KINDS}
    assert artifact.FLOWS == base.FLOWS


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _huge(path: Path) -> None:
    path.write_bytes(b" " * (runfolder.MAX_BYTES + 1))


def _binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def _deep(path: Path) -> None:
    path.write_bytes(b"[" * 100_000)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


Put = Callable[[Path], None]
HOSTILE: list[Put] = [_fifo, _folder, _huge, _binary, _deep, _loop]


@pytest.mark.parametrize("put", HOSTILE)
def test_a_hostile_index(ground: Contracted, put: Put) -> None:
    """An index that can't be read is passed over: the runs' own folders say what is open."""
    put(ground.repo / ".runs/index.json")
    assert runfolder.open_runs(str(ground.repo)) == ["r1"]


@pytest.mark.parametrize("put", HOSTILE)
def test_a_hostile_run(ground: Contracted, put: Put) -> None:
    """So is a run whose meta can't be read."""
    (ground.repo / ".runs/r2").mkdir()
    put(ground.repo / ".runs/r2/run_meta.json")
    assert runfolder.open_runs(str(ground.repo)) == ["r1"]
    assert not runfolder.is_run(str(ground.repo), "r2")


@pytest.mark.parametrize("put", HOSTILE)
def test_a_hostile_shared_file(ground: Contracted, put: Put) -> None:
    """What stands in a shared file's place is no file with sections: refused at once, with what is wrong."""
    by = "alpha/a1:critic"
    ground.read(".runs/r1/signal/requirements.md", by)
    path = ground.repo / ".runs/r1/build/ac_status.json"
    path.parent.mkdir()
    put(path)
    assert ground.refused("Write", by, file_path=str(path), content='{"sections": {}}') != ""


@pytest.mark.parametrize("put", HOSTILE)
def test_hostile_texts(tmp_path: Path, put: Put) -> None:
    """Reading gives text or a phrase, and comes back."""
    put(tmp_path / "x")
    try:
        assert isinstance(runfolder.text(str(tmp_path / "x")), str)
    except Unreadable as problem:
        assert str(problem).startswith(("is ", "can't be read "))


ODD: list[object] = ["a", 1, None, {}, {"run_id": 1, "state": "open"}, {"run_id": "../x", "state": "open"}]


@given(entries=st.lists(st.sampled_from(ODD)))
def test_odd_entries(entries: list[object]) -> None:
    """Whatever an index lists, only ids of runs come of it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".runs").mkdir()
        (Path(folder) / ".runs/index.json").write_text(json.dumps({"runs": entries}))
        assert runfolder.open_runs(folder) == []
