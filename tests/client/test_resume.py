"""A build flow whose client is killed before each step that an agent takes, or in the middle of one, and gone on
with by another from disk alone."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.share import share

from .conftest import CHOICES, CLIENTS
from .crew import STEPS, Crew
from .guarded import Guarded
from .model import Model
from .plain import committed, files
from .plan import BEGIN, orchestrate
from .processes import descendants
from .say import bash

BY_TURNS = pytest.param(CHOICES[0], id="by-turns", marks=pytest.mark.client)
"""One test for all versions."""
by_turns = pytest.mark.parametrize("binary", [BY_TURNS], indirect=True)
PARTS = 3
"""Flows over which the kill points are spread: each of CI's shares takes one, and of its points a share."""
Seen = Callable[[Guarded], bool]


def running(*words: str) -> Seen:
    """A process below the client with these words in a row, of which the first may be a whole path."""
    asked = "\0".join(words) + "\0"

    def seen(place: Guarded) -> bool:
        return any(asked in _command(one.pid) for one in descendants(place.client.sessions[-1].pid))

    return seen


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def logged(event: str, **facts: object) -> Seen:
    """The audit log has it: what the command does after that is still to come."""
    return lambda place: bool(place.log(event, **facts))


def there(name: str) -> Seen:
    """The file is there."""
    return lambda place: (place.project / name).exists()


MIDST = (
    ("test-author.test", "the hook before a Write runs", running("guard.py")),
    ("implementer.source", "the file is written, the hook after it has not ended", there("double.py")),
    ("implementer.take", "a verb of the worklist has begun", running("worklist", "take", "C-1")),
    ("implementer.prove", "the tests run", running("-m", "unittest")),
    ("implementer.fixed", "the log has the move, the file perhaps not", logged("worklist_moved", new="fixed")),
    ("advocate.rule", "the verdict is being written down", running("verdict", "PASS")),
    ("cleanup.seal", "the receipt is being made", running("receipt", "r1", "build")),
    ("cleanup.seal", "the log has the seal, the receipt perhaps not", logged("receipt_sealed")),
    ("repo-operator.commit", "the commit is being made", running("commit", "-m", "Double whole numbers")),
    ("repo-operator.commit", "git has made the commit, nobody knows of it", there(".git/slow")),
)
"""In the middle of which step, and what is under way then."""


class Killer:
    """Kills the client that runs: before a step of ``before``, each when it comes first, or in one of ``midst``,
    in their order, once what it waits for is seen; then with all processes below it. ``killed``: where it did."""

    def __init__(self, place: Guarded, before: Sequence[str] = (), midst: Sequence[tuple[str, Seen]] = ()) -> None:
        self.came: dict[str, None] = {}
        self.killed: list[str] = []
        self._place, self._before, self._midst = place, before, list(midst)

    def reached(self, step: str) -> None:
        """An agent is about to take that step."""
        is_new = step not in self.came
        self.came[step] = None
        if is_new and step in self._before:
            self.killed.append(step)
            self._place.client.sessions[-1].kill9()
        elif self._midst and self._midst[0][0] == step:
            threading.Thread(target=self._when, args=self._midst.pop(0), daemon=True).start()

    def _when(self, step: str, seen: Seen) -> None:
        session, until = self._place.client.sessions[-1], time.monotonic() + 30
        while not seen(self._place):
            if time.monotonic() > until or session.process.poll() is not None:
                return
            time.sleep(0.002)
        self.killed.append(step)
        session.close()


def go_on(place: Guarded, killer: Killer, times: int) -> list[int]:
    """Sessions of all versions by turns, until one was not killed; so many are, at most. How each ended."""
    place.client.model.scripts |= Crew(place, killer.reached).scripts()
    place.client.model.scripts[BEGIN] = [orchestrate] * 30
    ends: list[int] = []
    while len(ends) <= times and (not ends or ends[-1] == -signal.SIGKILL):
        client = replace(place.client, binary=CLIENTS[len(ends) % len(CLIENTS)])
        ends.append(client.start(BEGIN).wait(180).process.returncode)
    return ends


def is_whole(place: Guarded) -> None:
    """What lies there is what a run that nobody disturbed leaves, its receipt VERIFIED and true; one commit."""
    assert {**files(place), "transcript.md": ""} == {**committed(), "transcript.md": ""}
    assert json.loads((place.project / ".runs/r1/build/build_receipt.json").read_text())["status"] == "VERIFIED"
    place.interlock("receipt", "r1", "build", "--check")
    assert json.loads(place.interlock("artifacts", "check", "r1", "--json"))["complete"]
    assert place.run("git", "log", "--format=%s").split("\n")[:2] == ["Double whole numbers", "all"]


@by_turns
@pytest.mark.parametrize("part", share(range(PARTS)))
def test_killed_before_each_step(begun: Guarded, part: int) -> None:
    """Each session but the last is killed -9 before another step; no step comes that is no kill point of any
    part, and in the end all is there."""
    steps = share(STEPS[part::PARTS], 1)
    killer = Killer(begun, before=steps)
    ends = go_on(begun, killer, len(steps))
    assert (killer.killed, set(killer.came) - set(STEPS)) == (steps, set())
    assert ends == [-signal.SIGKILL] * len(steps) + [0]
    is_whole(begun)


@by_turns
@pytest.mark.parametrize("part", share(range(PARTS)))
def test_killed_in_the_middle_of_a_step(begun: Guarded, part: int) -> None:
    """The client and all that it started killed -9 while a tool's call is under way: half a receipt, a move of the
    worklist, a commit, a test run are gone on with, or begun anew."""
    midst = [(step, seen) for step, _, seen in share(MIDST[part::PARTS], 1)]
    hook = begun.project / ".git/hooks/post-commit"
    hook.write_text("#!/bin/sh\n[ -e .git/slow ] || { touch .git/slow; sleep 5; }\n")
    hook.chmod(0o755)
    killer = Killer(begun, midst=midst)
    ends = go_on(begun, killer, len(midst))
    assert killer.killed == [step for step, _ in midst]
    assert ends == [-signal.SIGKILL] * len(midst) + [0]
    is_whole(begun)


@by_turns
def test_killed_while_a_run_is_started(begun: Guarded, model: Model) -> None:
    """Killed as `interlock runs start` begins, has made the folder, has logged it: whoever starts the run next has
    it, or is told that it is there; it is there once."""
    start = "interlock runs start {0} --title {0} || interlock runs show {0}"
    under_way = {
        "r2": running("runs", "start", "r2"),
        "r3": there(".runs/r3"),
        "r4": logged("artifact_run_started", run="r4"),
    }
    for run, seen in under_way.items():
        model.scripts["START"] = [[bash(start.format(run))]]
        session = begun.client.start("START")
        begun.until(partial(seen, begun))
        session.close()
    model.scripts["AGAIN"] = [[bash(start.format(run)) for run in under_way]]
    begun.client.start("AGAIN").wait()
    for run, result in zip(under_way, model.tool_results("AGAIN"), strict=True):
        assert not result.is_error and run in result.text
        assert len(begun.log("artifact_run_started", run=run)) == 1
    index = json.loads((begun.project / ".runs/index.json").read_text())
    assert sorted((run["run_id"], run["state"]) for run in index["runs"]) == [
        (run, "open") for run in ("r1", *under_way)
    ]
