"""Writing below a checkout: whole or not at all, and through no link; what stands in the way is told."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from interlock.artifacts import files
from interlock.artifacts.flaw import Gone, Unfit
from interlock.artifacts.runs.folder import Runs, Taken
from interlock.words.faults import Fault, StorageFull, Unreadable

from .children import leftovers, start, whole

NAME = ".runs/r1/build/a_critique.md"


def fail(number: int) -> Any:
    """A system call that fails so."""

    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def test_put_and_take(tmp_path: Path) -> None:
    """What is put is what is taken; folders are made; there is nothing else afterwards."""
    with pytest.raises(Gone):
        files.take(tmp_path, NAME)
    for raw in (b"one", b"", b"two"):
        files.put(tmp_path, NAME, raw)
        assert files.take(tmp_path, NAME) == raw
    assert files.names(tmp_path, ".runs/r1/build") == [("a_critique.md", False)]
    assert files.names(tmp_path, ".runs/r2") == []
    assert files.changed(tmp_path, NAME) > 0 == files.changed(tmp_path, ".runs/none")


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """There is one winner all the same: the lock sees to it."""
    monkeypatch.setattr(os, "link", fail(number))
    assert files.claim(tmp_path, NAME, b"one") is True
    assert files.claim(tmp_path, NAME, b"two") is False
    assert files.take(tmp_path, NAME) == b"one"
    (tmp_path / "top").mkdir()
    assert [start(tmp_path / "top", str(tmp_path / "s"), "r1", by) for by in ("a", "b")] == ["won", "a"]


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The old content stays, no part of the new is left, and the reason is told."""
    files.put(tmp_path, NAME, b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail(errno.ENOSPC))
        with pytest.raises(Unfit, match="No space left"):
            files.put(tmp_path, NAME, b"new")
    assert files.take(tmp_path, NAME) == b"old"
    assert [path.name for path in (tmp_path / ".runs/r1/build").iterdir()] == ["a_critique.md"]


@pytest.mark.parametrize("path", ["../x", ".runs/../../x", "/etc/passwd", ".runs//x", "", "a\0b"])
def test_paths_that_lead_elsewhere(tmp_path: Path, path: str) -> None:
    """Refused, for reading and for writing."""
    for act in (lambda: files.take(tmp_path, path), lambda: files.put(tmp_path, path, b"x")):
        with pytest.raises(Unfit):
            act()


def test_folders_that_are_links(tmp_path: Path) -> None:
    """Nothing is written through one, wherever it leads."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    top = tmp_path / "top"
    (top / ".runs").mkdir(parents=True)
    (top / ".runs/r1").symlink_to(elsewhere)
    for act in (files.put, files.claim):
        with pytest.raises(Unfit, match="is a symlink"):
            act(top, NAME, b"x")
    with pytest.raises(Unfit, match="is a symlink"):
        files.names(top, ".runs/r1")
    assert list(elsewhere.iterdir()) == []


def test_the_top_itself_may_be_a_link(tmp_path: Path) -> None:
    """A checkout may be reached by any way."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    files.put(tmp_path / "link", NAME, b"x")
    assert files.take(tmp_path / "real", NAME) == b"x"


def test_what_killed_writers_left_goes_with_the_next_write(tmp_path: Path) -> None:
    """Of this file alone, and not of a process that lives."""
    files.put(tmp_path, NAME, b"x")
    folder = (tmp_path / NAME).parent
    dead, other = ".interlock-a_critique.md.999999999.00ff", ".interlock-b_critique.md.999999999.00ff"
    live = f".interlock-a_critique.md.{os.getpid()}.00ff"
    for name in (dead, other, live):
        (folder / name).write_text("")
    files.put(tmp_path, NAME, b"y")
    assert {path.name for path in folder.iterdir()} == {"a_critique.md", other, live}


def test_an_index_that_can_not_be_written(tmp_path: Path) -> None:
    """Who won has won: the run does not hang on its index, and the next look says what is in the way."""
    root = str(tmp_path / "state")
    (tmp_path / ".runs/index.json").mkdir(parents=True)
    assert start(tmp_path, root, "r1", "one") == "won"
    assert start(tmp_path, root, "r1", "two") == "one"
    assert Runs(tmp_path, root).close("r1", 9.0).state == "closed"
    with pytest.raises(Fault, match=r"index\.json"):
        Runs(tmp_path, root).rebuild()
    (tmp_path / ".runs/index.json").rmdir()
    assert [meta.state for meta in whole(tmp_path, root)] == ["closed"]
    assert leftovers(tmp_path) == []


def test_what_could_not_be_logged_does_not_happen(tmp_path: Path) -> None:
    """The event comes first."""
    runs = Runs(tmp_path, str(tmp_path / "state"))

    def full(_: object) -> None:
        raise StorageFull("no room")

    with pytest.raises(StorageFull):
        runs.start("r1", "x", "", "one", "", 1.0, full)
    assert (runs.all(), runs.get("r1")) == ([], None)
    assert not isinstance(runs.start("r1", "x", "", "one", "", 1.0), Taken)
    with pytest.raises(StorageFull):
        runs.close("r1", 2.0, full)
    assert [meta.state for meta in runs.open()] == ["open"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "handoffs", "index.json"])
def test_ids_that_are_none(tmp_path: Path, name: str) -> None:
    """Nothing is started, found or closed by them."""
    runs = Runs(tmp_path, str(tmp_path / "state"))
    with pytest.raises(Fault, match="can't be a run's id"):
        runs.start(name, "x", "", "one", "", 1.0)
    assert runs.get(name) is None
    with pytest.raises(Fault, match="no run"):
        runs.close(name, 1.0)


def test_a_meta_that_is_broken_is_no_free_place(tmp_path: Path) -> None:
    """Somebody has the run, even if it can't be told who: it is not taken over."""
    runs = Runs(tmp_path, str(tmp_path / "state"))
    files.put(tmp_path, ".runs/r1/run_meta.json", b"{")
    for act in (
        lambda: runs.get("r1"),
        lambda: runs.start("r1", "x", "", "one", "", 1.0),
        lambda: runs.close("r1", 1.0),
    ):
        with pytest.raises(Unreadable, match=r"run_meta\.json:1"):
            act()
    assert files.take(tmp_path, ".runs/r1/run_meta.json") == b"{"


def test_a_state_folder_that_can_not_be_made(tmp_path: Path) -> None:
    """A fault with a reason."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StorageFull, match="state folder"):
        start(tmp_path, str(tmp_path / "state"), "r1", "one")
