"""Conformance: who gets a lease, for how long, under which fence."""

import pytest

from interlock.words.lease import Granted, Held
from interlock.words.owner import Owner
from interlock.words.resource import mutex

from .grounds import START
from .play import TERMS, A, B, C, Play, file, tree

ENDS = START + TERMS.ttl


def test_all_or_nothing(play: Play) -> None:
    """Of several wants none is taken while one is another's."""
    play.take(A, file("/p/b"))
    got = play.ask(B, file("/p/a"), file("/p/b"), file("/p/c"))
    assert isinstance(got, Held)
    assert [lease.resource.key for lease in got.by] == ["/p/b"]
    assert (got.place, got.ticket) == (0, 0), "not queued unless asked for"
    assert play.holders() == {"/p/b": A}


def test_doubles_count_once(play: Play) -> None:
    """A want named twice is one lease, taken in sorted order."""
    leases = play.take(A, file("/p/b"), file("/p/a"), file("/p/b"))
    assert [lease.resource.key for lease in leases] == ["/p/a", "/p/b"]
    assert leases[0].fence < leases[1].fence


def test_reacquire_keeps_the_fence(play: Play) -> None:
    """Who holds a lease and asks again has the same lease, and nothing fresh."""
    (first,) = play.take(A, file("/p/a"))
    play.ground.clock.now += 50
    got = play.ask(A, file("/p/a"), file("/p/b"))
    assert isinstance(got, Granted)
    assert {lease.resource.key: lease.fence for lease in got.leases}["/p/a"] == first.fence
    assert [lease.resource.key for lease in got.fresh] == ["/p/b"]
    assert got.fresh[0].fence > first.fence
    assert got.leases[0].since == first.since


def test_fences_grow_over_all_resources(play: Play) -> None:
    """Every grant has a higher fence than any before, also for another resource and another owner."""
    fences = []
    for owner, key in ((A, "/p/a"), (B, "/p/b"), (A, "/p/c"), (C, "/p/a2")):
        fences += [lease.fence for lease in play.take(owner, file(key))]
        play.depart(owner)
    assert fences == sorted(set(fences))


def test_release_needs_name_and_fence(play: Play) -> None:
    """A lease that was lost and granted anew isn't ended by its old fence, nor by another owner."""
    (old,) = play.take(A, file("/p/a"))
    assert play.release(B, old) == []
    assert [lease.fence for lease in play.release(A, old)] == [old.fence]
    (new,) = play.take(A, file("/p/a"))
    assert play.release(A, old) == []
    assert play.holders() == {"/p/a": A}
    assert [lease.fence for lease in play.release(A, new)] == [new.fence]
    assert play.holders() == {}


def test_released_twice_ends_once(play: Play) -> None:
    """A second release of the same lease does nothing and says nothing."""
    (lease,) = play.take(A, file("/p/a"))
    play.release(A, lease)
    told = play.told()
    assert play.release(A, lease) == []
    assert play.told() == told


def test_depart_frees_only_its_own(play: Play) -> None:
    """A subagent that stops keeps nothing; its parent and its siblings keep theirs."""
    child, sibling = Owner("h", "s-a", "child"), Owner("h", "s-a", "sibling")
    play.take(A, file("/p/a"))
    play.take(child, file("/p/b"), file("/p/c"))
    play.take(sibling, file("/p/d"))
    ended = play.depart(child, gone=True)
    assert sorted(lease.resource.key for lease in ended) == ["/p/b", "/p/c"]
    assert play.holders() == {"/p/a": A, "/p/d": sibling}


@pytest.mark.parametrize(
    ("now", "free"),
    [
        (ENDS - 0.001, False),
        (ENDS, False),
        (ENDS + TERMS.grace - 0.001, False),
        (ENDS + TERMS.grace, True),
        (ENDS + TERMS.grace + 0.001, True),
    ],
)
def test_the_edge_of_expiry(play: Play, now: float, free: bool) -> None:
    """A silent owner's lease is granted again at until + grace, not a moment before."""
    (lost,) = play.take(A, file("/p/a"))
    play.ground.clock.now = now
    got = play.ask(B, file("/p/a"))
    assert isinstance(got, Granted) is free
    if isinstance(got, Granted):
        assert got.leases[0].fence > lost.fence
        assert play.told()[-2:] == ["lapsed", "granted"]
        assert play.release(A, lost) == []
        assert isinstance(play.ask(A, file("/p/a")), Held)
    else:
        assert isinstance(got, Held)
        assert got.by[0].until == ENDS


def test_any_hook_renews_all_of_an_owners_leases(play: Play) -> None:
    """An owner's sign of life moves the end of every lease it has; another owner's doesn't."""
    play.take(A, file("/p/a"), file("/p/b"))
    play.ground.clock.now = ENDS - 1
    play.arrive(A)
    play.arrive(B)
    play.ground.clock.now = ENDS + TERMS.grace
    got = play.ask(B, file("/p/a"), file("/p/b"))
    assert isinstance(got, Held)
    assert {lease.until for lease in got.by} == {ENDS - 1 + TERMS.ttl}


def test_a_lapsed_lease_nobody_took_is_still_its_owners(play: Play) -> None:
    """Time alone takes nothing away: an owner that comes back first has its lease under the old fence."""
    (first,) = play.take(A, file("/p/a"))
    play.ground.clock.now = ENDS + 10 * TERMS.ttl
    (again,) = play.take(A, file("/p/a"))
    assert again.fence == first.fence
    assert isinstance(play.ask(B, file("/p/a")), Held)


def test_proven_death_frees_at_once(play: Play) -> None:
    """A dead owner's lease is the next contender's, without delay, under a higher fence."""
    (lost,) = play.take(A, file("/p/a"))
    play.world.gone.add(101)
    (won,) = play.take(B, file("/p/a"))
    assert won.fence > lost.fence
    assert play.told()[-2:] == ["taken_over", "granted"]


def test_unknown_liveness_waits_for_time(play: Play) -> None:
    """An owner without evidence of its process is not dead, whatever pids are gone."""
    unknown = Owner("h", "unknown")
    play.take(unknown, file("/p/a"))
    play.world.gone.update({101, 103})
    assert isinstance(play.ask(B, file("/p/a")), Held)
    play.ground.clock.now = ENDS + TERMS.grace
    play.take(B, file("/p/a"))


def test_sweep_buries_the_dead(play: Play) -> None:
    """A sweep frees what dead owners hold and wait for, and forgets them; the living keep theirs."""
    play.take(A, file("/p/a"))
    play.take(B, file("/p/b"))
    play.line_up(A, file("/p/b"))
    play.world.gone.add(101)
    assert play.sweep() == [A.id]
    assert play.holders() == {"/p/b": B}
    assert play.line() == []
    assert "owner_dead" in play.told()


def test_a_tree_covers_what_is_below(play: Play) -> None:
    """A tree and a file in it exclude each other, both ways; its namesakes beside it are free."""
    play.take(A, tree("/p/d"))
    assert isinstance(play.ask(B, file("/p/d/x/y")), Held)
    assert isinstance(play.ask(B, file("/p/d")), Held)
    play.take(B, file("/p/d2"), file("/p/d!"), file("/p/c"))
    play.depart(A)
    play.take(C, file("/p/d/x/y"))
    got = play.ask(A, tree("/p/d"))
    assert isinstance(got, Held)
    assert [lease.resource.key for lease in got.by] == ["/p/d/x/y"]
    assert isinstance(play.ask(A, tree("/")), Held)


def test_a_name_that_is_not_there_yet_covers_what_comes_below(play: Play) -> None:
    """A folder that is still to be made, taken by its name, and a file in it exclude each other, both ways."""
    play.take(A, file("/p/new"))
    assert isinstance(play.ask(B, file("/p/new/x/y")), Held)
    play.take(B, file("/p/new2"), file("/p/ne"))
    play.depart(A)
    play.take(C, file("/p/new/x/y"))
    got = play.ask(A, file("/p/new"))
    assert isinstance(got, Held)
    assert [lease.resource.key for lease in got.by] == ["/p/new/x/y"]


def test_own_tree_and_own_file_go_together(play: Play) -> None:
    """An owner's own leases are never in its way."""
    play.take(A, tree("/p/d"))
    play.take(A, file("/p/d/x"), file("/p/a", "1:5"), file("/p/b", "1:5"))


def test_hard_links_are_one_file(play: Play) -> None:
    """Two names of one inode exclude each other."""
    play.take(A, file("/p/a", "1:5"))
    assert isinstance(play.ask(B, file("/p/b", "1:5")), Held)
    play.take(B, file("/p/c", "1:6"), file("/p/new", ""))
    assert isinstance(play.ask(A, file("/p/new", "")), Held)


def test_an_inode_counts_while_the_leased_name_has_it(play: Play) -> None:
    """A file replaced by rename frees its old inode for others; its name stays taken."""
    play.take(A, file("/p/a", "1:5"))
    play.world.inodes["/p/a"] = "1:9"
    play.take(B, file("/p/b", "1:5"))
    assert isinstance(play.ask(B, file("/p/a", "1:9")), Held)


def test_mutex_names_are_literal(play: Play) -> None:
    """A mutex is its name: no path, no tree and no other mutex is in its way."""
    play.take(A, mutex("/p"), mutex("tests"), mutex("a/../b"))
    play.take(B, mutex("/p/"), mutex("Tests"), mutex("b"), tree("/p"), file("/mutex:tests"), tree("/"))
    for name in ("/p", "tests", "a/../b"):
        assert isinstance(play.ask(B, mutex(name)), Held)
    assert isinstance(play.ask(A, file("/p/x")), Held)


def test_a_purpose_is_kept_short(play: Play) -> None:
    """What a lease is for is kept to 200 characters."""
    play.arrive(A)
    with play.store.transaction() as tx:
        from interlock.leases.acquire import acquire

        got = acquire(tx, play.world, A, [file("/p/a")], TERMS, "x" * 5000)
    assert isinstance(got, Granted)
    assert got.leases[0].purpose == "x" * 200
    assert play.ask(B, file("/p/a")).by[0].purpose == "x" * 200  # type: ignore[union-attr]


def test_an_end_of_its_own(play: Play) -> None:
    """A lease may outlast its owner's hooks: the later of the two ends counts."""
    with play.store.transaction() as tx:
        from interlock.leases.acquire import acquire

        acquire(tx, play.world, A, [file("/p/a")], TERMS, "test", until=START + 5000)
    play.arrive(A)
    play.ground.clock.now = START + 5000 + TERMS.grace - 1
    assert isinstance(play.ask(B, file("/p/a")), Held)
    play.ground.clock.now += 1
    play.take(B, file("/p/a"))
