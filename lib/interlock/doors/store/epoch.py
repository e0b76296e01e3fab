"""The epoch: a synced, sealed counter from which fences start anew after a reboot or a repair.

The database is not synced at every commit; a power loss may take its last fences. Fences of a new epoch are
higher than any of an older one, so none is ever given out twice. The epoch also names the boot whose leases
stand: with another boot the leases are void, so a database that a power loss damaged is replaced unasked;
with the same boot a damaged or missing one is a fault.
"""

from interlock import system as os
from interlock.leases.records import seal
from interlock.words.faults import StateFault

EPOCH = "epoch"
SPAN = 1_000_000_000
"""Fences per epoch."""
REPAIR = "Run `interlock doctor --repair`."


def read(root: str) -> tuple[int, str] | None:
    """(number, boot id) of the running epoch; None before the first. StateFault if it can't be trusted."""
    try:
        handle = os.open(os.path.join(root, EPOCH), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise StateFault(f"Interlock's epoch can't be read ({problem.strerror}). {REPAIR}") from None
    try:
        fields = os.read(handle, 256).decode("utf-8", "replace").split(" ")
    except OSError as problem:
        raise StateFault(f"Interlock's epoch can't be read ({problem.strerror}). {REPAIR}") from None
    finally:
        os.close(handle)
    if len(fields) != 3 or fields[2] != f"{seal(fields[0], fields[1])}\n" or not fields[0].isdecimal():
        raise StateFault(f"Interlock's epoch is damaged. {REPAIR}")
    return int(fields[0]), fields[1]


def write(root: str, number: int, boot: str) -> None:
    """Starts epoch ``number`` durably: whole or not at all, also through a power loss."""
    path = os.path.join(root, EPOCH)
    fresh = f"{path}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(fresh, flags, 0o600)
    try:
        data = f"{number} {boot} {seal(str(number), boot)}\n".encode()
        if os.write(handle, data) != len(data):
            raise OSError(28, "No space left on device")
        os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(fresh, path)
    folder = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def set_aside(path: str) -> str:
    """Renames a damaged file to a name that nothing reads; returns it, "" if there was none."""
    if not os.path.lexists(path):
        return ""
    for number in range(1, 10_000):
        aside = f"{path}.damaged-{number}"
        if not os.path.lexists(aside):
            os.rename(path, aside)
            return aside
    raise StateFault(f"There are 10,000 damaged copies of {path}; remove some.")
