"""A naive model of leases and queue, for the state machine. It knows nothing of the code it checks: it keeps
the list of what happened and answers every question by going through that list again.

What overlaps is a table of points: each resource covers some, and two collide if they share one.
"""

from itertools import permutations
from typing import cast

from .play import TERMS

POINTS = {
    "x": {"x", "inode 1"},
    "y": {"y", "inode 1"},  # a hard link of x
    "e": {"e", "inode 2"},
    "new": {"new", "below"},  # does not exist yet, nor whether it will be a folder
    "below": {"below"},  # in "new", if that becomes one
    "d": {"d", "x", "y"},  # the folder of x and y
    "p": {"p", "d", "x", "y", "e", "new", "below"},  # the folder of all
    "m": {"m"},  # a mutex
}
INSIDE = {"d": {"x", "y"}, "new": {"below"}, "p": {"d", "x", "y", "e", "new", "below"}}
"""Who holds a folder holds what is in it."""
Fact = tuple[object, ...]
Ticket = tuple[int, str, frozenset[str]]
"""Number, owner, wants."""


def collide(one: str, other: str) -> bool:
    return bool(POINTS[one] & POINTS[other])


class Model:
    """Owners and resources are names. Facts are (what, ...), oldest first."""

    def __init__(self) -> None:
        self.now = 0.0
        self.facts: list[Fact] = []
        self.grants = 0
        self.tickets = 0

    def holders(self) -> dict[str, tuple[str, int]]:
        """(owner, number of the grant) by resource."""
        held: dict[str, tuple[str, int]] = {}
        for what, *rest in self.facts:
            if what == "granted":
                owner, name, number = rest
                held[str(name)] = (str(owner), int(str(number)))
            elif what == "ended":
                held = {name: grant for name, grant in held.items() if grant[1] != rest[0]}
        return held

    def known(self, owner: str) -> list[float]:
        """When the owner was seen, since it was last forgotten."""
        times: list[float] = []
        for what, *rest in self.facts:
            if what == "seen" and rest[0] == owner:
                times.append(float(str(rest[1])))
            elif what == "forgotten" and rest[0] == owner:
                times = []
        return times

    def ends(self, owner: str) -> float:
        """When the owner's leases end, as far as is known."""
        return max(self.known(owner)) + TERMS.ttl

    def dead(self, owner: str) -> bool:
        """Whether the owner's death can be proved: it crashed since it was last seen."""
        last = ""
        for what, *rest in self.facts:
            if what in ("seen", "crashed", "forgotten") and rest[0] == owner:
                last = str(what) if what != "crashed" or last == "seen" else last
        return last == "crashed" and owner != "unknown"

    def line(self) -> list[Ticket]:
        """The tickets that count now, in their order."""
        asked: dict[int, float] = {}
        found: dict[int, Ticket] = {}
        for what, *rest in self.facts:
            if what == "asked":
                number, owner, wants, at = rest
                found[int(str(number))] = (int(str(number)), str(owner), cast(frozenset[str], wants))
                asked[int(str(number))] = float(str(at))
            elif what == "left":
                found.pop(int(str(rest[0])), None)
        kept = [t for t in found.values() if self.now < asked[t[0]] + TERMS.place and not self.dead(t[1])]
        return sorted(kept)

    def told_to_yield(self) -> dict[int, tuple[str, ...]]:
        """By ticket, whom its owner was told to give way to."""
        return {int(str(fact[1])): fact[2] for fact in self.facts if fact[0] == "told"}  # type: ignore[misc]

    def in_the_way(self, owner: str, wants: frozenset[str]) -> tuple[set[str], set[str]]:
        """(leases of others that stand, leases of others that are over) among those that collide."""
        stand: set[str] = set()
        over: set[str] = set()
        for name, (holder, _) in self.holders().items():
            if holder != owner and any(collide(name, want) for want in wants):
                gone = self.dead(holder) or self.now >= self.ends(holder) + TERMS.grace
                (over if gone else stand).add(name)
        return stand, over

    def missing(self, owner: str, wants: frozenset[str]) -> frozenset[str]:
        held = self.holders()
        return frozenset(want for want in wants if held.get(want, ("",))[0] != owner)

    def ahead(self, owner: str, wants: frozenset[str]) -> list[str]:
        """Whose earlier tickets go first."""
        held = self.with_inside(owner)
        missing = frozenset(want for want in wants if want not in held)
        found: list[str] = []
        for _, other, theirs in self.line():
            if other == owner and theirs >= missing:
                break
            if other != owner and other not in found and any(collide(a, b) for a in missing for b in theirs):
                found.append(other)
        return found if missing else []

    def own_ticket(self, owner: str, wants: frozenset[str]) -> int:
        return next((number for number, who, theirs in self.line() if (who, theirs) == (owner, wants)), 0)

    def with_inside(self, owner: str) -> set[str]:
        """What the owner holds, by itself or with the folder around."""
        held = {name for name, (holder, _) in self.holders().items() if holder == owner}
        return held | {inner for name in held for inner in INSIDE.get(name, ())}

    def served(self, owner: str) -> list[int]:
        """The owner's tickets of which it holds everything."""
        held = self.with_inside(owner)
        return [number for number, who, wants in self.line() if who == owner and wants <= held]

    def waits_for(self, owner: str) -> set[str]:
        """Everyone the owner can't go on without."""
        yielding = self.told_to_yield()
        waiting = [ticket for ticket in self.line() if ticket[0] not in yielding]
        found: set[str] = set()
        for number, who, wants in waiting:
            if who != owner:
                continue
            for earlier, other, theirs in waiting:
                if earlier < number and any(collide(a, b) for a in wants for b in theirs):
                    found.add(other)
            for name, (holder, _) in self.holders().items():
                if any(collide(name, want) for want in wants) and not self.dead(holder):
                    found.add(holder)
        return found - {owner}

    def circles(self, start: str, owners: list[str]) -> list[tuple[str, ...]]:
        """The shortest ways along which ``start`` waits for itself: every order of every other owner tried."""
        edges = {owner: self.waits_for(owner) for owner in owners}
        others = [owner for owner in owners if owner != start]
        for length in range(1, len(others) + 1):
            found = [
                (start, *way)
                for way in permutations(others, length)
                if all(b in edges[a] for a, b in zip((start, *way), (*way, start), strict=True))
            ]
            if found:
                return found
        return []

    def youngest(self, owners: tuple[str, ...], ids: dict[str, str]) -> str:
        return max(owners, key=lambda owner: (self.came(owner), ids[owner]))

    def came(self, owner: str) -> float:
        """When the owner was first seen; that it ended meanwhile does not count."""
        return min(float(str(fact[2])) for fact in self.facts if fact[:2] == ("seen", owner))

    def end(self, names: set[str]) -> None:
        held = self.holders()
        self.facts += [("ended", held[name][1]) for name in names]

    def grant(self, owner: str, names: frozenset[str]) -> None:
        for name in sorted(names):
            self.grants += 1
            self.facts.append(("granted", owner, name, self.grants))

    def depart(self, owner: str, forget: bool) -> None:
        self.end({name for name, (holder, _) in self.holders().items() if holder == owner})
        asked = {fact[1] for fact in self.facts if fact[0] == "asked" and fact[2] == owner}
        self.facts += [("left", number) for number in asked]
        if forget:
            self.facts.append(("forgotten", owner))
