"""Bad surroundings: closed streams, no environment, full disks, a stopped neighbour. The hook answers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.stage import GUARD, LIB, TOP, Stage, answer, verdict

BLOCKING = 2
"""The exit code by which the client refuses a tool when nothing could be printed."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A file held by another session."""
    made = Stage(tmp_path)
    made.occupy()
    return made


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def hook(stage: Stage, event: str = "PreToolUse") -> list[str]:
    return [sys.executable, "-I", "-S", "-B", str(GUARD), str(LIB), str(stage.root), event]


def shell(stage: Stage, streams: str, event: str = "PreToolUse") -> "subprocess.CompletedProcess[bytes]":
    """The hook started by a shell that closes or redirects its streams."""
    raw = as_json(stage.write(stage.held))
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {streams}', "sh", *hook(stage, event)],
        input=raw, capture_output=True, env=stage.environ, timeout=40,
    )  # fmt: skip


@pytest.mark.parametrize("streams", ["<&-", "</dev/null", "</dev/zero"])
def test_no_input(stage: Stage, streams: str) -> None:
    """With its standard input closed, empty or endless, the hook refuses what it can't see.
    (A folder there ends the interpreter before any of our code runs.)"""
    done = shell(stage, streams)
    assert done.returncode == 0
    assert verdict(answer(done.stdout.decode())) == "fault"


@pytest.mark.parametrize("streams", [">&-", ">/dev/full"])
def test_no_output(stage: Stage, streams: str) -> None:
    """Where the refusal can't be printed, exit 2 blocks the tool; other events are never blocked by it."""
    assert shell(stage, streams).returncode == BLOCKING
    assert shell(stage, streams, "Stop").returncode in (0, 1)


def test_no_error_stream(stage: Stage) -> None:
    """A closed standard error changes nothing."""
    assert verdict(answer(shell(stage, "2>&-").stdout.decode())) == "held"


def test_a_reader_that_is_gone(stage: Stage) -> None:
    """A pipe that nobody reads any more: exit 2, as the refusal was not heard."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = stage.run(
            as_json(stage.write(stage.held)), capture_output=False, stdout=writing, stderr=subprocess.PIPE
        )
    finally:
        os.close(writing)
    assert done.returncode == BLOCKING


def test_no_output_but_nothing_to_say(stage: Stage) -> None:
    """An allowed write needs no output stream."""
    raw = as_json(stage.write(stage.free))
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *hook(stage)],
        input=raw,
        env=stage.environ,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    "environ", [{}, {"HOME": ""}, {"HOME": "relative"}, {"PATH": "", "LANG": "xx"}, {"LC_ALL": "C"}]
)
def test_poor_environments(stage: Stage, environ: dict[str, str]) -> None:
    """Without HOME, without anything, the answer is the same."""
    done = stage.run(as_json(stage.write(stage.held)), env=environ)
    assert (done.returncode, done.stderr) == (0, b"")
    assert verdict(answer(done.stdout.decode())) == "held"


def test_a_hostile_environment(stage: Stage, tmp_path: Path) -> None:
    """Modules planted in the working directory or named by the environment do not run."""
    for name in ("json", "interlock", "os", "_json", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(0)\n")
    environ = {**stage.environ, "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": str(tmp_path / "json.py"),
               "PYTHONHOME": "/nowhere", "PYTHONINSPECT": "1"}  # fmt: skip
    done = stage.run(as_json(stage.write(stage.held)), env=environ, cwd=str(tmp_path))
    assert verdict(answer(done.stdout.decode())) == "held"


def test_a_working_directory_that_is_gone(stage: Stage, tmp_path: Path) -> None:
    """In a deleted working directory, and with one named that does not exist, the held file is refused."""
    gone = tmp_path / "gone"
    gone.mkdir()
    raw = as_json({**stage.write(stage.held), "cwd": str(gone)})
    script = 'cd "$1"; rmdir "$1"; shift; exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(gone), *hook(stage)], input=raw, env=stage.environ,
        capture_output=True, timeout=40,
    )  # fmt: skip
    assert verdict(answer(done.stdout.decode())) == "held"


def short_deadline(stage: Stage, tmp_path: Path, event: str) -> list[str]:
    """The hook with a deadline of half a second instead of 25."""
    runner = tmp_path / "runner.py"
    runner.write_text(
        "import sys\nsys.path.append(sys.argv[1])\nfrom interlock.guard import entry\n"
        "entry.DEADLINE = 0.5\nentry.main(sys.argv[2], sys.argv[3])\n"
    )
    return [sys.executable, "-I", "-S", "-B", str(runner), str(LIB), str(stage.root), event]


@pytest.fixture
def stopped_holder(stage: Stage) -> Iterator[Callable[[], int]]:
    """A process that has the store's lock and is stopped."""
    code = (
        "import sys, os, signal; sys.path.append(sys.argv[1]); from interlock.doors import oslock;"
        "oslock.acquire(sys.argv[2]); print(flush=True); os.kill(os.getpid(), signal.SIGSTOP)"
    )
    path = str(stage.root / "store.lock")
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code, str(LIB), path], stdout=subprocess.PIPE
    ) as made:
        assert made.stdout is not None
        made.stdout.readline()
        yield lambda: made.pid
        made.send_signal(signal.SIGKILL)


def test_a_stopped_neighbour_with_the_lock(
    stage: Stage, tmp_path: Path, stopped_holder: Callable[[], int]
) -> None:
    """While a stopped process has the store's lock, a write is refused at the deadline, naming the process;
    other events end without a word."""
    for event in ("PreToolUse", "Stop", "PostToolUse"):
        call = {**stage.write(stage.free), "hook_event_name": event}
        began = time.monotonic()
        done = subprocess.run(
            short_deadline(stage, tmp_path, event),
            input=as_json(call),
            env=stage.environ,
            capture_output=True,
            timeout=20,
        )
        assert 0.4 < time.monotonic() - began < 5
        assert (done.returncode, done.stderr) == (0, b"")
        told = answer(done.stdout.decode())
        assert (verdict(told) == "fault") == (event == "PreToolUse")
        if told:
            assert str(stopped_holder()) in told["permissionDecisionReason"]


def test_the_end_of_a_session_is_quick(stage: Stage, stopped_holder: Callable[[], int]) -> None:
    """SessionEnd answers within the client's 1.5 s even when the lock can't be had."""
    began = time.monotonic()
    done = stage.run(as_json({**stage.write(stage.free), "hook_event_name": "SessionEnd"}), event="SessionEnd")
    assert (done.returncode, done.stdout) == (0, b"")
    assert time.monotonic() - began < 1.5


def test_input_that_never_ends(stage: Stage, tmp_path: Path) -> None:
    """A client that keeps the input open gets a refusal at the deadline."""
    with subprocess.Popen(
        short_deadline(stage, tmp_path, "PreToolUse"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=stage.environ,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b'{"session_id":')
        process.stdin.flush()
        assert verdict(answer(process.stdout.read().decode())) == "fault"
        assert process.wait(5) == 0


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Callable[[Stage], Path]]:
    """Moves a stage's state to a tmpfs without any room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small tmpfs can't be mounted here (that takes root), so no disk can be filled")

    def move(stage: Stage) -> Path:
        stage.root = stage.copy(disk / "state") if stage.root.exists() else disk / "state"
        with (disk / "filler").open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096) == 4096:
                    pass
            except OSError:
                pass
        return disk / "filler"

    yield move
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_next_to_another_session(stage: Stage, full_disk: Callable[[Stage], Path]) -> None:
    """On a full disk a write is refused while another session lives, also to a free file."""
    filler = full_disk(stage)
    for path in (stage.held, stage.free):
        done = stage.run(as_json(stage.write(path)))
        assert (done.returncode, verdict(answer(done.stdout.decode()))) == (0, "fault")
    filler.unlink()
    assert verdict(answer(stage.run(as_json(stage.write(stage.held))).stdout.decode())) == "held"


def test_a_full_disk_alone(tmp_path: Path, full_disk: Callable[[Stage], Path]) -> None:
    """On a full disk a lone session goes on, with a warning, from the first call on."""
    for name, known in (("new", False), ("known", True)):
        stage = Stage(tmp_path / name)
        if known:
            assert stage.ask(stage.write(stage.held)) == {}
        filler = full_disk(stage)
        done = stage.run(as_json(stage.write(stage.free)))
        told = answer(done.stdout.decode())
        assert (done.returncode, done.stderr, verdict(told)) == (0, b"", "open")
        assert "full" in told["additionalContext"] or "space" in told["additionalContext"]
        filler.unlink()
        for left in (tmp_path / "disk").rglob("*"):
            if left.is_file():
                left.unlink()
        shutil.rmtree(tmp_path / "disk/state", ignore_errors=True)


@pytest.mark.parametrize("root", ["/proc/interlock", "/dev/null/state", "/sys/kernel/interlock"])
def test_a_state_folder_that_can_not_be(stage: Stage, root: str) -> None:
    """Where no state folder can ever be made, a write is refused or goes on with a warning, never silently."""
    done = stage.run(as_json(stage.write(stage.free)), Path(root))
    assert (done.returncode, done.stderr) == (0, b"")
    assert answer(done.stdout.decode()) != {}


def test_a_guard_that_can_not_be_loaded(stage: Stage, tmp_path: Path) -> None:
    """Without its package the hook refuses what may write, and stops nothing else."""
    for event, found in (("PreToolUse", "fault"), ("Stop", "open")):
        command = [sys.executable, "-I", "-S", str(TOP / "hooks/guard.py"), str(tmp_path), str(stage.root), event]
        done = subprocess.run(command, input=as_json(stage.write(stage.held)), capture_output=True, timeout=20)
        told: dict[str, Any] = answer(done.stdout.decode())
        assert (done.returncode, verdict(told)) == (0, found)
