"""In the real client: a receipt that somebody changed stops who builds on it, a BLOCK who writes under it."""

from __future__ import annotations

import json
from pathlib import Path

from .crew import CHANGED, CLEAN, MENDED, PLANNED, TEST, report
from .guarded import Guarded
from .model import Model
from .say import agent, bash, edit, read, write
from .script import DONE, Text, Tool, Turn

RULE = 'interlock verdict {} --run r1 --steelman "It is short" --reason "{}" --path "src/**"'


def start(kind: str, marker: str) -> Tool:
    """A subagent of that type, waited for."""
    return agent(f"RUN: r1\n{marker}", subagent_type=kind, run_in_background=False)


def flow(place: Guarded, model: Model) -> Path:
    """Scripts of the agents that take run r1 to a sealed receipt, by the markers PLAN, MAKE, LOOK, SEAL; the
    receipt."""
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
    model.scripts["SEAL"] = [
        [bash("python3 -m unittest")], [bash("interlock receipt r1 build")],
    ]  # fmt: skip
    return build / "build_receipt.json"


def test_a_forged_receipt(begun: Guarded, model: Model) -> None:
    """repo-operator is not started while the receipt says 420 tests where one ran, and is told which figure; with
    the receipt as it was made it is started."""
    receipt, made = flow(begun, model), []

    def forge() -> None:
        made.append(receipt.read_text())
        receipt.write_text(made[0].replace('"tests_passed": 1,', '"tests_passed": 420,'))

    makers = {"test-author": "PLAN", "implementer": "MAKE", "critic": "LOOK", "cleanup": "SEAL"}
    model.scripts["MAIN"] = [
        *[[start(kind, marker)] for kind, marker in makers.items()],
        Turn([start("repo-operator", "COMMIT")], before=forge),
        Turn([start("repo-operator", "COMMIT")], before=lambda: receipt.write_text(made[0])),
        DONE,
    ]
    model.scripts["COMMIT"] = [[Text("I was started")]]
    begun.client.start("MAIN").wait()
    assert json.loads(made[0])["status"] == "VERIFIED", made
    *flowed, forged, true = model.tool_results("MAIN")
    assert not any(one.is_error for one in flowed)
    assert forged.is_error and "counts.tests_passed says 420, found 1" in forged.text
    assert "I was started" in true.text and len(model.of("COMMIT")) == 1
    assert [one["reason"] for one in begun.log("decision", verdict="deny")] == ["receipt"]


def test_a_block_until_another_passes_it(begun: Guarded, model: Model) -> None:
    """After an advocate's BLOCK implementer writes nothing there, and can't lift it; after the PASS of another
    advocate it goes on."""
    source = begun.project / "src/a.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    given = read(begun.project / ".runs/r1/signal/requirements.md")
    model.scripts["MAIN"] = [
        [start("advocate", "REFUTE")],
        [start("implementer", "HINDERED")],
        [start("advocate", "SECOND")],
        [start("implementer", "FREE")],
        DONE,
    ]
    model.scripts["REFUTE"] = [[given], [bash(RULE.format("BLOCK", "a is never checked"))]]
    model.scripts["HINDERED"] = [
        [given, read(source)],
        [edit(source, "1", "2")],
        [bash("sed -i s/1/2/ src/a.py")],
        [bash(RULE.format("PASS", "I say so"))],
    ]
    model.scripts["SECOND"] = [[given], [bash(RULE.format("PASS", "It is checked by its caller"))]]
    model.scripts["FREE"] = [[given, read(source)], [edit(source, "1", "2")]]
    begun.client.start("MAIN").wait()
    hindered = model.tool_results("HINDERED")[2:]
    assert [one.is_error for one in hindered] == [True, True, True]
    assert all("src/a.py is under a BLOCK verdict of run r1 by subagent" in one.text for one in hindered[:2])
    assert "a is never checked" in hindered[0].text
    assert "implementer gives no verdicts" in hindered[2].text
    assert not any(one.is_error for marker in ("REFUTE", "SECOND", "FREE") for one in model.tool_results(marker))
    assert source.read_text() == "a = 2\n"
    assert [one["reason"] for one in begun.log("decision", verdict="deny")] == ["blocked", "blocked"]
