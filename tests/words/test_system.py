"""The guard's ``os`` against the real one."""

import os
import posixpath
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock import paths, system

names = st.text(st.sampled_from("/.a \u00e9\udc80"), max_size=12)


@given(names, st.lists(names, max_size=3))
def test_paths_are_joined_and_cut_as_ever(first: str, others: list[str]) -> None:
    """join, dirname, normpath and abspath give what os.path gives."""
    assert paths.join(first, *others) == posixpath.join(first, *others)
    assert paths.dirname(first) == posixpath.dirname(first)
    assert paths.normpath(first) == posixpath.normpath(first)
    assert paths.abspath(first) == posixpath.abspath(first)


@given(names)
def test_names_are_coded_as_ever(name: str) -> None:
    """fsencode and fsdecode give what os gives, undecodable bytes included."""
    assert system.fsencode(name) == os.fsencode(name)
    assert system.fsdecode(os.fsencode(name)) == name
    assert system.fsencode(b"\xff") == b"\xff" and system.fsdecode(name) == name


@pytest.mark.parametrize("name", [".", "file", "link", "broken", "missing", "file/x", "a\0b"])
def test_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """exists, lexists and isdir answer as os.path does, for odd names too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(".")
    (tmp_path / "broken").symlink_to("nowhere")
    for what in ("exists", "lexists", "isdir"):
        assert getattr(paths, what)(name) == getattr(os.path, what)(name)


def test_the_rest_is_the_systems_own(tmp_path: Path) -> None:
    """Calls are the very functions of os; folders and files are made as by it, and the environment is known."""
    assert system.open is os.open and system.stat_result is os.stat_result
    system.makedirs(str(tmp_path / "a/b"), exist_ok=True)
    handle = system.open(str(tmp_path / "a/b/c"), system.O_WRONLY | system.O_CREAT)
    with system.fdopen(handle, "w") as file:
        file.write("text")
    assert (tmp_path / "a/b/c").read_text() == "text"
    assert set(system.environ) >= {"PATH"}
