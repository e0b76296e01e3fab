"""Where a run stands: a whole build flow step by step with the pack's own agents, and what turns it back."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from interlock.artifacts.progress.due import Rules, progress
from interlock.contracts.compile import word
from interlock.contracts.source import read
from interlock.doors.blocks import Block
from interlock.shapes.artifacts.answers import Progress
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import Contract

from .sample import BY, COUNTS, CRITIQUE, DIGEST, FOUND, META, STATUS, front, put

AGENTS = Path(__file__).parents[2] / "agents"
RUN = ".runs/r1"
BUILD = f"{RUN}/build"
TESTS = ["/tests/"]


@cache
def contracts() -> list[Contract]:
    """Those of the pack's agents."""
    found = [read(path, path.name) for path in sorted(AGENTS.glob("*.md"))]
    return [word(source) for source in found if source is not None and source.held]


class Play:
    """A run; whatever is written is newer than all before."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.now = 1000
        self.rules = Rules(contracts(), TESTS, [], {})
        self.ruled: list[tuple[str, list[str], float]] = []
        self.meta = RunMeta.model_validate({"version": 1, "run_id": "r1", **META})
        self.put(f"{RUN}/run_meta.json", self.meta.model_dump_json())

    def put(self, path: str, text: str) -> None:
        self.now += 10
        os.utime(put(self.top, path, text), (self.now, self.now))

    def look(self, **changes: Any) -> Progress:
        return progress(self.top, self.meta, self.rules._replace(**changes))

    def next(self, **changes: Any) -> list[str]:
        return [step.agent for step in self.look(**changes).next]

    def strategy(self) -> None:
        self.put(f"{BUILD}/test_strategy.md", front(tests=[]))

    def summary(self) -> None:
        self.put(f"{BUILD}/impl_changes_summary.md", front(changes=[]))

    def critique(self, name: str = "code", *findings: tuple[str, str], round: int = 1) -> None:  # noqa: A002
        items = [{**FOUND, "id": name, "location": location} for name, location in findings]
        self.put(
            f"{BUILD}/{name}_critique.md", front(round=round, items=items).replace("What I did", "What I found")
        )

    def worklist(self, *items: tuple[str, str, str], critique: str = "code", states: str = "") -> None:
        """Items as (id, location, status); ``states``: a round for each sign, one sign for the same states."""
        source = f"{BUILD}/{critique}_critique.md"
        listed = [
            {
                **FOUND,
                **BY,
                "id": one,
                "location": place,
                "status": state,
                "source": source,
                "why": "",
                "at": self.now + 5.0,
            }
            for one, place, state in items
        ]
        rounds = [
            {"source": source, "number": n + 1, "digest": DIGEST, "states": sign * 64, "open": 1, "moves": 0}
            for n, sign in enumerate(states)
        ]
        value = {
            "version": 1,
            "run_id": "r1",
            "flow": "build",
            "issue_id": None,
            "items": listed,
            "rounds": rounds,
        }
        self.put(f"{BUILD}/worklist.json", json.dumps({**value, "moves": 1, "since": 0, "handed": False}))

    def receipt(self, status: str = "VERIFIED", action: str = "PROCEED", *reasons: str) -> None:
        listed = [
            path
            for path in (self.top / BUILD).iterdir()
            if "receipt" not in path.name and "handoff" not in path.name
        ]
        listed += (self.top / RUN / "review").glob("verdicts.json")
        digests = {str(one.relative_to(self.top)): hashlib.sha256(one.read_bytes()).hexdigest() for one in listed}
        value = {
            "version": 1, "run_id": "r1", "flow": "build", "status": status, "recommended_action": action,
            "missing_required": [], "reasons": list(reasons), "counts": dict.fromkeys(COUNTS), "gates": {},
            "artifacts": digests,
            "evidence_sha": None, "tree": None, "forensic_check": "PASS", "made": 2.5, "seal": DIGEST,
        }  # fmt: skip
        self.put(f"{BUILD}/build_receipt.json", json.dumps(value))

    def handoff(self, path: str, agent: str) -> None:
        self.put(f"{RUN}/{path}", front(agent=agent, flow=path.split("/")[0]))

    def until_critiques(self) -> None:
        """Everything up to clean critiques."""
        self.put(f"{RUN}/signal/requirements.md", "AC-1: it works")
        self.strategy()
        self.summary()
        self.critique()
        self.critique("test")
        self.ruling("PASS")

    def ruling(self, *verdicts: str, paths: Sequence[str] = ("src/pay/**",)) -> None:
        """Rulings, the last one now."""
        self.ruled += [(verdict, list(paths), self.now + 5.0 + n / 10) for n, verdict in enumerate(verdicts)]
        said = [
            {**BY, "verdict": verdict, "steelman": "x", "reasons": ["it loses money"], "paths": paths, "at": at}
            for verdict, paths, at in self.ruled
        ]
        value = {"version": 1, "run_id": "r1", "flow": "review", "verdicts": said}
        self.put(f"{RUN}/review/verdicts.json", json.dumps(value))

    def standing(self) -> list[Block]:
        """The BLOCKs of which no PASS came later."""
        passed = max([at for verdict, _, at in self.ruled if verdict == "PASS"], default=0.0)
        blocks = [(paths, at) for verdict, paths, at in self.ruled if verdict == "BLOCK" and at > passed]
        return [Block("r1", tuple(paths), "h|s|a", at, "it loses money") for paths, at in blocks]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """A run of which nothing is done."""
    return Play(tmp_path)


def test_a_whole_run(play: Play) -> None:
    """Each step comes once, in the order in which one needs the other; what can go side by side does."""
    start = play.look()
    assert [one.path for one in start.missing] == [f"{RUN}/signal/requirements.md"]
    assert (start.next, start.complete, start.flow) == ([], False, "build")
    play.put(f"{RUN}/signal/requirements.md", "AC-1: it works")
    assert play.next() == ["test-author"]
    play.strategy()
    assert play.next() == ["implementer", "test-critic"]
    play.critique("test")
    assert play.next() == ["implementer"]
    play.summary()
    assert play.next() == ["critic"]
    play.critique()
    assert play.next() == ["advocate"]  # nothing is sealed that nobody tried to refute
    play.ruling("PASS")
    assert play.next() == ["cleanup"]
    play.receipt()
    assert play.next() == ["cleanup"]  # its handoff
    play.handoff("build/cleanup_handoff.md", "cleanup")
    assert play.next() == ["repo-operator"]
    play.handoff("deploy/repo_operator_handoff.md", "repo-operator")
    end = play.look()
    assert (end.next, end.complete, end.flow, end.pending, end.stuck) == ([], True, None, [], [])
    assert f"{BUILD}/build_receipt.json" in end.done


def test_a_report_says_that_its_maker_has_ended(play: Play) -> None:
    """So it is to be written last: whoever left tests planned is not started again, and the critic is to judge."""
    play.put(f"{RUN}/signal/requirements.md", "AC-1: it works")
    planned = {"criterion": "AC-1", "kind": "unit", "location": "tests/test_a.py", "state": "planned"}
    play.put(f"{BUILD}/test_strategy.md", front(tests=[planned]))
    assert play.next() == ["implementer", "test-critic"]


def test_the_critic_loop(play: Play) -> None:
    """A finding goes to who may mend what it is about, then back to its critic, until nothing is left."""
    play.until_critiques()
    play.critique("code", ("C-1", "src/a.py:1"))
    assert [(step.agent, "not on the worklist" in step.why[0]) for step in play.look().next] == [
        ("implementer", True)
    ]
    play.worklist(("C-1", "src/a.py:1", "pending"))
    assert [step.why for step in play.look().next] == [[f"{BUILD}/worklist.json: C-1 is pending"]]
    play.worklist(("C-1", "src/a.py:1", "in_progress"))
    assert play.next() == ["implementer"]
    play.worklist(("C-1", "src/a.py:1", "fixed"))
    found = play.look()
    assert [step.agent for step in found.next] == ["critic"] and "C-1 is fixed since its critique" in found.next[
        0
    ].why[0]
    play.critique("code", round=2)
    assert play.next() == ["cleanup"]


def test_an_item_that_is_left_alone_goes_back_to_its_critic(play: Play) -> None:
    """Who was to mend it has spoken, so it is the critic's turn; after that the mender's again."""
    play.until_critiques()
    play.critique("code", ("C-1", "src/a.py:1"))
    play.worklist(("C-1", "src/a.py:1", "pending"))
    assert play.next() == ["implementer"]
    play.summary()
    found = play.look()
    assert [step.agent for step in found.next] == ["critic"]
    assert found.next[0].why[-1] == f"{BUILD}/worklist.json: C-1 is pending"
    play.critique("code", ("C-1", "src/a.py:1"), round=2)
    assert play.next() == ["implementer"]


def test_findings_about_tests_go_to_their_author(play: Play) -> None:
    """Who may write the file mends it, though others may move items, too."""
    play.until_critiques()
    play.critique("test", ("T-1", "tests/test_a.py:1"))
    play.worklist(("T-1", "tests/test_a.py:1", "pending"), critique="test")
    assert play.next() == ["test-author"]


def test_a_stuck_worklist_goes_to_a_person(play: Play) -> None:
    """Rounds without change end the loop: nobody is started for its items again."""
    play.until_critiques()
    play.worklist(("C-1", "src/a.py:1", "pending"), states="abbbb")
    found = play.look()
    assert "changed nothing" in found.stuck[0] and "C-1" in found.stuck[0]
    assert "implementer" not in [step.agent for step in found.next]


def test_what_is_newer_has_it_made_again(play: Play) -> None:
    """A summary written after its critique is looked at again; requirements that change go back to the start."""
    play.until_critiques()
    play.summary()
    found = play.look()
    assert [(step.agent, step.why) for step in found.next] == [
        ("critic", [f"{BUILD}/impl_changes_summary.md is newer than {BUILD}/code_critique.md"])
    ]
    play.put(f"{RUN}/signal/requirements.md", "AC-2: and fast")
    assert play.next() == ["test-author"]


def test_a_sealed_flow_stays_done_in_a_clone(play: Play) -> None:
    """Files with new times, in any order, are the same files."""
    play.until_critiques()
    play.receipt()
    play.handoff("build/cleanup_handoff.md", "cleanup")
    for number, path in enumerate(sorted((play.top / BUILD).iterdir(), reverse=True)):
        os.utime(path, (5000 + number, 5000 + number))
    assert play.next() == ["repo-operator"]
    play.now = 6000
    play.put(f"{BUILD}/impl_changes_summary.md", front(changes=[{"path": "a", "what": "b"}]))
    assert play.next() == ["critic"]


@pytest.mark.parametrize(
    ("break_", "agent"),
    [
        (lambda play: play.put(f"{BUILD}/code_critique.md", CRITIQUE.replace("round: 1", "round: x")), "critic"),
        (lambda play: play.put(f"{BUILD}/test_strategy.md", "none"), "test-author"),
        (lambda play: play.put(f"{BUILD}/ac_status.json", STATUS.replace('"done"', '"don"')), "critic"),
        (lambda play: (play.top / BUILD / "impl_changes_summary.md").unlink(), "implementer"),
    ],
)  # fmt: skip
def test_what_is_invalid_or_gone_goes_back_to_its_maker(
    play: Play, break_: Callable[[Play], None], agent: str
) -> None:
    """With file, line and mend; whoever needs it waits."""
    play.until_critiques()
    break_(play)
    assert play.next() == [agent]


@pytest.mark.parametrize(
    ("action", "agents", "stuck"),
    [("RERUN", ["cleanup"], False), ("BOUNCE", ["implementer"], False), ("FIX_ENV", [], True)],
)  # fmt: skip
def test_receipts_send_back(play: Play, action: str, agents: list[str], stuck: bool) -> None:
    """By what they recommend, with their reason."""
    play.until_critiques()
    play.receipt("UNVERIFIED", action, "pytest failed")
    play.handoff("build/cleanup_handoff.md", "cleanup")
    found = play.look()
    assert [step.agent for step in found.next] == agents, "repo-operator needs it VERIFIED"
    assert ("pytest failed" in " ".join(found.stuck)) is stuck
    assert all("pytest failed" in step.why[0] for step in found.next)


@pytest.mark.parametrize("action", ["RERUN", "BOUNCE"])
def test_receipts_do_not_send_back_for_ever(play: Play, action: str) -> None:
    """Once it was made in vain often, and nothing that it rests on has changed since, it is a person's; a change
    gives it to an agent again."""
    play.until_critiques()
    since = play.now + 1.0
    play.receipt("UNVERIFIED", action, "no test command is known")
    play.handoff("build/cleanup_handoff.md", "cleanup")
    receipt = f"{BUILD}/build_receipt.json"
    found = play.look(tries={receipt: since})
    assert found.next == []
    assert f"no test command is known): {action}" in " ".join(found.stuck)
    assert play.look(tries={receipt: since - 20}).stuck == []


def test_a_receipt_that_does_not_hold_is_made_again(play: Play) -> None:
    """What the check of a receipt found is what its maker is told."""
    play.until_critiques()
    play.receipt()
    play.handoff("build/cleanup_handoff.md", "cleanup")
    found = play.look(doubts={f"{BUILD}/build_receipt.json": "counts.tests_passed says 420, found 294"})
    assert [step.agent for step in found.next] == ["cleanup"] and "420" in found.next[0].why[0]


def test_a_worklist_that_was_edited_is_a_persons(play: Play) -> None:
    """Nobody is sent after what somebody typed into it."""
    play.until_critiques()
    found = play.look(doubts={f"{BUILD}/worklist.json": "somebody edited it"})
    assert found.stuck == ["somebody edited it"]


def test_a_block_is_answered(play: Play) -> None:
    """Who made what is blocked answers in its report, the advocate looks at the answer; a PASS with an AMEND sends
    the change to be made, and back to the advocate. Nobody seals anything meanwhile."""
    play.until_critiques()
    play.ruling("BLOCK")
    found = play.look(blocks=play.standing())
    assert [step.agent for step in found.next] == ["implementer"] and found.stuck == []
    assert "it loses money" in found.next[0].why[0] and "impl_changes_summary.md" in found.next[0].why[0]
    play.summary()
    assert play.next(blocks=play.standing()) == ["critic"]
    play.critique(round=2)
    found = play.look(blocks=play.standing())
    assert [step.agent for step in found.next] == ["advocate"] and "is newer" in found.next[0].why[0]
    play.ruling("PASS", "AMEND")
    assert play.standing() == [] and play.next() == ["implementer"]
    play.summary()
    play.critique(round=3)
    assert play.next() == ["advocate"]
    play.ruling("PASS")
    assert play.next() == ["cleanup"]


def test_a_block_that_no_answer_lifts_is_a_persons(play: Play) -> None:
    """After three rulings that left it standing; a receipt that says BOUNCE for it sends nobody then."""
    play.until_critiques()
    for _ in range(4):
        play.ruling("BLOCK")
        play.summary()
        play.critique(round=2)
    found = play.look(blocks=play.standing())
    assert "it loses money" in found.stuck[0] and "a person" in found.stuck[0] and not found.complete
    play.receipt("UNVERIFIED", "BOUNCE", "a BLOCK stands")
    play.handoff("build/cleanup_handoff.md", "cleanup")
    assert "implementer" not in play.next(blocks=play.standing()[:1])


def test_other_runs_blocks_are_theirs(play: Play) -> None:
    """They are neither told nor worked on here."""
    play.until_critiques()
    found = play.look(blocks=[Block("r2", ("src/pay/**",), "h|s|a", 1.0, "x")])
    assert found.stuck == [] and [step.agent for step in found.next] == ["cleanup"]


def test_a_block_with_nobody_to_answer_is_a_persons(play: Play) -> None:
    """Where no agent reports to the advocate on work of its own."""
    play.until_critiques()
    play.ruling("BLOCK")
    alone = [one for one in contracts() if one.name != "implementer"]
    found = play.look(contracts=alone, blocks=play.standing())
    assert any("it loses money" in said for said in found.stuck)


def test_a_flow_with_too_many_files_is_told(play: Play) -> None:
    """What is not looked at is not passed over in silence."""
    play.until_critiques()
    for number in range(501):
        (play.top / RUN / "plan").mkdir(exist_ok=True)
        (play.top / RUN / "plan" / f"{number}.txt").touch()
    assert "501 files" in play.look().stuck[0]


def test_broken_contracts_are_told(play: Play) -> None:
    """An agent whose contract is broken is nobody to start; its fault is told."""
    play.until_critiques()
    broken = [
        Contract("critic", "critic.md", fault="critic.md:9: no") if c.name == "critic" else c for c in contracts()
    ]
    found = play.look(contracts=broken)
    assert found.stuck == ["agent critic can't work: critic.md:9: no"] and not found.complete
    assert "critic" not in [step.agent for step in found.next]


def test_a_closed_run_starts_nobody(play: Play) -> None:
    """What is left is told all the same."""
    play.until_critiques()
    play.meta = play.meta.model_copy(update={"state": "closed", "closed": 5.0})
    found = play.look()
    assert found.next == [] and found.pending and not found.complete


def test_nothing_depends_on_who_asks(play: Play) -> None:
    """The same disk gives the same answer, whatever the order of the contracts."""
    play.until_critiques()
    play.worklist(("C-1", "src/a.py:1", "pending"), ("C-2", "src/a.py:1", "fixed"))
    assert play.look() == play.look(contracts=contracts()[::-1])
