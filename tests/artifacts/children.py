"""Processes that start and close runs, killed wherever one wants."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from interlock.artifacts.runs.folder import Runs, Taken
from interlock.shapes.artifacts.runs import RunMeta

WATCHED = ("open", "os.")
"""Beginnings of the audit events that a child is killed at: all that it asks of the disk."""


def kill_at(number: int) -> None:
    """From here on this process dies at its next step on disk with that number, from 1; 0: never."""
    left = [number]

    def hook(event: str, _: object) -> None:
        if left[0] and event.startswith(WATCHED):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def child(work: Callable[[], str]) -> tuple[int, str]:
    """Runs ``work`` in a process of its own; (the signal that ended it or 0, what it returned)."""
    with tempfile.TemporaryFile() as said:
        pid = os.fork()
        if not pid:
            signal.alarm(30)  # forked in a thread: what hangs must not hang the test
            code = 1
            try:
                os.write(said.fileno(), work().encode())
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(pid, 0)[1]
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        said.seek(0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, said.read().decode()


def start(top: Path, root: str, run: str, by: str) -> str:
    """ "won", or whose it is."""
    found = Runs(top, root).start(run, f"for {by}", "", by, "", 5.0)
    return found.meta.started_by if isinstance(found, Taken) else "won"


def whole(top: Path, root: str) -> list[RunMeta]:
    """The runs, after a look that all is as it should be: each can be read, the index says what they say."""
    runs = Runs(top, root)
    index = runs.rebuild()
    found = runs.look()
    assert found.flaws == []
    assert [(entry.run_id, entry.state) for entry in index.runs] == [(one.run_id, one.state) for one in found.runs]
    assert json.loads((top / ".runs/index.json").read_bytes()) == index.model_dump()
    return found.runs


def leftovers(top: Path) -> list[str]:
    """Files that no reader looks for."""
    known = {"index.json", "run_meta.json"}
    return [path.name for path in (top / ".runs").rglob("*") if path.is_file() and path.name not in known]
