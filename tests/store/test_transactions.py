"""Conformance: a transaction takes effect whole or not at all, alone, with its events in order."""

import threading

import pytest

from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.words.lease import Granted
from interlock.words.owner import Liveness

from .play import TERMS, A, B, C, Play, file


class Broken(Exception):
    """What a test throws to undo a transaction."""


def test_an_exception_undoes_everything(play: Play) -> None:
    """No lease, no owner, no ticket and no event of an undone transaction is left."""
    play.take(A, file("/p/a"))
    play.line_up(B, file("/p/a"))
    before = (play.holders(), play.line(), play.ground.events())
    with pytest.raises(Broken), play.store.transaction() as tx:
        arrive(tx, C, TERMS.ttl, Liveness())
        acquire(tx, play.world, C, [file("/p/c")], TERMS, "test")
        acquire(tx, play.world, C, [file("/p/a")], TERMS, "test", queue=True)
        tx.run("lease_clear")
        tx.run("seen_put", owner=C.id, key="/p/a", digest="d", mark="m")
        tx.event("never")
        raise Broken
    assert (play.holders(), play.line(), play.ground.events()) == before
    with play.store.transaction() as tx:
        assert tx.run("owner_get", id=C.id) == []
        assert tx.run("seen_get", owner=C.id, key="/p/a") == []
    play.again()
    assert (play.holders(), play.line(), play.ground.events()) == before


def test_an_undone_fence_is_never_seen_twice(play: Play) -> None:
    """Fences granted after an undone transaction are higher than all that were granted before it."""
    (first,) = play.take(A, file("/p/a"))
    with pytest.raises(Broken), play.store.transaction() as tx:
        acquire(tx, play.world, B, [file("/p/b")], TERMS, "test")
        raise Broken
    (second,) = play.take(B, file("/p/b"))
    assert second.fence > first.fence
    shown = [record["fence"] for record in play.ground.events() if record["event"] == "granted"]
    assert shown == [first.fence, second.fence]


def test_events_are_numbered_in_their_order(play: Play) -> None:
    """The log has every event of every transaction once, numbered without gaps, in the order they came."""
    play.take(A, file("/p/a"), file("/p/b"))
    with play.store.transaction() as tx:
        for number in range(5):
            tx.event("mine", number=number)
    play.again()
    with play.store.transaction() as tx:
        tx.event("mine", number=5)
    records = play.ground.events()
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert [r["number"] for r in records if r["event"] == "mine"] == list(range(6))
    assert [r["event"] for r in records[:4]] == ["new_boot", "owner", "granted", "granted"]


def test_an_event_says_what_was_done(play: Play) -> None:
    """A grant's line names owner, path, key and fence; hostile names come back as they were."""
    name = '/p/a"\n\\é\u2028.py'
    (lease,) = play.take(A, file(name))
    (granted,) = [record for record in play.ground.events() if record["event"] == "granted"]
    assert (granted["owner"], granted["key"], granted["fence"]) == (A.id, name, lease.fence)
    assert granted["v"] == 1
    assert str(granted["at"]).endswith("Z")


def test_transactions_are_alone(play: Play) -> None:
    """Of many that count up at once no count is lost, and each sees a clock and the last one's work."""
    play.take(A, file("/p/a"))
    grounds = [play.ground.store() for _ in range(4)]
    got: list[int] = []

    def count(store: object) -> None:
        for _ in range(10):
            with store.transaction() as tx:  # type: ignore[attr-defined]
                rows = tx.run("seen_get", owner="n", key="n")
                value = int(rows[0][0]) if rows else 0
                tx.run("seen_put", owner="n", key="n", digest=str(value + 1), mark="")
                got.append(tx.next_fence())

    threads = [threading.Thread(target=count, args=(store,)) for store in grounds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with play.store.transaction() as tx:
        assert tx.run("seen_get", owner="n", key="n") == [("40", "")]
    assert len(set(got)) == 40


def test_another_process_sees_what_was_done(play: Play) -> None:
    """Leases, tickets and renewals stand for whoever opens the store next."""
    play.take(A, file("/p/a"))
    play.line_up(B, file("/p/a"))
    play.again()
    assert play.holders() == {"/p/a": A}
    assert [ticket.owner for ticket in play.line()] == [B]


def test_a_reboot_voids_leases_and_places(play: Play) -> None:
    """After a reboot nobody holds and nobody waits; the log says that it happened."""
    play.take(A, file("/p/a"))
    play.line_up(B, file("/p/a"))
    play.ground.reboot(5.0)
    play.again()
    assert play.holders() == {}
    assert play.line() == []
    assert play.told().count("new_boot") == 2


def test_a_reboot_never_takes_fences_back(play: Play) -> None:
    """Fences after a reboot are above all before it, so a lease from before is not released by mistake."""
    fences: list[int] = []
    for boot in range(4):
        (lease,) = play.take(A, file("/p/a"))
        fences.append(lease.fence)
        play.ground.reboot(5.0 * boot)
        play.again()
        assert play.release(A, lease) == []
    assert fences == sorted(set(fences))


def test_times_of_the_last_boot_mean_nothing(play: Play) -> None:
    """An owner that goes on after a reboot has its lease for one TTL from its last hook, however late in
    the last boot it was seen."""
    play.ground.clock.now = 500_000.0
    play.take(A, file("/p/a"))
    play.ground.reboot(5.0)
    play.again()
    play.take(A, file("/p/a"))
    play.ground.clock.now = 5.0 + TERMS.ttl + TERMS.grace
    assert isinstance(play.ask(B, file("/p/a")), Granted)
