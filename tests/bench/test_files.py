"""The other store's sketch does the embedded store's work, so that the comparison is one of like with like."""

import json
from pathlib import Path

import pytest
from bench.files import Files

from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.leases.acquire import acquire, drop
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.words.lease import Granted, Held
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, Resource

ANN, BOB = Owner("host", "ann"), Owner("host", "bob")
FILE_A = Resource(FILE, "/p/a.py", "1:2")
LINK_TO_A = Resource(FILE, "/p/b.py", "1:2")


class World:
    """Everybody lives; a file has the inode it was leased with."""

    def dead(self, pid: int, started: int, boot: str, pid_namespace: str) -> bool:
        return False

    def inode(self, resource: Resource) -> str:
        return resource.inode

    def idle(self, resource: Resource) -> bool:
        return True


@pytest.fixture(params=["files", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Files | Embedded:
    root = tmp_path / "state"
    root.mkdir(mode=0o700)
    if request.param == "embedded":
        return Embedded(str(root), AuditFile(str(root)), lambda: 100.0, lambda: 1e9, "boot")
    made = Files(str(root), AuditFile(str(root)), lambda: 100.0, lambda: 1e9, "boot")
    made.create()
    return made


def ask(store: Files | Embedded, owner: Owner, file: Resource) -> object:
    with store.transaction() as tx:
        arrive(tx, owner, 900.0, Liveness())
        return acquire(tx, World(), owner, [file], Terms(), "")


def test_first_gets_it_and_second_is_told_by_whom(store: Files | Embedded) -> None:
    """A file that one owner has is refused to another, under its own name and under a hard link's."""
    assert isinstance(ask(store, ANN, FILE_A), Granted)
    for file in (FILE_A, LINK_TO_A):
        got = ask(store, BOB, file)
        assert isinstance(got, Held)
        assert [lease.owner for lease in got.by] == [ANN]


def test_given_back_it_is_free_and_the_fence_has_grown(store: Files | Embedded) -> None:
    """After it was given back the other owner gets it, under a higher fence."""
    first = ask(store, ANN, FILE_A)
    assert isinstance(first, Granted)
    with store.transaction() as tx:
        drop(tx, first.leases[0], "released")
    second = ask(store, BOB, FILE_A)
    assert isinstance(second, Granted)
    assert second.leases[0].fence > first.leases[0].fence


def test_both_write_the_same_log(store: Files | Embedded) -> None:
    """An owner's first write ends the log with the same two events, whichever store it was."""
    ask(store, ANN, FILE_A)
    log = Path(store.root, "audit.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in log[-2:]] == ["owner", "granted"]
