"""Containment: the ticket that a hook leaves for one shell command, and whether tickets do anything here.

The prefix program (install/prefix.sh, in ROOT/shell) knows a command by the mark at its end and runs it with the
files that its ticket names bound read-only. A ticket is a file ROOT/tickets/USE_ID: a first field for the
program, then the paths, each ended by NUL. The program renames it once it has done (``.ran``) or could not do
(``.not``) what it says. docs/adr/0006 has the rest.
"""

import os
import sys
import time

from interlock.doors.clock import boot_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 4 * 1024 * 1024
RAN, UNABLE, UNUSED = "ran", "unable", "unused"
"""What became of a ticket: its command was contained; it could not be; no prefix program has seen it (yet)."""
_CALLS = {"x86_64": "272 3", "aarch64": "97 57"}
"""The numbers of unshare(2) and close(2); those of the mount calls are the same everywhere."""
_STALE = 86400.0
_PATIENCE = 10.0  # seconds for the probe; it takes a hundredth of one
_NO_LASTS = 600.0  # seconds: a limit that was reached, a setting that is changed
_PLACES = 8  # in which it is remembered: containers and the host may share the state folder


def program(root: str) -> str:
    """Where the prefix program lies that chains no other."""
    return os.path.join(root, "shell", "run")


def tickets(root: str) -> str:
    return os.path.join(root, "tickets")


def in_force(root: str, environ: "Mapping[str, str]") -> bool:
    """Whether the client that this environment comes from starts its commands through our program: what a settings
    file's ``env`` says, hooks see (live, 2.1.197 and 2.1.329)."""
    return environ.get("CLAUDE_CODE_SHELL_PREFIX", "").startswith(os.path.join(root, "shell") + "/")


def able(root: str) -> str:
    """ "" if commands can be contained here, else why not, in a clause. What was found out is remembered: for this
    boot, user, program and the namespaces that the process lives in; a "no" for ten minutes."""
    key = _key(root)
    if not key:
        return "the program that contains commands is missing; run `interlock install` again"
    for known, at, why in _remembered(root):
        if known == key and (not why or 0 <= time.time() - at < _NO_LASTS):
            return why
    return tried(root)


def tried(root: str) -> str:
    """As ``able``, tried now whatever is remembered, and remembered."""
    why = probe(root)
    if key := _key(root):
        others = [one for one in _remembered(root) if one[0] != key]
        rows = [(key, time.time(), why.replace("\n", " ")), *others[: _PLACES - 1]]
        kept = _probe_file(root)
        fresh = f"{kept}.{os.getpid()}"
        try:
            with open(fresh, "w", encoding="utf-8", errors="replace") as file:
                file.writelines(f"{known}\t{at}\t{said}\n" for known, at, said in rows)
            os.replace(fresh, kept)
        except OSError:
            pass  # the next call tries again
    return why


def _remembered(root: str) -> list[tuple[str, float, str]]:
    """(key, seconds since 1970, why not) of each place where it was tried, the latest first."""
    found = []
    try:
        with open(_probe_file(root), encoding="utf-8") as file:
            for line in file.read(1 << 16).splitlines():
                known, at, why = line.split("\t")
                found.append((known, float(at), why))
    except (OSError, ValueError):
        pass
    return found


def _probe_file(root: str) -> str:
    return os.path.join(root, "shell", "probe")


def unfit(word: str) -> bool:
    """Whether a command with this word (``Reading.alone``) does not work contained. Root gets no user namespace,
    only one for mounts: what it mounts there nobody else would see."""
    return bool(word) and (os.geteuid() != 0 or word in ("mount", "umount"))


def leave(root: str, use_id: str, paths: list[str], refuse: bool = False) -> None:
    """Writes the ticket of this call: the command may not write below ``paths`` (absolute). ``refuse``: it
    is not to run at all if it can't be contained. Raises OSError."""
    head = f"{_kind()} {'deny' if refuse else 'allow'} {_CALLS.get(os.uname().machine, '0 0')}"
    data = b"\0".join([head.encode(), *(os.fsencode(path) for path in paths), b""])
    if len(data) > MOST_BYTES:
        raise OSError(27, f"the list of what others hold is {len(data)} bytes long, over {MOST_BYTES}")
    folder = tickets(root)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    fresh = os.path.join(folder, f".{use_id}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(fresh, flags, 0o600)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.rename(fresh, os.path.join(folder, use_id))
    except OSError:
        os.unlink(fresh)
        raise
    finally:
        os.close(handle)


def withdraw(root: str, use_id: str) -> None:
    """Takes the ticket of a command that will not run. Some clients number their calls anew in every answer: a
    later one of that name would find it."""
    try:
        os.unlink(os.path.join(tickets(root), use_id))
    except OSError:
        pass  # it is swept after a day


def bound(root: str, use_id: str) -> list[str] | None:
    """The paths that were bound for the command, as its ticket has them; None if it was not contained (yet), or
    the ticket was taken back."""
    try:
        with open(os.path.join(tickets(root), use_id + ".ran"), "rb") as file:
            return [os.fsdecode(path) for path in file.read(MOST_BYTES).split(b"\0")[1:] if path]
    except OSError:
        return None


def take_back(root: str, use_id: str) -> str:
    """What became of the ticket (RAN, UNABLE, UNUSED; "" if there was none). It is gone afterwards, but for an
    unused one: a background command's PostToolUse may come before the command. Days-old ones go too."""
    base = os.path.join(tickets(root), use_id)
    found = ""
    for suffix, outcome in ((".ran", RAN), (".not", UNABLE)):
        try:
            os.unlink(base + suffix)
            found = outcome
        except OSError:
            pass
    _sweep(tickets(root))
    return found or (UNUSED if os.path.exists(base) else "")


def _sweep(folder: str) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.stat(follow_symlinks=False).st_mtime < time.time() - _STALE:
                    os.unlink(entry.path)
    except OSError:
        pass  # another hook sweeps too


def probe(root: str) -> str:
    """Runs a command through the program with a ticket for a scratch file that it tries to write; "" if the
    file stood that, else why not. Forgets nothing and remembers nothing."""
    if sys.platform not in ("linux", "darwin"):
        return f"{sys.platform} has no way for it that Interlock knows"
    if sys.platform == "linux" and os.uname().machine not in _CALLS:
        return f"the system calls' numbers on {os.uname().machine} are not known to Interlock"
    name = f"probe-{os.getpid()}"
    scratch = os.path.join(root, "shell", name)
    try:
        with open(scratch, "w"):
            pass
        leave(root, name, [scratch])
        command = f"echo x 2>/dev/null >'{scratch.replace(chr(39), _QUOTE)}'\n# interlock:{name}"
        ended = _run([program(root), command])
        why = _reason(root, name)
        if not why and ended is None:
            return "the program that contains commands did not end"
        if not why and os.path.getsize(scratch):
            why = "a file stayed writable that should not have"
        return why
    except OSError as problem:
        return f"it can't be tried ({problem.strerror or problem})"
    finally:
        take_back(root, name)
        for leftover in (scratch, os.path.join(tickets(root), name)):
            try:
                os.unlink(leftover)
            except OSError:
                pass


_QUOTE = "'\\''"


def _reason(root: str, name: str) -> str:
    """Why the ticket was not used as it should have been; "" if it was."""
    base = os.path.join(tickets(root), name)
    if os.path.exists(base + ".ran"):
        return ""
    try:
        with open(base + ".not", encoding="utf-8", errors="replace") as file:
            step, _, number = file.read(MOST_BYTES).rpartition("\0!")[2].partition(" ")
    except OSError:
        return "perl, which does the work, is missing or does not start; install perl"
    from interlock.doors.contain_why import sentence

    return sentence(step, int(number) if number.isdigit() else 0)


def _key(root: str) -> str:
    """Names this boot, user, program, and what decides in a container: its namespaces and whether root has
    CAP_SYS_ADMIN there; "" where there is no program."""
    try:
        info = os.stat(program(root))
    except OSError:
        return ""
    place = " ".join((_link("/proc/self/ns/user"), _link("/proc/self/ns/mnt"), _may_administer()))
    return f"{boot_id()} {os.geteuid()} {info.st_ino} {info.st_mtime_ns} {info.st_size} {place}"


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _may_administer() -> str:
    try:
        with open("/proc/self/status", encoding="utf-8", errors="replace") as file:
            rights = file.read(1 << 16).partition("\nCapEff:")[2].split()[0]
        return str(int(rights, 16) >> 21 & 1)  # CAP_SYS_ADMIN
    except (OSError, ValueError, IndexError):
        return ""


def _run(argv: list[str]) -> int | None:
    """The exit code; None if it was ended for taking too long. Raises OSError."""
    nothing = [(os.POSIX_SPAWN_OPEN, n, "/dev/null", os.O_RDWR, 0) for n in (0, 1, 2)]
    environ = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    pid = os.posix_spawn(argv[0], argv, environ, file_actions=nothing)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return None


def _kind() -> str:
    return "macos1" if sys.platform == "darwin" else "linux1"
