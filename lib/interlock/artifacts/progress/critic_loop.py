"""The critic loop of a run: whose turn the items of its worklists are, and what only a person can settle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from interlock.artifacts.flaw import few
from interlock.artifacts.progress.agent import Agent
from interlock.artifacts.progress.run_files import RunFiles
from interlock.artifacts.verdicts.rulings import within
from interlock.doors.blocks import Block
from interlock.shapes.artifacts.made import Ruling, Verdicts, Worklist
from interlock.shapes.artifacts.reports import Critique
from interlock.words.contract import SOURCE

VERDICTS = "/verdicts.json"
_TAKE = "pending>in_progress"
_RULINGS = 3
"""BLOCKs and AMENDs on the same paths, and rulings after one that leave it standing: more are a person's."""


class CriticLoop:
    """``folded``: what the log says of worklists that somebody edited. ``stuck`` is filled by ``work``."""

    def __init__(
        self, files: RunFiles, agents: Sequence[Agent], tests: list[str], blocks: list[Block],
        folded: Mapping[str, Worklist],
    ) -> None:  # fmt: skip
        self.files = files
        self.agents = agents
        self.tests = tests
        self.blocks = blocks
        self.folded = folded
        self.stuck: list[str] = []

    def mends(self, agent: Agent) -> bool:
        """Whether the agent mends source."""
        return SOURCE in agent.contract.owns

    def work(self) -> Iterator[tuple[Agent, str]]:
        """What each agent has to do."""
        listed: set[tuple[str, str]] = set()
        for path, value in {**self.files.values, **self.folded}.items():
            if isinstance(value, Worklist):
                listed |= {(item.source, item.id.partition(".")[2]) for item in value.items}
                listed |= {(item.source, item.id) for item in value.items}
                yield from self._items(path, value)
        yield from self._unlisted(listed)
        yield from self._rulings()

    def _items(self, path: str, worklist: Worklist) -> Iterator[tuple[Agent, str]]:
        if worklist.stuck:
            open_ = [item.id for item in worklist.items if item.status in ("pending", "in_progress")]
            self.stuck.append(f"{path}: {worklist.why_stuck} ({few(open_)} open)")
            return
        turns: dict[str, tuple[Agent, list[str]]] = {}
        for item in worklist.items:
            if item.status in ("pending", "in_progress"):
                agent = self._turn(item.location, item.source, item.at)
                if agent is None:
                    self.stuck.append(f"{path}: {item.id} is {item.status}, and no agent may mend {item.location}")
                else:
                    turns.setdefault(agent.name, (agent, []))[1].append(f"{item.id} is {item.status}")
            elif item.status == "fixed" and self.files.before(item.source, item.at) and self._critic(item.source):
                critic = self._critic(item.source)
                assert critic is not None
                turns.setdefault(critic.name, (critic, []))[1].append(f"{item.id} is fixed since its critique")
        for agent, told in turns.values():
            yield agent, f"{path}: {few(told)}"

    def _unlisted(self, listed: set[tuple[str, str]]) -> Iterator[tuple[Agent, str]]:
        """Findings that nobody has put on a worklist yet."""
        for path, value in self.files.values.items():
            new = (
                [one for one in value.items if (path, one.id) not in listed] if isinstance(value, Critique) else []
            )
            turns: dict[str, tuple[Agent, list[str]]] = {}
            for one in new:
                if agent := self._turn(one.location, path, 0.0):
                    turns.setdefault(agent.name, (agent, []))[1].append(one.id)
            for agent, ids in turns.values():
                yield agent, f"{path}: {few(ids)} not on the worklist yet: `interlock worklist sync`"

    def _turn(self, location: str, source: str, at: float) -> Agent | None:
        """Whose turn a finding is: who mends it, until that has left an output since the critic spoke (or the item
        moved last); then the critic's, who decides what becomes of it. So an item that its mender leaves alone
        comes back to the critic, and rounds without change are counted."""
        mender, critic = self._mender(location), self._critic(source)
        if mender is None or critic is None:
            return mender
        answers = [path for path in mender.outputs if self.files.newer(path, source)]
        return critic if any(not self.files.before(path, at) for path in answers) else mender

    def _critic(self, source: str) -> Agent | None:
        return next((agent for agent in self.agents if source in agent.outputs), None)

    def _mender(self, location: str) -> Agent | None:
        """Who mends what is wrong there: who may write it, one that may take items before one that may not."""
        path = location.rpartition(":")[0]
        writers = [agent for agent in self.agents if agent.contract.may_write(path, self.tests)]
        takers = [agent for agent in self.agents if _TAKE in agent.contract.moves]
        both = [agent for agent in writers if agent in takers]
        return next(iter([*both, *writers]), None)

    def _rulings(self) -> Iterator[tuple[Agent, str]]:
        """BLOCKs that stand, and AMENDs that no later PASS covers: by turns who makes what the advocate judges,
        who answers in its report, and the advocate, who looks at the answer."""
        values = [value for value in self.files.values.values() if isinstance(value, Verdicts)]
        given = sorted((one for value in values for one in value.verdicts), key=lambda one: one.at)
        asked = [("a BLOCK stands", list(one.paths), one.reason, one.at) for one in self.blocks]
        for one in given:
            if one.verdict == "AMEND" and not self._passed(one, given):
                asked.append(("an AMEND stands", one.paths, "; ".join(one.reasons[:1]), one.at))
        judge, reports = self._judge(), self.judged()
        for what, paths, reason, at in asked:
            why = f"{what} on {few(paths)} ({reason})"
            newest = max([at, *(one.at for one in given)])
            answered = [path for path in reports if not self.files.before(path, newest)]
            if not judge or not reports or _too_often(given, paths, at):
                ends = "it ends with a PASS of an advocate that wrote none of it, or of a person"
                self.stuck.append(f"{why}: {ends}")
            elif answered:
                yield judge, f"{why}, and {answered[0]} is newer"
            elif author := self._author(reports[0]):
                yield author, f"{why}: answer it in {reports[0]}"

    def _judge(self) -> Agent | None:
        return next((one for one in self.agents if any(path.endswith(VERDICTS) for path in one.outputs)), None)

    def judged(self) -> list[str]:
        """The reports that the advocate judges: those on work that their makers can change."""
        judge = self._judge()
        return [path for path in judge.inputs if self._author(path)] if judge else []

    def _passed(self, ruling: Ruling, given: list[Ruling]) -> bool:
        later = [path for one in given if one.verdict == "PASS" and one.at > ruling.at for path in one.paths]
        return all(any(within(path, one, self.tests) for one in later) for path in ruling.paths)

    def _author(self, path: str) -> Agent | None:
        """Who reports there on work of its own, which it can change."""
        return next((one for one in self.agents if path in one.outputs and one.contract.owns), None)


def _too_often(given: list[Ruling], paths: list[str], at: float) -> bool:
    same = [one for one in given if one.verdict != "PASS" and set(one.paths) & set(paths)]
    return max(len(same), len([one for one in given if one.at > at])) > _RULINGS
