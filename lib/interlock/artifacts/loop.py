"""The critic loop of a run: whose turn the items of its worklists are, and what only a person can settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from interlock.artifacts.board import Board
from interlock.doors.blocks import Block
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.reports import Critique
from interlock.words.contract import SOURCE

if TYPE_CHECKING:
    from interlock.artifacts.progress import Agent

VERDICTS = "/verdicts.json"
_TAKE = "pending>in_progress"
_NAMED = 5


class Loop:
    """``stuck`` is filled by ``work``."""

    def __init__(self, board: Board, agents: Sequence[Agent], tests: list[str], blocks: list[Block]) -> None:
        self.board = board
        self.agents = agents
        self.tests = tests
        self.blocks = blocks
        self.stuck: list[str] = []

    def mends(self, agent: Agent) -> bool:
        """Whether the agent mends source."""
        return SOURCE in agent.contract.owns

    def work(self) -> Iterator[tuple[Agent, str]]:
        """What each agent has to do."""
        listed: set[tuple[str, str]] = set()
        for path, value in self.board.values.items():
            if isinstance(value, Worklist):
                listed |= {(item.source, item.id.partition(".")[2]) for item in value.items}
                listed |= {(item.source, item.id) for item in value.items}
                yield from self._items(path, value)
        yield from self._unlisted(listed)
        yield from self._rulings()

    def _items(self, path: str, worklist: Worklist) -> Iterator[tuple[Agent, str]]:
        if worklist.stuck:
            open_ = [item.id for item in worklist.items if item.status in ("pending", "in_progress")]
            self.stuck.append(f"{path}: {worklist.why_stuck} ({_few(open_)} open)")
            return
        turns: dict[str, tuple[Agent, list[str]]] = {}
        for item in worklist.items:
            if item.status in ("pending", "in_progress"):
                agent = self._turn(item.location, item.source, item.at)
                if agent is None:
                    self.stuck.append(f"{path}: {item.id} is {item.status}, and no agent may mend {item.location}")
                else:
                    turns.setdefault(agent.name, (agent, []))[1].append(f"{item.id} is {item.status}")
            elif item.status == "fixed" and self.board.before(item.source, item.at) and self._critic(item.source):
                critic = self._critic(item.source)
                assert critic is not None
                turns.setdefault(critic.name, (critic, []))[1].append(f"{item.id} is fixed since its critique")
        for agent, told in turns.values():
            yield agent, f"{path}: {_few(told)}"

    def _unlisted(self, listed: set[tuple[str, str]]) -> Iterator[tuple[Agent, str]]:
        """Findings that nobody has put on a worklist yet."""
        for path, value in self.board.values.items():
            new = (
                [one for one in value.items if (path, one.id) not in listed] if isinstance(value, Critique) else []
            )
            turns: dict[str, tuple[Agent, list[str]]] = {}
            for one in new:
                if agent := self._turn(one.location, path, 0.0):
                    turns.setdefault(agent.name, (agent, []))[1].append(one.id)
            for agent, ids in turns.values():
                yield agent, f"{path}: {_few(ids)} not on the worklist yet: `interlock worklist sync`"

    def _turn(self, location: str, source: str, at: float) -> Agent | None:
        """Whose turn a finding is: who mends it, until that has left an output since the critic spoke (or the item
        moved last); then the critic's, who decides what becomes of it. So an item that its mender leaves alone
        comes back to the critic, and rounds without change are counted."""
        mender, critic = self._mender(location), self._critic(source)
        if mender is None or critic is None:
            return mender
        answers = [path for path in mender.outputs if self.board.newer(path, source)]
        return critic if any(not self.board.before(path, at) for path in answers) else mender

    def _critic(self, source: str) -> Agent | None:
        return next((agent for agent in self.agents if source in agent.outputs), None)

    def _mender(self, location: str) -> Agent | None:
        """Who mends what is wrong there: who may write it, one that may take items before one that may not."""
        path = location.rpartition(":")[0]
        writers = [agent for agent in self.agents if agent.contract.may_write(path, self.tests)]
        takers = [agent for agent in self.agents if _TAKE in agent.contract.moves]
        both = [agent for agent in writers if agent in takers]
        return next(iter([*both, *writers, *takers]), None)

    def _rulings(self) -> Iterator[tuple[Agent, str]]:
        """BLOCKs that stand: an advocate looks again once there is something new to look at."""
        for block in self.blocks:
            why = f"a BLOCK stands on {_few(list(block.paths))}"
            judge = next(
                (one for one in self.agents if any(path.endswith(VERDICTS) for path in one.outputs)), None
            )
            news = [one for one in judge.inputs if not self.board.before(one, block.at)] if judge else []
            if judge and news:
                yield judge, f"{why}, and {news[0]} is newer"
            else:
                self.stuck.append(f"{why} ({block.reason}): it ends with a PASS of another advocate or a person")


def _few(words: list[str]) -> str:
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return ", ".join(words[:_NAMED]) + more
