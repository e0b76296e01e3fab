"""What the fingerprint of a checkout costs, against `git status` in the same checkout, turn by turn in one run.

    python -m bench.fingerprint [--files 10000] [--rounds 60] [--smoke] [--check]

The checkout has a commit, some changed files, some untracked and some ignored ones. Each round changes files, then
asks `git status`, a look without memory of this checkout, one more where nothing has changed, and one after an
edit. Each answer is held to the tree that `git add -A; git write-tree` makes with an index of their own.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench import figures
from bench.figures import Verdict, at_most
from interlock.runs.fingerprint import take

STATUS, FIRST, AGAIN, EDITED = "git status", "first look", "nothing changed", "a file edited"
RATIO = 1.3
Times = dict[str, list[float]]


class WrongAnswer(Exception):
    """A fingerprint is not git's tree."""


class Checkout:
    """``files`` committed files in folders of 50; 20 of them changed, 20 untracked, 200 ignored."""

    def __init__(self, base: Path, files: int) -> None:
        self.repo, self.root, self.truth = base / "repo", base / "state", base / "truth"
        for number in range(files):
            path = self.repo / f"pkg{number // 2500}/mod{number // 50}/f{number}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"VALUE = {number}\n" * 40)
        (self.repo / ".gitignore").write_text("build/\n*.pyc\n")
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
        changed = sorted(self.repo.rglob("*.py"))[:: max(1, files // 20)]
        for number, path in enumerate(changed):
            path.write_text("changed\n")
            (path.parent / f"new{number}.py").write_text("new\n")
        (self.repo / "build").mkdir()
        for number in range(200):
            (self.repo / f"build/{number}.o").write_text("x")
        self.changed = changed
        time.sleep(1.1)  # git hashes anew what has the second of its index
        self.git("status")

    def git(self, *words: str, **environ: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.repo), *words], env=os.environ | environ, stdout=subprocess.PIPE, check=True
        )
        return done.stdout.decode().strip()

    def tree(self) -> str:
        """The truth."""
        shutil.copy2(self.repo / ".git/index", self.truth)
        self.git("add", "-A", GIT_INDEX_FILE=str(self.truth))
        return self.git("write-tree", GIT_INDEX_FILE=str(self.truth))

    def look(self) -> Cost:
        """Raises WrongAnswer."""
        clock = Clock()
        found = take(str(self.root), str(self.repo))
        taken = clock.read()
        if found.problem or found.id != self.tree():
            raise WrongAnswer(f"{found} is not {self.tree()}")
        return taken

    def status(self) -> Cost:
        clock = Clock()
        self.git("status", "--porcelain")
        return clock.read()


class Cost(NamedTuple):
    """Seconds by the clock, and of processors: of this process and those that it started."""

    wall: float
    used: float


class Clock:
    """Runs from its making."""

    def __init__(self) -> None:
        self.began = self.now()

    def now(self) -> Cost:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return Cost(time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used))

    def read(self) -> Cost:
        now = self.now()
        return Cost(now.wall - self.began.wall, now.used - self.began.used)


def race(checkout: Checkout, rounds: int) -> tuple[Times, Times]:
    """Seconds of each, round by round; and of processors."""
    times: Times = {name: [] for name in (STATUS, FIRST, AGAIN, EDITED)}
    used: Times = {name: [] for name in times}
    for number in range(rounds + 1):
        shutil.rmtree(checkout.root / "runs/trees", ignore_errors=True)
        for path in checkout.changed:
            path.write_text(f"round {number}, before\n")
        taken = {STATUS: checkout.status(), FIRST: checkout.look(), AGAIN: checkout.look()}
        checkout.changed[0].write_text(f"round {number}\n")
        taken[EDITED] = checkout.look()
        for name, cost in taken.items() if number else ():  # the first round warms up
            times[name].append(cost.wall)
            used[name].append(cost.used)
    return times, used


def measures(times: Times) -> list[Verdict]:
    """The promises of issue 4."""
    ratios = {name: figures.ratio(times[name], times[STATUS]) for name in (FIRST, AGAIN, EDITED)}
    found = [at_most(f"{name} / {STATUS}", ratio.value, RATIO, str(ratio)) for name, ratio in ratios.items()]
    return [*found, at_most(f"{AGAIN} / {FIRST}", figures.ratio(times[AGAIN], times[FIRST]).value, 1.0)]


def report(times: Times, used: Times) -> str:
    rows = [
        (name, f"{figures.median(taken) * 1e3:.1f}", f"{figures.percentile(taken, 0.99) * 1e3:.1f}",
         figures.ratio(taken, times[STATUS]), f"{sum(used[name]) / max(1e-9, sum(used[STATUS])):.2f}")
        for name, taken in times.items()
    ]  # fmt: skip
    return figures.table(("look", "median ms", "p99 ms", f"ratio to {STATUS}", "ratio of processor time"), rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--smoke", action="store_true", help="few files and rounds, wrong answers only")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    files, rounds = (200, 3) if args.smoke else (args.files, args.rounds)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        times, used = race(Checkout(Path(scratch).resolve(), files), rounds)
    print(figures.heading(f"{files} files, {rounds} rounds", load), "", report(times, used), "", sep="\n")
    found = measures(times)
    print(figures.verdicts(found))
    return int(args.check and not args.smoke and not all(verdict.met for verdict in found))


if __name__ == "__main__":
    sys.exit(main())
