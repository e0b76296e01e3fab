"""In the real client: a receipt that somebody changed stops who builds on it, a BLOCK who writes under it."""

from __future__ import annotations

import json

from .crew import CHANGED, CLEAN, PLANNED, TEST, report
from .guarded import Guarded
from .model import Model
from .say import agent, bash, edit, read
from .script import DONE, Text, Tool, Turn

RULE = 'interlock verdict {} --run r1 --steelman "It is short" --reason "{}" --path "src/**"'


def start(kind: str, marker: str) -> Tool:
    """A subagent of that type, waited for."""
    return agent(f"RUN: r1\n{marker}", subagent_type=kind, run_in_background=False)


def test_a_forged_receipt(begun: Guarded, model: Model) -> None:
    """repo-operator is not started while the receipt says 420 tests where one ran, and is told which figure; with
    the receipt as it was made it is started."""
    build = begun.project / ".runs/r1/build"
    build.mkdir()
    (begun.project / "double.py").write_text("def double(n):\n    return 2 * n\n")
    (begun.project / "test_double.py").write_text(TEST)
    (build / "test_strategy.md").write_text(report(PLANNED, "x", "x"))
    (build / "impl_changes_summary.md").write_text(report(CHANGED, "x", "x"))
    (build / "code_critique.md").write_text(report(f"round: 1\n{CLEAN}", "x", "x", "found"))
    begun.interlock("run", "--", "python3", "-m", "unittest")
    begun.interlock("receipt", "r1", "build")
    receipt = build / "build_receipt.json"
    made = receipt.read_text()
    assert json.loads(made)["status"] == "VERIFIED", made
    receipt.write_text(made.replace('"tests_passed": 1,', '"tests_passed": 420,'))
    model.scripts["MAIN"] = [
        [start("repo-operator", "COMMIT")],
        Turn([start("repo-operator", "COMMIT")], before=lambda: receipt.write_text(made)),
        DONE,
    ]
    model.scripts["COMMIT"] = [[Text("I was started")]]
    begun.client.start("MAIN").wait()
    forged, true = model.tool_results("MAIN")
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
