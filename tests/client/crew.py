"""The seven agents as scripts. Each looks at what lies on disk and goes on from there, as its prompt says: so it
does not matter how often it was started before, and where it was killed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .guarded import Guarded
from .plan import Plan, Say
from .say import bash, edit, read, write
from .script import Block, Text, TurnSpec

TEST = """import unittest

from double import double


class Double(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual([double(2), double(-5)], [4, -10])
"""
FIRST = "def double(n):\n    return n * 2\n"
MENDED = "from operator import index\n\n\ndef double(n):\n    return 2 * index(n)\n"
PLANNED = "tests:\n  - {criterion: AC-1, kind: unit, location: test_double.py, state: written}\n"
CHANGED = "changes:\n  - {path: double.py, what: doubles whole numbers, criteria: [AC-1]}\n"
FOUND = (
    'round: 1\nitems:\n  - {id: C-1, severity: major, location: "double.py:2", '
    "issue: \"double('2') is '22', not an error\"}\n"
)
CLEAN = "items: []\n"
CHECK, TESTS = "interlock artifacts check r1", "python3 -m unittest"
MOST = 30
"""Turns that one agent takes."""
STEPS = (
    "test-author.look", "test-author.test", "test-author.try", "test-author.status", "test-author.handoff",
    "test-author.end",
    "implementer.look", "implementer.source", "implementer.prove", "implementer.status", "implementer.handoff",
    "implementer.end",
    "critic.look", "critic.status", "critic.critique", "critic.sync", "critic.end",
    "implementer.look2", "implementer.take", "implementer.mend", "implementer.prove2", "implementer.fixed",
    "implementer.end2",
    "critic.look2", "critic.status2", "critic.critique2", "critic.sync2", "critic.end2",
    "test-critic.look", "test-critic.status", "test-critic.critique", "test-critic.sync", "test-critic.end",
    "advocate.look", "advocate.try", "advocate.rule", "advocate.end",
    "cleanup.look", "cleanup.seal", "cleanup.read", "cleanup.check", "cleanup.handoff", "cleanup.end",
    "repo-operator.look", "repo-operator.commit", "repo-operator.handoff", "repo-operator.end",
)  # fmt: skip
"""Those of a run that nobody disturbs, in their order (test_agents holds it); a second round's end in 2."""


def report(front: str, did: str, recommended: str, heading: str = "did") -> str:
    """A report in the form that the prompts ask for."""
    body = f"## What I {heading}\n{did}\n\n## What's left\nNothing.\n\n## Recommendation\n{recommended}\n"
    return f"---\nversion: 1\nrun_id: r1\n{front}---\n{body}"


def end(did: str, unit: str = "n/a", left: int = 0, again: str = "") -> Say:
    """The last message: the headings in short, and a true completion block."""
    block = {"tsc": "n/a", "unit": unit, "guards": [], "findings_outstanding": left, "blocked": None}
    said = f"What I did: {did}\nWhat's left: {f'{left} finding' if left else 'nothing'}."
    recommended = "Recommendation: see `interlock artifacts check r1`."
    return f"end{again}", [Text(f"{said}\n{recommended}\n```json\n{json.dumps(block)}\n```")]


class Crew:
    """The agents of run r1. ``reached`` is told ``AGENT.STEP`` before each step that an agent takes."""

    def __init__(self, place: Guarded, reached: Callable[[str], object] = lambda step: None) -> None:
        self._place = place
        self._reached = reached
        top = place.project
        self._run, self._build = top / ".runs/r1", top / ".runs/r1/build"
        self._given, self._status = self._run / "signal/requirements.md", self._build / "ac_status.json"
        self._source, self._test = top / "double.py", top / "test_double.py"
        self._strategy, self._judged = self._build / "test_strategy.md", self._build / "test_critique.md"
        self._verdicts = self._run / "review/verdicts.json"
        self._receipt = self._build / "build_receipt.json"
        self._summary = self._build / "impl_changes_summary.md"
        self._critique, self._worklist = self._build / "code_critique.md", self._build / "worklist.json"

    def scripts(self) -> dict[str, list[TurnSpec]]:
        """By the marker that an agent's prompt has."""
        steps: dict[str, Callable[[], Iterator[Say]]] = {
            "test-author": self._test_author, "test-critic": self._test_critic, "implementer": self._implementer,
            "critic": self._critic, "advocate": self._advocate, "cleanup": self._cleanup,
            "repo-operator": self._repo_operator,
        }  # fmt: skip
        return {f"As {name}:": [Plan(name, plan, self._reached)] * MOST for name, plan in steps.items()}

    def _test_author(self) -> Iterator[Say]:
        where = [bash("interlock runs list"), bash(CHECK)]
        yield "look", [*where, *_reads(self._given, self._strategy, self._status, self._test)]
        if not self._test.exists():
            yield "test", [write(self._test, TEST)]
        if not self._strategy.exists():
            yield "try", [bash(f"{TESTS} 2>&1 | tail -1")]
        yield "status", self._says("test-author", "done")
        if not self._strategy.exists():
            text = report(PLANNED, f"A test of AC-1; `{TESTS}` runs all.", "Implement it.")
            yield "handoff", [write(self._strategy, text)]
        yield end("A test of AC-1. It can't pass yet.", "1 failed, source not written")

    def _test_critic(self) -> Iterator[Say]:
        yield "look", [*self._worklist_and(self._strategy, self._status, self._test, self._judged)]
        yield "status", self._says("test-critic", "done")
        if not self._judged.exists():
            text = report(f"round: 1\n{CLEAN}", "No fault that goes through.", "Go on.", "found")
            yield "critique", [write(self._judged, text)]
        yield "sync", [bash("interlock worklist sync --run r1")]
        yield end("Looked at the tests: no fault goes through.")

    def _implementer(self) -> Iterator[Say]:
        known = (self._given, self._strategy, self._critique, self._worklist, self._status)
        again = "2" if self._critique.exists() else ""
        yield f"look{again}", [bash(CHECK), *_reads(*known, self._summary, self._source)]
        if not again:
            if not self._source.exists():
                yield "source", [write(self._source, FIRST)]
            if not self._summary.exists():
                yield "prove", [bash(TESTS)]
                yield "status", self._says("implementer", "done")
                text = report(CHANGED, "AC-1, in double.py.", "Review it.")
                yield "handoff", [write(self._summary, text)]
            yield end("AC-1, in double.py.", "pass")
            return
        if self._item() == "pending":
            yield "take", [bash("interlock worklist take C-1 --run r1")]
        if self._source.read_text() == FIRST:
            yield "mend", [edit(self._source, FIRST, MENDED)]
        yield "prove2", [bash(TESTS)]
        yield "fixed", [bash("interlock worklist fixed C-1 --run r1")]
        yield end("Mended C-1.", "pass", again=again)

    def _critic(self) -> Iterator[Say]:
        seen = self._worklist_and(self._summary, self._status, self._source, self._critique)
        again = "2" if self._item() == "fixed" else ""
        yield f"look{again}", [*seen, bash("git diff --stat")]
        if again:
            said = self._says("critic", "done")
            text = report(f"round: 2\n{CLEAN}", "C-1 is mended.", "Seal it.", "found")
        else:
            said = self._says("critic", "failed", "C-1")
            text = report(FOUND, "Texts are doubled, too.", "Mend C-1.", "found")
        yield f"status{again}", said
        if not self._critique.exists() or self._critique.read_text() != text:
            yield f"critique{again}", [write(self._critique, text)]
        yield f"sync{again}", [bash("interlock worklist sync --run r1")]
        yield end("Looked at double.py.", left=0 if again else 1, again=again)

    def _advocate(self) -> Iterator[Say]:
        seen = _reads(self._given, self._summary, self._critique, self._judged, self._verdicts, self._source)
        yield "look", [bash(CHECK), bash("interlock verdict list"), *seen]
        yield "try", [bash("python3 -B -c 'from double import double; print(double(0), double(10**30))'")]
        if not self._verdicts.exists():
            said = '--steelman "Python says what a whole number is" --reason "Tried 0 and 10**30: both hold"'
            yield "rule", [bash(f"interlock verdict PASS --run r1 --flow review {said} --path double.py")]
        yield end("Tried what whole numbers there are: PASS on double.py.")

    def _cleanup(self) -> Iterator[Say]:
        known = (self._summary, self._strategy, self._critique, self._judged, self._worklist, self._verdicts)
        where = [bash(CHECK), bash("interlock worklist list --run r1")]
        yield "look", [*where, *_reads(*known), bash("git status --short")]
        seal = bash("interlock receipt r1 build")
        yield "seal", [seal]
        yield "read", [read(self._receipt)]
        for number, command in enumerate((TESTS, f"interlock run -- {TESTS}"), 1):
            if any("run" in why for why in json.loads(self._receipt.read_text())["reasons"]):
                yield f"prove{number}", [bash(command)]
                yield f"reseal{number}", [seal]
                yield f"reread{number}", [read(self._receipt)]
        yield "check", [bash("interlock receipt r1 build --check")]
        text = report("agent: cleanup\nflow: build\n", "The receipt: VERIFIED.", "PROCEED")
        yield "handoff", [write(self._build / "cleanup_handoff.md", text)]
        yield end("Had the receipt made: VERIFIED.", "pass")

    def _repo_operator(self) -> Iterator[Say]:
        where = [bash("interlock receipt r1 build --check"), bash("interlock runs show r1")]
        yield "look", [*where, *_reads(self._receipt, self._summary, self._strategy), bash("git status --short")]
        if self._place.run("git", "status", "--short", "double.py", "test_double.py"):
            yield "commit", [bash('interlock commit -m "Double whole numbers" double.py test_double.py')]
        commit = self._place.run("git", "log", "-1", "--format=%H %s").strip()
        text = report("agent: repo-operator\nflow: deploy\n", f"{commit}, on main.", "Push it.")
        yield "handoff", [write(self._run / "deploy/repo_operator_handoff.md", text)]
        yield end("Committed what the reports name.", "pass")

    def _worklist_and(self, *paths: Path) -> list[Block]:
        """What a critic begins with."""
        return [bash(CHECK), bash("interlock worklist list --run r1"), *_reads(self._given, *paths)]

    def _item(self) -> str:
        """Where the finding stands; one that is not on the worklist comes onto it with the next verb."""
        if not self._worklist.exists():
            return "pending"
        items = json.loads(self._worklist.read_text())["items"]
        return next((str(item["status"]) for item in items), "pending")

    def _says(self, agent: str, status: str, note: str = "") -> Sequence[Block]:
        """Brings the agent's section of the status up to date."""
        there = json.loads(self._status.read_text()) if self._status.exists() else {}
        mine = {"AC-1": {"status": status, "note": note}}
        if there.get("sections", {}).get(agent) == mine:
            return []
        sections = {**there.get("sections", {}), agent: mine}
        return [write(self._status, json.dumps({"version": 1, "run_id": "r1", "sections": sections}, indent=1))]


def _reads(*paths: Path) -> list[Block]:
    """Reads those that are there."""
    return [read(path) for path in paths if path.exists()]
