"""Repair: whatever happened to the state, the leases that the log vouches for stand again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.doors.store.repair import repair
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.records import lease_of
from interlock.leases.release import depart
from interlock.leases.terms import Terms
from interlock.words.faults import StateFault
from interlock.words.lease import Granted, Held
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import Resource, run_mutex

A, B = Owner("host", "alpha"), Owner("host", "beta", "sub1")


class Nothing:
    """No evidence of anything."""

    def dead(self, pid: int, started: int, boot: str, pid_namespace: str) -> bool:
        return False

    def inode(self, resource: Resource) -> str:
        return ""

    def idle(self, resource: Resource) -> bool:
        return True


def open_store(root: Path, boot: str = "boot-1") -> Embedded:
    return Embedded(str(root), AuditFile(str(root)), lambda: 100.0, lambda: 1.8e9, boot)


def take(store: Embedded, owner: Owner, key: str) -> Granted | Held:
    with store.transaction() as tx:
        arrive(tx, owner, 900.0, Liveness())
        got = acquire(tx, Nothing(), owner, [Resource("file", key)], Terms(), "")
    store.close()
    assert isinstance(got, Granted | Held)
    return got


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A state folder where alpha holds /r/a and beta's subagent gave /r/b back."""
    folder = tmp_path / "state"
    prepare(str(folder))
    take(open_store(folder), A, "/r/a")
    take(open_store(folder), B, "/r/b")
    store = open_store(folder)
    with store.transaction() as tx:
        depart(tx, B)
    store.close()
    return folder


def ruin_database(root: Path) -> None:
    (root / "leases.db").write_bytes(b"\0" * 5000)


def remove_database(root: Path) -> None:
    (root / "leases.db").unlink()


def ruin_epoch(root: Path) -> None:
    (root / "epoch").write_text("7 somewhere 12\n")


def fifo_for_database(root: Path) -> None:
    (root / "leases.db").unlink()
    os.mkfifo(root / "leases.db")


def folder_for_bell(root: Path) -> None:
    (root / "bells").rmdir()
    (root / "bells").write_text("")
    remove_database(root)


@pytest.mark.parametrize(
    "ruin",
    [ruin_database, remove_database, ruin_epoch, fifo_for_database, folder_for_bell],
    ids=lambda f: f.__name__,
)
def test_leases_stand_again(root: Path, ruin: Callable[[Path], None]) -> None:
    """Damaged state refuses; after the repair the held file is still held, the free one free, and fences go
    on above all of before."""
    highest = take(open_store(root), A, "/r/a").leases[0].fence  # type: ignore[union-attr]
    ruin(root)
    with pytest.raises(StateFault):
        take(open_store(root), B, "/r/a")
    assert "restored 1 lease from the log" in repair(open_store(root), 900.0)
    assert isinstance(take(open_store(root), B, "/r/a"), Held)
    free = take(open_store(root), B, "/r/b")
    assert isinstance(free, Granted)
    assert free.leases[0].fence > highest + 1


def test_the_owner_keeps_its_fence(root: Path) -> None:
    """Who held the file before the repair holds it after, under the fence it knows."""
    before = take(open_store(root), A, "/r/a")
    remove_database(root)
    repair(open_store(root), 900.0)
    after = take(open_store(root), A, "/r/a")
    assert isinstance(before, Granted)
    assert isinstance(after, Granted)
    assert after.leases[0].fence == before.leases[0].fence
    assert not after.fresh


def test_repair_twice(root: Path) -> None:
    """A second repair restores what the first one did."""
    for _ in range(2):
        remove_database(root)
        assert "restored 1 lease from the log" in repair(open_store(root), 900.0)
    assert isinstance(take(open_store(root), B, "/r/a"), Held)


def test_leases_of_an_older_boot_stay_void(root: Path) -> None:
    """After a reboot there is nothing to restore: the log shows leases of another boot only."""
    remove_database(root)
    assert "restored 0 leases from the log" in repair(open_store(root, "boot-2"), 900.0)


def test_nothing_is_thrown_away(root: Path) -> None:
    """The damaged files are kept beside the new ones."""
    ruin_database(root)
    repair(open_store(root), 900.0)
    assert (root / "leases.db.damaged-1").read_bytes() == b"\0" * 5000


def test_a_torn_log_is_read_as_far_as_it_goes(root: Path) -> None:
    """Lines that can't be read don't keep the others from being used."""
    log = root / "audit.jsonl"
    log.write_bytes(b'{"torn\n\xff\xfe\n' + log.read_bytes() + b'{"v":1,"se')
    remove_database(root)
    assert "restored 1 lease from the log" in repair(open_store(root), 900.0)


def test_a_run_is_restored_to_the_kernel(tmp_path: Path) -> None:
    """The mutex of a run is carried over without a time of its own: it is over when the kernel says so."""
    root = tmp_path / "state"
    prepare(str(root))
    store = open_store(root)
    wanted = run_mutex("tests", "/repo")
    with store.transaction() as tx:
        arrive(tx, A, 900.0, Liveness())
        acquire(tx, Nothing(), A, [wanted], Terms(), "call pytest", until=tx.now + 30.0)
    store.close()
    (root / "leases.db").write_bytes(b"damaged")
    repair(open_store(root), 900.0)
    with open_store(root).transaction() as tx:
        (lease,) = map(lease_of, tx.run("lease_all"))
        assert (lease.resource.key, lease.owner, lease.until) == (wanted.key, A, tx.now)
