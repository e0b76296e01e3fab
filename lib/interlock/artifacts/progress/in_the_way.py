"""BLOCKs of other runs: their advocates lift them, so nobody in this run is asked again and again for what is
refused to them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.artifacts.flaw import few
from interlock.artifacts.progress.run_files import RunFiles
from interlock.artifacts.verdicts.rulings import meet, within
from interlock.doors.blocks import Block
from interlock.shapes.artifacts.answers import Progress, Step
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.reports import Critique, ImplChanges, TestStrategy
from interlock.words.contract import Contract, covers

if TYPE_CHECKING:
    from interlock.artifacts.progress.due import Rules


def told(found: Progress, files: RunFiles, rules: Rules) -> Progress:
    """The same with what BLOCKs of other runs keep agents from: who can do nothing else is not next, and the BLOCK
    is told as what a person has to see to."""
    others = [block for block in rules.blocks if block.run != found.run_id]
    contracts = {one.name: one for one in rules.contracts}
    named = _named(files)
    able, stuck = [], []
    for step in found.next:
        mine = contracts[step.agent]
        near = [
            one for one in others if any(meet(own, path, rules.tests) for own in mine.owns for path in one.paths)
        ]
        for block in near:
            wall = f"a BLOCK of run {block.run} stands on {few(list(block.paths))} ({block.reason[:200]})"
            ends = f"it ends with a PASS in run {block.run}: `interlock verdict list`"
            if _whole(block, mine, named, rules.tests):
                stuck.append(f"{wall}, where {step.agent} would have to write: {ends}")
                break
            step = Step(agent=step.agent, flow=step.flow, why=[*step.why, f"{wall}, so leave that alone"])
        else:
            able.append(step)
    return found.model_copy(update={"next": able, "stuck": [*found.stuck, *stuck]})


def _whole(block: Block, mine: Contract, named: list[str], tests: list[str]) -> bool:
    """Whether all that the agent may write, or all of it of which the run speaks, is under the BLOCK."""
    if all(any(within(own, path, tests) for path in block.paths) for own in mine.owns):
        return True
    own = [path for path in named if mine.may_write(path, tests)]
    return bool(own) and all(any(covers(one, path, tests) for one in block.paths) for path in own)


def _named(files: RunFiles) -> list[str]:
    """The files of which the run's reports speak: what was changed and tested, and where something is open."""
    found: list[str] = []
    listed = [value for value in files.values.values() if isinstance(value, Worklist)]
    for value in files.values.values():
        if isinstance(value, ImplChanges):
            found += [change.path for change in value.changes]
        elif isinstance(value, TestStrategy):
            found += [test.file for test in value.tests]
        elif isinstance(value, Critique) and not listed:
            found += [item.location.rpartition(":")[0] for item in value.items]
        elif isinstance(value, Worklist):
            found += [item.location.rpartition(":")[0] for item in value.open()]
    return found
