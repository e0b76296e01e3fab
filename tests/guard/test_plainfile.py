"""The one reader of files that others put there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from interlock.doors import blocks, config, head, notes, repo, runfolder
from interlock.doors.plainfile import beginning, whole
from interlock.words.faults import StateFault, Unreadable


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Whoever waits fails."""

    def tired(*_: object) -> None:
        raise AssertionError("it waited")

    before = signal.signal(signal.SIGALRM, tired)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def dribbling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk of which each read brings a few bytes."""
    really = os.read
    monkeypatch.setattr("interlock.system.read", lambda handle, most: really(handle, min(most, 3)))


@pytest.mark.usefixtures("dribbling")
def test_reads_that_bring_less(tmp_path: Path) -> None:
    """All of it is read, and not more than asked for."""
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert whole(str(path), 10) == b"0123456789"
    assert beginning(str(path), 7) == b"0123456"
    with pytest.raises(Unreadable, match="is over 0 KiB"):
        whole(str(path), 9)


@pytest.mark.usefixtures("dribbling")
def test_every_door_reads_all(tmp_path: Path) -> None:
    """Config, verdicts, runs, notes and git's own files, be they ever so slow to come."""
    root = str(tmp_path / "state")
    block = blocks.Block("r1", ("src/**",), "h|s|a", 1.0, "because")
    blocks.write(root, "/repo", [block])
    assert blocks.standing(root, "/repo") == [block]
    notes.write(root, "/repo/.git", "bd-1", notes.Note("brief", "there", "all of it"))
    note = notes.read(root, "/repo/.git", "bd-1")
    assert note is not None and note.text == "all of it"
    (tmp_path / ".claude").mkdir()
    (tmp_path / config.NAME).write_text("wait = 7\nrun_wait = 9\n")
    for _ in range(2):  # compiled, then read from the copy
        found = config.load(str(tmp_path), root)
        assert (found.wait, found.run_wait, found.problem) == (7, 9, "")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text(f"{'a' * 40}\n")
    assert head.read(str(tmp_path)).commit == "a" * 40
    assert repo.note(str(tmp_path / ".git" / "HEAD"), 4) == "aaaa"
    (tmp_path / ".runs" / "r1").mkdir(parents=True)
    (tmp_path / ".runs" / "r1" / "run_meta.json").write_text('{"run_id": "r1", "state": "closed"}')
    assert runfolder.is_closed(str(tmp_path), "r1")


def odd(path: Path, what: str) -> None:
    """Puts something else in the file's place."""
    if what == "fifo":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "zero":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path.name)
    elif what == "long":
        path.write_bytes(b"x" * 5000)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("fifo", "is no regular file"), ("folder", "is no regular file"), ("zero", "is no regular file"),
        ("loop", "can't be read (Too many levels of symbolic links)"), ("long", "is over 4 KiB"),
    ],
)  # fmt: skip
def test_what_is_no_file(tmp_path: Path, what: str, told: str) -> None:
    """It is said what stands there, at once; nothing of it is taken."""
    odd(tmp_path / "a", what)
    with pytest.raises(Unreadable) as problem:
        whole(str(tmp_path / "a"), 4096)
    assert str(problem.value) == told


def test_what_is_not_there(tmp_path: Path) -> None:
    """No file is no fault; a name that can't be one is."""
    (tmp_path / "file").write_text("x")
    assert whole(str(tmp_path / "a"), 10) is None
    assert whole(str(tmp_path / "file" / "a"), 10) is None
    with pytest.raises(Unreadable, match="no such name"):
        whole(f"{tmp_path}/a\0b", 10)
    with pytest.raises(FileNotFoundError):
        beginning(str(tmp_path / "a"), 10)


def test_links(tmp_path: Path) -> None:
    """They are followed, or not, as asked."""
    (tmp_path / "a").write_text("x")
    (tmp_path / "link").symlink_to("a")
    assert whole(str(tmp_path / "link"), 10) == b"x"
    with pytest.raises(Unreadable, match="can't be read"):
        whole(str(tmp_path / "link"), 10, links=False)


@pytest.mark.parametrize("what", ["fifo", "folder", "zero", "loop"])
def test_no_door_waits(tmp_path: Path, what: str) -> None:
    """Whatever stands in the place of a config, a note, verdicts, or git's files."""
    root = str(tmp_path)
    state = (blocks.path(root, "/repo"), notes.path(root, "/repo", "bd-1"))
    for path in (*map(Path, state), tmp_path / config.NAME):
        path.parent.mkdir(parents=True, exist_ok=True)
        odd(path, what)
    with pytest.raises(StateFault, match="can't be trusted"):
        blocks.standing(root, "/repo")
    assert notes.read(root, "/repo", "bd-1") is None
    assert config.load(root, root).problem.startswith(f"{config.NAME} ")
    (tmp_path / ".git").mkdir()
    odd(tmp_path / ".git" / "HEAD", what)
    assert head.read(root).commit == ""
