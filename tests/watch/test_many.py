"""Ten thousand leases: a hook compares a part of them, in turn, and none is forgotten."""

import time
from pathlib import Path

import pytest

from interlock.doors import clock, content
from interlock.guard import breaches, watch
from interlock.leases.records import lease_values
from interlock.words.lease import Lease
from interlock.words.owner import parse
from interlock.words.resource import FILE, Resource

from .repo import Watched

LEASES = 10_000


@pytest.fixture
def crowded(watched: Watched) -> Watched:
    """alpha holds ten thousand files."""
    watched.held()
    owner = parse(watched.records("granted")[0]["owner"])
    with watched.store().transaction() as tx:
        for number in range(LEASES):
            file = watched.repo / f"f{number}"
            file.write_text(str(number))
            resource = Resource(FILE, str(file))
            tx.run("lease_put", **lease_values(Lease(resource, owner, tx.next_fence(), tx.now, tx.now + 900, "")))
            taken = content.take(str(file), clock.wall() + 1)
            watch.put(tx, owner.id, str(file), str(file), str(file), taken, clock.wall(), watch.HELD)
    return watched


def test_one_hook_compares_a_part(crowded: Watched) -> None:
    """While a command runs no hook takes long, and after some of them every change was found."""
    use = crowded.begin("beta")
    changed = [crowded.repo / f"f{number}" for number in range(0, LEASES, 1000)]
    for file in changed:
        file.write_text("theirs")
    slowest = 0.0
    for _ in range(LEASES // breaches.MOST + 2):
        began = time.monotonic()
        crowded.told("gamma")
        slowest = max(slowest, time.monotonic() - began)
    assert {Path(breach["path"]) for breach in crowded.breaches()} == set(changed)
    assert slowest < 1.0
    crowded.end(use)


def test_after_the_command_all_are_compared(crowded: Watched) -> None:
    """Few hooks after a command's end every change was found, and then hooks look no more."""
    crowded.run(lambda: [(crowded.repo / f"f{number}").write_text("x") for number in range(0, LEASES, 500)])
    for _ in range(60):
        crowded.told("gamma")
    assert len(crowded.breaches()) == LEASES // 500
    (crowded.repo / "f1").write_text("y")
    crowded.told("gamma")
    assert len(crowded.breaches()) == LEASES // 500
