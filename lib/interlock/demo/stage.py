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
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

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
        out, _ = process.communicate(timeout=15)
        return process.returncode, out.decode("utf-8", "replace").strip()

    def clear(self) -> None:
        """Ends what still runs and removes the folder."""
        for process in self._running:
            _kill_group(process)
        _kill_strays(b"XDG_STATE_HOME=" + os.fsencode(self.state))
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


class Lines:
    """The lines of a stream as they come, so that nobody blocks on a program that keeps silent."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self.lines: list[str] = []
        self._stream = stream
        self._came = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def first(self, seconds: float) -> str:
        """The first line; "" if none came in time."""
        with self._came:
            self._came.wait_for(lambda: self.lines or not self._thread.is_alive(), seconds)
            return self.lines[0] if self.lines else ""

    def text(self) -> str:
        """All of it, once the program has ended."""
        self._thread.join(5)
        return "\n".join(self.lines)

    def _read(self) -> None:
        for line in self._stream or ():
            with self._came:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._came.notify_all()
        with self._came:
            self._came.notify_all()


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


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its group, unless it has ended: then its number may be somebody else's."""
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)


def _kill_strays(mark: bytes) -> None:
    """Ends what the client has started in groups of its own. The scratch folder's name in their environment
    makes them ours. Where there is no /proc they end by themselves, as their client is gone."""
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            pid = int(entry.parent.name)
            if pid != os.getpid() and mark in entry.read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
