"""One lock for all that commands make in a checkout's `.runs/`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from interlock.artifacts import lock
from interlock.artifacts.lock import alone
from interlock.artifacts.runs.folder import Runs
from interlock.words.faults import Deadline


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    (tmp_path / "top").mkdir()
    return str(tmp_path / "state")


def taken(root: str, top: Path) -> bool:
    """Whether another process, which tries for a moment, can't have the lock."""
    pid = os.fork()
    if not pid:
        try:
            with alone(root, top):
                os._exit(0)
        except Deadline:
            os._exit(1)
        finally:
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in (0, 1)
    return bool(code)


@contextmanager
def held(root: str, top: Path) -> Iterator[None]:
    """Another process has it meanwhile."""
    out, into = os.pipe()
    stay, go = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(go)
            with alone(root, top):
                os.write(into, b"1")
                os.read(stay, 1)
        finally:
            os._exit(0)
    os.read(out, 1)
    os.close(stay)
    try:
        yield
    finally:
        os.close(go)
        os.waitpid(pid, 0)


def test_who_has_it_may_take_it_again(root: str, tmp_path: Path) -> None:
    """One command that takes it within itself waits for nobody, and has it until its outermost end."""
    top = tmp_path / "top"
    with alone(root, top):
        with alone(root, top):
            assert taken(root, top)
        assert taken(root, top)
    assert not taken(root, top)


def test_who_falls_out_of_it_lets_go(root: str, tmp_path: Path) -> None:
    """An error on the way leaves nothing locked."""
    top = tmp_path / "top"
    with pytest.raises(ZeroDivisionError), alone(root, top), alone(root, top):
        raise ZeroDivisionError
    assert not taken(root, top)


def test_one_for_a_checkout(root: str, tmp_path: Path) -> None:
    """Starting a run waits for whoever changes a worklist there, by whatever way it names the checkout; other
    checkouts do not."""
    top, other = tmp_path / "top", tmp_path / "other"
    other.mkdir()
    (tmp_path / "link").symlink_to(top)
    with held(root, top):
        for spelled in (top, tmp_path / "link"):
            with pytest.raises(Deadline, match="Another command has been changing runs"):
                Runs(spelled, root).start("r1", "x", "", "one", "", 1.0)
        assert not taken(root, other)
    Runs(top, root).start("r1", "x", "", "one", "", 1.0)
    assert len(list((Path(root) / "artifacts").glob("*.lock"))) == 2
