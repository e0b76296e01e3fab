"""Waiting across real processes: in turn, woken by the release, and never in a circle."""

import os
import subprocess
import sys
import time
from pathlib import Path

from .conftest import Type


def start(repo: Path, session: str, *words: str) -> "subprocess.Popen[str]":
    """`interlock lock WORDS...` as another process of that session."""
    return subprocess.Popen(
        [sys.executable, "-m", "interlock", "lock", *words],
        cwd=repo, env={**os.environ, "CLAUDE_CODE_SESSION_ID": session}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def queued(process: "subprocess.Popen[str]") -> str:
    """The line by which the process says that it waits."""
    assert process.stderr is not None
    return process.stderr.readline()


def test_waiters_are_served_in_turn(typed: Type, repo: Path) -> None:
    """The one who came first gets it first; the next is told that it moved up."""
    typed("try", "a.py", by="alpha")
    first = start(repo, "beta", "wait", "a.py")
    assert "number 1" in queued(first)
    second = start(repo, "gamma", "wait", "a.py")
    assert "number 2" in queued(second)
    typed("release", "a.py", by="alpha")
    assert first.wait(10) == 0
    assert second.poll() is None
    typed("release", "a.py", by="beta")
    assert second.wait(10) == 0


def test_the_release_wakes_the_waiter(typed: Type, repo: Path) -> None:
    """A waiter has the lock well before its own next look, a second later, would come (measured in bench/)."""
    typed("try", "a.py", by="alpha")
    waiter = start(repo, "beta", "wait", "a.py")
    queued(waiter)
    assert waiter.stdout is not None
    typed("release", "a.py", by="alpha")
    began = time.monotonic()
    assert waiter.stdout.readline().startswith("got a.py")
    assert time.monotonic() - began < 0.5
    assert waiter.wait(10) == 0


def test_a_circle_over_two_sessions(typed: Type, repo: Path) -> None:
    """Of two sessions that wait for each other the younger is told to give way, the elder waits on."""
    typed("try", "a.py", by="elder")
    typed("try", "b.py", by="younger")
    waiting = start(repo, "elder", "wait", "b.py")
    queued(waiting)
    code, said = typed("wait", "a.py", by="younger")
    assert code == 1
    assert "would never end" in said
    assert "release-all" in said
    typed("release-all", by="younger")
    assert waiting.wait(10) == 0


def test_the_younger_is_told_while_it_waits(typed: Type, repo: Path) -> None:
    """If the elder closes the circle, the younger's running wait ends, naming on whom it was blocked."""
    typed("try", "a.py", by="elder")
    typed("try", "b.py", by="younger")
    waiting = start(repo, "younger", "wait", "a.py")
    queued(waiting)
    assert typed("wait", "b.py", "--timeout", "0.1", by="elder")[0] == 1
    said = waiting.communicate(timeout=10)[1]
    assert waiting.returncode == 1
    assert "session elder" in said
