"""Whether the paths of patterns have one in common, decided exactly, with such a path as the proof.

A pattern of ours is a finite automaton over the signs of a path. Both patterns are walked at once, breadth first,
with the patterns that the path must not match beside them; the first path that ends well is the shortest. Signs
that no pattern names are all alike, so one stands for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from interlock.words.contract import NOT_SOURCE, SOURCE, TESTS, rooted
from interlock.words.pattern import _segments

STEPS = 300_000
"""Signs that are tried; patterns made by people need some thousand."""
_BELOW = (-1, 0)
"""All below a match is matched."""
_ANY = -1
"""In place of a position in a name: `**` takes whatever the name is."""
_END = "/"
"""In place of a segment: the pattern's end."""

State = frozenset[tuple[int, int]]
"""(number of the segment, position in it) of each way to match that is still open."""


class Undecided(Exception):
    """The patterns are too tangled to be compared."""


class Claim(NamedTuple):
    """What an agent may write by one of its patterns: the paths that match ``any_of`` and none of ``none_of``.
    ``outside``: only what lies outside of NOT_SOURCE. ``below``: what lies below a match is claimed, too."""

    any_of: list[str]
    none_of: list[str]
    outside: bool = False
    below: bool = True


def claim(pattern: str, tests: list[str], file: bool = False) -> Claim:
    """The contract's pattern, or, with ``file``, the file that it names. ``tests``: what `@tests` stands for."""
    if pattern == TESTS:
        return Claim(tests, [], outside=True)
    if pattern == SOURCE:
        return Claim(["**"], tests, outside=True)
    return Claim([rooted(pattern)], [], below=not (file or is_file(pattern)))


def is_file(pattern: str) -> bool:
    """Whether the pattern is taken to name files, though below a folder of that name it would match, too: its last
    name has a dot. Else `src/a.py` and `**/tests` would clash in `src/a.py/tests`."""
    return not pattern.endswith("/") and "." in pattern.rpartition("/")[2][1:]


def overlap(one: Claim, other: Claim) -> str:
    """A shortest path that both claim, "" if there is none. Raises Undecided."""
    if one.none_of == other.any_of or other.none_of == one.any_of:
        return ""  # @source and @tests
    pairs = (one, other), (other, one)
    needed = [_Patterns(ours.any_of, ours.below or _names(theirs, ours)) for ours, theirs in pairs]
    unwanted = _Patterns(one.none_of + other.none_of)
    reserved = NOT_SOURCE if one.outside or other.outside else ()
    signs = _alphabet([*needed, unwanted], reserved)
    begun: _Walk = (tuple(one.begin() for one in needed), unwanted.begin(), _Name(reserved))
    seen, row, left = {begun}, [(begun, "")], STEPS
    while row:
        following = []
        for (states, bad, name), path in row:
            left -= len(signs)
            if left < 0:
                raise Undecided
            for sign in signs:
                then = name.after(sign)
                if then is None:
                    continue
                moved = tuple(one.after(state, sign) for one, state in zip(needed, states, strict=True))
                if not all(moved):
                    continue
                walk = (moved, unwanted.after(bad, sign), then)
                if _BELOW in walk[1] or walk in seen:
                    continue
                if then.may_end() and _ends(needed, moved) and not unwanted.ends(walk[1]):
                    return path + sign
                seen.add(walk)
                following.append((walk, path + sign))
        row = following
    return ""


def _names(one: Claim, other: Claim) -> bool:
    """Whether ``one`` speaks of something below just what ``other`` names."""
    return any(ours.startswith(f"{theirs}/") for ours in one.any_of for theirs in other.any_of)


class _Patterns:
    """Some patterns, any of which is to match; with ``below`` also what lies below a match."""

    def __init__(self, patterns: list[str], below: bool = True) -> None:
        self.below = below
        self.segments = [segment for pattern in patterns for segment in (_END, *_segments(pattern))] + [_END]
        self._known: dict[tuple[State, str], State] = {}

    def begin(self) -> State:
        """Before a path's first sign."""
        firsts = [at + 1 for at, segment in enumerate(self.segments[:-1]) if segment == _END]
        return frozenset(place for at in firsts for place in self._enter(at))

    def after(self, state: State, sign: str) -> State:
        """The ways that are open after one more sign of the path."""
        if (state, sign) not in self._known:
            self._known[state, sign] = frozenset(place for one in state for place in self._step(*one, sign))
        return self._known[state, sign]

    def ends(self, state: State) -> bool:
        """Whether a path that ends here is matched."""
        return any(self._end(*one) for one in state)

    def _enter(self, at: int) -> Iterator[tuple[int, int]]:
        """A name of the path begins, with the pattern's segment ``at`` to be matched."""
        if self.segments[at] == "**":
            yield at, _ANY
            yield from self._enter(at + 1)
        elif self.segments[at] == _END:
            if self.below:
                yield _BELOW
        else:
            yield from self._open(at, 0)

    def _open(self, at: int, place: int) -> Iterator[tuple[int, int]]:
        """The position, and those behind stars, which may match nothing."""
        yield at, place
        while self.segments[at][place : place + 1] == "*":
            place += 1
            yield at, place

    def _step(self, at: int, place: int, sign: str) -> Iterator[tuple[int, int]]:
        if (at, place) == _BELOW:
            yield _BELOW
        elif place == _ANY:
            yield from self._enter(at) if sign == "/" else [(at, _ANY)]
        elif sign == "/":
            if place == len(self.segments[at]):
                yield from self._enter(at + 1)
        elif self.segments[at][place : place + 1] == "*":
            yield from self._open(at, place)
        elif self.segments[at][place : place + 1] in ("?", sign):
            yield from self._open(at, place + 1)

    def _end(self, at: int, place: int) -> bool:
        if (at, place) == _BELOW:
            return True
        if place not in (_ANY, len(self.segments[at])):
            return False
        return all(segment == "**" for segment in self.segments[at + 1 : self.segments.index(_END, at)])


class _Name:
    """The name that the path is in: not empty, not `.` or `..`, and the first not one that is reserved."""

    __slots__ = ("reserved", "text")

    def __init__(self, reserved: tuple[str, ...], text: str | None = "") -> None:
        self.reserved = reserved
        self.text = text
        """None as soon as it can't become a name that may not be."""

    def after(self, sign: str) -> _Name | None:
        if sign == "/":
            return _Name(()) if self.may_end() else None
        if self.text is None:
            return self
        text = self.text + sign
        return _Name(self.reserved, text if any(word.startswith(text) for word in self._words()) else None)

    def may_end(self) -> bool:
        return self.text is None or self.text not in ("", *self._words())

    def _words(self) -> tuple[str, ...]:
        return (".", "..", *self.reserved)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Name) and (self.reserved, self.text) == (other.reserved, other.text)

    def __hash__(self) -> int:
        return hash((self.reserved, self.text))


_Walk = tuple[tuple[State, ...], State, _Name]


def _ends(needed: list[_Patterns], states: tuple[State, ...]) -> bool:
    return all(one.ends(state) for one, state in zip(needed, states, strict=True))


def _alphabet(patterns: list[_Patterns], reserved: tuple[str, ...]) -> list[str]:
    """One sign that no pattern names, then those that one does."""
    named = {sign for one in patterns for segment in one.segments for sign in segment} | {".", *"".join(reserved)}
    other = next(sign for sign in map(chr, range(ord("x"), 0x10FFFF)) if sign not in named)
    return [other, *sorted(named - {"*", "?"} | {"/"})]
