"""The states that an operation meets, and what must be true of a state after it.

``check`` looks with eyes of its own where it can: SQLite through ``sqlite3``, the log through the model in
``tests.stress.history``. Only then it goes on through the package, as the next owner would.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from tests.crash.faults import Run
from tests.stress import history

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.words.lease import Granted, Held
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import mutex

TERMS = Terms()
BOOT = "boot-2"
OTHER, ME, NEXT = Owner("host", "other"), Owner("host", "worker"), Owner("host", "next")
FAR = 100_000.0


def open_store(root: Path, boot: str = BOOT, later: float = 0.0) -> Embedded:
    """The store as another process would open it, ``later`` seconds from now."""
    return Embedded(str(root), AuditFile(str(root)), lambda: clock.now() + later, clock.wall, boot)


def take(store: Embedded, owner: Owner, name: str, queue: bool = False) -> Granted | Held:
    """Asks for the mutex ``name``."""
    with store.transaction() as tx:
        arrive(tx, owner, TERMS.ttl, Liveness())
        got = acquire(tx, Evidence(store.boot), owner, [mutex(name)], TERMS, "state", queue)
    assert isinstance(got, Granted | Held)
    return got


def empty(root: Path) -> None:
    """A machine that never had a store."""
    root.mkdir(mode=0o700)


def lived_in(root: Path, boot: str = BOOT) -> Embedded:
    """Somebody else holds something."""
    empty(root)
    store = open_store(root, boot)
    assert isinstance(take(store, OTHER, "others"), Granted)
    return store


def in_use(root: Path) -> None:
    """Somebody else holds another thing."""
    lived_in(root).close()


def held_by_me(root: Path) -> None:
    """The worker holds what it will renew or release."""
    store = lived_in(root)
    take(store, ME, "wanted")
    store.close()


def waited_for(root: Path) -> None:
    """The worker holds what somebody waits for."""
    store = lived_in(root)
    take(store, ME, "wanted")
    take(store, NEXT, "wanted", queue=True)
    store.close()


def taken(root: Path) -> None:
    """Somebody else holds what the worker wants, so that it has to queue."""
    store = lived_in(root)
    take(store, OTHER, "wanted")
    store.close()


def unlogged(root: Path) -> None:
    """The last events stand in the outbox only, behind half a line of theirs."""
    store = lived_in(root)
    with patch.object(AuditFile, "append", side_effect=OSError(28, "full")):
        take(store, OTHER, "unlogged")
    store.close()
    with (root / "audit.jsonl").open("ab") as file:
        file.write(b'{"v":1,"seq":')


def big_log(root: Path) -> None:
    """The log is over its size and will be rotated."""
    lived_in(root).close()
    (root / "rotate").touch()


def rebooted(root: Path) -> None:
    """The machine was started again since somebody held something."""
    lived_in(root, "boot-1").close()


class Before:
    """What a state held before the operation, by the log."""

    def __init__(self, root: Path, boot_stays: bool) -> None:
        leases = history.replay(history.read(root)) if (root / "leases.db").exists() else []
        self.fence = max((lease.fence for lease in leases), default=0)
        self.kept = [x for x in leases if not x.ended and x.owner == OTHER.id] if boot_stays else []


def checker(build: Callable[[Path], None], base: Path) -> Callable[[Run], None]:
    """The check for runs that began with ``build``."""
    scratch = base / "before"
    build(scratch)
    if (scratch / "leases.db").exists() and build is not rebooted:
        carry_over(scratch)
    before = Before(scratch, build is not rebooted)

    def check(run: Run) -> None:
        carry_over(run.root)
        records = history.read(run.root)
        leases = history.replay(records)
        standing = {lease.key: lease for lease in leases if not lease.ended and lease.fence > void(records)}
        rows = looked_up(run.root)
        assert {key: (row[1], row[2]) for key, row in rows.items()} == {
            key: (lease.owner, lease.fence) for key, lease in standing.items()
        }, "the log and the leases disagree"
        for lease in before.kept:
            assert standing[lease.key].fence == lease.fence, "another's lease was lost"
        acknowledged(run, rows, [record["event"] for record in records])
        go_on(run.root, max([before.fence, *(lease.fence for lease in leases)]), "next", 0.0)
        go_on(run.root, 0, "wanted", 0.0 if provably_dead(run.root) else FAR)
        history.replay(history.read(run.root))

    return check


def carry_over(root: Path) -> None:
    """Opens the store, which is never wedged, and brings what is in the outbox to the log."""
    store = open_store(root)
    with store.transaction():
        pass
    store.close()


def void(records: list[dict[str, object]]) -> int:
    """The highest fence that the last change of boot made void."""
    highest = found = 0
    for record in records:
        if record["event"] == "new_boot":
            found = highest
        highest = max(highest, record.get("fence", 0))  # type: ignore[call-overload]
    return found


def provably_dead(root: Path) -> bool:
    """Whether the store knows by which process the worker's death can be proved."""
    with closing(sqlite3.connect(root / "leases.db")) as database:
        holds = database.execute("SELECT owner FROM lease WHERE key = 'mutex:wanted'").fetchall()
        rows = database.execute("SELECT pid FROM owner WHERE id = ?", (ME.id,)).fetchall()
    return holds == [(ME.id,)] and bool(rows and rows[0][0])


def looked_up(root: Path) -> dict[str, tuple[str, str, int]]:
    """The lease rows (key, owner, fence) by key, in a database that is sound."""
    with closing(sqlite3.connect(root / "leases.db")) as database:
        assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        rows = database.execute("SELECT key, owner, fence FROM lease").fetchall()
    return {row[0]: row for row in rows}


def acknowledged(run: Run, rows: dict[str, tuple[str, str, int]], events: list[str]) -> None:
    """What the worker was told is so."""
    told = run.out.split()
    if told[:1] != ["ack"]:
        return
    row = rows.get("mutex:wanted")
    if told[1] == "granted":
        assert row is not None and row[1:] == (ME.id, int(told[2])), "an acknowledged grant was lost"
        assert events.count("granted") >= 1
    elif told[1] == "released":
        assert row is None or row[2] != int(told[2]), "an acknowledged release was lost"
        assert "released" in events
    elif told[1] == "renewed":
        with closing(sqlite3.connect(run.root / "leases.db")) as database:
            (until,) = database.execute("SELECT until FROM owner WHERE id = ?", (ME.id,)).fetchone()
        assert until >= float(told[2]), "an acknowledged renewal was lost"
    elif told[1] == "queued":
        with closing(sqlite3.connect(run.root / "leases.db")) as database:
            assert database.execute("SELECT count(*) FROM ticket").fetchone() == (1,), "a place was lost"


def go_on(root: Path, highest: int, name: str, later: float) -> None:
    """Another owner gets the mutex: at once where its holder is dead, else after its time."""
    store = open_store(root, later=later)
    got = take(store, NEXT, name)
    store.close()
    assert isinstance(got, Granted), f"{name} is wedged: {got}"
    assert got.leases[0].fence > highest, "a fence went back"
    assert os.path.isfile(root / "audit.jsonl")
