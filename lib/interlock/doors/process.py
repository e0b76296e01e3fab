"""Processes: who the client is, and whether an owner is provably dead.

A hook's parent is a shell, so the owner is the client process found among the ancestors (CLAUDE_PID names
it since some version after 2.1.197). Death is proved only for a process of this boot and this pid
namespace; anything else is unknown. /proc on Linux; ``ps`` elsewhere, untested.
"""

import time

from interlock import system as os
from interlock.words.owner import Liveness

_DEEP = 32
_LOOKING = 0.05  # seconds for all processes; one takes some 10 us


def namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def stat(pid: int) -> tuple[str, int, int, str] | None:
    """(command name, parent pid, start time, state) of a process; None if there is no such process or it
    can't be seen. The start time is in clock ticks since boot."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read(4096)
    except OSError:
        return None
    name, _, rest = text.partition(b"(")[2].rpartition(b")")
    fields = rest.split()
    return name.decode("utf-8", "replace"), int(fields[1]), int(fields[19]), fields[0].decode()


def terminal(pid: int) -> int:
    """The device number of the process's controlling terminal; 0 for none, or where it can't be seen."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read(4096)
    except OSError:
        return 0
    fields = text.rpartition(b")")[2].split()
    return int(fields[4]) if len(fields) > 4 else 0


def arguments(pid: int) -> list[str]:
    """The argument list of a process, [] if it can't be seen."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read(4 * 1024 * 1024).decode("utf-8", "surrogateescape").split("\0")[:-1]
    except OSError:
        return []


def ancestors() -> list[int]:
    """This process's parent, its parent, and so on."""
    found: list[int] = []
    pid = os.getppid()
    while pid > 1 and len(found) < _DEEP:
        found.append(pid)
        seen = stat(pid)
        pid = seen[1] if seen else 0
    return found


def started_with(text: str) -> bool | None:
    """Whether a process has the text among its arguments: all of this machine that can be seen are looked
    through, the newest first. None where that can't be done in time (no /proc)."""
    ending = time.monotonic() + _LOOKING
    try:
        numbers = sorted((int(name) for name in os.listdir("/proc") if name.isdigit()), reverse=True)
    except OSError:
        return None
    wanted = os.fsencode(text)
    for pid in numbers:
        if time.monotonic() > ending:
            return None
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                given = file.read(1 << 20)
        except OSError:
            continue  # it ended meanwhile
        after = given.partition(wanted)
        if after[1] and not after[2][:1].isalnum() and after[2][:1] not in (b"_", b"-"):
            return True
    return False if numbers else None


def client(hinted: str, session: str, boot: str) -> Liveness:
    """The client this process was started by. ``hinted`` is CLAUDE_PID, believed only if it is an ancestor.
    Without it: every process a client starts carries CLAUDE_CODE_SESSION_ID, the client itself does not (or
    it carries an outer session's), so it is the nearest ancestor without ``session`` there. Its name proves
    nothing: it is whatever the user started it by. Liveness() where it can't be told."""
    named = int(hinted) if hinted.isascii() and hinted.isdigit() and len(hinted) < 10 else 0
    if not named and not session:
        return Liveness()
    pid = os.getppid()
    for _ in range(_DEEP):
        seen = stat(pid) if pid > 1 else None
        if seen is None:
            break
        inside = pid != named if named else carries(pid, session)
        if inside is None:
            break  # killed while this hook runs: what is above it started the client
        if not inside:
            return Liveness(pid, seen[2], boot, namespace())
        pid = seen[1]
    return Liveness()


def carries(pid: int, session: str) -> bool | None:
    """Whether the process was started with that session in its environment; True where it can't be seen, None
    where it is at its end and has none left (an older Linux says that it is empty)."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            variables = file.read(1 << 20).split(b"\0")
    except (ProcessLookupError, FileNotFoundError):
        return None
    except OSError:
        return True
    return b"CLAUDE_CODE_SESSION_ID=" + os.fsencode(session) in variables


def dead(who: Liveness, boot: str) -> bool:
    """Whether the process is provably gone: same boot, same pid namespace, and no process of that pid
    and start time. A zombie has ended. Unknown is not dead."""
    if not who.pid or who.boot != boot or who.pid_namespace != namespace() or not who.pid_namespace:
        return False
    seen = stat(who.pid)
    if seen is None:
        return _no_such_process(who.pid)
    return seen[2] != who.started or seen[3] in "ZX"


def _no_such_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # signal 0 only asks
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
