"""The seven agents in the real client: each does what its prompt says, and Interlock lets it."""

from __future__ import annotations

import json

import pytest

from .guarded import Guarded
from .model import Model
from .say import agent, bash, edit, read, write
from .script import DONE, Text, Tool, TurnSpec

TEST = """import unittest
from double import double


class Double(unittest.TestCase):
    def test_two(self):
        self.assertEqual(double(2), 4)
"""
CHANGED = "changes:\n  - {path: double.py, what: doubles, criteria: [AC-1]}\n"
PLANNED = "tests:\n  - {criterion: AC-1, kind: unit, location: test_double.py, state: written}\n"
FOUND = 'items:\n  - {id: C-1, severity: major, location: "double.py:1", issue: "2 gives 5"}\n'
END = [
    Text('```json\n{"tsc": "n/a", "unit": "n/a", "guards": [], "findings_outstanding": 0, "blocked": null}\n```')
]


def report(front: str, did: str = "did") -> str:
    """A report in the form that the prompts ask for."""
    return (
        f"---\nversion: 1\nrun_id: r1\n{front}---\n## What I {did}\nx\n## What's left\nx\n## Recommendation\nx\n"
    )


def status(**kinds: str) -> str:
    """The shared status, a section for each agent type."""
    sections = {kind.replace("_", "-"): {"AC-1": {"status": how, "note": ""}} for kind, how in kinds.items()}
    return json.dumps({"version": 1, "run_id": "r1", "sections": sections})


def start(kind: str, marker: str) -> Tool:
    """The main agent starts one, as `/interlock:next` says."""
    return agent(f"RUN: r1\n{marker}", subagent_type=kind, run_in_background=False)


@pytest.fixture
def run(place: Guarded) -> Guarded:
    """A repository with an open run, its requirements, and a required check."""
    place.configure('wait = 0\n[gate]\nrequired = ["python3 -m unittest"]\n')
    (place.project / ".gitignore").write_text("__pycache__/\n.runs/\n")
    (place.client.home / ".gitconfig").write_text("[user]\nname = tester\nemail = tester@example.invalid\n")
    place.install()
    place.commit()
    place.interlock("runs", "start", "r1", "--title", "Double")
    path = place.project / ".runs/r1/signal/requirements.md"
    path.parent.mkdir()
    path.write_text("# Double\n- AC-1: `double(2)` is 4\n")
    return place


STEPS = (
    ("test-author", "AUTHOR"), ("test-critic", "JUDGE"), ("implementer", "FIRST"), ("critic", "LOOK"),
    ("implementer", "SECOND"), ("critic", "AGAIN"), ("advocate", "REFUTE"), ("cleanup", "CLOSE"),
    ("repo-operator", "COMMIT"),
)  # fmt: skip


def turns(run: Guarded) -> dict[str, list[TurnSpec]]:
    """What each agent does, by the marker in its prompt."""
    top = run.project
    build, source = top / ".runs/r1/build", top / "double.py"
    given, standing = read(top / ".runs/r1/signal/requirements.md"), build / "ac_status.json"
    strategy, judged = build / "test_strategy.md", build / "test_critique.md"
    summary, critique = build / "impl_changes_summary.md", build / "code_critique.md"
    worklist, handed = read(build / "worklist.json"), top / ".runs/r1/deploy/repo_operator_handoff.md"
    clean = report("round: 2\nitems: []\n", "found")
    return {
        "AUTHOR": [
            [bash("interlock runs list"), bash("interlock artifacts check r1 || true"), given],
            [write(top / "test_double.py", TEST)],
            [write(strategy, report(PLANNED)), write(standing, status(test_author="done"))],
            END,
        ],
        "JUDGE": [
            [given, read(strategy), read(standing), bash("interlock worklist list --run r1")],
            [write(judged, report("round: 1\nitems: []\n", "found"))],
            [bash("interlock worklist sync --run r1")],
            END,
        ],
        "FIRST": [
            [given, read(strategy), read(standing), worklist],
            [write(source, "def double(n):\n    return n + 3\n")],
            [write(summary, report(CHANGED)), write(standing, status(test_author="done", implementer="done"))],
            END,
        ],
        "LOOK": [
            [given, read(summary), read(source)],
            [write(critique, report(f"round: 1\n{FOUND}", "found"))],
            [bash("interlock worklist sync --run r1"), bash("interlock worklist list --run r1 || true")],
            END,
        ],
        "SECOND": [
            [given, read(strategy), read(critique), worklist, read(summary), read(source)],
            [bash("interlock worklist take C-1 --run r1")],
            [edit(source, "n + 3", "n * 2")],
            [bash("python3 -m unittest")],
            [bash("interlock worklist fixed C-1 --run r1")],
            END,
        ],
        "AGAIN": [
            [given, read(summary), read(source), read(critique), bash("interlock worklist list --run r1")],
            [write(critique, clean)],
            [bash("interlock worklist sync --run r1")],
            END,
        ],
        "REFUTE": [
            [given, read(summary), bash("interlock verdict list")],
            [bash('interlock verdict PASS --run r1 --flow review --steelman "S" --reason "R" --path "double.py"')],
            END,
        ],
        "CLOSE": [
            [read(summary), read(strategy), read(critique), read(judged), worklist],
            [bash("git status --short"), bash("python3 -m unittest")],
            [bash("interlock receipt r1 build")],
            [bash("interlock receipt r1 build --check")],
            [write(build / "cleanup_handoff.md", report("agent: cleanup\nflow: build\n"))],
            END,
        ],
        "COMMIT": [
            [bash("interlock receipt r1 build --check"), read(build / "build_receipt.json")],
            [read(summary), read(strategy), bash("git status --short")],
            [bash('interlock commit -m "Doubling" double.py test_double.py')],
            [write(handed, report("agent: repo-operator\nflow: deploy\n"))],
            END,
        ],
    }  # fmt: skip


def test_from_requirements_to_commit(run: Guarded, model: Model) -> None:
    """One after the other, with a finding that is mended on the way: none is refused anything; in the end there
    is a verified receipt that can be made again, and a commit of just the files that the reports name."""
    model.scripts |= turns(run)
    model.scripts["MAIN"] = [*([start(kind, marker)] for kind, marker in STEPS), DONE]
    run.client.start("MAIN").wait(180)
    failed = {m: [r.text for r in model.tool_results(m) if r.is_error] for _, m in (*STEPS, ("", "MAIN"))}
    assert {marker: texts for marker, texts in failed.items() if texts} == {}
    receipt = json.loads((run.project / ".runs/r1/build/build_receipt.json").read_text())
    assert (receipt["status"], receipt["recommended_action"]) == ("VERIFIED", "PROCEED"), receipt
    assert (receipt["counts"]["items_fixed"], receipt["counts"]["tests_passed"]) == (1, 1)
    run.interlock("receipt", "r1", "build", "--check")
    named = run.run("git", "show", "--format=%s", "--name-only").split()
    assert named == ["Doubling", "double.py", "test_double.py"]
    told = json.loads(run.interlock("artifacts", "check", "r1", "--json"))
    assert told["complete"] and told["next"] == []
