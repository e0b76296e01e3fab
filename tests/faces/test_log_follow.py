"""`interlock log --follow`: every line once, in order, whatever the writer does meanwhile."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faces.site import Site
from tests.faces.site import interlock as command

import interlock
from interlock.doors.audit import AuditFile, body
from interlock.faces import log as face
from interlock.log.lines import Follower


class Writer:
    """The log's own writing end, fed by hand."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.file = AuditFile(str(root))
        self.seq = 0

    def add(self, many: int = 1) -> None:
        entries = []
        for _ in range(many):
            self.seq += 1
            entries.append((self.seq, body(self.seq, time.time(), "owner_dead", {"owner": f"h|s{self.seq}|main"})))
        self.file.append(self.file.tail(), entries, time.time())

    def rotate(self) -> None:
        if (self.root / "audit.jsonl").exists():
            self.file._rotate(self.file.tail())

    def tear(self) -> None:
        """A writer that died in the middle of a line."""
        with open(self.file.path, "ab") as file:
            file.write(b'{"v":1,"seq":999,"at":"20')


def numbers(follower: Follower) -> list[int]:
    return [line.record.seq for line in follower.poll() if line.record is not None]


def test_only_what_is_new(tmp_path: Path) -> None:
    """The first look gives the lines after the given number, later ones what was added since."""
    writer = Writer(tmp_path)
    writer.add(3)
    follower = Follower(str(tmp_path), 2)
    assert numbers(follower) == [3] and numbers(follower) == []
    writer.add(2)
    assert numbers(follower) == [4, 5]
    follower.close()


def test_before_there_is_a_log(tmp_path: Path) -> None:
    """Following begins before the first line is written."""
    follower = Follower(str(tmp_path), 0)
    assert numbers(follower) == []
    Writer(tmp_path).add()
    assert numbers(follower) == [1]
    follower.close()


def test_a_torn_tail_is_waited_for(tmp_path: Path) -> None:
    """Half a line is not shown, nor anything of it once it was cut off and another stands there."""
    writer = Writer(tmp_path)
    writer.add()
    follower = Follower(str(tmp_path), 0)
    assert numbers(follower) == [1]
    writer.tear()
    assert follower.poll() == []
    writer.add(2)
    assert numbers(follower) == [2, 3]
    follower.close()


def test_a_line_written_in_two_halves_comes_whole(tmp_path: Path) -> None:
    """A line counts once its newline is there."""
    writer = Writer(tmp_path)
    writer.add(2)
    log = tmp_path / "audit.jsonl"
    first, second = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(first + second[:-1])
    follower = Follower(str(tmp_path), 0)
    assert numbers(follower) == [1]
    with log.open("ab") as file:
        file.write(b"\n")
    assert [line.raw for line in follower.poll()] == [second]
    follower.close()


def test_rotations_lose_nothing(tmp_path: Path) -> None:
    """Lines written just before a rotation, in files that came and went between two looks, and while there is no
    active file at all, all come once."""
    writer = Writer(tmp_path)
    writer.add(2)
    follower = Follower(str(tmp_path), 0)
    assert numbers(follower) == [1, 2]
    writer.add()
    writer.rotate()
    assert numbers(follower) == [3]
    writer.add(2)
    writer.rotate()
    writer.add()
    writer.rotate()
    writer.add()
    assert numbers(follower) == [4, 5, 6, 7]
    follower.close()


def test_damage_is_passed_over_once(tmp_path: Path) -> None:
    """A line that can't be read comes once, as damaged; those after it come."""
    writer = Writer(tmp_path)
    writer.add()
    follower = Follower(str(tmp_path), 0)
    follower.poll()
    with (tmp_path / "audit.jsonl").open("ab") as file:
        file.write(b"junk\n")
    assert [line.record for line in follower.poll()] == [None]
    writer.seq += 1
    writer.add()
    assert numbers(follower) == [3]
    follower.close()


def test_a_log_cut_short_is_read_on(tmp_path: Path) -> None:
    """After somebody cut the log, what is written next still comes, and nothing twice."""
    writer = Writer(tmp_path)
    writer.add(5)
    follower = Follower(str(tmp_path), 0)
    assert numbers(follower) == [1, 2, 3, 4, 5]
    log = tmp_path / "audit.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]))
    assert numbers(follower) == []
    writer.add(2)
    assert numbers(follower) == [6, 7]
    follower.close()


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_events(tmp_path: Path, seed: int) -> None:
    """In any order of writes, torn tails, rotations and looks, every number comes once and in order."""
    chance = random.Random(seed)
    writer = Writer(tmp_path)
    follower = Follower(str(tmp_path), 0)
    seen: list[int] = []
    for _ in range(60):
        act = chance.choice(["add", "add", "tear", "rotate", "look", "look"])
        if act == "add":
            writer.add(chance.randint(1, 4))
        elif act == "tear":
            writer.tear()
        elif act == "rotate":
            writer.rotate()
        else:
            seen += numbers(follower)
    seen += numbers(follower)
    follower.close()
    assert seen == list(range(1, writer.seq + 1))


def test_while_another_thread_writes(tmp_path: Path) -> None:
    """With a writer that rotates at full speed beside it, every number comes once and in order."""
    writer = Writer(tmp_path)

    def write() -> None:
        for turn in range(300):
            writer.add(2)
            if turn % 7 == 0:
                writer.rotate()

    thread = threading.Thread(target=write)
    follower = Follower(str(tmp_path), 0)
    seen: list[int] = []
    thread.start()
    while thread.is_alive():
        seen += numbers(follower)
    thread.join()
    seen += numbers(follower)
    follower.close()
    assert seen == list(range(1, 601))


def test_filters_hold_for_what_comes(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """--follow shows the last lines first, then what comes, both filtered; a new owner is known at once."""
    site.write("src/a.py")
    scout: dict[str, Any] = {"session": "new", "agent_id": "n", "agent_type": "scout"}
    coming: Iterator[tuple[str, dict[str, Any]]] = iter([("src/b.py", {}), ("src/c.py", scout)])

    def wait() -> bool:
        path, who = next(coming, ("", {}))
        if path:
            site.write(path, **who)
        return bool(path)

    monkeypatch.setattr(face, "pause", wait)
    capsys.readouterr()
    assert command("log", "-f", "--event", "owner,granted", "--json", "-n", "1") == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    said = [(r["event"], str(r.get("path", ""))[-4:]) for r in shown]
    assert said == [("granted", "a.py"), ("granted", "b.py"), ("owner", ""), ("granted", "c.py")]


def started(*words: str) -> "subprocess.Popen[bytes]":
    environ = {**os.environ, "PYTHONPATH": str(Path(interlock.__file__).parents[1])}
    line = [sys.executable, "-m", "interlock", "log", "-f", "--json", *words]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)


def test_ctrl_c_ends_it_cleanly(site: Site) -> None:
    """Ctrl-C ends it at once, without a traceback, all lines printed."""
    site.write("src/a.py")
    child = started()
    assert child.stdout is not None
    shown = [child.stdout.readline() for _ in site.lines()]
    site.write("src/b.py")
    assert json.loads(child.stdout.readline())["path"].endswith("b.py")
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=10)
    assert errors == b"" and child.returncode == 130 and shown == site.lines()[: len(shown)]


def test_a_reader_that_goes_ends_it(site: Site) -> None:
    """When its reader goes it ends by itself, without a traceback, even if nothing comes any more."""
    site.write("src/a.py")
    child = started()
    assert child.stdout is not None and child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.wait(timeout=10) in (0, 141) and child.stderr.read() == b""
    child.stderr.close()
