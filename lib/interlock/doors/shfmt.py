"""shfmt: turns a shell command into a syntax tree.

A real parser, as a program of its own (PyPI: shfmt-py): 2-3 ms, and it fails on nothing that bash takes.
It is started by posix_spawn: ``subprocess`` would cost the guard as much again as all its other imports.
One dialect, bash: what bash refuses another shell may take, but then a text would have two readings, and
the wrong one is worse than none: unread commands are contained and watched.
"""

import os
import select
import sys
import time

from interlock.words.faults import Unreadable
from interlock.words.jsontext import loads

MAX_COMMAND = 64 * 1024
MAX_TREE = 512 * 1024
"""Bytes of JSON: shfmt makes some 17 MB of it in a second. A command of everyday length gives 2-60 KiB."""
PATIENCE = 0.5
"""Seconds of waiting, for a command and all that is parsed inside it. It takes 3 ms of processor time; but where
all processors are taken 0.08 s of waiting left a few commands in a hundred unread."""
EFFORT = 0.05
"""Seconds of processor time for one text, where that can be seen (Linux): its trees are indented, so deep nesting
(400 `&&`, 200 `$(`) takes it the square of the depth."""
_LOOK = 0.01  # seconds between looks at it; the clock ticks as often
_PIECE = 1 << 16
_TICKS = 100  # of a second, in /proc on every Linux (USER_HZ)
_KILL = 9  # SIGKILL; `import signal` costs three times all the rest of this module
_ENVIRONMENT = {"GOMAXPROCS": "1", "GOGC": "off"}  # less to start, nothing to collect in 3 ms
_STANDINS = 0x10FF00  # private characters; JSON can't carry the bytes that they stand for


def parse(command: str) -> object:
    """The syntax tree of a bash command: dicts and lists, as ``shfmt --to-json`` prints it.

    Raises Unreadable, with a sentence, if it isn't bash, is too long or too involved, if shfmt is missing
    or not done in time."""
    return Parser().parse(command)


class Parser:
    """Parses a command and then the texts inside it (``sh -c``), all within one patience."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._left = patience

    def parse(self, command: str) -> object:
        """As the function ``parse``."""
        text, bytewise = _bytes(command)
        program = _program()
        if not program:
            raise Unreadable("shfmt is not installed beside Interlock; run `pip install shfmt-py`")
        started = time.monotonic()
        try:
            status, output = _run(program, text, started + self._left)
        finally:
            self._left -= time.monotonic() - started
        if status != 0:
            raise Unreadable(f"the command can't be read as bash: {_said(output)}")
        return loads(_restored(output) if bytewise else output)


def _bytes(command: str) -> tuple[bytes, bool]:
    """The command for shfmt, and whether bytes that are no UTF-8 travel in it as private characters."""
    if "\0" in command:
        raise Unreadable("the command holds a NUL character")
    if len(command) > MAX_COMMAND:
        raise Unreadable(f"the command has over {MAX_COMMAND} characters")
    bytewise = False
    try:
        data = command.encode("utf-8")
    except UnicodeEncodeError:
        bytewise = True
        if any(_standin("\udc80") <= c <= _standin("\udcff") for c in command):
            raise Unreadable("the command holds characters that can't be told apart") from None
        fit = "".join(_standin(c) if "\udc80" <= c <= "\udcff" else c for c in command)
        data = fit.encode("utf-8", "replace")
    if len(data) > MAX_COMMAND:
        raise Unreadable(f"the command has over {MAX_COMMAND} bytes")
    return data, bytewise


def _standin(character: str) -> str:
    return chr(_STANDINS + ord(character) - 0xDC00)


def _restored(output: bytes) -> bytes:
    for code in range(0xDC80, 0xDD00):
        output = output.replace(_standin(chr(code)).encode(), b"\\u%04x" % code)
    return output


def _program() -> str:
    """shfmt beside the interpreter, or in the scripts folder that belongs to where this package lies.
    Never by PATH or the working folder: those are the repository's to say."""
    folders = [os.path.dirname(sys.executable)] if sys.executable else []
    site = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if os.path.basename(site) in ("site-packages", "dist-packages"):
        folders.append(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(site))), "bin"))
    for folder in folders:
        program = os.path.join(folder, "shfmt")
        if os.path.isabs(program) and os.access(program, os.X_OK):
            return program
    return ""


def _run(program: str, text: bytes, until: float) -> tuple[int, bytes]:
    """(exit status, what it printed). The process is gone when this returns or raises."""
    pipes = list(os.pipe())  # close-on-exec, all of them
    try:
        pipes += os.pipe()
        their_in, our_out, our_in, their_out = pipes
        actions = [
            (os.POSIX_SPAWN_DUP2, their_in, 0),
            (os.POSIX_SPAWN_DUP2, their_out, 1),
            (os.POSIX_SPAWN_DUP2, their_out, 2),
        ]
        words = (program, "-ln", "bash", "--to-json")
        pid = os.posix_spawn(program, words, _ENVIRONMENT, file_actions=actions)
        status = None
        try:
            for theirs in (their_in, their_out):
                os.close(theirs)
                pipes.remove(theirs)
            output = _talk(our_out, our_in, text, until, pipes, pid)
            status = _ended(pid, until)
        finally:
            if status is None:
                os.kill(pid, _KILL)
                os.waitpid(pid, 0)
        return status, output
    except OSError as problem:
        raise Unreadable(f"shfmt can't be run ({problem.strerror})") from None
    finally:
        for handle in pipes:
            os.close(handle)


def _talk(our_out: int, our_in: int, text: bytes, until: float, pipes: list[int], pid: int) -> bytes:
    """Writes and reads whichever is possible: neither side ever waits for the other."""
    os.set_blocking(our_out, False)
    os.set_blocking(our_in, False)
    poll = select.poll()
    poll.register(our_in, select.POLLIN)
    poll.register(our_out, select.POLLOUT)
    got: list[bytes] = []
    sent = total = 0
    while True:
        left = until - time.monotonic()
        ready = poll.poll(min(left, _LOOK) * 1000) if left > 0 else []
        if not ready and left <= 0:
            raise Unreadable("the command took too long to read")
        if not ready and _spent(pid) > EFFORT:
            raise Unreadable("the command is too involved to read")
        for handle, _ in ready:
            if handle == our_in:
                piece = os.read(our_in, _PIECE)
                if not piece:
                    return b"".join(got)
                got.append(piece)
                total += len(piece)
                if total > MAX_TREE:
                    raise Unreadable("the command is too involved to read")
            else:
                sent += _write(our_out, text[sent : sent + _PIECE])
                if sent >= len(text):
                    poll.unregister(our_out)
                    os.close(our_out)
                    pipes.remove(our_out)


def _spent(pid: int) -> float:
    """Seconds of processor time that the process took, 0 where that can't be seen."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    except (OSError, ValueError, IndexError):
        return 0.0


def _write(handle: int, piece: bytes) -> int:
    """How much of the piece is done with: all of it if nobody reads on (its exit status will say why).
    Python ignores SIGPIPE."""
    try:
        return os.write(handle, piece)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return 1 << 62


def _ended(pid: int, until: float) -> int:
    """The exit status of a process that has closed its output."""
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            raise Unreadable("the command took too long to read")
        time.sleep(0.0002)


def _said(output: bytes) -> str:
    """shfmt's complaint, without the name that it gives to its input."""
    line = output.decode("utf-8", "replace").partition("\n")[0]
    text = line.removeprefix("<standard input>:")[:120]
    return "".join(c if c.isprintable() else "?" for c in text) or "shfmt says no more"
