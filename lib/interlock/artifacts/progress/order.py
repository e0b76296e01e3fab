"""The order in which a run is worked off, as a receipt needs it: whose work a flow's receipt rests on, and who of
them is due, as if there were no receipt of that flow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interlock.artifacts.progress.agent import Agent, ready
from interlock.artifacts.progress.due import Look, Rules
from interlock.doors.contracts import Contracts
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS

if TYPE_CHECKING:
    from interlock.artifacts.receipts.writers import Writers


def late(top: Path, meta: RunMeta, flow: str, contracts: Contracts, writers: Writers) -> list[str]:
    """A sentence on each agent that is due before the flow may be sealed, those first who can work now, and on
    what only a person settles. What receipts find out by themselves (BLOCKs, edited files) is left to them."""
    folder = f"{RUNS}/{meta.run_id}/{flow}/"
    receipt = f"{folder}{flow}_receipt.json"
    rules = Rules(contracts.all, contracts.tests, [], {}, written=writers.at, known=writers.knew)
    look = Look(top, meta, rules, without=receipt)
    mine = _rests_on(look, folder, receipt)
    due = [one for one in look.due() if one in mine and all(look.files.there(path) for path in one.needed)]
    first = ready(due, look.makers, look.files)
    ordered = [*first, *(one for one in due if one not in first)]
    return [f"{agent.name} is due: {'; '.join(agent.why[:2])}" for agent in ordered] + look.loop.stuck


def _rests_on(look: Look, folder: str, receipt: str) -> list[Agent]:
    """Those who write in the flow's folder and what the receipt's maker reads, and whom these rest on; but for
    those who wait for the receipt."""
    maker = look.makers.get(receipt)
    wanted = {path for path in look.makers if path.startswith(folder)} | set(maker.inputs if maker else ())
    found: list[Agent] = []
    while wanted:
        agents = [agent for path in wanted if (agent := look.makers.get(path)) is not None and agent not in found]
        found += dict.fromkeys(agents)
        wanted = {path for agent in agents for path in agent.inputs}
    return [agent for agent in found if agent is not maker and not _waits(agent, receipt, look.makers)]


def _waits(agent: Agent, receipt: str, makers: dict[str, Agent]) -> bool:
    """Whether it can't work before there is the receipt, by however many steps."""
    seen, left = {agent.name}, [agent]
    while left:
        for path in left.pop().needed:
            if path == receipt:
                return True
            other = makers.get(path)
            if other is not None and other.name not in seen:
                seen.add(other.name)
                left.append(other)
    return False
