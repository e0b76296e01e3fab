"""Fifty processes, killed and stopped at random, on one store: three oracles find nothing."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.share import share
from tests.stress import history, oracles
from tests.stress.storm import Process, Storm, end, is_stopped, now

pytestmark = pytest.mark.stress
TARGET = 10_000
"""Contended acquisitions; some two thirds of all are."""
ALL = 16_000
SLOWEST = 50.0
"""Acquisitions per second below which the run proves nothing (etcd's robustness test fails itself likewise)."""

SABOTAGES = [
    ("no_lock", r"w\d+: |does not follow|has number|torn"),
    ("eager", "before its end"),
    ("no_delay", "lapsed before"),
    ("lost_line", "not in the log|has number|log_gap"),
    ("doubled_line", "has number|log_gap"),
    ("early_word", "not in the log"),
]
"""How a promise is broken on purpose, and what the oracles then say."""


def judge(storm: Storm, offset: float) -> dict[str, float]:
    """All three oracles over a storm that is over; its figures. Raises AssertionError."""
    known = oracles.Acknowledged(storm.desk, storm.all)
    grants = list(known.grants.values())
    accepted, offered, stale = oracles.ledgers(storm.desk, grants)
    records = history.read(storm.root)
    leases = history.replay(records)
    untold = oracles.log_agrees(leases, known, storm.all, offset)
    asks = sorted(known.asks)
    return {
        "acquisitions": len(grants),
        "acquisitions/s": round(len(grants) / storm.elapsed, 1),
        "contended": sum(grant.waited > 0 for grant in grants),
        "ask p50 ms": round(asks[len(asks) // 2] * 1000, 1),
        "ask p99 ms": round(asks[len(asks) * 99 // 100] * 1000, 1),
        "ask max ms": round(asks[-1] * 1000, 1),
        "kills": sum(bool(process.killed) for process in storm.all),
        "stops": sum(len(process.stops) for process in storm.all),
        "lost leases seen by their holders": sum(grant.end == "L" for grant in grants),
        "overlaps": oracles.overlaps(grants),
        "updates accepted": accepted,
        "stale fences offered": offered,
        "stale fences accepted": stale,
        "log lines": len(records),
        "log files": len(history.files(storm.root)),
        "granted to the killed, never told": untold,
        "lapsed": sum(record["event"] == "lapsed" for record in records),
        "taken over": sum(record["event"] == "taken_over" for record in records),
    }


def test_nothing_is_lost_or_held_twice_in_the_storm(tmp_path: Path) -> None:
    """With 50 processes, kill -9 and SIGSTOP beyond expiry, no lease overlaps, no stale fence gets in, no
    acknowledged line is lost or doubled, and the store keeps up."""
    offset = time.time() - now()
    storm = Storm(tmp_path, seed=20261121)
    storm.run(ALL, longest=300.0)
    assert storm.errors() == []
    figures = judge(storm, offset)
    print("\nstorm:", ", ".join(f"{name} {value}" for name, value in figures.items()))
    assert figures["overlaps"] == figures["stale fences accepted"] == 0
    assert figures["acquisitions/s"] >= SLOWEST, "too slow to prove anything"
    assert figures["contended"] >= TARGET
    assert min(figures[name] for name in ("kills", "stops")) >= 50
    assert min(figures[name] for name in ("lapsed", "taken over", "lost leases seen by their holders")) >= 3
    assert figures["stale fences offered"] >= 5
    assert figures["log files"] >= 3


@pytest.mark.parametrize(("sabotage", "complaint"), share(SABOTAGES))
def test_the_oracles_see_a_broken_promise(tmp_path: Path, sabotage: str, complaint: str) -> None:
    """Each promise, broken on purpose, is found broken: the storm's oracles can fail."""
    offset = time.time() - now()
    storm = Storm(tmp_path, seed=7, workers=24, sabotage=sabotage)
    storm.run(1500, longest=6.0)
    with pytest.raises(AssertionError, match=complaint):
        assert storm.errors() == []
        figures = judge(storm, offset)
        assert not any(record["event"] == "log_gap" for record in history.read(storm.root)), "log_gap"
        assert figures["overlaps"] == figures["stale fences accepted"] == 0


def test_overlaps_and_stale_writes_are_counted(tmp_path: Path) -> None:
    """Where leases are taken from the living and all present one fence, both figures say so."""
    storm = Storm(tmp_path, seed=7, workers=24, sabotage="one_fence")
    storm.run(1500, longest=6.0)
    grants = list(oracles.Acknowledged(storm.desk, storm.all).grants.values())
    assert oracles.ledgers(storm.desk, grants)[2] > 10
    assert oracles.overlaps(grants) > 10


def test_who_dies_after_giving_back_held_nothing_any_more(tmp_path: Path) -> None:
    """A worker that is killed between its release and its note of it is no overlap with the next holder."""
    storm = Storm(tmp_path, seed=7, workers=24, sabotage="dies_after_giving_back")
    storm.run(200, longest=6.0)
    died = [process for process in storm.all if process.popen.returncode == -signal.SIGKILL and not process.killed]
    assert len(died) >= 5
    assert oracles.overlaps(list(oracles.Acknowledged(storm.desk, storm.all).grants.values())) == 0


def test_a_sleeper_in_a_transaction_is_woken_for_all_who_wait(tmp_path: Path) -> None:
    """At its end the storm wakes everybody at once: the first waits for what a later one holds in its sleep."""
    lock = tmp_path / "lock"
    code = "import fcntl, os, sys, signal; fcntl.flock(f := open(sys.argv[1], 'w'), fcntl.LOCK_EX); "
    holder = _process(code + "os.kill(os.getpid(), signal.SIGSTOP)", lock)
    while not is_stopped(holder.popen.pid):
        time.sleep(0.01)
    waiter = _process(code, lock)
    assert end([waiter, holder], 20.0) == []


def _process(code: str, path: Path) -> Process:
    return Process("", evidence=False, popen=subprocess.Popen([sys.executable, "-c", code, path]))
