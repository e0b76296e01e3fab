"""Conformance: what is remembered of owners that ended, and for how long."""

from interlock.leases.arrive import arrive
from interlock.leases.records import OwnerRow
from interlock.leases.release import KEPT_OWNERS, KEPT_SEEN, depart, forget, sweep
from interlock.words.owner import Liveness, Owner

from .grounds import START
from .play import TERMS, A, B, Play

DAY = 86400.0
NOW = 1.7e9


def came(play: Play, owner: Owner) -> OwnerRow:
    """The owner gives a sign of life."""
    with play.store.transaction() as tx:
        return arrive(tx, owner, TERMS.ttl, Liveness())


def saw(play: Play, owner: Owner, *keys: str) -> None:
    with play.store.transaction() as tx:
        for key in keys:
            tx.run("seen_put", owner=owner.id, key=key, digest="d", mark="m")


def remembers(play: Play, owner: Owner, key: str = "/p/a") -> bool:
    with play.store.transaction() as tx:
        return bool(tx.run("seen_get", owner=owner.id, key=key))


def swept(play: Play, wall: float) -> None:
    with play.store.transaction() as tx:
        sweep(tx, play.world, wall)


def test_who_comes_back_came_when_it_first_came(play: Play) -> None:
    """An owner that ended and is back has its first day and all that it saw; one that was forgotten has not."""
    for owner in (A, B):
        came(play, owner)
        saw(play, owner, "/p/a")
        play.depart(owner, gone=True)
    with play.store.transaction() as tx:
        assert tx.run("owner_all") == []
        forget(tx, B)
    play.ground.clock.now += 50
    assert came(play, A).since == START
    assert came(play, B).since == START + 50
    assert (remembers(play, A), remembers(play, B)) == (True, False)


def test_who_comes_back_after_a_reboot(play: Play) -> None:
    """An owner of an earlier boot came before all that is on this boot's clock; a new one comes now."""
    came(play, A)
    saw(play, A, "/p/a")
    play.ground.reboot(5.0)
    play.again()
    assert came(play, A).since < 0
    assert came(play, B).since == 5.0
    assert remembers(play, A)
    play.depart(A, gone=True)
    assert came(play, A).since < 0


def test_thirty_days(play: Play) -> None:
    """Thirty days after its end was first noticed an owner is forgotten; not while it is here, and coming back
    starts the days anew."""
    for owner in (A, B):
        came(play, owner)
        saw(play, owner, "/p/a")
    play.depart(A, gone=True)
    swept(play, NOW)
    swept(play, NOW + 20 * DAY)
    assert remembers(play, A)
    came(play, A)
    play.depart(A, gone=True)
    swept(play, NOW + 25 * DAY)
    swept(play, NOW + 55 * DAY)
    assert remembers(play, A)
    swept(play, NOW + 55 * DAY + 1)
    assert (remembers(play, A), remembers(play, B)) == (False, True)
    with play.store.transaction() as tx:
        assert len(tx.run("past_get", owner=A.id)) == 0


def test_idle_for_a_day(play: Play) -> None:
    """Who was silent for a day is no owner any more, but remembers."""
    came(play, A)
    saw(play, A, "/p/a")
    play.ground.clock.now += TERMS.ttl + DAY + 1
    swept(play, NOW)
    with play.store.transaction() as tx:
        assert tx.run("owner_all") == []
    assert remembers(play, A)
    assert came(play, A).since == START


def test_only_so_many_owners(play: Play) -> None:
    """Of more owners than are kept, those that ended first are forgotten."""
    owners = [Owner("h", f"s{n:05}") for n in range(KEPT_OWNERS + 3)]
    for wall, some in ((NOW, owners[:3]), (NOW + 1, owners[3:])):
        with play.store.transaction() as tx:
            for owner in some:
                arrive(tx, owner, TERMS.ttl, Liveness())
                tx.run("seen_put", owner=owner.id, key="/p/a", digest="d", mark="m")
                depart(tx, owner, gone=True)
            sweep(tx, play.world, wall)
    assert [remembers(play, owner) for owner in owners[:4]] == [False] * 3 + [True]
    assert remembers(play, owners[-1])


def test_only_so_many_files(play: Play) -> None:
    """Of more seen files than are kept, those of the owners that ended first are forgotten; those of who is here
    are not counted."""
    for owner, many in ((A, 2), (B, KEPT_SEEN - 1), (Owner("h", "here"), 9)):
        came(play, owner)
        saw(play, owner, "/p/a", *(f"/p/{n}" for n in range(1, many)))
    play.depart(A, gone=True)
    swept(play, NOW)
    play.depart(B, gone=True)
    swept(play, NOW + 1)
    assert (remembers(play, A), remembers(play, B), remembers(play, Owner("h", "here"))) == (False, True, True)
