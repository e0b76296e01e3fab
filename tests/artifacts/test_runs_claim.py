"""Of many who start one run, exactly one gets it: whenever they come, and whoever is killed, wherever."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from interlock.artifacts.runs.folder import Runs
from interlock.shapes.artifacts.runs import RunMeta

from .children import child, kill_at, leftovers, start, whole

FORK = get_context("fork")


def _race(top: str, root: str, gate: Any, answers: Any, by: str) -> None:
    gate.wait()
    answers.put((by, [start(Path(top), root, f"r{number}", by) for number in range(6)]))


@pytest.mark.parametrize("shared", [True, False], ids=["one state folder", "a state folder each"])
def test_many_at_once(tmp_path: Path, shared: bool) -> None:
    """Sixteen processes start the same six runs at once: each run has one winner, and all others are told who.
    Even if they know nothing of each other: the file itself is the claim."""
    top, count = tmp_path / "top", 16
    top.mkdir()
    gate, answers = FORK.Barrier(count), FORK.Queue()
    racers = [
        FORK.Process(
            target=_race, args=(str(top), str(tmp_path / f"s{0 if shared else n}"), gate, answers, f"p{n}")
        )
        for n in range(count)
    ]
    for racer in racers:
        racer.start()
    told = dict(answers.get(timeout=20) for _ in racers)
    for racer in racers:
        racer.join()
    runs = {meta.run_id: meta.started_by for meta in whole(top, str(tmp_path / "s0"))}
    for number in range(6):
        said = {by: answer[number] for by, answer in told.items()}
        winners = [by for by, answer in said.items() if answer == "won"]
        assert winners == [runs[f"r{number}"]]
        assert {answer for answer in said.values() if answer != "won"} == set(winners)
    assert leftovers(top) == []


def _steps(work: Callable[[int], tuple[int, str]]) -> int:
    """Calls ``work`` with 1, 2, 3, ... until it is not killed any more; how often it was."""
    for number in range(1, 400):
        if work(number)[0] == 0:
            return number - 1
        assert number < 399
    return 0


def test_a_starter_killed_at_every_step(tmp_path: Path) -> None:
    """Whoever comes after one that was killed gets the run, or is told that the dead one has it; never neither,
    and nothing half-written stays."""
    outcomes = set()

    def work(number: int) -> tuple[int, str]:
        top, root = tmp_path / f"top{number}", str(tmp_path / f"s{number}")
        top.mkdir()

        def first() -> str:
            kill_at(number)
            return start(top, root, "r1", "dead")

        ended = child(first)
        after = start(top, root, "r1", "second")
        third = start(top, root, "r1", "third")
        assert after in ("won", "dead")
        assert third == ("second" if after == "won" else "dead")
        assert [meta.started_by for meta in whole(top, root)] == [third]
        assert leftovers(top) == [] or after == "dead"
        outcomes.add(after)
        return ended

    assert _steps(work) > 10
    assert outcomes == {"won", "dead"}


def test_a_closer_killed_at_every_step(tmp_path: Path) -> None:
    """A run whose closing was killed is open or closed, never torn, and can be closed."""
    states = set()

    def work(number: int) -> tuple[int, str]:
        top, root = tmp_path / f"top{number}", str(tmp_path / f"s{number}")
        top.mkdir()
        start(top, root, "r1", "one")

        def first() -> str:
            kill_at(number)
            return Runs(top, root).close("r1", 9.0).state

        ended = child(first)
        [meta] = whole(top, root)
        states.add((meta.state, meta.closed))
        assert Runs(top, root).close("r1", 9.0).state == "closed"
        assert [meta.closed for meta in whole(top, root)] == [9.0]
        assert leftovers(top) == []
        return ended

    assert _steps(work) > 10
    assert states == {("open", None), ("closed", 9.0)}


def test_a_storm(tmp_path: Path) -> None:
    """Starters by the dozen, every other killed somewhere: what was won once is never won again."""
    top, root = tmp_path / "top", str(tmp_path / "state")
    top.mkdir()
    chance = random.Random(5)
    won: dict[str, str] = {}
    told: list[tuple[str, str, str]] = []

    def starter(by: str, run: str, number: int) -> None:
        def work() -> str:
            kill_at(number)
            return start(top, root, run, by)

        signal_, answer = child(work)
        if not signal_:
            told.append((run, by, answer))

    for turn in range(12):
        threads = [
            threading.Thread(
                target=starter, args=(f"p{turn}.{n}", f"r{turn}", chance.choice([0, chance.randint(1, 60)]))
            )
            for n in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for run, by, answer in told:
        if answer == "won":
            assert won.setdefault(run, by) == by
    owners = {meta.run_id: meta.started_by for meta in whole(top, root)}
    assert won.items() <= owners.items() and len(won) > 2
    assert all(answer == owners[run] for run, _, answer in told if answer != "won")


def test_a_stopped_holder_is_waited_for_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps the lock for too long gets nobody stuck: the next one is told to try again."""
    from interlock.artifacts import lock
    from interlock.words.faults import Deadline

    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    top, root = tmp_path / "top", str(tmp_path / "state")
    top.mkdir()
    out, into = os.pipe()

    def hang(_: RunMeta) -> None:
        os.write(into, b"1")
        signal.pause()

    pid = os.fork()
    if not pid:
        try:
            Runs(top, root).start("r1", "x", "", "one", "", 1.0, hang)
        finally:
            os._exit(0)
    os.read(out, 1)
    try:
        with pytest.raises(Deadline, match="Try again"):
            start(top, root, "r2", "two")
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert start(top, root, "r1", "two") == "won"
