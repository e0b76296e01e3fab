"""A build flow in six short scripts, for tests of what comes after it."""

from __future__ import annotations

import json
from pathlib import Path

from .crew import CHANGED, CLEAN, MENDED, PLANNED, TEST, report
from .guarded import Guarded
from .model import Model
from .say import agent, bash, read, write
from .script import Tool

MAKERS = {
    "test-author": "PLAN", "implementer": "MAKE", "critic": "LOOK", "test-critic": "CHECK", "advocate": "REFUTE",
}  # fmt: skip
RULED = 'interlock verdict PASS --run r1 --steelman "Short" --reason "Tried 0 and -1" --path double.py'


def start(kind: str, marker: str) -> Tool:
    """A subagent of that type for run r1, waited for."""
    return agent(f"RUN: r1\n{marker}", subagent_type=kind, run_in_background=False)


def flow(place: Guarded, model: Model) -> Path:
    """Scripts of the agents that take run r1 to a sealed receipt, by the markers of MAKERS, and SEAL; the
    receipt. Nobody but SEAL runs a test."""
    build = place.project / ".runs/r1/build"
    given = read(place.project / ".runs/r1/signal/requirements.md")

    def done(*agents: str) -> Tool:
        sections = {agent: {"AC-1": {"status": "done"}} for agent in agents}
        return write(build / "ac_status.json", json.dumps({"version": 1, "run_id": "r1", "sections": sections}))

    def output(name: str, front: str, heading: str = "did") -> Tool:
        return write(build / name, report(front, "x", "x", heading))

    strategy, summary, status = (
        build / name for name in ("test_strategy.md", "impl_changes_summary.md", "ac_status.json")
    )
    model.scripts["PLAN"] = [
        [given], [write(place.project / "test_double.py", TEST), output("test_strategy.md", PLANNED)],
    ]  # fmt: skip
    model.scripts["MAKE"] = [
        [given, read(strategy)], [write(place.project / "double.py", MENDED), done("implementer")],
        [output("impl_changes_summary.md", CHANGED)],
    ]  # fmt: skip
    model.scripts["LOOK"] = [
        [given, read(summary), read(status)],
        [done("implementer", "critic"), output("code_critique.md", f"round: 1\n{CLEAN}", "found")],
    ]
    model.scripts["CHECK"] = [
        [given, read(strategy)], [output("test_critique.md", f"round: 1\n{CLEAN}", "found")],
    ]  # fmt: skip
    model.scripts["REFUTE"] = [[given, read(summary)], [bash(RULED)]]
    model.scripts["SEAL"] = [
        [bash("python3 -m unittest")], [bash("interlock receipt r1 build")],
    ]  # fmt: skip
    return build / "build_receipt.json"
