"""A build flow whose client is killed in the middle of each step, and gone on with by another from disk alone."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from dataclasses import replace

import pytest

from .conftest import CHOICES, CLIENTS
from .crew import Crew
from .guarded import Guarded
from .model import Model
from .plain import committed, files
from .plan import BEGIN, orchestrate

KILLS = (
    ("test-author.handoff", "the test is written and called done, of the strategy there is nothing"),
    ("implementer.handoff", "source is written, and nothing says so"),
    ("critic.sync", "a finding is written, and on no worklist"),
    ("implementer.prove", "the item is taken, source is mended, no test has run"),
    ("critic.again", "the item is fixed, and was not looked at"),
    ("test-critic.sync", "a clean critique is written"),
    ("advocate.end", "the verdict is given, and nobody was told"),
    ("cleanup.check", "the receipt is sealed, its maker has handed nothing over"),
    ("repo-operator.handoff", "all is committed, and nothing says so"),
)
"""Before which step of an agent, in this order, and what lies on disk then."""
BY_TURNS = pytest.param(CHOICES[0], id="by-turns", marks=pytest.mark.client)
"""One test for all versions."""


class Killer:
    """Kills the client that runs when an agent comes to the next of these steps."""

    def __init__(self, steps: Sequence[str], place: Guarded) -> None:
        self.left = list(steps)
        self._place = place

    def reached(self, step: str) -> None:
        """An agent is about to take that step."""
        if self.left and step == self.left[0]:
            del self.left[0]
            self._place.client.sessions[-1].kill9()


@pytest.mark.parametrize("binary", [BY_TURNS], indirect=True)
def test_killed_in_the_middle_of_each_step(begun: Guarded, model: Model) -> None:
    """Sessions of both versions by turns, each killed -9 but the last: what lies there in the end is what a run
    that nobody disturbed leaves, its receipt VERIFIED and true, and there is one commit."""
    killer = Killer([step for step, _ in KILLS], begun)
    model.scripts |= Crew(begun, killer.reached).scripts()
    model.scripts[BEGIN] = [orchestrate] * 30
    ends = []
    for number in range(len(KILLS) + 1):
        client = replace(begun.client, binary=CLIENTS[number % len(CLIENTS)])
        ends.append(client.start(BEGIN).wait().process.returncode)
    assert (killer.left, ends) == ([], [-signal.SIGKILL] * len(KILLS) + [0])
    assert {**files(begun), "transcript.md": ""} == {**committed(), "transcript.md": ""}
    assert json.loads((begun.project / ".runs/r1/build/build_receipt.json").read_text())["status"] == "VERIFIED"
    begun.interlock("receipt", "r1", "build", "--check")
    assert json.loads(begun.interlock("artifacts", "check", "r1", "--json"))["complete"]
    assert begun.run("git", "log", "--format=%s").split("\n")[:2] == ["Double whole numbers", "all"]
