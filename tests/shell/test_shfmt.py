"""The door to shfmt: a tree, or a sentence; never a hang, never a process left behind."""

import os
import sys
import time
from pathlib import Path

import pytest

from interlock.doors import shfmt
from interlock.words.faults import Unreadable


def program(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shfmt of ours."""
    path = folder / "shfmt"
    path.write_text(f"#!{sys.executable} -IS\nimport os, sys, time\n{text}\n")
    path.chmod(0o755)
    monkeypatch.setattr(shfmt, "_program", lambda: str(path))
    monkeypatch.setattr(shfmt, "EFFORT", 10.0)  # Python alone takes some of it to start


def children() -> int:
    """How many children, zombies included, this process has."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return 1


def words(tree: object) -> list[str]:
    assert isinstance(tree, dict)
    return [part["Value"] for word in tree["Stmts"][0]["Cmd"]["Args"] for part in word["Parts"]]


def test_a_command_becomes_a_tree() -> None:
    """shfmt's own JSON."""
    assert words(shfmt.Parser(5).parse("rm 'a b' c")) == ["rm", "a b", "c"]


def test_bytes_that_are_no_utf8_come_through() -> None:
    """As the surrogates that Python has for them; other characters stay what they are."""
    assert words(shfmt.Parser(5).parse("rm a\udcff\udc80é\U0001f600")) == ["rm", "a\udcff\udc80é\U0001f600"]
    assert words(shfmt.Parser(5).parse("rm \U0010ff80")) == ["rm", "\U0010ff80"]


@pytest.mark.parametrize(
    "command", ["echo '", "if", "a\0b", "x" * 70000, "é" * 40000, "\U0010ff80\udcff", "\ud800", "a;" * 30000]
)
def test_what_cannot_be_parsed_is_said(command: str) -> None:
    """In a sentence that fits beside others."""
    try:
        shfmt.parse(command)
    except Unreadable as problem:
        assert 10 < len(str(problem)) < 250
    else:
        assert command == "\ud800"
    assert children() == 0


def test_a_large_command_does_not_lock_up() -> None:
    """More than a pipe holds, both ways at once."""
    tree = shfmt.Parser(5).parse("cat <<'E'\n" + "x" * 60000 + "\nE")
    assert isinstance(tree, dict)


def test_one_that_never_answers_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its time, and no process is left."""
    program(tmp_path, "time.sleep(60)", monkeypatch)
    began = time.monotonic()
    with pytest.raises(Unreadable, match="too long"):
        shfmt.parse("ls")
    assert time.monotonic() - began < 2
    assert children() == 0


def test_one_that_closes_its_output_and_stays_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the output is not the end of the process."""
    program(tmp_path, "os.close(1); os.close(2); time.sleep(60)", monkeypatch)
    with pytest.raises(Unreadable, match="too long"):
        shfmt.Parser(0.5).parse("ls")
    assert children() == 0


def test_one_that_prints_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the bound."""
    program(tmp_path, "while True: os.write(1, b'x' * 65536)", monkeypatch)
    with pytest.raises(Unreadable, match="involved"):
        shfmt.Parser(5).parse("ls")
    assert children() == 0


def test_one_that_reads_nothing_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full pipe and no reader: its exit status is what counts."""
    program(tmp_path, "os.close(0); print('no'); sys.exit(3)", monkeypatch)
    with pytest.raises(Unreadable, match="no"):
        shfmt.Parser(5).parse("x" * 60000)
    assert children() == 0


def test_what_it_prints_must_be_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nonsense with a good exit status is unreadable too."""
    program(tmp_path, "print('nonsense')", monkeypatch)
    with pytest.raises(Unreadable):
        shfmt.Parser(5).parse("ls")


def test_patience_is_for_all_that_one_parser_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text inside a command gets what the command has left."""
    program(tmp_path, "time.sleep(0.3); print('{}')", monkeypatch)
    parser = shfmt.Parser(0.5)
    with pytest.raises(Unreadable, match="too long"):
        for _ in range(3):
            parser.parse("ls")


def test_without_shfmt_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the package."""
    monkeypatch.setattr(shfmt, "_program", lambda: "")
    with pytest.raises(Unreadable, match="pip install shfmt-py"):
        shfmt.parse("ls")


def test_path_and_the_working_folder_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program lies beside the interpreter, or where the package's own scripts do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "shfmt").write_text("#!/bin/sh\nexit 7\n")
    (tmp_path / "shfmt").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert shfmt._program() == os.path.join(os.path.dirname(sys.executable), "shfmt")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    assert shfmt._program() in ("", os.path.join(sys.prefix, "bin", "shfmt"))


def test_descriptors_are_given_back() -> None:
    """However it ends."""
    before = len(os.listdir("/proc/self/fd"))
    for command in ("ls", "echo '", "a" * 10):
        try:
            shfmt.parse(command)
        except Unreadable:
            pass
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time of others can't be seen here")
def test_what_takes_much_work_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that only works on is ended by its processor time, long before patience is out."""
    program(tmp_path, "while True: pass", monkeypatch)
    monkeypatch.setattr(shfmt, "EFFORT", 0.1)
    with pytest.raises(Unreadable, match="too involved"):
        shfmt.Parser(60).parse("ls")
    assert not children()
