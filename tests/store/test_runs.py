"""The mutexes of runs: leases that end with the kernel's lock, whatever becomes of their owners."""

import pytest

from interlock.leases.acquire import acquire
from interlock.leases.records import lease_of
from interlock.leases.runs import REDEEMED_WITHIN, give_back, redeem, turn
from interlock.words.lease import Circle, Granted, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import is_run, mutex, run_mutex, run_name

from .grounds import START
from .play import TERMS, A, B, C, Play, file

TESTS = run_mutex("tests", "/repo")


def ask(play: Play, owner: Owner, call: str, queue: bool = False) -> Granted | Held | Circle:
    """A hook asks for the mutex for a call."""
    play.arrive(owner)
    with play.store.transaction() as tx:
        until = tx.now + REDEEMED_WITHIN
        return acquire(tx, play.world, owner, [TESTS], TERMS, f"{call} pytest -q", queue, until)


def granted(play: Play, owner: Owner = A, call: str = "one") -> Lease:
    got = ask(play, owner, call)
    assert isinstance(got, Granted), got
    return got.leases[0]


def begin(play: Play, lease: Lease) -> bool:
    """The wrapper redeems it, with the kernel's lock in its hands."""
    play.world.running.add(TESTS.key)
    with play.store.transaction() as tx:
        return redeem(tx, lease.owner, [(TESTS.key, lease.fence)])


def back(play: Play, lease: Lease, owner: Owner | None = None) -> list[Lease]:
    with play.store.transaction() as tx:
        return give_back(tx, play.world, owner or lease.owner, [(TESTS.key, lease.fence)])


def later(play: Play, seconds: float) -> None:
    play.ground.clock.now = START + seconds


def test_words() -> None:
    """A run's mutex is told by its key from what people name, and from the mutex of a checkout's writers."""
    assert is_run(TESTS) and run_name(TESTS) == "tests"
    assert not is_run(mutex("tests")) and not is_run(mutex("writer@/repo")) and not is_run(file("/a@/b"))
    assert is_run(run_mutex("writer", "/repo")), "a config that calls its mutex so gets one of its own"
    assert run_mutex("tests", "/other") != TESTS and not TESTS.overlaps(run_mutex("tests", "/other"))


def test_one_at_a_time(play: Play) -> None:
    """While one owner's command runs, another's is held."""
    begin(play, granted(play))
    held = ask(play, B, "two")
    assert isinstance(held, Held) and [lease.owner for lease in held.by] == [A]


def test_a_command_that_never_starts_gives_it_back(play: Play) -> None:
    """Not redeemed, it is the next one's after thirty seconds, without any delay, though its owner goes on."""
    granted(play)
    later(play, REDEEMED_WITHIN - 0.5)
    play.arrive(A)
    assert isinstance(ask(play, B, "two"), Held)
    later(play, REDEEMED_WITHIN)
    assert isinstance(ask(play, B, "two"), Granted)


@pytest.mark.parametrize("seconds", [0.0, REDEEMED_WITHIN, TERMS.ttl + TERMS.grace + 1, 1e6])
def test_the_kernels_lock_holds_it(play: Play, seconds: float) -> None:
    """While somebody has the kernel's lock it is held, however long its owner was not heard of."""
    begin(play, granted(play))
    later(play, seconds)
    assert isinstance(ask(play, B, "two"), Held)


def test_the_kernel_frees_it(play: Play) -> None:
    """Begun, it is free at once when the kernel's lock is, though its owner lives and its TTL is not over."""
    begin(play, granted(play))
    play.world.running.clear()
    assert isinstance(ask(play, B, "two"), Granted)
    assert play.told()[-2:] == ["lapsed", "granted"]


@pytest.mark.parametrize("end", ["stop", "gone", "dead", "swept"])
def test_no_end_of_its_owner_ends_it(play: Play, end: str) -> None:
    """Neither stop nor end nor proven death of its owner gives back what a process still holds."""
    begin(play, granted(play))
    if end in ("dead", "swept"):
        play.world.gone.add(play.pids[A])
    if end == "swept":
        assert play.sweep() == [A.id]
    elif end != "dead":
        assert play.depart(A, gone=end == "gone") == []
    assert isinstance(ask(play, B, "two"), Held)
    assert play.holders() == {TESTS.key: A}
    play.world.running.clear()
    assert isinstance(ask(play, B, "two"), Granted)


def test_after_a_stop_what_was_not_redeemed_lapses(play: Play) -> None:
    """A stop does not give it back either (its command may be about to begin): its time does."""
    granted(play)
    play.depart(A)
    assert isinstance(ask(play, B, "two"), Held)
    later(play, REDEEMED_WITHIN)
    assert isinstance(ask(play, B, "two"), Granted)


def test_a_sweep_ends_what_is_over(play: Play) -> None:
    """What nobody asks for is ended by the next session's start."""
    begin(play, granted(play))
    play.sweep()
    assert play.holders() == {TESTS.key: A}
    play.world.running.clear()
    play.sweep()
    assert play.holders() == {}


def test_ones_own_other_run_is_in_the_way(play: Play) -> None:
    """The same owner's next call waits for its first, and the same call may ask again."""
    first = granted(play)
    assert granted(play).fence == first.fence
    begin(play, first)
    held = ask(play, A, "two", queue=True)
    assert isinstance(held, Held) and held.by[0].owner == A and held.place == 1


def test_a_ticket_that_comes_too_late(play: Play) -> None:
    """Redeemed after another was granted it, it is refused, and the other's is as it was."""
    old = granted(play)
    later(play, REDEEMED_WITHIN)
    new = granted(play, B, "two")
    assert not begin(play, old)
    with play.store.transaction() as tx:
        assert [lease_of(row) for row in tx.run("lease_all")] == [new]


def test_redeemed_is_told(play: Play) -> None:
    """The log says that the command began, under which fence; the lease's own time is over from then on."""
    lease = granted(play)
    assert begin(play, lease)
    record = play.ground.events()[-1]
    assert (record["event"], record["key"], record["fence"]) == ("redeemed", TESTS.key, lease.fence)
    with play.store.transaction() as tx:
        assert lease_of(tx.run("lease_all")[0]).until == tx.now


def test_given_back(play: Play) -> None:
    """At its end it goes to who is next, who is rung for; under another fence nothing is given back."""
    lease = granted(play)
    begin(play, lease)
    waiting = ask(play, B, "two", queue=True)
    assert isinstance(waiting, Held)
    assert back(play, lease) == [], "somebody still has the kernel's lock"
    assert not play.ground.rung(waiting.ticket)
    play.world.running.clear()
    assert back(play, lease, B) == []
    assert [one.fence for one in back(play, lease)] == [lease.fence]
    assert play.ground.rung(waiting.ticket)
    assert back(play, lease) == []


def test_release_by_hand_does_not_end_it(play: Play) -> None:
    """`interlock lock release-all` and the like leave it: they can't stop the command."""
    lease = granted(play)
    assert play.release(A, lease) == [] and play.depart(A) == []
    assert play.holders() == {TESTS.key: A}


def test_in_turn(play: Play) -> None:
    """Who waited first is served first."""
    begin(play, granted(play))
    for owner, place in ((B, 1), (C, 2)):
        held = ask(play, owner, "two", queue=True)
        assert isinstance(held, Held) and held.place == place
    play.world.running.clear()
    assert isinstance(ask(play, C, "two", queue=True), Held)
    assert isinstance(ask(play, B, "two", queue=True), Granted)


def test_waiting_for_a_run_closes_no_circle(play: Play) -> None:
    """A run ends by itself: who holds a file and waits for it need not give way to who waits for the file."""
    play.take(B, file("/repo/a"))
    begin(play, granted(play))
    assert isinstance(ask(play, B, "two", queue=True), Held)
    assert isinstance(play.ask(A, file("/repo/a"), queue=True), Held)
    assert isinstance(ask(play, B, "two", queue=True), Held)


def test_asking_for_ones_turn_takes_nothing(play: Play) -> None:
    """`interlock wait` keeps a place; the turn has come when nothing is in the way and nobody ahead."""

    def wait(owner: Owner) -> Held | Circle:
        play.arrive(owner)
        with play.store.transaction() as tx:
            return turn(tx, play.world, owner, [TESTS], TERMS, "wait", True)

    begin(play, granted(play))
    first = wait(B)
    assert isinstance(first, Held) and first.by and first.place == 1
    play.world.running.clear()
    mine, theirs = wait(B), wait(C)
    assert isinstance(mine, Held) and not mine.by and not mine.ahead
    assert isinstance(theirs, Held) and theirs.ahead == (B,)
    assert play.holders() == {}
    assert isinstance(ask(play, C, "three"), Held), "the place is kept"
    assert isinstance(ask(play, B, "two"), Granted)


def test_all_or_none(play: Play) -> None:
    """A command with two mutexes gets both or neither."""
    other = run_mutex("build", "/repo")
    begin(play, granted(play))
    play.arrive(B)
    with play.store.transaction() as tx:
        got = acquire(tx, play.world, B, [other, TESTS], TERMS, "two make", True, tx.now + REDEEMED_WITHIN)
    assert isinstance(got, Held)
    assert play.holders() == {TESTS.key: A}
