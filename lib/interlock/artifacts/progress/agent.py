"""Agents at work in one run: what their contracts mean there, and which of those that are due can work now."""

from __future__ import annotations

from collections.abc import Sequence

from interlock.artifacts.progress.run_files import RunFiles
from interlock.shapes.artifacts.base import FLOWS, Flow
from interlock.words.contract import MAYBE, RUN, Contract


class Agent:
    """A contract in one run. ``why``: what there is for it to do; ``turn``: the number of the flow in which it
    works, its own or an earlier one in which what it makes is read."""

    def __init__(self, contract: Contract, run: str) -> None:
        def here(paths: Sequence[str]) -> list[str]:
            return [path.removesuffix(MAYBE).replace(RUN, run) for path in paths]

        self.contract = contract
        self.name = contract.name
        self.inputs = here((*contract.given, *contract.inputs))
        self.needed = here(contract.needed)
        self.outputs = here(contract.outputs)
        self.shares = here(contract.shares)
        self.why: list[str] = []
        self.turn = FLOWS.index(self.flow)

    @property
    def flow(self) -> Flow:
        """That of its first output; without one it comes last."""
        parts = self.outputs[0].split("/") if self.outputs else []
        return next((one for one in FLOWS if parts[2:3] == [one]), FLOWS[-1])


def ready(due: list[Agent], makers: dict[str, Agent], files: RunFiles) -> list[Agent]:
    """Those of them that can work now. What is needed must be there and good, and nobody about to make it anew;
    for what may be missing they wait, too, unless its maker waits for them."""

    def waits(agent: Agent, paths: list[str]) -> bool:
        others = [makers[path] for path in paths if path in makers]
        return any(other.why and other is not agent and not _needs(other, agent, makers) for other in others)

    able = [
        agent for agent in due if all(files.fit(path) for path in agent.needed) and not waits(agent, agent.needed)
    ]
    return [agent for agent in able if not waits(agent, agent.inputs)] or able


def _needs(agent: Agent, other: Agent, makers: dict[str, Agent]) -> bool:
    """Whether the agent can't work before the other has, by however many steps."""
    seen: set[str] = set()
    left = [agent]
    while left:
        for path in left.pop().needed:
            maker = makers.get(path)
            if maker is other:
                return True
            if maker is not None and maker.name not in seen:
                seen.add(maker.name)
                left.append(maker)
    return False
