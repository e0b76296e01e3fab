"""Programs that the demo has started: reading them as they go, and ending them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO


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


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its group, unless it has ended: then its number may be somebody else's."""
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)


def kill_strays(mark: bytes) -> None:
    """Ends what the client has started in groups of its own. The scratch folder's name in their environment
    makes them ours. Where there is no /proc they end by themselves, as their client is gone."""
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            pid = int(entry.parent.name)
            if pid != os.getpid() and mark in entry.read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
