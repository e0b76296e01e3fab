"""Patterns as automata over the signs of a path: which ways to match are still open after each sign.

Signs that no pattern names are all alike, so one stands for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from interlock.words.pattern import segments_of

BELOW = (-1, 0)
"""All below a match is matched."""
_ANY = -1
"""In place of a position in a name: `**` takes whatever the name is."""
_END = "/"
"""In place of a segment: the pattern's end."""

State = frozenset[tuple[int, int]]
"""(number of the segment, position in it) of each way to match that is still open."""


class Patterns:
    """Some patterns, any of which is to match; with ``below`` also what lies below a match."""

    def __init__(self, patterns: list[str], below: bool = True) -> None:
        self.below = below
        self.segments = [segment for pattern in patterns for segment in (_END, *segments_of(pattern))] + [_END]
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
                yield BELOW
        else:
            yield from self._open(at, 0)

    def _open(self, at: int, place: int) -> Iterator[tuple[int, int]]:
        """The position, and those behind stars, which may match nothing."""
        yield at, place
        while self.segments[at][place : place + 1] == "*":
            place += 1
            yield at, place

    def _step(self, at: int, place: int, sign: str) -> Iterator[tuple[int, int]]:
        if (at, place) == BELOW:
            yield BELOW
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
        if (at, place) == BELOW:
            return True
        if place not in (_ANY, len(self.segments[at])):
            return False
        return all(segment == "**" for segment in self.segments[at + 1 : self.segments.index(_END, at)])


class Name:
    """The name that the path is in: not empty, not `.` or `..`, and the first not one that is reserved."""

    __slots__ = ("reserved", "text")

    def __init__(self, reserved: tuple[str, ...], text: str | None = "") -> None:
        self.reserved = reserved
        self.text = text
        """None as soon as it can't become a name that may not be."""

    def after(self, sign: str) -> Name | None:
        if sign == "/":
            return Name(()) if self.may_end() else None
        if self.text is None:
            return self
        text = self.text + sign
        return Name(self.reserved, text if any(word.startswith(text) for word in self._words()) else None)

    def may_end(self) -> bool:
        return self.text is None or self.text not in ("", *self._words())

    def _words(self) -> tuple[str, ...]:
        return (".", "..", *self.reserved)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and (self.reserved, self.text) == (other.reserved, other.text)

    def __hash__(self) -> int:
        return hash((self.reserved, self.text))


def alphabet(patterns: list[Patterns], reserved: tuple[str, ...]) -> list[str]:
    """One sign that no pattern names, then those that one does."""
    named = {sign for one in patterns for segment in one.segments for sign in segment} | {".", *"".join(reserved)}
    other = next(sign for sign in map(chr, range(ord("x"), 0x10FFFF)) if sign not in named)
    return [other, *sorted(named - {"*", "?"} | {"/"})]
