"""From the end of a run to the answer of the hook that waits next: `python -m bench.mutex`.

The whole way, as installed: a command under the mutex, started through the prefix program, writes down when it
ends; another session's hook waits for the mutex and answers. Beside it: the same where the run is killed -9,
which nobody can tell the waiter (it looks ten times a second); what a command under the mutex costs over a plain
one; and what a plain command's hook costs. `--files` is the size of the repository, whose fingerprint is taken
around each run.

`--smoke` runs a few rounds and fails on wrong answers only; `--check` exits 1 if a promised measure is missed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shlex import quote
from typing import Any

from bench import LIB, figures
from bench.figures import Verdict, at_most
from interlock.install import prefix

HAND_OVER = 50.0  # milliseconds, median
ENDED, KILLED, UNDER, PLAIN = "end to answer", "kill -9 to answer", "a command under the mutex", "the same, plain"
SHORT = "pytest > /dev/null 2>&1; true"
_NAME = ("-c", "user.name=bench", "-c", "user.email=bench@example.invalid")
Times = dict[str, list[float]]


class Ground:
    """A repository of so many files, a state root with the prefix program in it, and sessions' hooks."""

    def __init__(self, base: Path, files: int) -> None:
        self.base, self.repo, self.root = base, base / "repo", base / "interlock"
        for folder in (self.repo / ".claude", self.root / "install"):
            folder.mkdir(parents=True, mode=0o700)
        (self.repo / ".claude" / "interlock.toml").write_text("run_wait = 20\n")
        for number in range(files):
            path = self.repo / f"d{number % 100}" / f"f{number}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"x = {number}\n")
        prefix.write(self.root)
        self.program = str(prefix.path(self.root))
        self.environ = {
            "PATH": "/usr/bin:/bin", "HOME": str(base), "SHELL": "/bin/bash", "LANG": "C.UTF-8",
            "CLAUDE_PROJECT_DIR": str(self.repo), "CLAUDE_CODE_SHELL_PREFIX": self.program,
        }  # fmt: skip
        for words in (("init", "-q"), ("add", "-A"), (*_NAME, "commit", "-qm", "all")):
            subprocess.run(["git", *words], cwd=self.repo, env=self.environ, check=True)
        self.calls = 0

    def hook(self, session: str, command: str) -> "subprocess.Popen[bytes]":
        """A session's hook before a command, under way."""
        self.calls += 1
        call = {
            "session_id": session, "hook_event_name": "PreToolUse", "cwd": str(self.repo), "tool_name": "Bash",
            "tool_use_id": f"toolu_{self.calls}", "tool_input": {"command": command},
        }  # fmt: skip
        argv = [sys.executable, "-I", "-S", f"{LIB.parent}/hooks/guard.py", str(LIB), str(self.root), "PreToolUse"]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environ)
        assert process.stdin is not None
        process.stdin.write(json.dumps(call).encode())
        process.stdin.close()
        return process

    def start(self, marked: str) -> "subprocess.Popen[bytes]":
        """The command as the client starts it, output to a file."""
        text = f"true && eval {quote(marked)} < /dev/null && pwd -P >| {self.base}/cwd"
        with open(self.base / "output", "ab") as out:
            return subprocess.Popen(
                [self.program, text], cwd=self.repo, env=self.environ, stdout=out, stderr=out, process_group=0
            )

    def queued(self) -> int:
        return (self.root / "audit.jsonl").read_bytes().count(b'"event":"queued"')


def granted(process: "subprocess.Popen[bytes]") -> str:
    """The hook's answer: the command, marked. SystemExit where it is another."""
    assert process.stdout is not None
    said = process.stdout.read()
    process.wait()
    answer: dict[str, Any] = json.loads(said or b"{}").get("hookSpecificOutput", {})
    if "updatedInput" not in answer:
        raise SystemExit(f"the mutex was not granted: {answer}")
    return str(answer["updatedInput"]["command"])


def hand_over(ground: Ground, rounds: int, kill: bool) -> list[float]:
    """Milliseconds, for each time that a run ended while the next session's hook waited."""
    go, ended = ground.base / "go", ground.base / "ended"
    if not go.exists():
        os.mkfifo(go)
    command = f"pytest > /dev/null 2>&1; read -r x < {go}; echo $EPOCHREALTIME > {ended}"
    times = []
    marked = granted(ground.hook("session-0", command))
    for number in range(1, rounds + 1):
        run = ground.start(marked)
        with open(go, "wb") as line:  # opens when the command has come so far
            before = ground.queued()
            waiting = ground.hook(f"session-{number}", command)
            while ground.queued() == before:
                time.sleep(0.002)
            time.sleep(0.05 + 0.013 * (number % 7))
            if kill:
                began = time.time()
                os.killpg(run.pid, signal.SIGKILL)
            else:
                line.write(b"\n")
        marked = granted(waiting)
        answered = time.time()
        if not kill:
            began = float(ended.read_text())
        run.wait()
        times.append((answered - began) * 1000)
    last = ground.start(marked)  # a ticket is for its own command alone
    with open(go, "wb") as line:
        line.write(b"\n")
    last.wait()
    return times


def commands(ground: Ground, rounds: int) -> Times:
    """What a short command takes through the prefix program, plain and under the mutex, the hook not counted."""
    times: Times = {PLAIN: [], UNDER: []}
    for number in range(rounds):
        marked = granted(ground.hook(f"one-{number}", SHORT))
        for name, command in ((PLAIN, SHORT), (UNDER, marked)):
            began = time.perf_counter()
            code = ground.start(command).wait()
            times[name].append((time.perf_counter() - began) * 1000)
            if code:
                raise SystemExit(f"{name} ended with {code}")
    return times


def measures(times: Times) -> list[Verdict]:
    return [at_most(f"{ENDED}: median ms", figures.median(times[ENDED]), HAND_OVER)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--smoke", action="store_true", help="few rounds, wrong answers only")
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    args = parser.parse_args()
    load, rounds = os.getloadavg()[0], min(args.rounds, 3) if args.smoke else args.rounds
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        ground = Ground(Path(scratch).resolve(), args.files)
        times = {ENDED: hand_over(ground, rounds, kill=False)}
        times[KILLED] = hand_over(ground, max(2, rounds // 5), kill=True)
        times |= commands(ground, rounds)
    rows = [
        (name, f"{figures.median(taken):.1f}", f"{figures.percentile(taken, 0.99):.1f}", len(taken))
        for name, taken in times.items()
    ]
    title = f"Runs, {args.files:,} files in the repository"
    print(
        figures.heading(title, load), "", figures.table(("", "median ms", "p99 ms", "times"), rows), "", sep="\n"
    )
    found = measures(times)
    print(figures.verdicts(found))
    return int(args.check and not args.smoke and not all(verdict.met for verdict in found))


if __name__ == "__main__":
    sys.exit(main())
