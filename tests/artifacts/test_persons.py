"""Who decides as a person: while a client works in the repository, one with a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from interlock.doors import clock, process, repo
from interlock.leases.arrive import arrive
from interlock.words.owner import Liveness, Owner

from .sealed import Sealed, critique

DECIDES = (
    ("worklist", "wontfix", "C-1", "--why", "x"), ("worklist", "sync", "--rebuild"), ("receipt", "r1", "build"),
    ("verdict", "PASS", "--steelman", "x", "--path", "src/**"), ("runs", "close", "r1"),
)  # fmt: skip
LOOKS = (("worklist", "list"), ("worklist", "sync"), ("verdict", "list"), ("receipt", "r1", "build", "--check"))


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    found = Sealed(tmp_path)
    found.artifact("code_critique.md", critique(("C-1", "major", "a is wrong")))
    return found


@pytest.fixture
def client(ground: Sealed) -> Iterator[subprocess.Popen[bytes]]:
    """A process that hooks have made known as the client of a session in this repository."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as running:
        known(ground, running.pid)
        yield running
        running.kill()


def known(ground: Sealed, pid: int, top: Path | None = None) -> None:
    seen = process.stat(pid)
    assert seen is not None
    alive = Liveness(pid, seen[2], clock.boot_id(), process.namespace())
    with ground.store().transaction() as tx:
        arrive(tx, Owner("vm", f"s{pid}"), 900.0, alive, repo=repo.common_dir(str(top or ground.repo)))


def detached(ground: Sealed, words: tuple[str, ...], terminal: int = -1) -> subprocess.CompletedProcess[str]:
    """The program in a session of its own, without a terminal or with that one."""

    def take() -> None:
        if terminal >= 0:
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    program = str(ground.root / "bin" / "interlock")
    return subprocess.run(
        [program, *words], cwd=ground.repo, env=environ, capture_output=True, text=True, check=False,
        start_new_session=True, preexec_fn=take,
    )  # fmt: skip


@pytest.mark.parametrize("words", DECIDES, ids=" ".join)
def test_who_is_let_go_of_is_no_person(
    ground: Sealed, client: subprocess.Popen[bytes], words: tuple[str, ...]
) -> None:
    """A command without a terminal may be what an agent started and let go of: it decides nothing."""
    done = detached(ground, words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Claude Code works here (process {client.pid})" in done.stderr and len(done.stderr) < 400
    assert ground.records("verdict_given") == ground.records("receipt_sealed") == []
    assert ground.records("artifact_run_closed") == []


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
@pytest.mark.usefixtures("client")
def test_looking_is_free(ground: Sealed, words: tuple[str, ...]) -> None:
    """What only looks asks for no terminal."""
    assert "no terminal" not in detached(ground, words).stderr


@pytest.mark.usefixtures("client")
def test_a_terminal_is_a_persons(ground: Sealed) -> None:
    """In a terminal in which no client runs a person decides."""
    outer, inner = pty.openpty()
    done = detached(ground, DECIDES[0], inner)
    os.close(outer)
    os.close(inner)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_clients_own_terminal(ground: Sealed) -> None:
    """The terminal in which the client runs is the agents', too."""
    outer, inner = pty.openpty()
    script = (
        'sleep 60 & echo $!; read go; interlock worklist wontfix C-1 --why x --run r1; echo "ended $?"; kill $!'
    )
    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    environ["PATH"] = f"{ground.root / 'bin'}:{environ['PATH']}"

    def take() -> None:
        fcntl.ioctl(inner, termios.TIOCSCTTY, 0)

    running = subprocess.Popen(
        ["sh", "-c", script], cwd=ground.repo, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=take, text=True,
    )  # fmt: skip
    assert running.stdout is not None and running.stdin is not None
    known(ground, int(running.stdout.readline()))
    said, _ = running.communicate("go\n", timeout=30)
    os.close(outer)
    os.close(inner)
    assert "ended 2" in said and "no terminal of its own" in said


def test_without_a_client_nothing_is_asked(ground: Sealed) -> None:
    """Where no client works in the repository a script may decide: CI, a cron job. One elsewhere is no matter."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as running:
        known(ground, running.pid, ground.base)
        assert detached(ground, DECIDES[0]).returncode == 0
        running.kill()
