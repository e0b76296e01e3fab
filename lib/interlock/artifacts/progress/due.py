"""Where a run stands, and which agents can work on it now: from the agents' contracts and what lies on disk,
nothing else. So it is the same for whoever asks, and after every interruption.

An agent is *due* when an output of its is missing, invalid, or older than what it is made of; when a worklist has
an item for it, or one that it has to look at again; when a receipt sends work back to it. Of those that are due,
the ones can work whose inputs nobody is about to make; flows go one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from interlock.artifacts.flaw import Flaw
from interlock.artifacts.progress import in_the_way
from interlock.artifacts.progress.agent import Agent, ready
from interlock.artifacts.progress.critic_loop import VERDICTS, CriticLoop
from interlock.artifacts.progress.run_files import RunFiles, unknown, unseen
from interlock.doors.blocks import Block
from interlock.shapes.artifacts import answers
from interlock.shapes.artifacts.answers import Awaited, Progress, Step
from interlock.shapes.artifacts.base import FLOWS
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.made import Receipt, Worklist
from interlock.shapes.artifacts.reports import TestStrategy
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import Contract

RECEIPT = "_receipt.json"


class Rules(NamedTuple):
    """What decides beside the run's files. ``tests``: what ``@tests`` stands for; ``blocks``: the BLOCKs that
    stand; ``doubts``: what is wrong with files that commands made, or with who wrote one, by path, in a sentence;
    ``folded``: what the log says of worklists that somebody edited; ``strayed``: of source and tests that are as
    another than their owner left them, a sentence; ``written``: when hooks saw a file become what it is;
    ``tries``: since when a receipt was made in vain, again and again; ``known``: whether an output's writer was
    shown a file as it is."""

    contracts: Sequence[Contract]
    tests: list[str]
    blocks: list[Block]
    doubts: dict[str, str]
    folded: Mapping[str, Worklist] = MappingProxyType({})
    strayed: Mapping[str, str] = MappingProxyType({})
    written: Callable[[str], float] = unseen
    tries: Mapping[str, float] = MappingProxyType({})
    known: Callable[[str, str], bool] = unknown


def progress(top: Path, meta: RunMeta, rules: Rules) -> Progress:
    """The run's progress."""
    look = Look(top, meta, rules)
    return in_the_way.told(look.progress(), look.files, rules)


class Look:
    """One look at the run; ``without`` a receipt, as if it were not there."""

    def __init__(self, top: Path, meta: RunMeta, rules: Rules, without: str = "") -> None:
        self.meta = meta
        self.files = RunFiles(top, meta.run_id, rules.written, rules.known)
        self.files.values.pop(without, None)
        self.rules = rules
        self.doubts = rules.doubts
        agents = [Agent(one, meta.run_id) for one in rules.contracts if not one.fault]
        for agent in agents:
            readers = [one for one in agents if set(agent.outputs) & set(one.inputs)]
            agent.turn = min([FLOWS.index(agent.flow), *(FLOWS.index(one.flow) for one in readers)])
        self.agents = sorted(agents, key=lambda agent: (agent.turn, agent.name))
        self.makers = {path: agent for agent in self.agents for path in agent.outputs}
        blocks = [block for block in rules.blocks if block.run == meta.run_id]
        self.loop = CriticLoop(self.files, self.agents, rules.tests, blocks, rules.folded)
        self.stuck = [f"agent {one.name} can't work: {one.fault}" for one in rules.contracts if one.fault]

    def progress(self) -> Progress:
        """All of it."""
        due = self.due()
        self.stuck += self.loop.stuck
        self.stuck += [said for path, said in self.doubts.items() if _is_made(path) and not path.endswith(RECEIPT)]
        missing = self._missing(due)
        turn = min((agent.turn for agent in due), default=None)
        flow = None if turn is None else FLOWS[turn]
        able = ready([agent for agent in due if agent.turn == turn], self.makers, self.files)
        is_open = self.meta.state == "open"
        flaws = [flaw for path in self.files.flaws for flaw in self.files.flaws[path]]
        return Progress(
            run_id=self.meta.run_id, title=self.meta.title, state=self.meta.state, flow=flow,
            complete=bool(self.agents) and not due and not missing and not self.stuck and not flaws,
            done=[path for path in self.files.paths if self.files.good(path)],
            pending=[
                Awaited(path=path, agent=agent.name)
                for agent in self.agents for path in agent.outputs if not self.files.there(path)
            ],
            missing=missing, invalid=[answers.Flaw(**flaw._asdict()) for flaw in flaws], stuck=self.stuck,
            next=[Step(agent=one.name, flow=one.flow, why=one.why) for one in able] if is_open else [],
        )  # fmt: skip

    def due(self) -> list[Agent]:
        """Those for whom there is work, each with why."""
        for agent in self.agents:
            self._outputs(agent)
        work = list(self.loop.work())
        self._receipts()
        for agent, why in work:
            agent.why.append(why)
        self._orphans()
        self._strayed()
        return [agent for agent in self.agents if agent.why]

    def _outputs(self, agent: Agent) -> None:
        """Outputs that are to be made, made right, or made again."""
        for path in agent.outputs:
            if not self.files.there(path):
                agent.why.append(f"{path} is not made yet")
            elif flaws := self.files.flaws.get(path):
                agent.why.append(_told(flaws))
            elif path in self.doubts and (path.endswith(RECEIPT) or not _is_made(path)):
                agent.why.append(self.doubts[path])
            elif not self._sealed(agent.flow, path):
                rests_on = [*agent.needed, *(self.loop.judged() if path.endswith(VERDICTS) else ())]
                newer = self.files.newest(rests_on, path)
                agent.why += [f"{newer} is newer than {path}"] if newer else []

    def _receipts(self) -> None:
        """What receipts send back. One that is to be made anew says nothing."""
        for path, receipt in self.files.values.items():
            maker = self.makers.get(path)
            if not isinstance(receipt, Receipt) or receipt.status == "VERIFIED" or (maker and maker.why):
                continue
            if any(one.startswith(f"{path.rpartition('/')[0]}/") and not _is_made(one) for one in self.doubts):
                continue  # its reports are written again first
            if self.rules.strayed:
                continue  # so are such files
            why = f"{path} is {receipt.status} ({'; '.join(receipt.reasons[:2]) or 'no reason given'})"
            action = receipt.recommended_action
            if action in ("RERUN", "BOUNCE") and self.loop.stuck:
                continue  # what a person has to settle is told; nobody can work on it before
            again = self._may_help(path, receipt)
            if action == "RERUN" and maker and again:
                maker.why.append(why)
            elif action == "BOUNCE" and (others := self._bounced(receipt.flow)) and again:
                others[0].why.append(why)
            elif action != "PROCEED":
                self.stuck.append(f"{why}: {action}")

    def _may_help(self, path: str, receipt: Receipt) -> bool:
        """Whether to send work back once more: not for ever, where nothing that the receipt rests on changes."""
        since = self.rules.tries.get(path)
        return since is None or not all(self.files.before(one, since) for one in receipt.artifacts)

    def _bounced(self, flow: str) -> list[Agent]:
        """To whom a flow goes back: who left tests planned, else who mends source."""
        for path, value in self.files.values.items():
            planned = isinstance(value, TestStrategy) and any(test.state == "planned" for test in value.tests)
            if planned and path in self.makers and self.makers[path].flow == flow:
                return [self.makers[path]]
        return [one for one in self.agents if self.loop.mends(one)]

    def _sealed(self, flow: str, output: str) -> bool:
        """Whether a receipt that holds is VERIFIED for just these files, the output among them, or its flow: then
        nothing of it is older than it should be, even where all files got new times, as in a fresh clone. Rulings
        since then are the receipt's check to judge."""
        for path, receipt in self.files.values.items():
            if not isinstance(receipt, Receipt) or receipt.status != "VERIFIED" or path in self.doubts:
                continue
            known = {one: digest for one, digest in receipt.artifacts.items() if not one.endswith(VERDICTS)}
            mine = receipt.flow == flow or output in receipt.artifacts
            if mine and all(self.files.digest(one) == digest for one, digest in known.items()):
                return True
        return False

    def _strayed(self) -> None:
        """Source and tests that another wrote: their owner's, or a person's."""
        for path, said in self.rules.strayed.items():
            owners = [one for one in self.agents if one.contract.may_write(path, self.rules.tests)]
            (owners[0].why if owners else self.stuck).append(said)

    def _missing(self, due: list[Agent]) -> list[Awaited]:
        """What is needed, and no agent makes."""
        wanted = [path for agent in due for path in agent.needed if path not in self.makers]
        return [Awaited(path=path, agent="") for path in dict.fromkeys(wanted) if not self.files.there(path)]

    def _orphans(self) -> None:
        """Invalid and doubted files that are no agent's output: of those that share them, or a person's."""
        for path, said in self.doubts.items():
            if path not in self.makers and not _is_made(path):
                sharers = [agent for agent in self.agents if path in agent.shares]
                named = [agent for agent in sharers if f" {agent.name} must write" in said]
                ((named or sharers)[0].why if sharers else self.stuck).append(said)
        for path, flaws in self.files.flaws.items():
            if not flaws or path in self.makers:
                continue
            sharing = [agent for agent in self.agents if path in agent.shares]
            named = [agent for agent in sharing if f"sections.{agent.name}" in flaws[0].what]
            if sharing:
                (named or sharing)[0].why.append(_told(flaws))
            else:
                self.stuck.append(_told(flaws))


def _is_made(path: str) -> bool:
    """Whether a command makes the file, or nobody is known to."""
    kind = kind_of(path)
    return kind is None or bool(kind.made_by)


def _told(flaws: list[Flaw]) -> str:
    more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
    return f"{flaws[0]}{more}"
