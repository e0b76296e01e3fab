"""The benches judge what they time: wrong answers end a run, missed measures are said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench.guard import BARE, WrongAnswer
from bench.processes import Run

from bench import TOP, contention, context, fingerprint, guard

FULL, EMPTY = "10,000 leases", "no leases"


def times(**changed: float) -> guard.Times:
    """A run in which every measure is met but those of the lines named."""
    lines = {BARE: 10.0, "rival": 50.0}
    for what in ("holder", "free file", "new file"):
        lines |= {f"{what}, {EMPTY}": 18.0, f"{what}, {FULL}": 18.0}
    lines |= {name.replace("_", " ") + f", {FULL}": ms for name, ms in changed.items()}
    return {name: [ms] * 8 for name, ms in lines.items()}


def missed(taken: guard.Times) -> list[str]:
    return [v.what for v in guard.measures(taken, 10_000, ["rival"]) if not v.met]


def test_run_within_the_limits_meets_all_measures() -> None:
    """Nothing is reported missed where nothing is."""
    assert missed(times()) == []


def test_slow_holder_misses_ratio_growth_and_distance() -> None:
    """A holder at 2.1 times the interpreter, grown by more than a tenth, and too near to the rival."""
    assert missed(times(holder=21.0)) == [
        f"holder, {FULL}: median / interpreter's median",
        f"holder: growth to {FULL}",
        "times faster than rival",
    ]


def test_rare_slow_hook_misses_p99_alone() -> None:
    """One hook in eight that takes five times the interpreter leaves the median as it is."""
    taken = times()
    taken[f"free file, {FULL}"][3] = 50.0
    assert missed(taken) == [f"free file, {FULL}: p99 / interpreter's median"]


@pytest.mark.parametrize("run", [Run(1.0, 2, b"", b""), Run(1.0, 0, b'{"hookSpecificOutput":{}}', b"")])
def test_refusal_is_not_timed_as_a_pass(run: Run) -> None:
    """A hook that refuses, or says anything, ends the race: it is not what is being measured."""
    with pytest.raises(WrongAnswer):
        guard.expect(run)


def test_slow_hand_over_is_missed() -> None:
    """The median of the hand-overs counts, at 50 ms; transactions have no limit."""
    found = contention.measures({"a transaction": [900.0], "hand-over": [49.0, 51.0, 52.0]})
    assert [(v.found, v.met) for v in found] == [("51.0", False)]


def _bench(name: str, *args: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *args],
        cwd=TOP, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_smoke_run_of_the_guard_passes(tmp_path: Path) -> None:
    """A few rounds with the real installed command: right answers, all of them in the log."""
    done = _bench("guard", "--smoke", "--rounds", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "| holder, 200 leases |" in done.stdout
    assert str(TOP) not in done.stdout


def test_small_run_of_contention_has_no_error() -> None:
    """Eight processes on one store, and one hand-over of each kind, end without an error."""
    done = _bench("contention", "--processes", "8", "--times", "3", "--rounds", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "24 transactions" in done.stdout


def test_small_run_of_the_stores_has_no_error() -> None:
    """Both stores serve new processes, one by one and four at a time."""
    done = _bench("stores", "--rounds", "2", "--leases", "50", "--writers", "4", "--times", "3")
    assert (done.returncode, done.stderr) == (0, "")


def test_context_stays_within_its_promise() -> None:
    """No sentence is longer than promised, whatever the input."""
    assert [row for row in context.rows() if row[2] > row[3]] == []


def test_usual_sentences_are_shown_whole() -> None:
    """With a usual path, name and purpose no sentence loses its end, which is the next step."""
    assert [name for name, *_, cut in context.rows() if cut] == []


def test_slow_fingerprint_is_missed() -> None:
    """Each look is held to 1.3 times git status, and the second to the first."""
    names = (fingerprint.STATUS, fingerprint.FIRST, fingerprint.AGAIN, fingerprint.EDITED)
    met = dict(zip(names, ([1.0], [1.3], [0.9], [1.2]), strict=True))
    assert all(verdict.met for verdict in fingerprint.measures(met))
    missed = fingerprint.measures({**met, fingerprint.FIRST: [0.8], fingerprint.EDITED: [1.4]})
    assert [verdict.met for verdict in missed] == [True, True, False, False]
