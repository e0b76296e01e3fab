"""What contracts cost at a write: `python -m bench.contracts`.

The whole hook process before a Write by a file's holder: a main agent without a type, a subagent whose type has no
contract, and one that is held to a contract, its inputs read; in the same run, round by round. The repository has
the pack's own agents and a run; the contracts are compiled, as they are but for the first write after a change.

`--smoke` runs a few rounds and fails on wrong answers only; `--check` exits 1 if a promised measure is missed.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from bench import TOP, figures
from bench.figures import Verdict, at_most
from bench.grounds import DAY, Ground, repository, write_call
from bench.guard import Contender, Times, expect, race
from bench.processes import Run, shell
from interlock.contracts.compile import compile_project
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.words.owner import Liveness, Owner

PLAIN, FREE, BOUND = "main agent", "subagent without a contract", "subagent with a contract"
READ = ("signal/requirements.md", "plan/adr.md", "build/test_strategy.md")
EXTRA = 1.15


class Agents:
    """A ground with the pack's agents, a run, and three owners who each hold a file."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.project = project
        agents = project / ".claude" / "agents"
        agents.mkdir(parents=True)
        for file in (TOP / "agents").glob("*.md"):
            if file.name != "README.md":
                (agents / file.name).write_bytes(file.read_bytes())
        (folder / "home").mkdir()
        self.ground = Ground(folder / "home", project)
        compile_project(str(project), str(self.ground.root), str(folder / "home" / ".claude"))
        self._run()
        self.ground.session_start()
        self._calls = 0

    def _run(self) -> None:
        for name in READ:
            path = self.project / ".runs" / "r1" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("what is to be done\n" * 20)
        facts = {"run_id": "r1", "title": "one", "issue": None, "state": "open", "started": 1.0}
        index = {"version": 1, "runs": [facts]}
        (self.project / ".runs" / "index.json").write_text(json.dumps(index))
        (self.project / ".runs" / "r1" / "run_meta.json").write_text(json.dumps(facts))

    def owner(self, agent: str, kind: str, path: Path) -> None:
        """The subagent is there, has read the run's inputs, and holds the file."""
        owner = Owner(self.ground.owner.host, self.ground.owner.session, agent)
        with self.ground.store.transaction() as tx:
            arrive(tx, owner, DAY, Liveness(), kind=kind)
            acquire(tx, self.ground.world, owner, [self.ground.resource(path)], Terms(), "", until=tx.now + DAY)
            for name in READ:
                tx.run("seen_put", owner=owner.id, key=f"{self.project}/.runs/r1/{name}", digest="x", mark="")

    def contender(self, name: str, agent: str = "", kind: str = "") -> Contender:
        """Writes by that subagent, "" for the main agent, of a file of its own."""
        path = self.project / "src" / f"module_{len(agent)}.py"
        if agent:
            self.owner(agent, kind, path)
        return Contender(name, lambda: self._write(path, agent, kind))

    def _write(self, path: Path, agent: str, kind: str) -> Run:
        self._calls += 1
        call = json.loads(write_call(self.project, path, f"toolu_c{self._calls:08d}"))
        call |= {"agent_id": agent, "agent_type": kind} if agent else {}
        command = shell(self.ground.commands["PreToolUse"])
        return self.ground.runner.run(command, self.ground.environ, json.dumps(call).encode())


def field(agents: Agents) -> list[Contender]:
    """Who is timed; who should be refused is refused."""
    found = [
        agents.contender(PLAIN),
        agents.contender(FREE, "a", "general-purpose"),
        agents.contender(BOUND, "aa", "implementer"),
    ]
    for contender in found:
        expect(contender.run())
    refused = agents.contender("", "aaa", "critic").run()
    if b"implementer's by contract" not in refused.out:
        raise SystemExit(f"critic should be refused: {refused.out!r} {refused.errors!r}")
    return found


def measures(times: Times) -> list[Verdict]:
    """The promises of issue 5."""
    bound, free = (figures.ratio(times[name], times[PLAIN]) for name in (BOUND, FREE))
    return [
        at_most(f"{BOUND} / {PLAIN}: medians", bound.value, EXTRA, str(bound)),
        at_most(f"{FREE} / {PLAIN}: medians", free.value, EXTRA, str(free)),
    ]


def report(times: Times, used: Times) -> str:
    rows = [
        (
            name, f"{figures.median(taken):.1f}", f"{figures.percentile(taken, 0.99):.1f}",
            figures.ratio(taken, times[PLAIN]), f"{figures.ratio(used[name], used[PLAIN]).value:.2f}",
        )
        for name, taken in times.items()
    ]  # fmt: skip
    heads = ("before a Write by", "median ms", "p99 ms", "median ratio", "processor time ratio")
    return figures.table(heads, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--smoke", action="store_true", help="few rounds, wrong answers only")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch).resolve()
        project = repository(folder)
        os.chdir(project)
        times, used = race(field(Agents(folder, project)), 5 if args.smoke else args.rounds)
        os.chdir("/")
    title = f"A Write with a contract, {args.rounds} rounds"
    print(figures.heading(title, load), "", report(times, used), "", sep="\n")
    found = measures(times)
    print(figures.verdicts(found))
    return int(args.check and not all(verdict.met for verdict in found))


if __name__ == "__main__":
    sys.exit(main())
