"""Whole processes, timed from outside: started with little of our own in between, waited for, judged."""

import os
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """How a process went: wall time in milliseconds, exit code, what it printed, and the processor time in
    milliseconds that it and its children took (less moved by others' work than wall time)."""

    ms: float
    code: int
    out: bytes
    errors: bytes
    cpu: float = 0.0


class Runner:
    """Runs programs in the current directory, one after another, their streams in files of ``folder``."""

    def __init__(self, folder: str) -> None:
        self._in = os.path.join(folder, "stdin")
        self._out = os.path.join(folder, "stdout")
        self._errors = os.path.join(folder, "stderr")

    def start(self, argv: list[str], env: dict[str, str], given: bytes) -> int:
        """Starts the program; returns its pid."""
        with open(self._in, "wb") as file:
            file.write(given)
        fresh = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, self._in, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, self._out, fresh, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, self._errors, fresh, 0o600),
        ]
        self._began = time.perf_counter()
        return os.posix_spawn(argv[0], argv, env, file_actions=actions)

    def end(self, pid: int) -> Run:
        """Waits for the program that was started last."""
        _, status, used = os.wait4(pid, 0)
        ms = (time.perf_counter() - self._began) * 1000
        cpu = (used.ru_utime + used.ru_stime) * 1000
        return Run(ms, os.waitstatus_to_exitcode(status), _read(self._out), _read(self._errors), cpu)

    def run(self, argv: list[str], env: dict[str, str], given: bytes = b"") -> Run:
        return self.end(self.start(argv, env, given))


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def shell(command: str) -> list[str]:
    """As the client starts a shell-form hook."""
    return ["/bin/sh", "-c", command]
