"""The other names of held files: one look through the checkout for all of them, bounded in time."""

import os
import time
from pathlib import Path

import pytest

from interlock.doors import disk


def names(found: list[str]) -> list[str]:
    return sorted(os.path.basename(path) for path in found)


def test_all_in_one_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files have other names, each folder is listed once."""
    held = []
    for number in range(5):
        path = tmp_path / f"h{number}"
        path.touch()
        (tmp_path / f"deep{number}").mkdir()
        os.link(path, tmp_path / f"deep{number}" / f"x{number}")
        held.append(str(path))
    real, listed = os.scandir, []

    def scandir(path: str) -> object:
        listed.append(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(disk.links(held, str(tmp_path))) == [f"x{number}" for number in range(5)]
    assert len(listed) == len(set(listed)) <= 6


def test_nothing_is_looked_at_without_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with one name, folders, symlinks and what is gone cost no walk."""
    (tmp_path / "one").touch()
    (tmp_path / "link").symlink_to("one")
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(os, "scandir", None)
    asked = [str(tmp_path / name) for name in ("one", "link", "folder", "gone", "\0")]
    assert disk.links(asked, str(tmp_path)) == []


def test_behind_very_many_names(tmp_path: Path) -> None:
    """Many files elsewhere, git's own and installed packages do not hide a name."""
    held = tmp_path / "h"
    held.touch()
    for folder in (".git/objects", "node_modules/p", "big"):
        (tmp_path / folder).mkdir(parents=True)
        for number in range(9000):
            os.mknod(tmp_path / folder / str(number))
    (tmp_path / "z").mkdir()
    os.link(held, tmp_path / "z" / "other")
    os.link(held, tmp_path / "node_modules" / "p" / "packed")
    os.link(held, tmp_path / ".git" / "objects" / "gits")
    assert names(disk.links([str(held)], str(tmp_path), 30.0)) == ["other", "packed"]


def test_it_ends_in_time(tmp_path: Path) -> None:
    """A checkout too large to be looked through is left after the time given, with what was found."""
    held = tmp_path / "h"
    held.touch()
    os.link(held, tmp_path / "other")
    os.link(held, tmp_path.parent / f"{tmp_path.name}-outside")
    for number in range(3000):
        (tmp_path / f"d{number}").mkdir()
    began = time.monotonic()
    assert names(disk.links([str(held)], str(tmp_path), 0.002)) in ([], ["other"])
    assert time.monotonic() - began < 1.0
    assert names(disk.links([str(held)], str(tmp_path), 30.0)) == ["other"]


def test_two_held_names_of_one_file(tmp_path: Path) -> None:
    """Names that are asked about are no others."""
    for name in ("b", "c"):
        (tmp_path / "a").touch()
        os.link(tmp_path / "a", tmp_path / name)
    assert names(disk.links([str(tmp_path / "a"), str(tmp_path / "b")], str(tmp_path))) == ["c"]


@pytest.mark.parametrize("below", ["/nowhere/at/all", "\0", ""])
def test_folders_that_cannot_be_read(tmp_path: Path, below: str) -> None:
    """Nothing is raised."""
    (tmp_path / "a").touch()
    os.link(tmp_path / "a", tmp_path / "b")
    assert disk.links([str(tmp_path / "a")], below) == []
