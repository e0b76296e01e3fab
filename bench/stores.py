"""The embedded store against one file per lease: `python -m bench.stores`. The numbers of docs/adr/0002.

The same leases code runs on both. First one process after another, each new, with no leases in the store
and with 10,000: what a hook pays. Then 48 processes at once, each with many transactions.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench import LIB, figures
from bench.files import Files
from bench.processes import Runner
from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, Resource

EMBEDDED, FILES = "embedded", "files"
STORES = {EMBEDDED: "SQLite under flock", FILES: "a file per lease"}
WORKER = str(Path(__file__).with_name("worker.py"))
_BATCH, _OWNERS, _DAY = 500, 50, 86400.0


def store_in(folder: Path, kind: str, leases: int) -> str:
    """A state folder with that many leases in it; returns its path."""
    root = folder / f"{kind}-{leases}"
    root.mkdir(mode=0o700)
    audit = AuditFile(str(root))
    boot = clock.boot_id()
    if kind == FILES:
        files = Files(str(root), audit, clock.now, clock.wall, boot)
        files.create()
        store: Files | Embedded = files
    else:
        store = Embedded(str(root), audit, clock.now, clock.wall, boot)
    world = Evidence(boot)
    with store.transaction():
        pass  # the embedded store is made at its first use
    for start in range(0, leases, _BATCH):
        with store.transaction() as tx:
            for number in range(start, min(start + _BATCH, leases)):
                owner = Owner("host", f"other-{number % _OWNERS}")
                arrive(tx, owner, _DAY, Liveness())
                path = f"/work/project/src/package_{number // 100}/module_{number}.py"
                file = Resource(FILE, path, f"0:{number + 1}")
                acquire(tx, world, owner, [file], Terms(), "", until=tx.now + _DAY)
    return str(root)


def command(kind: str, root: str, name: str, times: int, files: int) -> list[str]:
    given = [LIB, kind, root, name, times, files]
    return [sys.executable, "-I", "-S", WORKER, *map(str, given)]


@dataclass
class Series:
    """Milliseconds inside the process, of the whole process, and of processor time in it."""

    inside: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def alone(folder: Path, rounds: int, leases: int) -> dict[tuple[str, int], Series]:
    """New processes one after another, the stores in turn."""
    roots = {(kind, count): store_in(folder, kind, count) for kind in STORES for count in (0, leases)}
    found = {key: Series() for key in roots}
    runner = Runner(str(folder))
    for number in range(rounds):
        for (kind, count), root in roots.items():
            done = runner.run(command(kind, root, f"w{number}", 1, 0), {})
            if done.code:
                raise SystemExit(f"{kind}: exit {done.code}: {done.errors.decode()}")
            found[kind, count].inside += json.loads(done.out)
            found[kind, count].whole.append(done.ms)
            found[kind, count].cpu.append(done.cpu)
    return found


def crowd(root: str, kind: str, writers: int, times: int, files: int) -> tuple[list[float], float]:
    """(milliseconds of every transaction but each process's first, seconds for all) of that many processes
    at once. Any error ends the bench."""
    began = time.perf_counter()
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command(kind, root, f"c{n}", times, files), stdout=pipe, stderr=pipe)
        for n in range(writers)
    ]
    ended = [process.communicate() for process in running]
    seconds = time.perf_counter() - began
    for process, (_, errors) in zip(running, ended, strict=True):
        if process.returncode or errors:
            raise SystemExit(f"{kind}: exit {process.returncode}: {errors.decode()}")
    return [ms for out, _ in ended for ms in json.loads(out)[1:]], seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--leases", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=48)
    parser.add_argument("--times", type=int, default=40, help="transactions of each writer")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        one = alone(folder, args.rounds, args.leases)
        many = {}
        for kind in STORES:
            many[kind] = crowd(str(folder / f"{kind}-{args.leases}"), kind, args.writers, args.times, 0)
    print(figures.heading(f"Stores, {args.rounds} rounds", load), "", report(one), "", sep="\n")
    print(f"{args.writers} processes at once, {args.times} transactions each, {args.leases:,} leases:\n")
    print(report_crowd(many))
    return 0


def _spread(times: list[float]) -> tuple[str, str, str]:
    parts = (figures.median(times), figures.percentile(times, 0.99), max(times))
    return tuple(f"{ms:.2f}" if ms < 100 else f"{ms:.0f}" for ms in parts)  # type: ignore[return-value]


def report(found: dict[tuple[str, int], Series]) -> str:
    heads = (
        "a new process each",
        "leases",
        "inside p50 ms",
        "p99",
        "max",
        "whole p50 ms",
        "p99",
        "max",
        "processor p50 ms",
    )
    rows = []
    for (kind, leases), series in found.items():
        rows.append(
            (STORES[kind], f"{leases:,}", *_spread(series.inside), *_spread(series.whole), _spread(series.cpu)[0])
        )
    return figures.table(heads, rows)


def report_crowd(found: dict[str, tuple[list[float], float]]) -> str:
    rows = []
    for kind, (times, seconds) in found.items():
        rows.append((STORES[kind], *_spread(times), f"{len(times) / seconds:.0f}"))
    return figures.table(("store", "p50 ms", "p99", "max", "transactions/s"), rows)


if __name__ == "__main__":
    sys.exit(main())
