"""Who owns a path, over random sets of agents, against regular expressions written for this page."""

from __future__ import annotations

import re
import tempfile
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.contracts.checkset import check
from interlock.contracts.compile import word
from interlock.contracts.source import read
from interlock.doors.config import Config
from interlock.doors.contracts import Contracts
from interlock.words.contract import set_apart

from .writing import put

TESTS = ["/a/t", "t", "b/**/t"]
AS_REGEX = [r"a/t(/.*)?", r"(.*/)?t(/.*)?", r"b/(.*/)?t(/.*)?"]
OUTSIDE = ".claude", ".git", ".runs"
FOLDERS = ["a", "b", "t"]
ALL = [
    "/".join([*folders, name])
    for size in range(3)
    for folders in product([*FOLDERS, ".claude"], repeat=size)
    for name in [*FOLDERS, "x"]
]
PATTERNS = st.lists(st.sampled_from(["a", "b", "t", "*", "**", "?", "a*"]), min_size=1, max_size=3).map("/".join)
FILES = st.sampled_from(["x", "a/x", "b/x", "a/t/x", "t/x"])  # nothing is called x but files
AGENT = st.fixed_dictionaries(
    {
        "owns": st.lists(st.sampled_from(["@source", "@tests"]) | PATTERNS, max_size=3, unique=True),
        "outputs": st.lists(FILES, max_size=1),
    }
)
SETS = st.lists(AGENT, min_size=1, max_size=4)
Wanted = dict[str, list[str]]


def matches(pattern: str, path: str) -> bool:
    """The pattern, from the checkout's top, as a regular expression; below a match all matches."""
    names = [
        "(?:/[^/]+)*" if name == "**" else "/" + name.replace("*", "[^/]*").replace("?", "[^/]")
        for name in pattern.split("/")
    ]
    return re.fullmatch("".join(names) + "(?:/.*)?", "/" + path) is not None


def owners(agents: dict[str, Wanted], path: str) -> set[str]:
    """Whose it is: by name, else by what it is."""
    named = {
        name
        for name, wanted in agents.items()
        if any(one[0] != "@" and matches(one, path) for one in wanted["owns"] + wanted["outputs"])
    }
    if named or path.startswith(OUTSIDE):
        return named
    kind = "@tests" if any(re.fullmatch(one, path) for one in AS_REGEX) else "@source"
    return {name for name, wanted in agents.items() if kind in wanted["owns"]}


@given(SETS)
@settings(max_examples=150, deadline=None)
def test_whose_a_path_is(wanted: list[Wanted]) -> None:
    """For every path the agents that may write it are those that own it by name, or else have what it is; where
    `contracts check` finds no fault that is one at most, and what it tells of has two."""
    agents = {f"n{at}": one for at, one in enumerate(wanted)}
    with tempfile.TemporaryDirectory() as folder:
        files = [put(Path(folder), name, **one) for name, one in agents.items()]
        sources = [source for path in files if (source := read(path, path.name))]
    contracts = Contracts(set_apart(tuple(map(word, sources))), Config({"contracts": {"tests": TESTS}}))
    faults = check(sources, TESTS)
    for path in ALL:
        found = {one.name for one in contracts.all if one.may_write(path, TESTS)}
        assert found == owners(agents, path)
        assert contracts.owner_of(path) in (found or {""})
        assert len(found) < 2 or faults
    for fault in faults:
        told = re.fullmatch(r"`(.+?)` is (n\d)'s by `.+`, and (n\d)'s by `.+` \(.+\)", fault.what)
        assert told is not None and {told[2], told[3]} <= owners(agents, told[1])
