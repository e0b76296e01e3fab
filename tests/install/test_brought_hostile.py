"""Links, other things in the way, kills and full disks: what install brings is brought, or nothing is lost."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.install.conftest import make_setup
from tests.install.test_brought import LINE, PAGE, THERE, has, packed
from tests.install.test_operate import tree

from interlock.install import disk
from interlock.install.errors import InstallError
from interlock.install.operate import Report, Setup, install, uninstall
from interlock.install.places import Scope


@pytest.fixture
def place(setup: Setup) -> Setup:
    """A fresh place with a pack."""
    return packed(setup)


@pytest.mark.parametrize("name", [".claude/agents", ".claude/commands", ".claude/commands/interlock", "CLAUDE.md"])
def test_links_out_of_the_repository(place: Setup, tmp_path: Path, name: str) -> None:
    """A symlink that leads out of the repository is not written through, the hooks are installed all the same, and
    the note says what to do."""
    outside = tmp_path / "outside"
    link = place.repo / name
    link.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".md"):
        outside.write_bytes(b"theirs\n")
    else:
        outside.mkdir()
        (outside / "critic.md").write_bytes(b"theirs\n")
    link.symlink_to(outside)
    before = tree(tmp_path)["outside"], tree(outside) if outside.is_dir() else outside.read_bytes()
    report = install(place, Scope.PROJECT)
    notes = [note for note in report.pack.notes if "leads out of the repository" in note]
    assert report.action == "installed" and len(notes) == 1 and name in notes[0]
    uninstall(place, Scope.PROJECT)
    assert (tree(tmp_path)["outside"], tree(outside) if outside.is_dir() else outside.read_bytes()) == before
    assert link.is_symlink()


def test_a_linked_agent_is_the_users(place: Setup, tmp_path: Path) -> None:
    """A symlink in the place of a file stays, wherever it leads."""
    for target in (tmp_path / "nowhere", place.repo / "mine.md"):
        link = place.repo / THERE["critic"]
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        (place.repo / "mine.md").write_bytes(b"mine\n")
        report = install(place)
        assert link.is_symlink() and not (tmp_path / "nowhere").exists() and "symlink" in report.pack.notes[0]
        assert (place.repo / "mine.md").read_bytes() == b"mine\n"
        uninstall(place)
        assert link.is_symlink()


def test_links_inside_the_repository_are_followed(place: Setup) -> None:
    """A CLAUDE.md that is another name for AGENTS.md is written through, and given back."""
    (place.repo / "AGENTS.md").write_bytes(b"# All\n")
    (place.repo / "CLAUDE.md").symlink_to("AGENTS.md")
    install(place, Scope.PROJECT)
    assert (place.repo / "AGENTS.md").read_text() == f"# All\n\n{LINE}\n" and (
        place.repo / "CLAUDE.md"
    ).is_symlink()
    uninstall(place, Scope.PROJECT)
    assert (place.repo / "AGENTS.md").read_bytes() == b"# All\n" and (place.repo / "CLAUDE.md").is_symlink()


@pytest.mark.parametrize("kind", ["fifo", "folder", "file"])
def test_other_things_in_the_way(place: Setup, kind: str) -> None:
    """A FIFO or a folder in the place of a file, or a file in that of a folder, is left with a note."""
    (place.repo / ".claude/agents").mkdir(parents=True)
    way = place.repo / (".claude/commands" if kind == "file" else THERE["critic"])
    if kind == "fifo":
        os.mkfifo(way)
    elif kind == "folder":
        way.mkdir()
    else:
        way.write_bytes(b"x")
    mode = way.lstat().st_mode
    report = install(place)
    assert any(str(way) in note for note in report.pack.notes) and report.action == "installed"
    uninstall(place)
    assert way.lstat().st_mode == mode


def test_memory_that_is_no_text(place: Setup) -> None:
    """A binary or UTF-16 memory file is left as it is, with a note."""
    data = "# Mine\n".encode("utf-16")
    (place.repo / "CLAUDE.md").write_bytes(data)
    report = install(place, Scope.PROJECT)
    assert (place.repo / "CLAUDE.md").read_bytes() == data and "is no text" in report.pack.notes[0]


def test_a_page_that_can_not_come_is_not_imported(place: Setup) -> None:
    """Where the user has an `interlock.md` of their own, no line imports it."""
    (place.repo / ".claude").mkdir()
    (place.repo / ".claude/interlock.md").write_bytes(b"my notes on railways\n")
    install(place, Scope.PROJECT)
    assert not (place.repo / "CLAUDE.md").exists()


class Killed(BaseException):
    """Nothing catches it."""


def killing(patch: pytest.MonkeyPatch, number: int, after: bool) -> Callable[[], int]:
    """Ends the program before or after the ``number``-th call that changes a folder; tells how many were made."""
    made = [0]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: Any, **more: Any) -> object:
            made[0] += 1
            if made[0] == number and not after:
                raise Killed
            done = real(*args, **more)
            if made[0] == number:
                raise Killed
            return done

        return call

    for name in ("rename", "unlink", "rmdir", "mkdir"):
        patch.setattr(os, name, wrapped(getattr(os, name)))
    return lambda: made[0]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("act", [install, uninstall])
def test_killed_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Setup, Scope], Report], after: bool
) -> None:
    """Wherever an install or uninstall ends, the user's files are whole, and a later uninstall gives all back."""
    for number in range(1, 60):
        place = packed(make_setup(tmp_path / str(number)))
        (place.repo / "CLAUDE.md").write_bytes(b"# Mine\n")
        (place.repo / ".claude/agents").mkdir(parents=True)
        (place.repo / ".claude/agents/mine.md").write_bytes(b"mine\n")
        before = tree(place.repo)
        if act is uninstall:
            install(place, Scope.PROJECT)
        with monkeypatch.context() as patch:
            count = killing(patch, number, after)
            try:
                act(place, Scope.PROJECT)
            except Killed:
                pass
            done = count() < number
        assert (place.repo / "CLAUDE.md").read_bytes() in (b"# Mine\n", f"# Mine\n\n{LINE}\n".encode())
        assert (place.repo / ".claude/agents/mine.md").read_bytes() == b"mine\n"
        assert set(has(place).values()) <= {b"mine\n", b"judge\n", b"close\n", b"locks\n", PAGE, *memory(place)}
        if number % 2:  # at once, or after one more try
            install(place, Scope.PROJECT)
            assert len(has(place)) == 6
        uninstall(place, Scope.PROJECT)
        assert tree(place.repo) == before
        if done:
            assert number > 10
            return
    raise AssertionError("it never came to its end")


def memory(place: Setup) -> set[bytes]:
    """What stands in the memory file."""
    return {(place.repo / "CLAUDE.md").read_bytes()}


def test_somebody_writes_at_the_same_moment(place: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that appears between the look and the write is not overwritten."""
    theirs = place.repo / THERE["critic"]
    real = disk._fill

    def fill(folder: int, spare: str, name: str, data: bytes, mode: int | None) -> None:
        if name == "critic.md":
            theirs.write_bytes(b"theirs\n")
        real(folder, spare, name, data, mode)

    monkeypatch.setattr(disk, "_fill", fill)
    report = install(place)
    assert theirs.read_bytes() == b"theirs\n" and "just now" in report.pack.notes[0]


def test_a_full_disk_is_told(place: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the disk ends the install with a sentence; the hooks are there, and the next does the rest."""
    real = disk._fill

    def full(folder: int, spare: str, name: str, data: bytes, mode: int | None) -> None:
        if name == "critic.md":
            raise OSError(28, "No space left on device")
        real(folder, spare, name, data, mode)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "_fill", full)
        with pytest.raises(InstallError, match="No space left"):
            install(place)
    assert (place.repo / ".claude/settings.local.json").exists()
    assert install(place).action == "unchanged" and len(has(place)) == 5
    uninstall(place)
    assert has(place) == {} and not (place.repo / ".claude").exists()


@pytest.mark.parametrize("damage", ["gone", "torn", "flipped", "other"])
def test_a_damaged_record(place: Setup, damage: str) -> None:
    """Without a sound record uninstall takes out what is just as the pack has it, the line, and nothing else."""
    (place.repo / "CLAUDE.md").write_bytes(b"# Mine\n")
    install(place, Scope.PROJECT)
    (place.repo / THERE["critic"]).write_bytes(b"judge, my way\n")
    (record,) = (place.baked.root / "install/pack").iterdir()
    data = record.read_bytes()
    wrong = b'{"version": 7}' if damage == "other" else data[:-20]
    if damage == "flipped":  # the digest of the original no longer fits it
        at = data.index(b'"original_sha256":"') + 19
        wrong = data[:at] + (b"1" if data[at : at + 1] == b"0" else b"0") + data[at + 1 :]
    if damage == "gone":
        record.unlink()
    else:
        record.write_bytes(wrong)
    report = uninstall(place, Scope.PROJECT)
    assert has(place) == {"CLAUDE.md": b"# Mine\n", THERE["critic"]: b"judge, my way\n"}
    assert any("critic.md" in note for note in report.pack.notes)
