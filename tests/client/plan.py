"""Scripts that decide at each turn what is next: an agent by what it finds, an orchestrator by what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from .model import blocks_of, text_of
from .say import agent, bash
from .script import DONE, Block, Json

Say = tuple[str, Sequence[Block]]
"""A step's name, and what is said; nothing: the step is left out."""
BEGIN = "Take run r1 to its end."
CHECK = "interlock artifacts check r1 --json"


class Plan:
    """An agent's turns. Each conversation begins with the first step. It has one conversation at a time."""

    def __init__(self, name: str, steps: Callable[[], Iterator[Say]], reached: Callable[[str], object]) -> None:
        self._name = name
        self._steps = steps
        self._reached = reached
        self._left: Iterator[Say] = iter(())
        self._said: list[Sequence[Block]] = []

    def __call__(self, messages: list[Json]) -> Sequence[Block]:
        """What is said next; a question that is asked again gets the same answer."""
        turn: int = sum(one["role"] == "assistant" for one in messages)
        if turn == 0:
            self._left, self._said = self._steps(), []
        if turn == len(self._said):
            step, blocks = next(((name, said) for name, said in self._left if said), ("end", DONE))
            self._reached(f"{self._name}.{step}")
            self._said.append(blocks)
        return self._said[turn]


def orchestrate(messages: list[Json]) -> Sequence[Block]:
    """Asks where run r1 stands, starts the first agent that is due, and asks again, until none is."""
    calls = [block for one in messages if one["role"] == "assistant" for block in _uses(one)]
    if not calls or calls[-1]["name"] != "Bash":
        return [bash(CHECK)]
    told = _answer(messages, calls[-1]["id"])
    if "{" not in told:
        raise ValueError(f"{CHECK}: {told}")
    progress = json.JSONDecoder().raw_decode(told[told.index("{") :])[0]
    if not progress["next"]:
        return DONE
    step = progress["next"][0]
    prompt = f"RUN: r1\nAs {step['agent']}: {'; '.join(step['why'])}"
    return [agent(prompt, subagent_type=step["agent"], run_in_background=False)]


def _uses(message: Json) -> list[Json]:
    return [block for block in blocks_of(message) if block.get("type") == "tool_use"]


def _answer(messages: list[Json], call: str) -> str:
    found = [block for one in messages for block in blocks_of(one) if block.get("tool_use_id") == call]
    return text_of(found[-1].get("content"))
