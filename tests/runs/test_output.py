"""What a run prints: kept in its log, and the same to who reads it."""

import contextlib
import os
import pty
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.runs import output, tee
from interlock.runs.tail import HEAD, TAIL, Bounded, bounded, left_out

from .ground import GO, Ground, until

BOTH = "echo one; echo two >&2; echo three; echo four >&2"


def test_a_file_like_the_clients(ground: Ground) -> None:
    """Both streams to one file, as the client gives them: inherited, in order; the log has what was added."""
    path = ground.base / "task.output"
    path.write_text("before\n")
    use_id = ground.ticket("")
    with path.open("ab") as file:
        ground.start(BOTH, use_id, stdout=file, stderr=file).wait(20)
    assert path.read_text().startswith("before\none\ntwo\nthree\nfour\n")
    assert ground.log(use_id) == b"one\ntwo\nthree\nfour\n"


def test_a_file_open_for_writing_only(ground: Ground) -> None:
    """Without O_APPEND, at whatever position, the log has what came from there on."""
    path = ground.base / "task.output"
    use_id = ground.ticket("")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.write(handle, b"earlier\n")
    ground.start(BOTH, use_id, stdout=handle, stderr=handle).wait(20)
    os.close(handle)
    assert ground.log(use_id) == b"one\ntwo\nthree\nfour\n"


def test_one_pipe_for_both(ground: Ground) -> None:
    """`2>&1` keeps its order, through the pipe and in the log."""
    use_id = ground.ticket("")
    done = ground.run(BOTH, use_id, stderr=subprocess.STDOUT)
    assert done.stdout.startswith(b"one\ntwo\nthree\nfour\n")
    assert ground.log(use_id) == b"one\ntwo\nthree\nfour\n"


def test_two_pipes(ground: Ground) -> None:
    """Each stream arrives where it should; the log has both."""
    use_id = ground.ticket("")
    done = ground.run(BOTH, use_id)
    assert done.stdout == b"one\nthree\n" and done.stderr.startswith(b"two\nfour\n")
    assert sorted(ground.log(use_id).split()) == [b"four", b"one", b"three", b"two"]


def test_a_socket(ground: Ground) -> None:
    """A socket stays a socket to the command."""
    ours, its = socket.socketpair()
    with its:
        process = ground.start("stat -L -c %F /proc/self/fd/1", stdout=its, stderr=subprocess.DEVNULL)
    assert ours.makefile("rb").read() == b"socket\n"
    assert process.wait(10) == 0


def test_a_megabyte_through_a_pipe(ground: Ground) -> None:
    """Nothing is lost, doubled or cut on its way; the log holds the beginning and the end."""
    use_id = ground.ticket("")
    done = ground.run("seq 1 500000", use_id)
    whole = b"".join(b"%d\n" % number for number in range(1, 500_001))
    assert done.stdout == whole
    log = ground.log(use_id)
    assert log.startswith(whole[:HEAD]) and log.endswith(whole[-TAIL:]) and b"bytes left out" in log
    assert len(log) < HEAD + TAIL + 100


def test_a_large_file_is_bounded(ground: Ground) -> None:
    """The same for a file."""
    use_id = ground.ticket("")
    with (ground.base / "out").open("wb") as file:
        ground.start("seq 1 500000", use_id, stdout=file, stderr=file).wait(20)
    log = ground.log(use_id)
    assert log.startswith(b"1\n2\n") and log.endswith(b"\n500000\n") and len(log) < HEAD + TAIL + 100


def test_a_reader_that_has_seen_enough(ground: Ground) -> None:
    """When nobody reads any more, the command is told so, as without a wrapper."""
    began = time.monotonic()
    process = ground.start("yes; echo ${PIPESTATUS[0]} > code", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None and process.stdout.read(4) == b"y\ny\n"
    process.stdout.close()
    process.wait(10)
    assert (ground.repo / "code").read_text().strip() == str(128 + signal.SIGPIPE)
    assert time.monotonic() - began < 10


def test_what_prints_on_in_the_background(ground: Ground) -> None:
    """A grandchild goes on printing to the pipe after the command's end and the wrapper's."""
    with ground.start(
        f"({GO}; echo late) & echo early", stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"early\n"
        process.wait(10)
        (ground.repo / "go").touch()
        assert process.stdout.read() == b"late\n"


def test_a_file_and_a_pipe(ground: Ground) -> None:
    """One stream to a file and the other to a pipe that is open for long: the log has both, and keeps them."""
    use_id = ground.ticket("")
    command = f"echo one; echo two >&2; ({GO}; echo late >&2) &"
    with (ground.base / "out").open("wb") as file:
        process = ground.start(command, use_id, stdout=file, stderr=subprocess.PIPE)
    process.wait(20)
    assert sorted(ground.log(use_id).split()) == [b"one", b"two"]
    (ground.repo / "go").touch()
    assert process.stderr is not None and process.stderr.read().endswith(b"late\n")
    until(ground.idle)
    time.sleep(0.2)
    assert sorted(ground.log(use_id).split()) == [b"one", b"two"]


def test_silence(ground: Ground) -> None:
    """To /dev/null, or with the streams closed, it runs, and its log is empty."""
    for streams in ({"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}, {"preexec_fn": _closes}):
        use_id = ground.ticket("")
        assert ground.start("echo x; exit 3", use_id, **streams).wait(20) in (1, 3)
        assert ground.log(use_id) == b""


def _closes() -> None:
    for handle in (1, 2):
        os.close(handle)


def test_a_terminal(ground: Ground) -> None:
    """At a terminal the command sees one of the same size, and what it prints arrives unchanged and in the log."""
    leader, follower = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 31, 97, 0, 0))
    process = ground.typed(
        "run", "--", "sh", "-c", "test -t 1 && stty size <&1; printf 'a\\tb\\n'", stdin=follower, stdout=follower,
        stderr=follower, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    said = b""
    with contextlib.suppress(OSError):
        while data := os.read(leader, 4096):
            said += data
    assert process.wait(10) == 0
    assert said.replace(b"\r\n", b"\n").startswith(b"31 97\na\tb\n")
    (log,) = (ground.root / "runs" / "logs").iterdir()
    assert log.read_bytes() == b"31 97\na\tb\n"


def test_no_room_for_the_log(ground: Ground) -> None:
    """Where the log can't be written, the command runs and prints as ever."""
    (ground.root / "runs").mkdir(exist_ok=True)
    (ground.root / "runs" / "logs").write_text("in the way")
    done = ground.run("echo out; exit 4")
    assert (done.returncode, done.stdout) == (4, b"out\n")


@given(st.lists(st.binary(max_size=3), max_size=20), st.integers(1, 8), st.integers(1, 8))
def test_bounds(pieces: list[bytes], head: int, tail: int) -> None:
    """Whatever comes in whatever pieces: all of it, or its beginning, how much is missing, and its end."""
    import interlock.runs.tail as module

    whole = b"".join(pieces)
    before = module.HEAD, module.TAIL
    module.HEAD, module.TAIL = head, tail
    try:
        kept = Bounded()
        for piece in pieces:
            kept.add(piece)
        text = kept.text()
    finally:
        module.HEAD, module.TAIL = before
    missing = len(whole) - head - tail
    assert text == (whole if missing <= 0 else whole[:head] + left_out(missing) + whole[-tail:])


def test_bounds_of_a_file(tmp_path: Path) -> None:
    """A part of a file is held to the same bounds."""
    data = os.urandom(HEAD + TAIL + 10)
    (tmp_path / "f").write_bytes(b"before" + data + b"after")
    with (tmp_path / "f").open("rb") as file:
        got = b"".join(bounded(file, 6, 6 + len(data)))
    assert got == data[:HEAD] + left_out(10) + data[-TAIL:]


def test_old_logs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs of more than thirty days go, and the oldest of too many bytes; tickets of a day; no lock file ever."""
    monkeypatch.setattr(output, "MOST", 250)
    now = time.time()
    files = {
        "runs/logs/new": 0, "runs/logs/young": 1, "runs/logs/old": 2, "runs/logs/ancient": 31,
        "runs/a.lock": 99, "runs/a.took": 31, "runs/b.took": 29, "runs/a.told": 31,
        "tickets/a.run": 2, "tickets/b.running": 2, "tickets/c.run": 0.5, "tickets/contained": 2,
    }  # fmt: skip
    for name, days in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (now - days * 86400, now - days * 86400))
    output.sweep(tmp_path, now)
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    kept = ["runs/a.lock", "runs/b.took", "runs/logs/new", "runs/logs/young", "tickets/c.run", "tickets/contained"]
    assert left == kept


def test_the_tee_leaves_no_process(ground: Ground) -> None:
    """When all is printed, nothing of the wrapper is left running."""
    use_id = ground.ticket("")
    ground.run("echo x", use_id)
    until(lambda: use_id.encode() not in subprocess.run(["ps", "ax", "-o", "args"], capture_output=True).stdout)


def test_a_log_is_whole_while_it_is_written_again(tmp_path: Path) -> None:
    """Who reads it while what came is noted once more, as at the end of a pipe, finds all that stood there."""
    mine, its = socket.socketpair()
    passing = tee._Passing(tee.Tee(tmp_path / "log"), its)
    passing.kept.add(b"=== 7 passed in 0.50s ===\n")
    passing._save()
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.append((tmp_path / "log").stat().st_size)

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(2000):
        passing._save()
    over.set()
    looking.join()
    mine.close()
    its.close()
    assert set(seen) == {26}
