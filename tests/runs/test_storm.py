"""Many processes run under one mutex, some killed at random moments.

The oracle is what the commands themselves wrote down (each in a file of its own, by the clock of the machine)
and the log's queue; it shares no code with leases or locks.
"""

import os
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.share import share

from .ground import Ground

RUNNER = Path(__file__).with_name("runner.py")
SEED = int(os.environ.get("SEED", "1"))


def storm(base: Path, many: int, rounds: int, seconds: float) -> Ground:
    ground = Ground(base)
    shutil.rmtree(ground.repo / ".git")  # the mutex is the same without, and two fingerprints take longer than it
    (ground.base / "spans").mkdir()
    began = time.monotonic()
    argv = [sys.executable, str(RUNNER), str(ground.base)]
    running = [subprocess.Popen([*argv, f"r{number}", str(rounds), str(SEED)]) for number in range(many)]
    try:
        codes = [one.wait(max(1.0, seconds - (time.monotonic() - began))) for one in running]
    finally:
        for one in running:
            one.kill()
    assert codes == [0] * many
    return ground


def spans(ground: Ground) -> list[tuple[int, int, str]]:
    """(began, ended, name) of every command that began, in order; one that was killed lived until then."""
    times: dict[str, dict[str, int]] = {}
    for path in (ground.base / "spans").iterdir():
        lines = {line[0]: int(line[1:]) for line in path.read_text().split()}
        times.setdefault(path.stem, {}).update(lines)
    return sorted((one["b"], max(one.get("e", 0), one["b"]), name) for name, one in times.items() if "b" in one)


def in_turn(records: list[dict[str, Any]]) -> None:
    """Whoever was granted it had the lowest ticket of those who waited then."""
    waiting: dict[str, int] = {}
    for record in records:
        owner = record["owner"]
        if record["event"] == "queued":
            waiting[owner] = record["ticket"]
        elif record["event"] == "place_lapsed":
            waiting.pop(owner, None)
        elif record["event"] == "granted":
            mine = waiting.pop(owner, None)
            ahead = [other for other, ticket in waiting.items() if mine is None or ticket < mine]
            assert not ahead, f"{owner} went before {ahead}"


def check(ground: Ground, least: int) -> None:
    found = spans(ground)
    assert len(found) >= least, f"only {len(found)} commands ran to their beginning"
    for one, two in pairwise(found):
        assert one[1] <= two[0], f"{one[2]} overlapped {two[2]}"
    in_turn(ground.records("queued", "place_lapsed", "granted"))
    assert ground.idle()


def test_a_small_storm(tmp_path: Path) -> None:
    """Six processes, four runs each, some killed: no two commands overlap, and they are served in turn."""
    check(storm(tmp_path, 6, 4, 120), 12)


@pytest.mark.stress
def test_a_storm(tmp_path: Path) -> None:
    """Twenty processes, fifty runs each (CI: a third), every tenth killed at a random moment."""
    each = len(share(range(50)))
    check(storm(tmp_path, 20, each, 18 * each), 14 * each)


def test_the_oracle_bites(tmp_path: Path) -> None:
    """Commands started without the mutex overlap, and somebody served before their turn is seen."""
    ground = Ground(tmp_path)
    (ground.base / "spans").mkdir()
    text = "exec 9> {}; date +b%s%N >&9; sleep 0.3; date +e%s%N >&9"
    started = [ground.start(text.format(ground.base / "spans" / name), "") for name in "ab"]
    for one in started:
        one.wait(20)
    with pytest.raises(AssertionError, match="overlapped"):
        check(ground, 2)
    queue = [{"event": "queued", "owner": name, "ticket": number} for number, name in enumerate("ab", 1)]
    with pytest.raises(AssertionError, match="went before"):
        in_turn([*queue, {"event": "granted", "owner": "b"}])
