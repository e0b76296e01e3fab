"""Running another program from the guard: bounded in time and size, leaving nothing behind.

``subprocess`` costs as much as three bare interpreters; posix_spawn, two pipes and poll are all that is needed.
The program gets a process group of its own, so that what it started ends with it.
"""

import os
import time
from select import POLLIN, POLLOUT, poll

from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_CHUNK = 1 << 16
_KILL = 9
_RESET = (1, 2, 13, 15, 17, 20, 25)
"""SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGCHLD (17, on macOS 20), SIGXFSZ: Python ignores some of them, a background
shell others, and what is ignored stays so in the program started. By number: ``signal`` imports ``enum``."""
_LAST = 1.0  # seconds that a killed program gets to be gone


def run(
    argv: list[str], stdin: bytes, environ: "Mapping[str, str]", seconds: float, limit: int
) -> tuple[int, bytes]:
    """(exit code, standard output) of ``argv``; its first word is an absolute path. A negative code is a signal's
    number. Standard error is dropped. Raises Unreadable, with a sentence, if it can't be started, is not done
    after ``seconds``, or says more than ``limit`` bytes; it is dead then."""
    name = os.path.basename(argv[0])
    fed = os.pipe()
    try:
        said = os.pipe()
    except OSError:
        _close(*fed)
        raise Unreadable(f"{name} can't be started (too many open files)") from None
    try:
        pid = _start(argv, environ, fed[0], said[1])
    except (OSError, ValueError) as problem:
        _close(*fed, *said)
        raise Unreadable(f"{name} can't be started ({getattr(problem, 'strerror', '') or problem})") from None
    _close(fed[0], said[1])
    end = time.monotonic() + seconds
    out: bytes | None = None
    code: int | None = None
    try:
        out = _talk(name, fed[1], said[0], stdin, end, limit)
        code = _wait(pid, end)
    finally:
        if code is None:
            _kill(pid)
    if code is None:
        raise Unreadable(f"{name} was not done after {seconds:.1f} s")
    return code, out


def find(name: str, environ: "Mapping[str, str]", outside: str = "") -> str:
    """The program's absolute path by PATH, "" if there is none. Relative entries don't count (they are whatever
    folder the agent is in), nor those at or below the folder ``outside``: a repository names no programs."""
    for folder in folders(environ, outside):
        path = f"{folder}/{name}"
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return ""


def folders(environ: "Mapping[str, str]", outside: str = "") -> list[str]:
    """The entries of PATH that may name programs, see ``find``."""
    found = [entry.rstrip("/") for entry in environ.get("PATH", "").split(":") if entry.startswith("/")]
    if not outside:
        return found
    inside = os.path.realpath(outside).rstrip("/")
    return [entry for entry in found if not f"{os.path.realpath(entry)}/".startswith(f"{inside}/")]


def _start(argv: list[str], environ: "Mapping[str, str]", stdin: int, stdout: int) -> int:
    """Above 2 the pipes' ends can't be overwritten by the very steps that put them in place."""
    high = [_high(stdin), _high(stdout)]
    try:
        return os.posix_spawn(
            argv[0],
            argv,
            dict(environ),
            file_actions=[
                (os.POSIX_SPAWN_DUP2, high[0], 0),
                (os.POSIX_SPAWN_DUP2, high[1], 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
            setpgroup=0,
            setsigmask=[],
            setsigdef=_RESET,
        )
    finally:
        _close(*high)


def _high(handle: int) -> int:
    from fcntl import F_DUPFD_CLOEXEC, fcntl

    return fcntl(handle, F_DUPFD_CLOEXEC, 3)


def _talk(name: str, fed: int, said: int, data: bytes, end: float, limit: int) -> bytes:
    """Feeds and listens in turn, so that neither side waits for the other. Closes both ends."""
    try:
        os.set_blocking(fed, False)
        os.set_blocking(said, False)
        watch = poll()
        watch.register(said, POLLIN)
        if data:
            watch.register(fed, POLLOUT)
        else:
            fed = _close(fed)
        left = memoryview(data)
        heard: list[bytes] = []
        size = 0
        while True:
            for handle, _ in _ready(watch, name, end):
                if handle == said:
                    chunk = os.read(said, _CHUNK)
                    if not chunk:
                        return b"".join(heard)
                    heard.append(chunk)
                    size += len(chunk)
                    if size > limit:
                        raise Unreadable(f"{name} said more than {limit} bytes")
                elif not (left := _feed(fed, left)):
                    watch.unregister(fed)
                    fed = _close(fed)
    finally:
        _close(fed, said)


def _ready(watch: poll, name: str, end: float) -> list[tuple[int, int]]:
    ready = watch.poll(max(0.0, (end - time.monotonic()) * 1000))
    if not ready and time.monotonic() >= end:
        raise Unreadable(f"{name} took too long")
    return ready


def _feed(fed: int, left: memoryview) -> memoryview:
    """What is still to be said; nothing more to one who has stopped listening."""
    try:
        return left[os.write(fed, left[:_CHUNK]) :]
    except BlockingIOError:
        return left
    except OSError:
        return left[:0]


def _wait(pid: int, end: float) -> int | None:
    """The exit code; None if it still runs at ``end``. A program that has closed its output is all but done."""
    pause = 0.0001
    while True:
        try:
            done, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # SIGCHLD is ignored here: the kernel has buried it, and its code with it
            raise Unreadable("a program's exit code can't be had, as SIGCHLD is ignored") from None
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= end:
            return None
        time.sleep(pause)
        pause = min(pause * 2, 0.01)


def _kill(pid: int) -> None:
    """The program and all that it started in its group, waited for so that no zombie stays."""
    try:
        os.killpg(pid, _KILL)
    except OSError:
        pass
    try:
        _wait(pid, time.monotonic() + _LAST)
    except Unreadable:
        pass


def _close(*handles: int) -> int:
    """-1, which stands for no handle."""
    for handle in handles:
        if handle >= 0:
            os.close(handle)
    return -1
