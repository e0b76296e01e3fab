"""What the shell prefix costs every command: `python -m bench.prefix`.

The same command round by round: by the shell alone, through the program without a ticket, contained with 1, 100
and 1,000 held files; and, where they are installed, by bubblewrap and by unshare(1) with mount(8). Beside it a
long command and a hook. `--user UID` measures as that user, for runs as root. `--check` exits 1 if a promised
measure is missed; `--smoke` runs a few rounds and fails on wrong answers only.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import figures
from bench.figures import Verdict, at_most
from bench.guard import Contender, Times, race
from bench.processes import Run, Runner
from interlock.doors import contain
from interlock.install import prefix

PASSED, CONTAINED = 2.0, 5.0  # milliseconds over the shell alone
COMMAND = "true && eval : < /dev/null && pwd -P >| /dev/null"
BASH, THROUGH, HELD = "bash -c", "through the prefix program", "contained, {} held"


class Ground:
    """A state root with the program in it, and files to hold."""

    def __init__(self, folder: Path, most: int) -> None:
        self.root = folder / "interlock"
        for name in ("install", "tickets"):
            (self.root / name).mkdir(parents=True, mode=0o700)
        prefix.write(self.root)
        self.program = str(prefix.path(self.root))
        self.files = [str(folder / f"held-{number}.txt") for number in range(most)]
        for file in self.files:
            Path(file).touch()
        self.runner = Runner(str(folder))
        self.environ = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/bash", "LANG": "C.UTF-8"}

    def run(self, argv: list[str], **more: str) -> Run:
        return self.runner.run(argv, {**self.environ, **more})

    def contained(self, count: int) -> Contender:
        """A command with so many files held; its ticket is left before the clock starts, and looked at after."""
        name = f"bench-{count}"

        def leave() -> None:
            contain.leave(str(self.root), name, self.files[:count])

        def again() -> None:
            if contain.take_back(str(self.root), name) != contain.RAN:
                raise SystemExit(f"{HELD.format(count)}: the command was not contained")
            leave()

        leave()
        marked = COMMAND.replace(": <", f"':\n# interlock:{name}' <")
        return Contender(HELD.format(count), lambda: self.run([self.program, marked]), again)


def contenders(ground: Ground, counts: list[int]) -> list[Contender]:
    long = COMMAND.replace(": <", f"': {'x' * 20_000}' <")
    marked = COMMAND.replace(": <", "':\n# interlock:none' <")
    hook = {"CLAUDE_PROJECT_DIR": "/"}

    def line(name: str, argv: list[str], **more: str) -> Contender:
        return Contender(name, lambda: ground.run(argv, **more))

    return [
        line(BASH, ["/bin/bash", "-c", COMMAND]),
        line(THROUGH, [ground.program, COMMAND]),
        line(f"{THROUGH}, a mark without ticket", [ground.program, marked]),
        line("bash -c, 20,000 bytes", ["/bin/bash", "-c", long]),
        line(f"{THROUGH}, 20,000 bytes", [ground.program, long]),
        line("sh -c, a hook", ["/bin/sh", "-c", ":"], **hook),
        line(f"{THROUGH}, a hook", [ground.program, ":"], **hook),
        *(ground.contained(count) for count in counts),
        *rivals(ground, counts),
    ]


def rivals(ground: Ground, counts: list[int]) -> list[Contender]:
    """The two programs that could do the same, told to bind the same files read-only."""
    found: list[Contender] = []
    for count in counts[:2]:
        files = ground.files[:count]
        if shutil.which("bwrap"):
            binds = [word for file in files for word in ("--ro-bind", file, file)]
            argv = [shutil.which("bwrap") or "", "--dev-bind", "/", "/", *binds, "--", "/bin/bash", "-c", COMMAND]
            found.append(Contender(f"bubblewrap, {count} held", _running(ground, argv)))
        if shutil.which("unshare"):
            mounts = "".join(
                f"mount --bind '{file}' '{file}'; mount -o remount,ro,bind '{file}'; " for file in files
            )
            kind = "-m" if os.geteuid() == 0 else "-rm"  # mount(8) wants to be root
            argv = [shutil.which("unshare") or "", kind, "/bin/sh", "-c", f'{mounts}exec /bin/bash -c "{COMMAND}"']
            found.append(Contender(f"unshare and mount, {count} held", _running(ground, argv)))
    return found


def _running(ground: Ground, argv: list[str]) -> Callable[[], Run]:
    return lambda: ground.run(argv)


def measures(times: Times) -> list[Verdict]:
    """The promises of issue 3, each with what came out, in milliseconds over the shell alone."""
    base = figures.median(times[BASH])
    wanted = [(THROUGH, PASSED), (f"{THROUGH}, a mark without ticket", PASSED), (HELD.format(1), CONTAINED)]
    found = [
        at_most(f"{name}: ms over {BASH}", figures.median(times[name]) - base, limit)
        for name, limit in wanted
        if name in times
    ]
    over = figures.median(times[f"{THROUGH}, a hook"]) - figures.median(times["sh -c, a hook"])
    return [*found, at_most(f"{THROUGH}, a hook: ms over sh -c", over, PASSED)]


def report(times: Times, used: Times) -> str:
    base, least = figures.median(times[BASH]), figures.median(used[BASH])
    rows = [
        (name, f"{figures.median(taken):.2f}", f"{figures.median(taken) - base:+.2f}",
         f"{figures.percentile(taken, 0.99):.2f}", f"{figures.median(used[name]) - least:+.2f}")
        for name, taken in times.items()
    ]  # fmt: skip
    heads = ("a command that does nothing", "median ms", f"over {BASH}", "p99 ms", "processor time over it")
    return figures.table(heads, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--user", type=int, help="measure as the user of this number (for root)")
    parser.add_argument("--smoke", action="store_true", help="few rounds, wrong answers only")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    args = parser.parse_args()
    load, rounds = os.getloadavg()[0], min(args.rounds, 5) if args.smoke else args.rounds
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        if args.user is not None:
            import resource  # noqa: F401  os.wait4 wants it, and that user may not see this Python's library

            os.chown(scratch, args.user, args.user)
            os.setgroups([])
            os.setgid(args.user)
            os.setuid(args.user)
        times, used = taken(Path(scratch).resolve(), rounds)
    who = "root" if args.user is None and os.geteuid() == 0 else "an ordinary user"
    print(figures.heading(f"One command as {who}, {rounds} rounds", load), "", report(times, used), "", sep="\n")
    found = measures(times)
    print(figures.verdicts(found))
    return int(args.check and not args.smoke and not all(verdict.met for verdict in found))


def taken(folder: Path, rounds: int) -> tuple[Times, Times]:
    ground = Ground(folder, 1000)
    why = contain.able(str(ground.root))
    if why:
        print(f"Not contained here, so only the rest is measured: {why}")
    counts = [] if why else [1, 100, 1000]
    return race(contenders(ground, counts), rounds)


if __name__ == "__main__":
    sys.exit(main())
