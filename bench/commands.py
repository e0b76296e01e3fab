"""What the guard costs before a shell command: `python -m bench.commands`.

The whole hook process, as installed, in one run with the bare interpreter and the hook before a Write: while
nobody else holds anything, with a file that another session holds, and with 10,000; at last commands built to take
long, the slowest of all. `--smoke` and `--check` as
in `bench.guard`.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.shell.hostile import HOSTILE

from bench import LIB, TOP, figures
from bench.figures import Verdict, at_most
from bench.grounds import SESSION, Ground, repository
from bench.guard import BARE, Contender, Times, WrongAnswer, bare, race
from bench.processes import Run, shell
from interlock.guard.scene import Evidence
from interlock.install.command import Baked, baked_command
from interlock.install.entries import HOOKS
from interlock.leases.held import held_by
from interlock.leases.release import release
from interlock.leases.runs import give_back
from interlock.words.owner import Owner

SKIP, READ = 1.15, 6.0
"""Issue 3: answered at once within 1.15 x the write hook's time; read within 6 x the bare interpreter."""
LONGEST = 100.0
"""Milliseconds, the same issue: no input takes the reader longer. Here it is the whole hook process."""
COMMANDS = {
    "reads": "grep -rn answer src | head -20",
    "writes": "sed -i 's/41/42/' src/module_1.py && git status --short",
    "script": "cd src && for f in module_*.py; do python3 -m pyflakes $f || exit 1; done; cat > ../n <<'E'\nE",
    "build": "cc -O2 -c src/a.c -o out/a.o 2>&1 | tail -5",
    "run": "make -j2 test 2>&1 | tail -5",
}
RUN = "run"
"""A validation run: read even while nobody else holds anything, and takes its mutex."""
WRITE, ALONE = "a write by the holder", "nobody else holds anything: "


class Field:
    """One ground, asked about shell commands."""

    def __init__(self, ground: Ground, python: str) -> None:
        self.ground = ground
        hook = next(hook for hook in HOOKS if hook.event == "PreToolUse" and "Bash" in (hook.matcher or ""))
        self.command = baked_command(Baked(Path(python), TOP / "hooks" / "guard.py", LIB, ground.root), hook)
        self.calls = 0

    def ask(self, command: str) -> Run:
        """The hook before the command; what it says is looked at, not kept."""
        self.calls += 1
        call = {
            "session_id": SESSION, "cwd": str(self.ground.project), "hook_event_name": "PreToolUse",
            "tool_name": "Bash", "tool_input": {"command": command}, "tool_use_id": f"toolu_sh{self.calls:07d}",
        }  # fmt: skip
        run = self.ground.runner.run(shell(self.command), self.ground.environ, json.dumps(call).encode())
        if run.code or (b"deny" in run.out and command not in HOSTILE):
            raise WrongAnswer(f"exit {run.code}, printed {run.out[:500]!r} {run.errors[:500]!r}")
        return Run(run.ms, 0, b"", b"", run.cpu)

    def contenders(self, label: str) -> list[Contender]:
        return [Contender(f"{label}{name}", self._asking(text), self.back) for name, text in COMMANDS.items()]

    def _asking(self, text: str) -> Callable[[], Run]:
        return lambda: self.ask(text)

    def back(self) -> None:
        """Gives back what the command took."""
        with self.ground.store.transaction() as tx:
            mine = held_by(tx, self.ground.owner)
            release(tx, self.ground.owner, mine)
            world = Evidence(self.ground.boot, str(self.ground.root))
            give_back(tx, world, self.ground.owner, [(lease.resource.key, lease.fence) for lease in mine])


def grounds(folder: Path, project: Path, args: argparse.Namespace) -> list[tuple[Field, str]]:
    """Nobody, one file of another's, and very many."""
    found = []
    for name, label, leases in (("none", ALONE, 0), ("one", "one held file: ", 1), ("many", "", args.leases)):
        (folder / name).mkdir()
        ground = Ground(folder / name, project, args.python)
        ground.session_start()
        if leases == 1:
            ground.hold(project / "src" / "held.py", Owner(ground.owner.host, "other"))
        elif leases:
            ground.fill(leases)
        found.append((Field(ground, args.python), label or f"{leases:,} held files: "))
    return found


def measures(times: Times) -> list[Verdict]:
    found = []
    for name, taken in times.items():
        if name.startswith(ALONE) and not name.endswith(RUN):
            ratio = figures.ratio(taken, times[WRITE])
            found.append(at_most(f"{name}: median / a write's", ratio.value, SKIP, str(ratio)))
        elif name not in (BARE, WRITE):
            ratio = figures.ratio(taken, times[BARE])
            found.append(at_most(f"{name}: median / interpreter's", ratio.value, READ, str(ratio)))
    return found


def report(times: Times) -> str:
    rows = [
        (name, f"{figures.median(ms):.1f}", f"{figures.percentile(ms, 0.99):.1f}", figures.ratio(ms, times[BARE]))
        for name, ms in times.items()
    ]
    return figures.table(("before a shell command", "median ms", "p99 ms", "median ratio (blocks)"), rows)


def slowest(field: Field, times: int) -> Verdict:
    """The hostile command with the greatest median of all, where no hook waits for a held file."""
    config = field.ground.project / ".claude" / "interlock.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text("wait = 0\n")
    taken = {}
    for command in HOSTILE:
        runs = []
        for _ in range(times):
            runs.append(field.ask(command).ms)
            field.back()
        taken[command] = figures.median(runs)
    worst = max(taken, key=lambda command: taken[command])
    return at_most(
        f"slowest of {len(HOSTILE)} hostile commands, ms",
        taken[worst],
        LONGEST,
        f"{taken[worst]:.0f} ({worst[:24]!r})",
    )


def main() -> int:
    args = _arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch).resolve()
        project = repository(folder)
        fields = grounds(folder, project, args)
        alone = fields[0][0].ground
        mine = project / "src" / "free.py"
        alone.write(mine)
        field = [bare(folder, alone.environ, args.python), Contender(WRITE, lambda: alone.write(mine))]
        for one, label in fields:
            field += one.contenders(label)
        times, _ = race(field, args.rounds)
        hostile = slowest(fields[1][0], min(args.rounds, 7))
    print(figures.heading(f"One shell command, {args.rounds} rounds", load), "", report(times), "", sep="\n")
    found = [*measures(times), hostile]
    print(figures.verdicts(found))
    return int(args.check and not all(verdict.met for verdict in found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--leases", type=int, default=10_000)
    parser.add_argument("--smoke", action="store_true", help="few rounds, wrong answers only")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to measure with")
    args = parser.parse_args()
    if args.smoke:
        args.rounds, args.leases = min(args.rounds, 5), min(args.leases, 200)
    return args


if __name__ == "__main__":
    sys.exit(main())
