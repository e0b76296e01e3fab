"""Who can never begin: agents that need, in a circle, what the next of them makes."""

from __future__ import annotations

from typing import NamedTuple


class Need(NamedTuple):
    """An input that must be there, and by the number of the agent who can make it. ``at``: its place in the
    contract."""

    at: int
    path: str
    makers: frozenset[int]


def circles(needs: list[list[Need]]) -> list[list[tuple[int, Need]]]:
    """The circles among agents, of which ``needs`` has the needs of each: (agent, the need for what the next one
    makes). One for each knot; each begins with its lowest number. Needs that nobody can fulfil hold nobody up."""
    waiting = set(range(len(needs)))
    found: list[list[tuple[int, Need]]] = []
    while True:
        while free := {agent for agent in waiting if _held_up(needs[agent], waiting) is None}:
            waiting -= free
        if not waiting:
            return found
        circle = _around(needs, waiting)
        waiting -= {agent for agent, _ in circle}
        turn = circle.index(min(circle))
        found.append(circle[turn:] + circle[:turn])


def _held_up(needs: list[Need], waiting: set[int]) -> Need | None:
    """The first need that only agents can fulfil that wait themselves."""
    return next((need for need in needs if need.makers and need.makers <= waiting), None)


def _around(needs: list[list[Need]], waiting: set[int]) -> list[tuple[int, Need]]:
    way: list[tuple[int, Need]] = []
    agent = min(waiting)
    while agent not in (names := [one for one, _ in way]):
        need = _held_up(needs[agent], waiting)
        assert need is not None  # all that wait are held up
        way.append((agent, need))
        agent = min(need.makers)
    return way[names.index(agent) :]
