"""The agents of a project as a set: each input is made by somebody, each path has one owner, nobody waits in a
circle. What is wrong with one file alone is in its ``Source``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from interlock.contracts import headings
from interlock.contracts.circles import Need, circles
from interlock.contracts.compile import word
from interlock.contracts.fault import Fault
from interlock.contracts.namesakes import namesakes
from interlock.contracts.pattern_overlap import Claim, Undecided, claim, overlap
from interlock.contracts.source import Source
from interlock.shapes.contract import Contract
from interlock.words.artifact import made_by
from interlock.words.contract import MAYBE, RUN, RUNS, SOURCE, TESTS, covers, rooted, set_apart


class Agent(NamedTuple):
    """An agent whose file is good; ``taken``: what others own by name."""

    source: Source
    contract: Contract
    taken: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.source.name

    def makes(self, path: str, tests: list[str], named: bool) -> bool:
        """Whether the artifact can come from it: by a pattern with ``named``, else by `@tests` or `@source`."""
        patterns = [*self.contract.outputs, *self.contract.owns, *self.contract.shares]
        wanted = [pattern for pattern in patterns if _by_name(pattern) is named]
        return any(covers(pattern, _some(path), tests) for pattern in wanted)


def makers(path: str, agents: list[Agent], tests: list[str]) -> list[Agent]:
    """Those that the artifact can come from: who has it by name, else who has tests or source."""
    for named in (True, False):
        if found := [agent for agent in agents if agent.makes(path, tests, named)]:
            return found
    return []


def check(sources: list[Source], tests: list[str]) -> list[Fault]:
    """All that is wrong with the agents that have a contract: with their files, and with the set. ``tests``: the
    patterns that `@tests` stands for. In the order of files and lines."""
    held = [source for source in sources if source.held]
    good = [source for source in held if source.contract is not None]
    taken = [one.taken for one in set_apart(word(source) for source in good)]
    agents = [Agent(one, one.contract, paths) for one, paths in zip(good, taken, strict=True) if one.contract]
    found = [fault for source in held for fault in source.faults]
    for agent in agents:
        found += headings.check(agent.source)
    if len(agents) == len(held):  # else who makes what is not known
        found += _producers(agents, tests, sources)
    found += _owners(agents, tests)
    found += _circles(agents, tests)
    return sorted(found, key=lambda fault: (fault.file, fault.line))


def _producers(agents: list[Agent], tests: list[str], sources: list[Source]) -> Iterator[Fault]:
    instead = namesakes(sources)
    told: dict[str, Fault] = {}
    for agent in agents:
        for at, named in enumerate(agent.contract.inputs):
            path = named.removesuffix(MAYBE)
            if made_by(_some(path)) or makers(path, agents, tests):
                continue
            if free := next((one.source for one in instead if one.would_make(_some(path))), None):
                what = f"`{free.name}` has no contract, so nobody makes `{path}`"
                mend = "give it one (docs/contracts.md), or rename it and run `interlock install` again"
                told.setdefault(free.name, Fault(free.shown, 1, what, mend))
                continue
            mend = "put it under `given` if a person makes it, else among the `outputs` of the agent that does"
            yield Fault(agent.source.shown, agent.source.line("inputs", at), f"no agent makes `{path}`", mend)
    yield from told.values()


class _Part(NamedTuple):
    """What one agent writes by one pattern."""

    agent: Agent
    key: str
    at: int
    pattern: str

    @property
    def line(self) -> int:
        return self.agent.source.line(self.key, self.at)

    def claim(self, tests: list[str]) -> Claim:
        mine = claim(self.pattern, tests, file=self.key != "owns")
        if _by_name(self.pattern):
            return mine
        return mine._replace(none_of=mine.none_of + [rooted(path) for path in self.agent.taken])


def _parts(agent: Agent, *keys: str) -> list[_Part]:
    """What is made by a command is written by nobody: whoever may call it may be many."""
    named = [(key, at, path) for key in keys for at, path in enumerate(getattr(agent.contract, key))]
    return [_Part(agent, *one) for one in named if not (one[0] == "outputs" and made_by(_some(one[2])))]


def _owners(agents: list[Agent], tests: list[str]) -> Iterator[Fault]:
    for one, other in combinations(agents, 2):
        ours, theirs = _parts(one, "outputs", "owns"), _parts(other, "outputs", "owns")
        yield from _both(ours, theirs + _parts(other, "shares"), tests)
        yield from _both(theirs, _parts(one, "shares"), tests)


def _both(ours: list[_Part], theirs: list[_Part], tests: list[str]) -> Iterator[Fault]:
    for part in theirs:
        for other in ours:
            if _differ(part.pattern, other.pattern) or _yields(part, other):
                continue
            whose = f"{other.agent.name}'s by `{other.pattern}` ({other.agent.source.shown}:{other.line})"
            try:
                path = overlap(other.claim(tests), part.claim(tests))
            except Undecided:
                what = f"whether `{part.pattern}` has a path that is {whose} is too hard to tell"
                yield Fault(part.agent.source.shown, part.line, what, "write plainer patterns")
                continue
            if path:
                what = f"`{_any(path)}` is {part.agent.name}'s by `{part.pattern}`, and {whose}"
                yield Fault(part.agent.source.shown, part.line, what, _narrower(part, other))
                break


def _yields(one: _Part, other: _Part) -> bool:
    """Whether what one of them owns by name is no part of the tests or the source that the other has
    (``words.contract.set_apart``)."""
    return _by_name(one.pattern) is not _by_name(other.pattern) and "shares" not in (one.key, other.key)


def _by_name(pattern: str) -> bool:
    return pattern not in (SOURCE, TESTS)


def _narrower(one: _Part, other: _Part) -> str:
    """How to mend it."""
    for part, beside in ((one, other), (other, one)):
        if part.pattern == SOURCE:
            return f"let {part.agent.name} own folders, such as `src/**`, in place of `{SOURCE}`"
        if part.pattern == TESTS and beside.pattern != TESTS:
            return f"say in `[contracts]` of the config what tests are, or let {beside.agent.name} own less"
    if one.pattern == other.pattern and _by_name(one.pattern):
        if one.key == other.key == "outputs":
            return f"let only one of them make it: give {one.agent.name}'s another name"
        alone = f"let only one of them have `{one.pattern}`"
        return f"{alone}, or both share it" if "shares" in (one.key, other.key) else alone
    return "make one of the two patterns narrower"


def _differ(one: str, other: str) -> bool:
    """Whether it is plain that they have no path in common: most pairs, told without a walk."""
    if "@" in one[:1] + other[:1]:
        return False
    for ours, theirs in zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False):
        if "**" in (ours, theirs):
            return False
        if ours != theirs:
            return not any(sign in ours + theirs for sign in "*?{")
    return False


def _circles(agents: list[Agent], tests: list[str]) -> Iterator[Fault]:
    """Who needs what nobody makes is told of elsewhere."""
    for circle in circles([_needs(agent, agents, tests) for agent in agents]):
        names = [agents[at].name for at, _ in circle]
        first, need = agents[circle[0][0]], circle[0][1]
        what = f"none of a circle can begin: {' needs '.join([*names, names[0]])} (`{need.path}`)"
        mend = "end one of these inputs with `?`, so that the first round goes without"
        yield Fault(first.source.shown, first.source.line("inputs", need.at), what, mend)


def _needs(agent: Agent, agents: list[Agent], tests: list[str]) -> list[Need]:
    named = [(at, path) for at, path in enumerate(agent.contract.inputs) if not path.endswith(MAYBE)]
    return [Need(at, path, frozenset(map(agents.index, makers(path, agents, tests)))) for at, path in named]


def _any(path: str) -> str:
    """The path in any run."""
    parts = path.split("/")
    return "/".join([RUNS, RUN, *parts[2:]]) if parts[0] == RUNS and len(parts) > 2 else path


def _some(path: str) -> str:
    """The path in a run."""
    return path.replace(RUN, "r")
