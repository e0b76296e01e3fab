"""The kernel's lock behind the mutex of a run: a file in ROOT/runs that is never unlinked (filelock #574).

The wrapper and what it starts hold it (``runs/lock.py``); the guard only asks whether anybody does.
"""

from interlock import system as os

FOLDER = "runs"


def path(root: str, key: str) -> str:
    """The lock file of a mutex, by its resource's key."""
    from _blake2 import blake2b

    name = blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return os.path.join(root, FOLDER, f"{name}.lock")


def idle(root: str, key: str) -> bool:
    """Whether nobody has the lock. Asked with a shared one, for a few microseconds: two who ask at once are not in
    each other's way, and a wrapper that comes in between tries again. What can't be told is not free."""
    import fcntl

    try:
        handle = os.open(path(root, key), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(handle, fcntl.LOCK_UN)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def holders(root: str, key: str) -> list[tuple[int, str]]:
    """Who has the file open: (pid, name) of each process that can be seen. For messages: it looks at all of them,
    which takes some milliseconds."""
    import os as whole

    try:
        info = whole.stat(path(root, key))
        pids = [name for name in whole.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    found = []
    for pid in pids:
        try:
            with whole.scandir(f"/proc/{pid}/fd") as handles:
                if not any(_same(handle.path, info) for handle in handles):
                    continue
            with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                found.append((int(pid), file.read(64).strip()))
        except OSError:
            continue
    return found


def _same(handle: str, info: "object") -> bool:
    import os as whole

    try:
        return whole.path.samestat(whole.stat(handle), info)  # type: ignore[arg-type]
    except OSError:
        return False
