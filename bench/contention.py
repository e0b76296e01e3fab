"""Many at once: `python -m bench.contention`.

50 processes hammer one store, taking and giving back 16 files; 50 whole hooks run at a time; and what passes
between a release and the end of the next waiter, `interlock lock wait` and a hook that waits.
`--check` exits 1 if a promised measure is missed; any error ends the run with 1 in any case.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import LIB, figures
from bench.figures import Verdict, at_most
from bench.grounds import Ground, repository
from bench.processes import Runner, shell
from bench.stores import EMBEDDED, crowd, store_in
from interlock.words.owner import PERSON, Owner, part

PROCESSES, SHARED = 50, 16
HAND_OVER = 50.0  # milliseconds
_POLL = 0.0007  # seconds, prime to the waiters' own 10 ms


def hammer(folder: Path, processes: int, times: int) -> tuple[list[float], float]:
    """Transactions on one store from all processes at once; every one must be in the log, in order."""
    root = store_in(folder, EMBEDDED, 0)
    taken, seconds = crowd(root, EMBEDDED, processes, times, SHARED)
    with open(f"{root}/audit.jsonl", encoding="utf-8") as log:
        records = [json.loads(line) for line in log]
    if [record["seq"] for record in records] != list(range(1, len(records) + 1)):
        raise SystemExit("the log's numbers have gaps")
    decided = sum(record["event"] == "decision" for record in records)
    if decided != processes * times:
        raise SystemExit(f"the log has {decided} decisions of {processes * times}")
    return taken, seconds


def hooks(ground: Ground, processes: int, rounds: int) -> list[float]:
    """Whole hooks, that many running at a time, each on a file of its own."""
    command = shell(ground.commands["PreToolUse"])
    inputs = []
    for number in range(processes * rounds):
        place = ground.root.parent / f"call-{number}"
        place.write_bytes(ground.call(ground.project / "src" / f"new_{number}.py"))
        inputs.append(str(place))
    said = ground.root.parent / "said"
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    began: dict[int, float] = {}
    times = []
    while inputs or began:
        while inputs and len(began) < processes:
            actions = [
                (os.POSIX_SPAWN_OPEN, 0, inputs.pop(), os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(said), append, 0o600),
            ]
            at = time.perf_counter()
            began[os.posix_spawn(command[0], command, ground.environ, file_actions=actions)] = at
        pid, status = os.wait()
        times.append((time.perf_counter() - began.pop(pid)) * 1000)
        if status:
            raise SystemExit(f"a hook ended with {os.waitstatus_to_exitcode(status)}")
    if refused := said.read_text():
        raise SystemExit(f"a hook refused a free file: {refused[:500]}")
    return times


def hand_over_to_cli(ground: Ground, rounds: int) -> list[float]:
    """From just before the release until `interlock lock wait` has ended."""
    path = ground.project / "src" / "held.py"
    env = {name: ground.environ[name] for name in ("PATH", "HOME", "LANG")}
    env |= {"XDG_STATE_HOME": str(ground.root.parent), "PYTHONPATH": str(LIB)}
    argv = [sys.executable, "-m", "interlock", "lock", "wait", "--timeout", "30", str(path)]
    person = Owner(ground.owner.host, PERSON + part(_user()))
    return _hand_over(ground, path, argv, env, b"", person, rounds)


def hand_over_to_hook(ground: Ground, rounds: int) -> list[float]:
    """From just before the release until a write that waits in its hook may go on. The file is a new one:
    an old one that was never read would be refused after the wait, on purpose."""
    path = ground.project / "src" / "new_file.py"
    argv = shell(ground.commands["PreToolUse"])
    return _hand_over(ground, path, argv, ground.environ, None, ground.owner, rounds)


def _hand_over(
    ground: Ground, path: Path, argv: list[str], env: dict[str, str], given: bytes | None, waiter: Owner,
    rounds: int,
) -> list[float]:  # fmt: skip
    """``given`` is the waiter's input; None for a hook's call, made anew each time."""
    holder = Owner(ground.owner.host, "holder")
    runner = Runner(str(ground.root.parent))
    times = []
    for number in range(rounds):
        ground.hold(path, holder)
        pid = runner.start(argv, env, ground.call(path) if given is None else given)
        _until_queued(ground)
        time.sleep(0.01 + number % 10 * _POLL)
        began = time.perf_counter()
        ground.give_back(path, holder)
        run = runner.end(pid)
        times.append((time.perf_counter() - began) * 1000)
        if run.code or (given is None and run.out):
            raise SystemExit(f"the waiter ended with {run.code}: {run.out!r} {run.errors!r}")
        ground.give_back(path, waiter)
    return times


def _until_queued(ground: Ground) -> None:
    """Waits until somebody stands in the queue, at most ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with ground.store.transaction() as tx:
            if tx.run("ticket_all"):
                return
        time.sleep(0.002)
    raise SystemExit("nobody queued")


def _user() -> str:
    import getpass

    return getpass.getuser()


def measures(found: dict[str, list[float]]) -> list[Verdict]:
    return [
        at_most(f"{name}, median ms", figures.median(times), HAND_OVER, f"{figures.median(times):.1f}")
        for name, times in found.items()
        if name.startswith("hand-over")
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--times", type=int, default=40, help="transactions of each process")
    parser.add_argument("--rounds", type=int, default=40, help="hand-overs of each kind")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    found, seconds = run(args)
    print(figures.heading(f"{args.processes} processes on one store", load), "", sep="\n")
    rows = [
        (name, len(t), *(f"{ms:.1f}" for ms in (figures.median(t), figures.percentile(t, 0.99), max(t))))
        for name, t in found.items()
    ]
    print(figures.table(("what", "times", "median ms", "p99", "max"), rows))
    total = args.processes * args.times
    print("", f"{total} transactions in {seconds:.1f} s, no error, all in the log.", "", sep="\n")
    verdicts = measures(found)
    print(figures.verdicts(verdicts))
    return int(args.check and not all(verdict.met for verdict in verdicts))


def run(args: argparse.Namespace) -> tuple[dict[str, list[float]], float]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch).resolve()
        project = repository(folder)
        os.chdir(project)
        try:
            taken, seconds = hammer(folder, args.processes, args.times)
            ground = Ground(folder, project)
            ground.session_start()
            found = {
                "a transaction, all processes hammering": taken,
                f"a whole hook, {args.processes} at a time": hooks(ground, args.processes, 4),
                "hand-over to `interlock lock wait`": hand_over_to_cli(ground, args.rounds),
                "hand-over to a waiting hook": hand_over_to_hook(ground, args.rounds),
            }
        except subprocess.SubprocessError as problem:
            raise SystemExit(str(problem)) from None
        finally:
            os.chdir("/")
    return found, seconds


if __name__ == "__main__":
    sys.exit(main())
