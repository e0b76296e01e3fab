"""Conformance: the queue, circles of waiting, and the bells."""

import threading
import time

import pytest

from interlock.leases.held import held_by
from interlock.words.lease import Circle, Granted, Held
from interlock.words.owner import Owner
from interlock.words.resource import Resource

from .grounds import START
from .play import PIDS, TERMS, A, B, C, Play, file, tree

X, Y, Z = file("/p/x"), file("/p/y"), file("/p/z")
D = Owner("h", "s-d")


def test_first_come_first_served(play: Play) -> None:
    """A free file goes to the first in the queue, whoever asks first after the release."""
    (lease,) = play.take(A, X)
    assert play.line_up(B, X).place == 1
    second = play.line_up(C, X)
    assert (second.place, second.ahead) == (2, (B,))
    play.release(A, lease)
    refused = play.line_up(C, X)
    assert (refused.by, refused.ahead, refused.place) == ((), (B,), 2)
    assert isinstance(play.ask(D, X), Held), "nor does one without a place push in"
    play.take(B, X)
    play.depart(B)
    play.take(C, X)
    assert play.line() == []


def test_asking_again_keeps_the_ticket(play: Play) -> None:
    """Who asks again for the same keeps number and place."""
    play.take(A, X)
    first = play.line_up(B, X)
    play.line_up(C, X)
    assert play.line_up(B, X).ticket == first.ticket
    assert [ticket.owner for ticket in play.line()] == [B, C]
    assert play.told().count("queued") == 2


@pytest.mark.parametrize(("later", "kept"), [(TERMS.place - 0.001, True), (TERMS.place, False)])
def test_a_place_lapses(play: Play, later: float, kept: bool) -> None:
    """A place is kept for a while after the last asking, and gone exactly when that is over."""
    (lease,) = play.take(A, X)
    play.line_up(B, X)
    play.ground.clock.now = START + later
    play.release(A, lease)
    got = play.ask(C, X)
    assert isinstance(got, Held) is kept
    assert ("place_lapsed" in play.told()) is not kept


def test_asking_renews_the_place(play: Play) -> None:
    """Each asking keeps the place for the full while again."""
    play.take(A, X)
    for _ in range(5):
        play.line_up(B, X)
        play.ground.clock.now += TERMS.place - 1
    assert [ticket.owner for ticket in play.line()] == [B]


def test_a_lapsed_place_starts_again_at_the_end(play: Play) -> None:
    """Who comes back too late is behind those who waited."""
    play.take(A, X)
    old = play.line_up(B, X)
    play.ground.clock.now += TERMS.place
    play.line_up(C, X)
    late = play.line_up(B, X)
    assert late.ticket > old.ticket
    assert late.ahead == (C,)


def test_the_dead_keep_no_place(play: Play) -> None:
    """A dead owner's ticket is in nobody's way."""
    (lease,) = play.take(A, X)
    play.line_up(B, X)
    play.world.gone.add(PIDS[B])
    play.release(A, lease)
    play.take(C, X)


def test_only_overlapping_wants_queue_behind_each_other(play: Play) -> None:
    """The queue is one, but only who wants the same thing stands in it together; a tree wants all below."""
    play.take(A, X)
    play.line_up(B, X, Y)
    play.take(C, Z)
    assert isinstance(play.ask(C, Y), Held), "B is ahead for Y too"
    assert isinstance(play.ask(D, tree("/p")), Held)
    assert play.line_up(D, tree("/p")).place == 2


def test_holders_pass_the_queue_for_what_they_hold(play: Play) -> None:
    """Whoever holds a file is never sent behind those who wait for it."""
    play.take(A, X)
    play.line_up(B, X)
    play.take(A, X)
    play.take(A, X, Y)


@pytest.mark.parametrize("folder", [tree("/p"), file("/p")], ids=["there", "to come"])
def test_holders_of_a_folder_pass_the_queue_for_what_is_in_it(play: Play, folder: Resource) -> None:
    """Whoever holds a folder is never sent behind those who wait for it or for a file in it."""
    play.take(A, folder)
    play.line_up(B, X)
    play.line_up(C, folder)
    play.take(A, X)
    assert isinstance(play.ask(A, file("/q")), Granted)


def test_the_queued_file_comes_through_its_hard_link(play: Play) -> None:
    """A ticket for one name is in the way of the file's other name."""
    (lease,) = play.take(A, file("/p/a", "1:5"))
    play.line_up(B, file("/p/a", "1:5"))
    play.release(A, lease)
    assert isinstance(play.ask(C, file("/p/b", "1:5")), Held)


def test_departing_gives_up_the_place(play: Play) -> None:
    """Who stops waits for nothing any more."""
    (lease,) = play.take(A, X)
    play.line_up(B, X)
    play.depart(B)
    play.release(A, lease)
    play.take(C, X)


def test_two_in_a_circle(play: Play) -> None:
    """Of two that wait for each other the youngest is refused, and told who the other is."""
    play.take(A, X)
    play.ground.clock.now += 1
    play.take(B, Y)
    play.line_up(A, Y)
    got = play.ask(B, X, queue=True)
    assert isinstance(got, Circle)
    assert (got.yielding, set(got.owners)) == (B, {A, B})
    assert [ticket.owner for ticket in play.line()] == [A], "the refused one waits no more"
    play.depart(B)
    play.take(A, Y)


def test_the_youngest_yields_though_the_eldest_closed_the_circle(play: Play) -> None:
    """If the elder closes the circle it goes on waiting; the younger is rung and told at its next asking."""
    play.take(A, X)
    play.ground.clock.now += 1
    play.take(B, Y)
    waiting = play.line_up(B, X)
    got = play.line_up(A, Y)
    assert [lease.owner for lease in got.by] == [B]
    assert play.ground.rung(waiting.ticket)
    told = play.ask(B, X, queue=True)
    assert isinstance(told, Circle)
    assert (told.yielding, set(told.owners)) == (B, {A, B})
    assert play.told()[-1] == "yielded"
    play.depart(B)
    play.take(A, Y)


def test_three_in_a_circle(play: Play) -> None:
    """A circle over three sessions is found when the last link closes, and the youngest yields."""
    for owner, want in ((A, X), (B, Y), (C, Z)):
        play.take(owner, want)
        play.ground.clock.now += 1
    play.line_up(A, Y)
    play.line_up(B, Z)
    got = play.ask(C, X, queue=True)
    assert isinstance(got, Circle)
    assert (got.yielding, set(got.owners)) == (C, {A, B, C})


def test_a_circle_through_the_order_of_the_queue(play: Play) -> None:
    """Waiting behind an earlier ticket counts as waiting for its owner: B waits for A's X, C behind B for
    Y, and A would wait for C's Z."""
    play.take(A, X)
    play.ground.clock.now += 1
    play.take(C, Z)
    play.ground.clock.now += 1
    play.line_up(B, X, Y)
    assert play.line_up(C, Y).ahead == (B,)
    got = play.ask(A, Z, queue=True)
    assert isinstance(got, Held), "A is not the youngest: it waits, and the youngest is told"
    told = play.ask(B, X, Y, queue=True)
    assert isinstance(told, Circle)
    assert (told.yielding, set(told.owners)) == (B, {A, B, C})
    play.take(C, Y)


def test_waiting_without_a_circle_is_let_wait(play: Play) -> None:
    """A chain of waiting that ends in one who works is no circle."""
    play.take(A, X)
    play.take(B, Y)
    play.line_up(B, X)
    play.line_up(C, Y)
    assert [ticket.owner for ticket in play.line()] == [B, C]


def test_two_subagents_of_one_session_can_close_a_circle(play: Play) -> None:
    """Subagents are owners of their own, in circles too."""
    one, two = Owner("h", "s", "one"), Owner("h", "s", "two")
    play.take(one, X)
    play.ground.clock.now += 1
    play.take(two, Y)
    play.line_up(one, Y)
    got = play.ask(two, X, queue=True)
    assert isinstance(got, Circle)
    assert got.yielding == two


@pytest.mark.parametrize("how", ["release", "depart", "lapse", "dead"])
def test_bells_ring_for_who_wants_what_was_freed(play: Play, how: str) -> None:
    """However a lease ends, the tickets that want it are rung, and no others."""
    (lease,) = play.take(A, X)
    play.take(C, Z)
    wanting, other = play.line_up(B, X).ticket, play.line_up(B, Z).ticket
    assert not play.ground.rung(wanting)
    if how == "release":
        play.release(A, lease)
    elif how == "depart":
        play.depart(A)
    elif how == "dead":
        play.world.gone.add(PIDS[A])
        play.sweep()
    else:
        play.ground.clock.now += TERMS.ttl + TERMS.grace
        play.arrive(C)
        with play.store.transaction() as tx:  # both tickets live on: their owner asked a moment ago
            for row in tx.run("ticket_all"):
                number, owner, wants, since, _, told, waiting = row
                tx.run("ticket_put", number=number, owner=owner, wants=wants, since=since,
                       until=tx.now + 1, yielded_to=told, waiting=waiting)  # fmt: skip
        play.ask(B, X)
    assert play.ground.rung(wanting)
    assert not play.ground.rung(other)


def test_no_bell_rings_for_what_was_undone(play: Play) -> None:
    """A transaction that fails wakes nobody."""
    play.take(A, X)
    waiting = play.line_up(B, X).ticket
    with pytest.raises(ZeroDivisionError), play.store.transaction() as tx:
        tx.ring(waiting)
        raise ZeroDivisionError
    assert not play.ground.rung(waiting)


def test_waiting_ends_with_the_bell(play: Play) -> None:
    """A waiter returns soon after the release, long before its time is over."""
    (lease,) = play.take(A, X)
    waiting = play.line_up(B, X).ticket
    waiter = play.ground.store()
    returned = threading.Event()

    def wait() -> None:
        waiter.wait(waiting, 30.0)
        returned.set()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    assert not returned.wait(0.05)
    play.release(A, lease)
    assert returned.wait(5.0)
    thread.join()
    assert isinstance(play.ask(B, X, queue=True), Granted)
    assert not play.ground.rung(waiting), "a bell is heard once"


def test_waiting_ends_with_time(play: Play) -> None:
    """Without a bell a waiter returns when its seconds are over."""
    play.take(A, X)
    waiting = play.line_up(B, X).ticket
    began = time.monotonic()
    play.store.wait(waiting, 0.05)
    assert 0.04 < time.monotonic() - began < 5.0


def test_a_forgotten_ticket_is_silent(play: Play) -> None:
    """A bell that rang for a ticket nobody waits for can be put away."""
    (lease,) = play.take(A, X)
    waiting = play.line_up(B, X).ticket
    play.release(A, lease)
    play.store.forget(waiting)
    play.store.forget(waiting)
    assert not play.ground.rung(waiting)


def test_a_place_given_up_rings_those_behind(play: Play) -> None:
    """Who leaves the queue wakes the next: the file may be free by now."""
    (lease,) = play.take(A, X)
    play.line_up(B, X)
    behind = play.line_up(C, X).ticket
    play.release(A, lease)
    play.store.forget(behind)
    play.depart(B)
    assert play.ground.rung(behind)


@pytest.mark.parametrize("taken", [(X, Y), (Y, X, Z), (tree("/p"),)], ids=["another too", "several", "its folder"])
def test_who_has_it_waits_for_it_no_more(play: Play, taken: tuple[Resource, ...]) -> None:
    """Who was refused and has since got it with other things, leaves no place behind when it gives all back."""
    play.take(A, X)
    play.line_up(B, X)
    play.depart(A)
    play.release(B, *play.take(B, *taken))
    assert play.line() == []
    play.take(C, X)


def test_a_place_for_more_than_it_has_is_kept(play: Play) -> None:
    """Who waits for two and takes the free one of them goes on waiting; with the second the place is served."""
    (lease,) = play.take(A, X)
    play.line_up(B, X, Y)
    play.take(B, Y)
    assert [ticket.owner for ticket in play.line()] == [B]
    play.release(A, lease)
    play.take(B, X)
    assert play.line() == []


def test_a_lease_says_that_it_was_waited_for(play: Play) -> None:
    """What its owner had a place in the queue for is marked, in the answer and in the store, as long as it is
    held; what it got beside it is not."""
    play.take(A, X, Z)
    play.line_up(B, X)
    play.depart(A)
    got = play.ask(B, X, Y)
    assert isinstance(got, Granted)
    assert got.waited == {X.key}
    again = play.ask(B, X, until=START + 5000.0)
    assert isinstance(again, Granted)
    assert again.waited == {X.key}
    with play.store.transaction() as tx:
        assert {lease.resource.key: lease.waited for lease in held_by(tx, B)} == {X.key: True, Y.key: False}
    play.line_up(C, tree("/p"))
    play.depart(B)
    play.take(C, tree("/p"))
    inside = play.ask(C, Z)
    assert isinstance(inside, Granted)
    assert inside.waited == {Z.key}, "it waited for the folder"
    play.depart(C)
    free = play.ask(C, Z)
    assert isinstance(free, Granted)
    assert free.waited == frozenset()


def test_a_lapsed_place_is_no_wait(play: Play) -> None:
    """Who let its place lapse and finds the thing free later did not wait for it."""
    (lease,) = play.take(A, X)
    play.line_up(B, X)
    play.release(A, lease)
    play.ground.clock.now += TERMS.place
    got = play.ask(B, X)
    assert isinstance(got, Granted)
    assert got.waited == frozenset()


def test_a_kept_place_is_no_waiting(play: Play) -> None:
    """Who was refused and went on to other work keeps its place, but no circle runs through it: the other is
    told who holds the file, not to give way."""
    play.take(A, X)
    play.take(B, Y)
    assert isinstance(play.ask(B, X, queue=True, waiting=False), Held)
    assert play.line_up(A, Y).by
    assert isinstance(play.ask(B, X, queue=True), Circle)


def test_asking_longer_extends(play: Play) -> None:
    """The holder that asks for longer has it for longer, under its fence; for less, it keeps what it had."""
    (lease,) = play.take(A, X)
    for until in (START + 5000.0, START + 10.0):
        got = play.ask(A, X, until=until)
        assert isinstance(got, Granted)
        assert (got.leases[0].fence, got.leases[0].until) == (lease.fence, START + 5000.0)
    assert play.told().count("extended") == 1
