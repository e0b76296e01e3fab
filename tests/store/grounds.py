"""What the conformance suite needs of a store: a ground to stand it on, with its clock and its world.

A third store joins by another ``Ground`` in ``GROUNDS``.
"""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from interlock.doors.audit import AuditFile, archives
from interlock.doors.store.embedded import BELLS, Embedded
from interlock.doors.store.ground import prepare
from interlock.doors.store.memory import Memory
from interlock.words.resource import Resource

if TYPE_CHECKING:
    from interlock.leases.port import Store

Record = dict[str, object]
START = 1000.0


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class World:
    """Evidence that a test makes up: which pids are gone, which file each key leads to now."""

    def __init__(self) -> None:
        self.gone: set[int] = set()
        self.inodes: dict[str, str] = {}
        self.running: set[str] = set()
        """Keys of the mutexes whose kernel lock somebody has."""

    def dead(self, pid: int, started: int, boot: str, pid_namespace: str) -> bool:
        return pid in self.gone

    def inode(self, resource: Resource) -> str:
        return self.inodes.get(resource.key, resource.inode)

    def idle(self, resource: Resource) -> bool:
        return resource.key not in self.running


class Ground(Protocol):
    """A store and all that a test may do to it from outside."""

    clock: Clock

    def store(self) -> Store:
        """The store, opened anew, as another process would."""

    def reboot(self, now: float) -> None:
        """The machine starts again; its clock says ``now``."""

    def events(self) -> list[Record]:
        """The audit log so far."""

    def rung(self, ticket: int) -> bool: ...


class MemoryGround:
    """The twin. It lives in one process, so opening it anew is using it again."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.memory = Memory(self.clock, lambda: 1.7e9 + self.clock.now)
        self._boots = 1

    def store(self) -> Store:
        return self.memory

    def reboot(self, now: float) -> None:
        self._boots += 1
        self.memory.boot = f"boot-{self._boots}"
        self.clock.now = now

    def events(self) -> list[Record]:
        return self.memory.events

    def rung(self, ticket: int) -> bool:
        return ticket in self.memory.rung


class EmbeddedGround:
    """The embedded store in a folder."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.root = folder / "state"
        self.boot = "boot-1"
        self.wall = time.time()
        """Stands, like the clock; today, as the log's files are named by the day."""
        self._boots = 1
        self._open: list[Embedded] = []

    def store(self) -> Store:
        return self.embedded()

    def embedded(self) -> Embedded:
        prepare(str(self.root))
        audit = AuditFile(str(self.root))
        fresh = Embedded(str(self.root), audit, self.clock, lambda: self.wall, self.boot)
        self._open.append(fresh)
        return fresh

    def reboot(self, now: float) -> None:
        self.close()
        self._boots += 1
        self.boot = f"boot-{self._boots}"
        self.clock.now = now

    def close(self) -> None:
        for store in self._open:
            with contextlib.suppress(Exception):  # one opened in another thread closes with it
                store.close()
        self._open.clear()

    def lines(self) -> list[bytes]:
        names = [*archives(str(self.root)), "audit.jsonl"] if self.root.exists() else []
        files = [self.root / name for name in names if (self.root / name).exists()]
        return [line for file in files for line in file.read_bytes().splitlines(keepends=True)]

    def events(self) -> list[Record]:
        return [json.loads(line) for line in self.lines()]

    def rung(self, ticket: int) -> bool:
        return (self.root / BELLS / str(ticket)).exists()


GROUNDS: dict[str, type[MemoryGround] | type[EmbeddedGround]] = {
    "memory": MemoryGround,
    "embedded": EmbeddedGround,
}
