"""The storm: starts the workers, kills and stops them at random, and starts new ones in their place."""

import compileall
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
LIB = HERE.parents[1] / "lib"
BEYOND = 0.5
"""Seconds of ttl and grace together: who is stopped for longer has lost its lease."""
PATIENCE = 30.0
"""Seconds for all workers to end."""


def now() -> float:
    """The clock that the workers' records carry."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def is_stopped(pid: int) -> bool:
    """Whether the process stopped itself."""
    try:
        with Path(f"/proc/{pid}/stat").open() as file:
            return file.read().rpartition(")")[2].split()[0] == "T"
    except FileNotFoundError:  # it ended by itself, which ``errors`` will tell
        return False


class Process:
    """One worker, and what was done to it."""

    def __init__(self, name: str, evidence: bool, popen: "subprocess.Popen[bytes]") -> None:
        self.name = name
        self.evidence = evidence
        self.popen = popen
        self.started = now()
        self.killed = 0.0
        self.stops: list[tuple[float, float]] = []
        self.wakes = 0.0


def end(processes: list[Process], patience: float) -> list[Process]:
    """Those who did not end by themselves within so many seconds. All are woken, again and again: a worker may
    stop itself, and one who sleeps in the middle of a transaction keeps all others waiting."""
    last = now() + patience
    left = processes
    while left and now() < last:
        for process in left:
            process.popen.send_signal(signal.SIGCONT)
        time.sleep(0.05)
        left = [process for process in left if process.popen.poll() is None]
    return left


class Storm:
    """``base`` gets the store (``state``), the ledgers and the acknowledgements (``desk``)."""

    def __init__(self, base: Path, seed: int, workers: int = 50, sabotage: str = "") -> None:
        self.root = base / "state"
        self.desk = base / "desk"
        self.chance = random.Random(seed)
        self.workers = workers
        self.script = HERE / ("saboteur.py" if sabotage else "worker.py")
        self.sabotage = [sabotage] if sabotage else []
        self.root.mkdir(mode=0o700)
        self.lib = base / "lib"  # a copy, so that nobody who works on the package meets the storm
        shutil.copytree(LIB / "interlock", self.lib / "interlock", ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(self.lib, quiet=2)
        for name in ("acks", "ledgers", "errors"):
            (self.desk / name).mkdir(parents=True)
        self.all: list[Process] = []
        self.alive: list[Process] = []
        self.counted = 0
        self.elapsed = 0.0
        self._reading, self._writing = os.pipe2(os.O_NONBLOCK)

    def run(self, target: int, longest: float) -> None:
        """Goes on until ``target`` leases were granted, ``longest`` seconds at most."""
        began = now()
        try:
            for _ in range(self.workers):
                self._start()
            calm = began + 1.0
            while self.counted < target and now() - began < longest:
                time.sleep(0.02)
                self._count()
                self._wake()
                if now() >= calm and self.chance.random() < 0.08:
                    self.chance.choice([self._kill, self._stop])()
            self.elapsed = now() - began
        finally:
            self._end()

    def _start(self) -> None:
        name = f"w{len(self.all)}"
        evidence = len(self.all) % 3 != 0
        command = [
            sys.executable,
            "-I",
            "-S",
            "-B",
            str(self.script),
            str(self.lib),
            str(self.root),
            str(self.desk),
        ]
        with (self.desk / "errors" / name).open("wb") as errors:
            popen = subprocess.Popen(
                [*command, name, "1" if evidence else "0", str(self.chance.getrandbits(32)), *self.sabotage],
                stdin=subprocess.DEVNULL, stdout=self._writing, stderr=errors, env={},
            )  # fmt: skip
        process = Process(name, evidence, popen)
        self.all.append(process)
        self.alive.append(process)

    def _count(self) -> None:
        try:
            while data := os.read(self._reading, 1 << 16):
                self.counted += len(data)
        except BlockingIOError:
            pass

    def _kill(self) -> None:
        process = self.chance.choice(self.alive)
        process.killed = now()
        process.popen.kill()
        process.popen.wait()
        self.alive.remove(process)
        self._start()

    def _stop(self) -> None:
        process = self.chance.choice(self.alive)
        if process.wakes:
            return
        process.popen.send_signal(signal.SIGSTOP)
        self._stopped(process)

    def _stopped(self, process: Process) -> None:
        process.wakes = now() + BEYOND * (1.2 + self.chance.random())
        process.stops.append((now(), process.wakes))

    def _wake(self) -> None:
        for process in self.alive:
            if not process.wakes and is_stopped(process.popen.pid):
                self._stopped(process)
            if process.wakes and now() >= process.wakes:
                process.wakes = 0.0
                process.popen.send_signal(signal.SIGCONT)

    def _end(self) -> None:
        (self.desk / "over").touch()
        for process in end(self.alive, PATIENCE):
            process.killed = now()
            process.popen.kill()
            process.popen.wait()
            with (self.desk / "errors" / process.name).open("a") as errors:
                errors.write("did not end by itself: wedged\n")
        os.close(self._reading)
        os.close(self._writing)

    def errors(self) -> list[str]:
        """What workers had to complain of, and ends that nobody asked for."""
        texts = {path.name: path.read_text() for path in (self.desk / "errors").iterdir()}
        told = [f"{name}: {text[-500:]}" for name, text in texts.items() if text]
        ended = [p for p in self.all if not p.killed and p.popen.returncode]
        return told + [f"{p.name} ended with {p.popen.returncode}" for p in ended]
