"""The process between a command and the pipe or terminal that it prints to.

It lives until the last writer has gone, so that what runs on in the background can go on printing after the
wrapper has ended; signals to the group don't end it. A reader that has gone is passed on to the command, as
SIGPIPE.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import signal
import socket
import termios
import tty
from pathlib import Path

from interlock.runs.tail import Bounded

_PIECE = 1 << 16
_PATIENCE = 5.0  # seconds for what was printed to be passed on, once the command is over
_SETTLED = 0.02  # seconds without anything new: what a terminal was given comes a moment later
_UNHEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP, signal.SIGPIPE)


class Tee:
    """Streams from a command to where it would have printed. Without any it does nothing."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.streams: list[tuple[int, int, int, tuple[int, ...]]] = []
        """(read end, write end, where it goes, the command's handles)"""
        self.terminals: list[tuple[int, int]] = []
        self.alone = True
        """Whether nobody else writes to the log once the command is over."""
        self._control: socket.socket | None = None

    def add(self, target: int, handles: tuple[int, ...], is_socket: bool) -> None:
        """The command's ``handles`` go to ``target`` from now on through here."""
        if os.isatty(target):
            reading, writing = os.openpty()
            tty.setraw(writing)  # the real terminal does what a terminal does
            self.terminals.append((target, reading))
        elif is_socket:
            reading, writing = (end.detach() for end in socket.socketpair())
        else:
            reading, writing = os.pipe()
        self.streams.append((reading, writing, target, handles))
        self.resize()

    def resize(self) -> None:
        """The terminals have the size of the real ones."""
        for real, ours in self.terminals:
            with contextlib.suppress(OSError):
                size = fcntl.ioctl(real, termios.TIOCGWINSZ, b"\0" * 8)
                fcntl.ioctl(ours, termios.TIOCSWINSZ, size)

    def start(self, closed: list[int]) -> list[tuple[int, int, int]]:
        """Starts the process; what ``os.posix_spawn`` has to do with the command's handles."""
        if not self.streams:
            return []
        mine, its = socket.socketpair()
        if os.fork() == 0:
            with contextlib.suppress(BaseException):
                mine.close()
                _Passing(self, its).run(closed)
            os._exit(0)
        its.close()
        self._control = mine
        return [(os.POSIX_SPAWN_DUP2, writing, handle) for _, writing, _, hs in self.streams for handle in hs]

    def started(self) -> None:
        """The command has its handles now."""
        for reading, writing, real, _ in self.streams:
            os.close(writing)
            if (real, reading) not in self.terminals:
                os.close(reading)

    def settle(self) -> None:
        """Returns when all that the command printed has been passed on and stands in the log."""
        if self._control is None:
            return
        self._control.settimeout(_PATIENCE)
        with contextlib.suppress(OSError):
            self._control.send(b".")
            self._control.recv(1)


class _Passing:
    """The process's own work."""

    def __init__(self, tee: Tee, control: socket.socket) -> None:
        self.tee = tee
        self.control = control
        self.kept = Bounded()
        self.open = {reading: target for reading, _, target, _ in tee.streams}

    def run(self, closed: list[int]) -> None:
        for number in _UNHEARD:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for handle in {0, *closed, *(writing for _, writing, _, _ in self.tee.streams)}:
            with contextlib.suppress(OSError):
                os.close(handle)
        for handle in {1, 2} - set(self.open.values()):
            with contextlib.suppress(OSError):
                os.close(handle)
        self._pass_on()
        if self.tee.alone:
            self._save()

    def _pass_on(self) -> None:
        asked, listening = False, True
        while self.open:
            control = [self.control.fileno()] if listening else []
            ready, _, _ = select.select([*self.open, *control], [], [], _SETTLED if asked else None)
            printed = [handle for handle in ready if handle in self.open]
            for reading in printed:
                self._step(reading)
            if len(printed) < len(ready):
                listening = False
                asked = bool(self.control.recv(1))
            elif asked and not printed:
                self._answer()
                asked = False
        if asked or listening:
            self._answer()

    def _answer(self) -> None:
        self._save()
        with contextlib.suppress(OSError):
            self.control.send(b".")

    def _step(self, reading: int) -> None:
        try:
            data = os.read(reading, _PIECE)
        except OSError as problem:
            if problem.errno == errno.EINTR:
                return
            data = b""  # EIO: the last writer has left the terminal
        if not data:
            os.close(reading)
            del self.open[reading]
            return
        self.kept.add(data)
        if not _written(self.open[reading], data):  # nobody reads any more: the command is to learn of it
            os.close(reading)
            del self.open[reading]

    def _save(self) -> None:
        """Writes over what it wrote before, and never cuts it off first: the wrapper reads the log meanwhile."""
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(self.tee.log, flags, 0o600), "wb") as file:
                file.write(self.kept.text())
                file.truncate()


def _written(handle: int, data: bytes) -> bool:
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(handle, left) :]
        except BlockingIOError:  # the other end is shared with somebody who wants it so
            select.select([], [handle], [])
        except OSError:
            return False
    return True
