"""Something else in the place of a state file: the held file is refused, in time, and repair clears it."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.hostile.stage import GUARD, LIB, Stage, answer, verdict
from tests.hostile.test_damage import json_of, mend, stage

from interlock import image

__all__ = ["stage"]
NAMES = [
    "leases.db",
    "leases.db-journal",
    "epoch",
    "audit.jsonl",
    "store.lock",
    "config",
    "bells",
    "bell",
    "cache",
    "image",
]


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _full_folder(path: Path) -> None:
    path.mkdir()
    (path / "something").write_text("in it")


def _link(path: Path) -> None:
    path.symlink_to("/dev/null")


def _circle(path: Path) -> None:
    path.symlink_to(path.name)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path is at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


INSTEAD: list[Callable[[Path], None]] = [_fifo, _folder, _full_folder, _link, _circle, _socket]


def place(stage: Stage, root: Path, name: str) -> Path:
    """Where the named thing lies in ``root``."""
    if name == "image":
        return root / Path(image.path(str(stage.root))).relative_to(stage.root)
    if name == "bell":
        return root / "bells" / "1"
    return root / name


def replace(path: Path, instead: Callable[[Path], None]) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    instead(path)


@pytest.mark.parametrize("instead", INSTEAD, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_something_else_in_its_place(
    stage: Stage, tmp_path: Path, name: str, instead: Callable[[Path], None]
) -> None:
    """A FIFO, a folder, a link or a socket instead of a state file opens nothing, stops no hook from
    answering, and repair makes the state work again."""
    root = stage.copy(tmp_path / "s")
    replace(place(stage, root, name), instead)
    done = stage.run(json_of(stage), root, timeout=10)
    assert (done.returncode, done.stderr) == (0, b"")
    assert verdict(answer(done.stdout.decode())) in ("held", "fault")
    if name == "bell":  # whoever releases rings it
        done = stage.run(stop_of_holder(stage), root, "Stop", timeout=10)
        assert (done.returncode, done.stdout) == (0, b"")
        return
    mend(root)
    again = stage.run(json_of(stage), root, timeout=10)
    found = verdict(answer(again.stdout.decode()))
    assert found == "held" or (name == "audit.jsonl" and found != "fault"), again.stdout
    free = stage.run(as_json(stage.write(stage.free)), root, timeout=10)
    assert free.stdout == b"", "wedged"


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def stop_of_holder(stage: Stage) -> bytes:
    return as_json({"session_id": "holder", "cwd": str(stage.project), "hook_event_name": "Stop"})


def bound(stage: Stage, root: Path) -> "subprocess.CompletedProcess[bytes]":
    """The hook, bound by file permissions even where the tests run as root."""
    prefix = []
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root passes all file permissions, and setpriv is not here to take that away")
        prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps=-all"]
    return subprocess.run(
        [*prefix, sys.executable, "-I", "-S", "-B", str(GUARD), str(LIB), str(root), "PreToolUse"],
        input=json_of(stage), env={**stage.environ, "PATH": "/usr/bin:/bin"}, capture_output=True, timeout=20,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["leases.db", "epoch", "audit.jsonl", "store.lock", "."])
def test_a_state_file_without_permission(stage: Stage, tmp_path: Path, name: str) -> None:
    """What may not be read or written is refused, not passed over."""
    root = stage.copy(tmp_path / "s")
    assert verdict(answer(bound(stage, root).stdout.decode())) == "held"
    (root / name).chmod(0)
    done = bound(stage, root)
    (root / name).chmod(0o700)
    assert (done.returncode, done.stderr) == (0, b"")
    assert verdict(answer(done.stdout.decode())) in ("held", "fault")


def test_a_read_only_state_folder(stage: Stage, tmp_path: Path) -> None:
    """Where nothing can be written, the held file is refused: another session lives."""
    root = stage.copy(tmp_path / "s")
    for path in [root, *root.iterdir()]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = bound(stage, root)
    for path in [root, *root.iterdir()]:
        path.chmod(0o700)
    assert (done.returncode, done.stderr) == (0, b"")
    assert verdict(answer(done.stdout.decode())) in ("held", "fault")


def test_the_state_of_a_newer_version(stage: Stage, tmp_path: Path) -> None:
    """State that a newer Interlock wrote is refused with "upgrade", and left as it is."""
    root = stage.copy(tmp_path / "s")
    with closing(sqlite3.connect(root / "leases.db")) as database, database:
        database.execute("UPDATE meta SET version = version + 1")
    before = (root / "leases.db").read_bytes()
    told = stage.ask(stage.write(stage.free), root)
    assert told["permissionDecision"] == "deny"
    assert "pgrade" in told["permissionDecisionReason"]
    assert (root / "leases.db").read_bytes() == before


@pytest.mark.parametrize(
    "journal", [b"x" * 3000, b"\0" * 512, bytes.fromhex("d9d505f920a163d7") + b"\0" * 600, b"\xd9"]
)
def test_a_leftover_journal(stage: Stage, tmp_path: Path, journal: bytes) -> None:
    """A journal that no SQLite wrote, even one that seems to be hot, opens nothing."""
    root = stage.copy(tmp_path / "s")
    (root / "leases.db-journal").write_bytes(journal)
    assert verdict(stage.ask(stage.write(stage.held), root)) != "open"
    mend(root)
    assert verdict(stage.ask(stage.write(stage.held), root)) == "held"


def test_a_root_that_is_no_folder_of_its_own(stage: Stage, tmp_path: Path) -> None:
    """A file, a link, a FIFO or a folder that others may write in the state folder's place: refused."""
    makers: list[Callable[[Path], object]] = [_fifo, _link, _circle, lambda p: p.write_text(""), Path.mkdir]
    for number, make in enumerate(makers):
        root = tmp_path / f"root{number}"
        make(root)
        if number == 4:
            root.chmod(0o777)
        assert verdict(stage.ask(stage.write(stage.free), root)) == "fault"
