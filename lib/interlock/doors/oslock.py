"""One OS lock, waited for without polling, that the kernel frees however its holder ends.

flock on a file that is never unlinked (filelock #574: unlinking gave two holders on two inodes). The kernel
wakes the waiters in the order they came, but who asks again at once may still come first; fairness between
owners is the tickets' (``leases/queue.py``), this lock is held for a millisecond. The holder's pid is
written into the file, so that who waits too long can be told for whom.
"""

from interlock import system as os

try:
    import fcntl
except ImportError:  # Windows; untested
    fcntl = None  # type: ignore[assignment]


def acquire(path: str) -> int:
    """Blocks until the lock is held; returns the open file that holds it. Close it with ``release``.

    The caller bounds the wait (the guard by its deadline). Raises OSError where the path can't be opened:
    a symlink there is refused (O_NOFOLLOW), as it would let someone choose what we open.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    handle = os.open(path, flags, 0o600)
    try:
        if fcntl is None:
            _windows_lock(handle)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        os.pwrite(handle, b"%-10d\n" % os.getpid(), 0)
    except BaseException:
        os.close(handle)
        raise
    return handle


def release(handle: int) -> None:
    os.close(handle)


def holder(path: str) -> int:
    """The pid that last took the lock, 0 if unknown. For messages only."""
    try:
        with open(path, "rb") as file:
            return int(file.read(16))
    except (OSError, ValueError):
        return 0


def _windows_lock(handle: int) -> None:  # untested
    import msvcrt
    import time

    while True:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            time.sleep(0.005)
        else:
            return
