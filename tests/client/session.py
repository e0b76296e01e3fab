"""One run of the client: what it says, and the ways it can end."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .processes import Process, descendants, end
from .script import Json


class Session:
    """A running client."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        """Start the process and the threads that read it."""
        self.events: list[Json] = []
        self.stderr = ""
        self._left: list[Process] = []
        self.process = subprocess.Popen(
            argv,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._readers = [threading.Thread(target=f, daemon=True) for f in (self._read_out, self._read_err)]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The client's process id."""
        return self.process.pid

    @property
    def session_id(self) -> str:
        """The session's id, as the first event that has one says."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for event in list(self.events):
                if "session_id" in event:
                    return str(event["session_id"])
            time.sleep(0.02)
        raise TimeoutError(f"no event with a session_id; stderr: {self.stderr}")

    @property
    def result(self) -> Json:
        """The closing event, empty when the session did not come to its end."""
        return next((e for e in reversed(self.events) if e.get("type") == "result"), {})

    def wait(self, timeout: float = 60) -> Session:
        """Wait for the end; a session that takes longer is killed and raises."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.close()
            raise
        for reader in self._readers:
            reader.join(5)
        return self

    def kill9(self) -> None:
        """End the client, and only it, as the kernel would when memory runs out."""
        self._left += descendants(self.pid)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """End whatever of this session is still there, its orphans too."""
        if self.process.poll() is None:
            self.kill9()
        end(self._left)

    def _read_out(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                self.events.append(json.loads(line))
            except ValueError:  # 2.1.197 cuts long lines
                continue

    def _read_err(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr += line
