"""What the guard costs at every write: `python -m bench.guard`.

The whole hook process, as installed, before a Write: by the file's holder, on a free file, and on a new one;
with no other leases in the store and with 10,000. In the same run, round by round: the bare interpreter,
and the hooks of the two nearest packages. Ratios, so that they hold on other machines too.

`--smoke` runs a few rounds without rivals and fails on wrong answers only; `--check` exits 1 if a promised
measure is missed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import figures
from bench.figures import Verdict, at_least, at_most
from bench.grounds import Ground, repository
from bench.processes import Run, Runner
from bench.rivals import Armed, prepared

LEASES = 10_000
BARE = "interpreter alone"
MEDIAN, P99, GROWTH, FASTER = 2.0, 4.0, 1.1, 2.5

Times = dict[str, list[float]]
"""Milliseconds by contender, in the order of the rounds."""


class WrongAnswer(Exception):
    """A hook did not do what is being timed."""


@dataclass(frozen=True)
class Contender:
    """One line of the table. ``run`` is timed; ``after`` restores the ground and is not."""

    name: str
    run: Callable[[], Run]
    after: Callable[[], None] = lambda: None


def contenders(ground: Ground, label: str) -> list[Contender]:
    """A write by the holder, on a free file, and on a file that does not exist yet."""
    source = ground.project / "src"
    held, free, new = source / "held.py", source / "free.py", source / "new.py"
    expect(ground.write(held))
    return [
        Contender(f"holder, {label}", lambda: ground.write(held)),
        Contender(f"free file, {label}", lambda: ground.write(free), lambda: ground.give_back(free)),
        Contender(f"new file, {label}", lambda: ground.write(new), lambda: ground.give_back(new)),
    ]


def rival(armed: Armed) -> Contender:
    mine = armed.project / "src" / "held.py"
    return Contender(armed.rival.package, lambda: armed.write(mine))


def bare(folder: Path, environ: dict[str, str], python: str) -> Contender:
    runner = Runner(str(folder))
    return Contender(BARE, lambda: runner.run([python, "-I", "-S", "-c", "pass"], environ))


def expect(run: Run) -> None:
    """A write that may go on: exit 0, and nothing said."""
    if run.code or run.out or run.errors:
        raise WrongAnswer(f"exit {run.code}, printed {run.out[:500]!r} {run.errors[:500]!r}")


def race(field: list[Contender], rounds: int, warm: int = 3) -> tuple[Times, Times]:
    """(wall time, processor time) of every contender in every round, in turn; each round starts with
    another one."""
    times: Times = {contender.name: [] for contender in field}
    used: Times = {contender.name: [] for contender in field}
    for number in range(-warm, rounds):
        at = number % len(field)
        for contender in field[at:] + field[:at]:
            run = contender.run()
            expect(run)
            contender.after()
            if number >= 0:
                times[contender.name].append(run.ms)
                used[contender.name].append(run.cpu)
    return times, used


def confirm(ground: Ground, rounds: int, warm: int = 3) -> None:
    """The log says that every timed call was decided, and how."""
    reasons = ground.decisions()
    counted = {reason: reasons.count(reason) for reason in set(reasons)}
    wanted = {"holder": rounds + warm, "granted": 2 * (rounds + warm) + 1}
    if counted != wanted:
        raise WrongAnswer(f"the log counts {counted}, not {wanted}")


def measures(times: Times, leases: int, rivals: list[str]) -> list[Verdict]:
    """The promises of issue 2, each with what came out."""
    full, empty = f"{leases:,} leases", "no leases"
    found = []
    for name in (f"holder, {full}", f"free file, {full}", f"new file, {full}"):
        ratio = figures.ratio(times[name], times[BARE])
        slow = figures.percentile(times[name], 0.99) / figures.median(times[BARE])
        found.append(at_most(f"{name}: median / interpreter's median", ratio.value, MEDIAN, str(ratio)))
        found.append(at_most(f"{name}: p99 / interpreter's median", slow, P99))
    for what in ("holder", "free file", "new file"):
        ratio = figures.ratio(times[f"{what}, {full}"], times[f"{what}, {empty}"])
        found.append(at_most(f"{what}: growth to {full}", ratio.value, GROWTH, str(ratio)))
    if rivals:
        faster = min(rivals, key=lambda name: figures.median(times[name]))
        slower = max((f"holder, {full}", f"free file, {full}"), key=lambda name: figures.median(times[name]))
        ratio = figures.ratio(times[faster], times[slower])
        found.append(at_least(f"times faster than {faster}", ratio.value, FASTER, str(ratio)))
    return found


def report(times: Times, used: Times) -> str:
    rows = []
    for name, taken in times.items():
        rows.append(
            (
                name,
                f"{figures.median(taken):.1f}",
                f"{figures.percentile(taken, 0.99):.1f}",
                figures.ratio(taken, times[BARE]),
                f"{figures.percentile(taken, 0.99) / figures.percentile(times[BARE], 0.99):.2f}",
                f"{figures.ratio(used[name], used[BARE]).value:.2f}",
            )
        )
    heads = ("before a Write", "median ms", "p99 ms", "median ratio (blocks)", "p99 ratio", "processor time ratio")
    return figures.table(heads, rows)


def main() -> int:
    args = _arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch).resolve()
        project = repository(folder)
        os.chdir(project)
        ready: list[Armed] = []
        if not args.smoke and not args.alone:
            ready, sorry = prepared(Path(args.venvs or folder / "venvs"), folder, project)
            print("".join(f"{sentence}\n" for sentence in sorry), end="")
        times, used = run(folder, project, args, ready)
        os.chdir("/")
    print(figures.heading(f"One hook, {args.rounds} rounds", load), "", report(times, used), "", sep="\n")
    found = measures(times, args.leases, [armed.rival.package for armed in ready])
    print(figures.verdicts(found))
    return int(args.check and not all(verdict.met for verdict in found))


def run(folder: Path, project: Path, args: argparse.Namespace, ready: list[Armed]) -> tuple[Times, Times]:
    grounds = []
    for label, leases in (("no leases", 0), (f"{args.leases:,} leases", args.leases)):
        place = folder / f"store-{leases}"
        place.mkdir()
        ground = Ground(place, project, args.python)
        ground.session_start()
        ground.fill(leases)
        grounds.append((ground, label))
    field = [bare(folder, grounds[0][0].environ, args.python)]
    for ground, label in grounds:
        field += contenders(ground, label)
    field += [rival(armed) for armed in ready]
    taken = race(field, args.rounds)
    for ground, _ in grounds:
        confirm(ground, args.rounds)
    return taken


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--leases", type=int, default=LEASES)
    parser.add_argument("--smoke", action="store_true", help="few rounds, no rivals, wrong answers only")
    parser.add_argument("--alone", action="store_true", help="without the rivals")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    parser.add_argument("--venvs", help="keep the rivals' environments in this folder")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to measure with")
    args = parser.parse_args()
    if args.smoke:
        args.rounds, args.leases = min(args.rounds, 5), min(args.leases, 200)
    return args


if __name__ == "__main__":
    sys.exit(main())
