"""The scratch place of a demo, with all that runs in it; both are gone when the demo ends, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from interlock.demo.running import kill_group, kill_strays

FILE = "greet.py"
BEFORE = 'print("hello")\n'
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stage:
    """A repository, a home and a state folder below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repo = folder / "repo"
        self.home = folder / "home"
        self.state = folder / "state"
        self.file = self.repo / FILE
        self._running: list[subprocess.Popen[bytes]] = []

    @property
    def root(self) -> Path:
        """Interlock's state folder here."""
        return self.state / "interlock"

    @property
    def shim(self) -> Path:
        """The `interlock` that the install puts on the agents' PATH."""
        return self.root / "bin/interlock"

    def build(self) -> None:
        """Makes the folders, and by hand what makes a folder a git repository: git need not be there."""
        git = self.repo / ".git"
        for folder in (self.home, self.state, self.folder / "tmp", git / "objects", git / "refs"):
            folder.mkdir(parents=True)
        (git / "HEAD").write_text("ref: refs/heads/main\n")
        self.file.write_text(BEFORE)

    def environ(self, path: str = os.defpath) -> dict[str, str]:
        """What a client started from here hands on. Nothing is inherited: not the user's places, nor an
        outer session's names."""
        return {
            "PATH": path,
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder / "tmp"),
            "XDG_STATE_HOME": str(self.state),
        }

    def start(
        self,
        argv: list[str],
        environ: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
        stderr: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Starts a program in the repository, in a process group of its own: Ctrl-C is for the demo, which
        ends what it has started."""
        process = subprocess.Popen(
            argv, cwd=self.repo, env=dict(environ), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
            start_new_session=True,
        )  # fmt: skip
        self._running.append(process)
        return process

    def run(self, argv: list[str]) -> tuple[int, str]:
        """(exit code, all that it printed) of a command typed by a person here."""
        process = self.start(argv, self.environ(), stderr=subprocess.STDOUT)
        try:
            out, _ = process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            return -1, "no answer within 15 s"
        return process.returncode, out.decode("utf-8", "replace").strip()

    def clear(self) -> None:
        """Ends what still runs and removes the folder."""
        for process in self._running:
            kill_group(process)
        kill_strays(b"XDG_STATE_HOME=" + os.fsencode(self.state))
        for _ in range(20):  # a process that is just dying may still write
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return
            time.sleep(0.05)


@contextmanager
def stage() -> Iterator[Stage]:
    """A built stage, cleared at the end: of a good demo, of a failed one, at Ctrl-C and at SIGTERM."""
    with _signals():
        made = Stage(Path(tempfile.mkdtemp(prefix="interlock-demo-")).resolve())
        try:
            made.build()
            yield made
        finally:
            _deaf()
            made.clear()


@contextmanager
def _signals() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind the demo as Ctrl-C does. What is ignored (nohup) stays ignored."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in _ENDING}
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            if before[number] != signal.SIG_IGN:
                signal.signal(number, leave)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _deaf() -> None:
    """From here on a second Ctrl-C can't cut the clearing short; it takes a second at most."""
    if threading.current_thread() is threading.main_thread():
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
