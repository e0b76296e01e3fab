"""A command as a child that its starter can't tell from the command itself: signals go on to it, a stop stops
both, and its end is the end of both."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Callable

_TOLD = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
_HEARD = {*_TOLD, signal.SIGCHLD, signal.SIGCONT, signal.SIGWINCH}
_BY_KERNEL = 0x80  # SI_KERNEL: a terminal's signal, which the whole foreground group got
_SET_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_LOST = 1.0  # seconds after which a child is looked at unasked: another thread may have been given its SIGCHLD
Actions = list[tuple[int, int, int]]


class Child:
    """``ignored`` is the mask of signals that were ignored when this process began (``SigIgn`` of /proc); Python
    itself ignores two more, which the command must not."""

    def __init__(self, ignored: int) -> None:
        self.ignored = ignored
        self.pid = 0
        self._before: set[signal.Signals | int] = set()

    def listen(self) -> None:
        """From here on signals wait to be passed on."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._before = set(signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD))

    def start(self, argv: list[str], actions: Actions) -> None:
        """Starts the command with this process's folder, environment, group, terminal and limits. Raises
        OSError."""
        reset = [number for number in _SET_BY_PYTHON if not self.ignored >> (number - 1) & 1]
        self.pid = os.posix_spawn(
            argv[0], argv, os.environ, file_actions=actions, setsigmask=self._before, setsigdef=reset
        )

    def wait(self, resized: Callable[[], None]) -> int:
        """The command's wait status, once it has ended. ``resized`` is called when the terminal's size changes."""
        while True:
            number, code = _next()
            if number == signal.SIGWINCH:
                resized()
            elif number in _TOLD and code != _BY_KERNEL:
                self._tell(number)
            elif number in (signal.SIGCHLD, 0):
                pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
                if pid and os.WIFSTOPPED(status):
                    os.kill(os.getpid(), signal.SIGSTOP)
                    self._tell(signal.SIGCONT)
                elif pid:
                    return status

    def _tell(self, number: int) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.pid, number)


def _next() -> tuple[int, int]:
    """(signal, its code); 0 for none within a second. The code is not known where there is no sigtimedwait (macOS,
    untested)."""
    if hasattr(signal, "sigtimedwait"):
        info = signal.sigtimedwait(_HEARD, _LOST)
        return (info.si_signo, info.si_code) if info else (0, 0)
    return signal.sigwait(_HEARD), 0


def end_as(status: int) -> None:
    """Ends this process as that one ended. Does not return."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
        with contextlib.suppress(OSError, ValueError):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
        os._exit(128 + number)
    os._exit(os.waitstatus_to_exitcode(status))
