"""A flow's worklist on disk: brought up to date with the critiques, moved along, handed to a person when stuck."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from interlock.artifacts import log_events, made_files
from interlock.artifacts.caller import Caller, Refused
from interlock.artifacts.flaw import Flaw
from interlock.artifacts.lock import alone
from interlock.artifacts.log_events import LOOKED, MOVED, Event
from interlock.artifacts.made_files import Edited
from interlock.artifacts.reading.artifact import parse
from interlock.artifacts.spot import Spot
from interlock.artifacts.worklists import news, rights
from interlock.artifacts.worklists.critiques import looks
from interlock.artifacts.worklists.fold import EVENTS, NAME, empty, fold
from interlock.artifacts.worklists.handing_over import hand_over
from interlock.artifacts.worklists.news import Mover
from interlock.artifacts.worklists.rights import Right
from interlock.guard.messages import name as called_by
from interlock.leases.records import OwnerRow
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.owner import parse as parse_owner

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

TAKEN = "in_progress"
_TAKERS = (TAKEN, "fixed", "pending")
"""Where an item goes by whoever has taken it."""


class State(NamedTuple):
    """The list after a command, how many findings came onto it, which critiques can't be read, and where the note
    for a person is, "" if none was left now."""

    now: Worklist
    came: int
    flaws: list[Flaw]
    handed: str = ""


class Moving:
    """The worklist of one flow, for one caller."""

    def __init__(self, desk: Desk, spot: Spot, meta: RunMeta, who: Caller) -> None:
        self.desk = desk
        self.spot = spot
        self.meta = meta
        self.who = who

    def sync(self, rebuild: bool = False) -> State:
        """Takes in what the critics found. ``rebuild``: whatever stands in the file, it is made again from the log
        and the critiques. Raises Edited where the file is not what it was made."""
        return self._change(lambda _: [], rebuild)

    def move(self, name: str, state: str, why: str) -> State:
        """Moves an item. Raises Refused."""
        found = self.who.contracts
        right = Right(self.who.owner.is_person, self.who.contract, found.all, found.tests, self.spot.run)
        if self.meta.state == "closed" and not right.person:
            raise Refused(f"Run {self.spot.run} is closed: its items are a person's.")
        return self._change(lambda now: self._step(now, name, state, why, right), False)

    def _step(self, now: Worklist, name: str, state: str, why: str, right: Right) -> list[Event]:
        """As ``edges.step``; what an agent has taken is that agent's while it lives, to mend or to give back. What
        one took that has ended is given back and taken anew."""
        item = next((one for one in now.items if one.id == name), None)
        back: list[Event] = []
        if item is not None and item.status == TAKEN and state in _TAKERS and item.by != self.who.owner.id:
            if not (right.person and state != TAKEN) and self._lives(item.by):
                raise Refused(f"{item.id} is {TAKEN} by {called_by(parse_owner(item.by))}. Take another item.")
            if state == TAKEN:
                back = rights.step(now, name, "pending", "who took it has ended", self._mover(), right)
                now = fold(now, back)
        return back + rights.step(now, name, state, why, self._mover(), right)

    def _lives(self, owner: str) -> bool:
        """Whether the owner may still be at it: a person, or an agent that shows signs of life."""
        if parse_owner(owner).is_person:
            return True
        with self.desk.transaction() as tx:
            rows = tx.run("owner_get", id=owner)
            now = tx.now
        row = OwnerRow(rows[0]) if rows else None
        if row is None or row.until < now:
            return False
        return not self.desk.world.dead(row.pid, row.started, row.boot, row.pid_namespace)

    def _change(self, wanted: Callable[[Worklist], list[Event]], rebuild: bool) -> State:
        """Syncs, then does what is wanted. What the critics found stays, even where that is refused."""
        refusal: Refused | None = None
        with alone(self.desk.root, self.spot.top):
            events = self.spot.events(log_events.told(self.desk.root), *EVENTS)
            before, kept = self._now(events, rebuild)
            found, flaws = looks(self.spot)
            fresh = news.news(before, found, self._mover())
            came = sum(event.name == MOVED and not event.facts["old"] for event in fresh)
            now = fold(before, fresh)
            due = news.stuck(now, self._mover())
            now = fold(now, due)
            moved: list[Event] = []
            try:
                moved = wanted(now)
            except Refused as problem:
                refusal = problem
            now = fold(now, moved)
            fresh = [*fresh, *due, *moved]
            if not fresh and not kept and not events:
                told = f"{self.spot.path(NAME)}: neither the log nor a critique knows of it. Move it away."
                raise Edited(told)
            if fresh or not kept:
                self._write(now, fresh)
        where = hand_over(self.desk, self.spot, self.meta, self.who.owner.id, now) if due and now.stuck else ""
        if refusal is not None:
            raise refusal
        return State(now, came, flaws, where)

    def _now(self, events: list[Event], rebuild: bool) -> tuple[Worklist, bool]:
        """The list as it is, and whether the file says so."""
        blank = empty(self.spot.run, self.spot.flow, self.meta.issue)
        try:
            raw = self.spot.take(NAME)
            if raw is None and not events:
                return blank, True
            if made_files.genuine(raw, events) and raw is not None:
                return self._parsed(raw), True
        except Edited as problem:
            if not rebuild:
                path = self.spot.path(NAME)
                mend = f"interlock worklist sync --rebuild --run {self.spot.run} --flow {self.spot.flow}"
                raise Edited(f"{path}: {problem}. `{mend}` makes it again from log and critiques.") from None
        return fold(blank, events), False

    def _parsed(self, raw: bytes) -> Worklist:
        kind = kind_of(self.spot.path(NAME))
        assert kind is not None
        value, flaws = parse(raw, self.spot.path(NAME), kind)
        if not isinstance(value, Worklist) or flaws:
            raise Edited(str(flaws[0]))
        return value

    def _mover(self) -> Mover:
        return Mover(self.who.owner.id, self.who.kind, round(self.desk.store.wall(), 3))

    def _write(self, after: Worklist, fresh: list[Event]) -> None:
        """The log first: a file that is behind it is made again."""
        raw = made_files.written(after)
        said = {**self.spot.facts(), "digest": made_files.digest(raw)}
        with self.desk.transaction() as tx:
            for event in fresh:
                facts = {**said, **event.facts}
                if event.name == MOVED:
                    tx.event("worklist_moved", owner=event.owner, **facts)
                elif event.name == LOOKED:
                    tx.event("worklist_looked", owner=event.owner, **facts)
                else:
                    tx.event("worklist_stuck", owner=event.owner, **facts)
        self.spot.put(NAME, raw)
