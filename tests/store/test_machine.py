"""Twin, embedded store and a naive model, side by side through anything that can happen to owners."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.share import examples

from interlock.leases.acquire import acquire
from interlock.words.lease import Circle, Granted, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import Resource, mutex

from .grounds import EmbeddedGround, MemoryGround
from .model import POINTS, Model, collide
from .play import TERMS, Play, file, tree

OWNERS = {
    "a": Owner("h", "s1"),
    "b": Owner("h", "s2"),
    "child": Owner("h", "s2", "child"),
    "unknown": Owner("h", "s3"),
}
RESOURCES: dict[str, Resource] = {
    "x": file("/p/d/x", "1:1"),
    "y": file("/p/d/y", "1:1"),
    "e": file("/p/e", "1:2"),
    "new": file("/p/new"),
    "below": file("/p/new/below"),
    "d": tree("/p/d"),
    "p": tree("/p"),
    "m": mutex("/p/e"),
}
NAMES = {resource.key: name for name, resource in RESOURCES.items()}
WHO = {owner: name for name, owner in OWNERS.items()}
Answer = Granted | Held | Circle
IDS = {name: owner.id for name, owner in OWNERS.items()}
owners = st.sampled_from(sorted(OWNERS))
single = st.sampled_from(["e", "m", "new", "below", "x", "y", "d"])
several = st.frozensets(st.sampled_from(sorted(RESOURCES)), min_size=1, max_size=3)
seldom = st.integers(0, 5).map(lambda number: number == 5)
_TICK = 0.5  # exact in binary, so that edges can be met exactly


class Undone(Exception):
    """Thrown to undo a transaction."""


def collisions(held: dict[str, str]) -> list[tuple[str, str]]:
    """Pairs of resources that collide and have two owners."""
    return [(a, b) for a in held for b in held if held[a] != held[b] and collide(a, b)]


class Leases(RuleBasedStateMachine):
    """Every act is done to both stores and to the model; what comes back must be the same."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.grounds = (MemoryGround(Path(self.folder.name)), EmbeddedGround(Path(self.folder.name)))
        self.plays = [Play(ground) for ground in self.grounds]
        self.model = Model()
        self.pid = 100
        self.down: set[str] = set()
        self.old: list[tuple[str, str, int, list[Lease]]] = []
        """Every lease ever granted: owner, resource, number of the grant, and as each store gave it."""
        self.set_clock(1000.0)
        for name in OWNERS:
            self.come(name)

    def set_clock(self, now: float) -> None:
        self.model.now = now
        for ground in self.grounds:
            ground.clock.now = now

    def come(self, name: str) -> None:
        """The owner starts, under a pid that no one had."""
        self.pid += 1
        for play in self.plays:
            play.pids[OWNERS[name]] = 0 if name == "unknown" else self.pid
            play.arrive(OWNERS[name])
        self.model.facts.append(("seen", name, self.model.now))

    # ------------------------------------------------------------------ time

    @rule(seconds=st.sampled_from([_TICK, 1.0, 5.0, TERMS.place / 2]))
    def a_while(self, seconds: float) -> None:
        self.set_clock(self.model.now + seconds)

    @rule(who=owners, after=st.sampled_from([0.0, TERMS.grace]), off=st.sampled_from([-_TICK, 0.0, _TICK]))
    def until_an_edge_of_a_lease(self, who: str, after: float, off: float) -> None:
        """Just before, at, or just after the end of an owner's leases, or of the delay that follows."""
        if self.model.known(who):
            self.set_clock(max(self.model.now, self.model.ends(who) + after + off))

    @rule(off=st.sampled_from([-_TICK, 0.0, _TICK]), data=st.data())
    def until_an_edge_of_a_place(self, off: float, data: st.DataObject) -> None:
        asked = [float(str(fact[4])) for fact in self.model.facts if fact[0] == "asked"]
        ends = sorted({at + TERMS.place + off for at in asked if at + TERMS.place + off > self.model.now})
        if ends:
            self.set_clock(data.draw(st.sampled_from(ends)))

    # ------------------------------------------------------------------ owners

    @rule(who=owners)
    def hook(self, who: str) -> None:
        """Any other hook of a living owner."""
        if who not in self.down:
            for play in self.plays:
                play.arrive(OWNERS[who])
            self.model.facts.append(("seen", who, self.model.now))

    @rule(who=owners, want=single)
    def take_one(self, who: str, want: str) -> None:
        self.ask(who, frozenset({want}), queue=False)

    @rule(who=owners, want=single)
    def wait_for_one(self, who: str, want: str) -> None:
        self.ask(who, frozenset({want}), queue=True)

    @rule(who=owners, want=single)
    def wait_for_one_more(self, who: str, want: str) -> None:
        """The same again: acts that build up what others tear down come more often."""
        self.ask(who, frozenset({want}), queue=True)

    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        """Somebody in the queue asks for the same again."""
        if line := self.model.line():
            _, who, wants = data.draw(st.sampled_from(line))
            self.ask(who, wants, queue=True)

    @rule(who=owners, wants=several, queue=st.booleans())
    def take_several(self, who: str, wants: frozenset[str], queue: bool) -> None:
        self.ask(who, wants, queue)

    def ask(self, who: str, wants: frozenset[str], queue: bool) -> None:
        if who in self.down:
            who = next((other for other in OWNERS if other not in self.down), "")
            if not who:
                return
        resources = [RESOURCES[want] for want in sorted(wants, reverse=True)]
        got = [play.ask(OWNERS[who], *resources, queue=queue) for play in self.plays]
        model = self.model
        model.facts.append(("seen", who, model.now))
        stand, over = model.in_the_way(who, wants)
        missing = model.missing(who, wants)
        model.end(over)
        if over:
            event("took what was over")
        ahead = model.ahead(who, wants)
        if not stand and not ahead:
            self.granted(who, wants, missing, got)
        else:
            self.refused(who, wants, stand, ahead, queue, got)

    def granted(self, who: str, wants: frozenset[str], missing: frozenset[str], got: Sequence[Answer]) -> None:
        """All that was wanted is held; only what was missing is fresh."""
        self.model.grant(who, missing)
        self.model.facts += [("left", number) for number in self.model.served(who)]
        leases: list[dict[str, Lease]] = []
        for answer in got:
            assert isinstance(answer, Granted), answer
            assert {NAMES[lease.resource.key] for lease in answer.fresh} == missing
            fences = [lease.fence for lease in sorted(answer.fresh, key=lambda lease: lease.resource.key)]
            assert fences == sorted(set(fences))
            leases.append({NAMES[lease.resource.key]: lease for lease in answer.leases})
            assert leases[-1].keys() == wants
        for name in sorted(missing):
            number = self.model.holders()[name][1]
            self.old.append((who, name, number, [given[name] for given in leases]))

    def refused(
        self,
        who: str,
        wants: frozenset[str],
        stand: set[str],
        ahead: list[str],
        queue: bool,
        got: Sequence[Answer],
    ) -> None:
        model = self.model
        number = model.own_ticket(who, wants)
        told = model.told_to_yield().get(number)
        if number and told:
            event("yields when told")
            model.facts.append(("left", number))
            assert all(answer == Circle((OWNERS[who], *(OWNERS[o] for o in told)), OWNERS[who]) for answer in got)
            return
        queued = queue or bool(number)
        if queued:
            if not number:
                model.tickets += 1
                number = model.tickets
            model.facts.append(("asked", number, who, wants, model.now))
            circles = model.circles(who, sorted(OWNERS))
            if circles and self.in_a_circle(who, number, circles, got):
                return
        event("queued behind others" if ahead else "held")
        for answer in got:
            assert isinstance(answer, Held), answer
            assert {NAMES[lease.resource.key] for lease in answer.by} == stand
            assert {lease.until for lease in answer.by} == {model.ends(model.holders()[n][0]) for n in stand}
            assert [WHO[owner] for owner in answer.ahead] == ahead
            assert answer.place == (len(ahead) + 1 if queued else 0)
            assert bool(answer.ticket) is queued

    def in_a_circle(self, who: str, number: int, circles: list[tuple[str, ...]], got: Sequence[Answer]) -> bool:
        """The youngest of a circle yields; True if it is the one who asked."""
        model = self.model
        youngest = {circle: model.youngest(circle, IDS) for circle in circles}
        if isinstance(got[0], Circle):
            told = tuple(WHO[owner] for owner in got[0].owners)
            assert told in youngest, (told, circles)
            assert youngest[told] == who
            event("yields at once")
            assert got == [got[0]] * 2
            assert got[0].yielding == OWNERS[who]
            model.facts.append(("left", number))
            return True
        event("tells another to yield")
        others = {circle for circle, yields in youngest.items() if yields != who}
        assert others, "the youngest asked, and was let wait in a circle"
        for tx_ticket in self.marked(self.plays[0]):
            if tx_ticket[0] not in model.told_to_yield():
                told_to, yields = tx_ticket[2], tx_ticket[1]
                assert any(
                    set(told_to) == set(circle) - {yields} for circle in others if youngest[circle] == yields
                )
                model.facts.append(("told", tx_ticket[0], told_to))
        assert self.marked(self.plays[0]) == self.marked(self.plays[1])
        assert len(model.circles(who, sorted(OWNERS))) < len(circles), "the circle is broken"
        return False

    def marked(self, play: Play) -> list[tuple[int, str, tuple[str, ...]]]:
        """Tickets told to yield, by the model's names and numbers: stores number tickets as the model does."""
        by_id = {text: name for name, text in IDS.items()}
        return [
            (ticket.number, WHO[ticket.owner], tuple(by_id[text] for text in ticket.yielded_to.split("\n")))
            for ticket in play.line()
            if ticket.yielded_to
        ]

    @precondition(lambda self: self.old)
    @rule(data=st.data(), thief=st.none() | owners)
    def release(self, data: st.DataObject, thief: str | None) -> None:
        """An owner gives back a lease it was once granted, perhaps long lost (stopped past its end and gone
        on); or somebody gives back another's."""
        who, name, number, leases = data.draw(st.sampled_from(self.old))
        actor = thief or who
        mine = self.model.holders().get(name) == (actor, number)
        for play, lease in zip(self.plays, leases, strict=True):
            ended = play.release(OWNERS[actor], lease)
            assert [one.fence for one in ended] == ([lease.fence] if mine else [])
        event("gives back" if mine else "gives back in vain")
        if mine:
            self.model.end({name})

    @rule(who=owners, forget=st.booleans(), happens=seldom)
    def depart(self, who: str, forget: bool, happens: bool) -> None:
        if not happens:
            return
        expected = {name for name, (holder, _) in self.model.holders().items() if holder == who}
        for play in self.plays:
            ended = play.depart(OWNERS[who], forget)
            assert {NAMES[lease.resource.key] for lease in ended} == expected
        self.model.depart(who, forget)

    @rule(who=owners)
    def crash(self, who: str) -> None:
        """kill -9: no hook says so."""
        if who not in self.down:
            self.down.add(who)
            for play in self.plays:
                play.world.gone.add(play.pids[OWNERS[who]] or -1)
            self.model.facts.append(("crashed", who))

    @rule()
    def sweep(self) -> None:
        dead = {name for name in OWNERS if self.model.dead(name)}
        for play in self.plays:
            assert set(play.sweep()) == {IDS[name] for name in dead}
        for name in dead:
            self.model.depart(name, forget=True)

    @rule(who=owners)
    def restart(self, who: str) -> None:
        """Who crashed is resumed; the start of a session sweeps first."""
        if who in self.down:
            self.sweep()
            self.down.discard(who)
            self.come(who)

    @rule(now=st.sampled_from([0.0, 1.0, 5000.0]), happens=seldom)
    def reboot(self, now: float, happens: bool) -> None:
        if not happens:
            return
        for play in self.plays:
            play.ground.reboot(now)
            play.again()
        self.set_clock(now)
        self.model.facts.clear()
        self.down.clear()
        for name in OWNERS:
            self.come(name)

    # ------------------------------------------------------------------ the stores

    @rule(who=owners, wants=several)
    def undone(self, who: str, wants: frozenset[str]) -> None:
        """A transaction that fails at its end has not been."""
        for play in self.plays:
            before = (play.holders(), play.line())
            with pytest.raises(Undone), play.store.transaction() as tx:
                resources = [RESOURCES[want] for want in wants]
                acquire(tx, play.world, OWNERS[who], resources, TERMS, "undone", queue=True)
                tx.run("lease_clear")
                raise Undone
            assert (play.holders(), play.line()) == before

    @rule()
    def another_process(self) -> None:
        for play in self.plays:
            play.again()

    @invariant()
    def the_same_holders(self) -> None:
        """Both stores and the model agree on who holds what, and nothing that collides has two owners."""
        expected = {name: holder for name, (holder, _) in self.model.holders().items()}
        assert not collisions(expected)
        for play in self.plays:
            assert {NAMES[key]: WHO[owner] for key, owner in play.holders().items()} == expected

    @invariant()
    def the_same_queue(self) -> None:
        expected = [(who, wants) for _, who, wants in self.model.line()]
        for play in self.plays:
            now = play.ground.clock.now
            line = [t for t in play.line() if t.until > now and not self.model.dead(WHO[t.owner])]
            assert [(WHO[t.owner], frozenset(NAMES[w.key] for w in t.wants)) for t in line] == expected

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            told = [self.replayed(play) for play in self.plays]
            assert told[0] == told[1], "both logs tell the same story"
        finally:
            self.grounds[1].close()
            self.folder.cleanup()

    def replayed(self, play: Play) -> list[tuple[str, str, str]]:
        """Goes through the log alone: fences strictly grow, held intervals never overlap, what ends was held
        under that fence, and at the end the holders are the store's."""
        held: dict[str, tuple[str, int]] = {}
        last, story = 0, []
        for number, record in enumerate(play.ground.events(), 1):
            assert record["seq"] == number
            what, key, owner = (str(record.get(field, "")) for field in ("event", "key", "owner"))
            story.append((what, key, owner))
            if what == "granted":
                fence = int(str(record["fence"]))
                assert fence > last
                last = fence
                assert NAMES[key] not in held
                held[NAMES[key]] = (owner, fence)
                assert not collisions({name: who for name, (who, _) in held.items()})
            elif what in ("released", "lapsed", "taken_over"):
                assert held.pop(NAMES[key]) == (owner, record["fence"])
            elif what == "new_boot":
                held.clear()
        assert {name: who for name, (who, _) in held.items()} == {
            NAMES[key]: who.id for key, who in play.holders().items()
        }
        return story


assert POINTS.keys() == RESOURCES.keys()
Leases.TestCase.settings = settings(
    max_examples=examples(120), stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLeases = Leases.TestCase
TestLeases.__doc__ = "Twin, embedded store and model agree after every step."
