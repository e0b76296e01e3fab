"""A worker with one promise broken on purpose, named by the last argument: shows that the oracles can see."""

import os
import random
import signal
import sys
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import worker
from ledger import Ledger

from interlock.doors import oslock
from interlock.doors.audit import AuditFile
from interlock.leases import acquire
from interlock.words.lease import Lease

CHANCE = random.Random(os.getpid())
append = AuditFile.append


def no_lock() -> None:
    """Everybody enters the store at once."""
    oslock.acquire = lambda path: os.open(path, os.O_RDWR | os.O_CREAT)


def eager() -> None:
    """Leases of the living are taken over."""
    acquire.standing = lambda until, now, grace, dead: "lapsed"


def no_delay() -> None:
    """A lease that ended uncleanly is granted again at once."""
    acquire.standing = lambda until, now, grace, dead: "dead" if dead else "live" if now < until else "lapsed"


def one_fence() -> None:
    """Everybody shows the resource the same fence, and takes what others hold."""
    eager()
    opening, writing = Ledger.open, Ledger.write
    Ledger.open = lambda self, fence: opening(self, 1)
    Ledger.write = lambda self, fence, value: writing(self, 1, value)


def lost_line() -> None:
    """Now and then the first of several lines is not written."""
    AuditFile.append = lambda self, tail, entries, wall: append(
        self, tail, entries[CHANCE.random() < 0.3 :] or entries, wall
    )


def doubled_line() -> None:
    """Now and then a line is written twice."""
    AuditFile.append = lambda self, tail, entries, wall: append(
        self, tail, entries + entries[-1:] * (CHANCE.random() < 0.01), wall
    )


def early_word() -> None:
    """A grant is acknowledged that was never committed."""
    ack = worker.Worker.ack

    def boast(self: worker.Worker, *lines: tuple[object, ...]) -> None:
        if lines[0][0] == "G" and CHANCE.random() < 0.02:
            ack(self, ("G", lines[0][1], CHANCE.getrandbits(60), *lines[0][3:]))
        ack(self, *lines)

    worker.Worker.ack = boast


def dies_after_giving_back() -> None:
    """Now and then a worker is killed when its release is committed, before it could write that down."""
    release = worker.Worker.release

    def struck(self: worker.Worker, leases: tuple[Lease, ...]) -> set[int]:
        ended = release(self, leases)
        if CHANCE.random() < 0.1:
            time.sleep(0.05)  # others have it by now
            os.kill(os.getpid(), signal.SIGKILL)
        return ended

    worker.Worker.release = struck


if __name__ == "__main__":
    worker.audit.MAX_BYTES = worker.LOG_BYTES
    globals()[sys.argv[7]]()
    worker.Worker(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5] == "1", int(sys.argv[6])).run()
