"""The clocks. ``now`` never jumps with the wall clock and counts sleep; ``wall`` is for people."""

import sys
import time

from interlock import system as os


def now() -> float:
    """Seconds since boot, sleep included. Comparable between processes until the next boot."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()  # macOS: CLOCK_MONOTONIC counts sleep too; untested


def wall() -> float:
    """Seconds since 1970, UTC; may jump."""
    return time.time()


def boot_id() -> str:
    """Names this boot of the machine; a store's times mean nothing after it changes."""
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            return file.read(64).decode("ascii").strip()
    except OSError:
        return _boot_session()


def _boot_session() -> str:
    """macOS names the boot through sysctl only; untested."""
    reading, writing = os.pipe()
    try:
        actions = [(os.POSIX_SPAWN_DUP2, writing, 1)]
        command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
        pid = os.posix_spawn(command[0], command, {}, file_actions=actions)
    except OSError:
        return "unknown-boot"
    finally:
        os.close(writing)
    os.waitpid(pid, 0)
    with open(reading, "rb") as file:
        return file.read(64).decode("ascii", "replace").strip() or "unknown-boot"
