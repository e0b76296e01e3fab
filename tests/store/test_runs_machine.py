"""A run's mutex on both stores, side by side with a naive model, through anything that can happen to it.

The model knows who was granted it for which call, until when, and whether a process has the kernel's lock; the
queue is a list. It shares no code with the rules that it checks.
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.share import examples

from interlock.leases.acquire import acquire
from interlock.leases.runs import REDEEMED_WITHIN, give_back, redeem
from interlock.words.lease import Circle, Granted, Held
from interlock.words.resource import run_mutex

from .grounds import START, EmbeddedGround, Ground, MemoryGround
from .play import TERMS, A, B, C, Play

TESTS = run_mutex("tests", "/repo")
OWNERS = {"a": A, "b": B, "c": C}
owners = st.sampled_from(sorted(OWNERS))
calls = st.sampled_from(["one", "two"])


class Runs(RuleBasedStateMachine):
    """``holder`` is (owner, call) or None, ``queue`` [owner, when last asked] in the order of arrival."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        self.disk = EmbeddedGround(folder)
        self.grounds: list[Ground] = [MemoryGround(folder), self.disk]
        self.plays = [Play(ground) for ground in self.grounds]
        self.now = START
        self.holder: tuple[str, str] | None = None
        self.until = 0.0
        self.locked = False
        self.queue: list[tuple[str, float]] = []
        self.fences: list[list[int]] = []
        """Those granted so far, newest last, as each store numbers them."""

    def _expire(self) -> None:
        """Somebody asks: what is over is found to be."""
        if self.holder and self.now >= self.until and not self.locked:
            event("over")
            self.holder = None

    @rule(who=owners, call=calls, queue=st.booleans())
    def ask(self, who: str, call: str, queue: bool) -> None:
        got = [self._ask(play, who, call, queue) for play in self.plays]
        mine = self.holder == (who, call)
        if not mine:
            self._expire()
        live = [owner for owner, asked in self.queue if self.now < asked + TERMS.place]
        place = live.index(who) if who in live else len(live)
        if mine or (self.holder is None and place == 0):
            event("asks again" if mine else "is granted it")
            self._granted(who, call, mine, got)
            return
        event("is held by it" if self.holder else "stands behind others")
        for answer in got:
            assert isinstance(answer, Held), answer
            assert [lease.owner for lease in answer.by] == ([OWNERS[self.holder[0]]] if self.holder else [])
            assert list(answer.ahead) == [OWNERS[owner] for owner in live[:place]]
        if queue or who in live:
            self.queue = [(o, self.now if o == who else at) for o, at in self.queue if o in live]
            self.queue += [] if who in live else [(who, self.now)]

    def _ask(self, play: Play, who: str, call: str, queue: bool) -> Granted | Held | Circle:
        play.arrive(OWNERS[who])
        with play.store.transaction() as tx:
            until = tx.now + REDEEMED_WITHIN
            return acquire(tx, play.world, OWNERS[who], [TESTS], TERMS, f"{call} pytest", queue, until)

    def _granted(self, who: str, call: str, mine: bool, got: list[Granted | Held | Circle]) -> None:
        leases = [answer.leases[0] for answer in got if isinstance(answer, Granted)]
        assert len(leases) == len(self.plays), got
        fences = [lease.fence for lease in leases]
        if mine:
            assert fences == self.fences[-1]
        else:
            assert not self.fences or all(new > old for new, old in zip(fences, self.fences[-1], strict=True))
            self.fences.append(fences)
        self.holder, self.until = (who, call), max(self.until if mine else 0.0, self.now + REDEEMED_WITHIN)
        self.queue = [(owner, asked) for owner, asked in self.queue if owner != who]

    @rule(back=st.integers(0, 2), who=owners)
    def redeem(self, back: int, who: str) -> None:
        """A wrapper that could take the kernel's lock redeems a ticket, perhaps an old one, or another's."""
        if self.locked or len(self.fences) <= back:
            return
        fits = back == 0 and self.holder is not None and self.holder[0] == who
        for number, play in enumerate(self.plays):
            with play.store.transaction() as tx:
                assert redeem(tx, OWNERS[who], [(TESTS.key, self.fences[-1 - back][number])]) == fits
        if fits:
            event("begins")
            self._lock(True)
            self.until = self.now

    @rule()
    def processes_end(self) -> None:
        """The last process that had the kernel's lock is gone."""
        self._lock(False)

    def _lock(self, locked: bool) -> None:
        self.locked = locked
        for play in self.plays:
            play.world.running = {TESTS.key} if locked else set()

    @rule(back=st.integers(0, 2), who=owners)
    def give_back(self, back: int, who: str) -> None:
        if len(self.fences) <= back:
            return
        fits = back == 0 and not self.locked and self.holder is not None and self.holder[0] == who
        for number, play in enumerate(self.plays):
            with play.store.transaction() as tx:
                ended = give_back(tx, play.world, OWNERS[who], [(TESTS.key, self.fences[-1 - back][number])])
            assert bool(ended) == fits
        if fits:
            event("is given back")
            self.holder = None

    @rule(who=owners, gone=st.booleans())
    def depart(self, who: str, gone: bool) -> None:
        """A stop or an end of the owner takes its place in the queue, and nothing else."""
        for play in self.plays:
            assert play.depart(OWNERS[who], gone) == []
        self.queue = [(owner, asked) for owner, asked in self.queue if owner != who]

    @rule()
    def sweep(self) -> None:
        for play in self.plays:
            play.sweep()
        self._expire()

    @rule(seconds=st.sampled_from([0.5, TERMS.place, REDEEMED_WITHIN, TERMS.ttl + TERMS.grace]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        for ground in self.grounds:
            ground.clock.now = self.now

    @invariant()
    def the_same_holder(self) -> None:
        expected = {TESTS.key: OWNERS[self.holder[0]]} if self.holder else {}
        assert [play.holders() for play in self.plays] == [expected] * len(self.plays)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.disk.close()
            self.folder.cleanup()


Runs.TestCase.settings = settings(
    max_examples=examples(60), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRuns = Runs.TestCase
TestRuns.__doc__ = "Both stores and the model agree after every step."
