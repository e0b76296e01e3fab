"""Whether the paths of patterns have one in common, decided exactly, with such a path as the proof.

Both patterns are walked at once, breadth first, with the patterns that the path must not match beside them; the
first path that ends well is the shortest.
"""

from __future__ import annotations

from typing import NamedTuple

from interlock.contracts.pattern_walk import BELOW, Name, Patterns, State, alphabet
from interlock.words.contract import NOT_SOURCE, SOURCE, TESTS, rooted

STEPS = 300_000
"""Signs that are tried; patterns made by people need some thousand."""


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
    if set(one.any_of) <= set(other.none_of) or set(other.any_of) <= set(one.none_of):
        return ""  # @source and @tests
    pairs = (one, other), (other, one)
    needed = [Patterns(ours.any_of, ours.below or _names(theirs, ours)) for ours, theirs in pairs]
    unwanted = Patterns(one.none_of + other.none_of)
    reserved = NOT_SOURCE if one.outside or other.outside else ()
    signs = alphabet([*needed, unwanted], reserved)
    begun: _Walk = (tuple(one.begin() for one in needed), unwanted.begin(), Name(reserved))
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
                if BELOW in walk[1] or walk in seen:
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


_Walk = tuple[tuple[State, ...], State, Name]


def _ends(needed: list[Patterns], states: tuple[State, ...]) -> bool:
    return all(one.ends(state) for one, state in zip(needed, states, strict=True))
