"""Something else in the place of a state file: the held file is refused, in time, and repair clears it."""

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
NEEDED = {"leases.db", "epoch", "audit.jsonl", "store.lock"}


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
        return root / Path(image.path(str(stage.root), str(LIB))).relative_to(stage.root)
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
    import json

    return json.dumps(value).encode()


def stop_of_holder(stage: Stage) -> bytes:
    return as_json({"session_id": "holder", "cwd": str(stage.project), "hook_event_name": "Stop"})


def as_nobody(stage: Stage, root: Path) -> "subprocess.CompletedProcess[bytes]":
    """The hook run by a user whom file permissions bind; files are given to that user."""
    if os.getuid() == 0:
        code = "import os, sys; os.setgid(65534); os.setuid(65534); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        prefix = [sys.executable, "-I", "-S", "-c", code]
        subprocess.run(["chown", "-R", "65534:65534", str(root)], check=True)
    else:
        prefix = [sys.executable]
    return subprocess.run(
        [*prefix, "-I", "-S", "-B", str(GUARD), str(LIB), str(root), "PreToolUse"],
        input=json_of(stage), env=stage.environ, capture_output=True, timeout=20,
    )  # fmt: skip


@pytest.fixture
def reachable(tmp_path: Path) -> Path:
    """A folder that another user may enter; skips where that can't be."""
    for path in (tmp_path, *tmp_path.parents):
        if os.stat(path).st_uid == os.getuid() and not os.stat(path).st_mode & 0o001:
            path.chmod(os.stat(path).st_mode | 0o011)
    return tmp_path


@pytest.mark.parametrize("name", ["leases.db", "epoch", "audit.jsonl", "store.lock", "."])
def test_a_state_file_without_permission(stage: Stage, reachable: Path, name: str) -> None:
    """What may not be read or written is refused, not passed over."""
    for path in (stage.project, stage.held):
        path.chmod(0o755)
    for above in (stage.project, *stage.project.parents):
        if os.stat(above).st_uid == os.getuid() and not os.stat(above).st_mode & 0o001:
            above.chmod(os.stat(above).st_mode | 0o011)
    root = stage.copy(reachable / "s")
    assert verdict(answer(as_nobody(stage, root).stdout.decode())) == "held"
    (root / name).chmod(0)
    done = as_nobody(stage, root)
    (root / name).chmod(0o700)
    assert (done.returncode, done.stderr) == (0, b"")
    assert verdict(answer(done.stdout.decode())) in ("held", "fault")


def test_a_read_only_state_folder(stage: Stage, reachable: Path) -> None:
    """Where nothing can be written, the held file is refused: another session lives."""
    root = stage.copy(reachable / "s")
    for path in [root, *root.iterdir()]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = as_nobody(stage, root)
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
    for number, make in enumerate([_fifo, _link, _circle, lambda p: p.write_text(""), lambda p: p.mkdir(0o777)]):
        root = tmp_path / f"root{number}"
        make(root)
        if number == 4:
            root.chmod(0o777)
        assert verdict(stage.ask(stage.write(stage.free), root)) == "fault"
