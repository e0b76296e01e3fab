"""Circles among agents, against letting every agent begin that can."""

from hypothesis import given
from hypothesis import strategies as st

from interlock.contracts.circles import Need, circles

Graph = list[list[set[int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """For each agent its needs, each as the numbers of those who can make it."""
    size = draw(st.integers(0, 7))
    makers = st.sets(st.integers(0, max(size - 1, 0)), max_size=3)
    return [draw(st.lists(makers, max_size=3)) for _ in range(size)]


def never(graph: Graph) -> set[int]:
    """Who can never begin: all others begin, in rounds, and make what they make. What nobody makes is there."""
    begun: set[int] = set()
    while True:
        more = {
            agent
            for agent in set(range(len(graph))) - begun
            if all(not makers or makers & begun for makers in graph[agent])
        }
        if not more:
            return set(range(len(graph))) - begun
        begun |= more


@given(graphs())
def test_circles_are_why_somebody_can_never_begin(graph: Graph) -> None:
    """There is a circle just if somebody can never begin, and all in it are such."""
    needs = [[Need(at, str(at), frozenset(makers)) for at, makers in enumerate(agent)] for agent in graph]
    found = circles(needs)
    stuck = never(graph)
    assert bool(found) is bool(stuck)
    inside = [agent for circle in found for agent, _ in circle]
    assert len(inside) == len(set(inside)) and set(inside) <= stuck
    for circle in found:
        agents = [agent for agent, _ in circle]
        assert agents[0] == min(agents)
        for (agent, need), maker in zip(circle, agents[1:] + agents[:1], strict=True):
            assert need in needs[agent] and maker in need.makers and need.makers <= stuck


@given(graphs())
def test_ending_a_need_of_each_circle_frees_everybody(graph: Graph) -> None:
    """Mend what is told, again and again, and there is an end."""
    needs = [[Need(at, str(at), frozenset(makers)) for at, makers in enumerate(agent)] for agent in graph]
    for _ in range(30):
        found = circles(needs)
        if not found:
            return
        for circle in found:
            agent, need = circle[0]
            needs[agent].remove(need)
    raise AssertionError("more circles than needs")
