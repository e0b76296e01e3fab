"""The harness: a command is run once under strace to see its system calls, then again and again with one
of them killed or failed.

Short writes are not injected: strace would tell the program that three bytes were written and write none,
which no kernel does. Real ones are made with a file size limit and a full disk (``test_full_disk.py``).
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.share import ninth

BEGIN, END = "/mark/begin", "/mark/end"
INERT = frozenset(
    "brk mmap munmap mremap mprotect madvise rt_sigaction rt_sigprocmask sigaltstack futex getpid gettid "
    "getuid geteuid getgid getegid clock_gettime getrandom lseek sched_yield exit_group exit".split()
)
"""Change nothing outside the process: a kill there is a kill at the next call that does."""
TELLING = frozenset(
    "openat open read pread64 fstat newfstatat stat lstat statx access faccessat faccessat2 getdents64 readlink "
    "fcntl flock ioctl".split()
)
"""Can fail with EIO."""
WRITING = frozenset(
    "openat open write pwrite64 pwritev ftruncate truncate fsync fdatasync rename renameat renameat2 link linkat "
    "unlink unlinkat mkdir mkdirat chmod fchmod symlink symlinkat".split()
)
"""Can fail with EIO and ENOSPC. (A close that fails has closed in truth, which strace can't play.)"""
LINE = re.compile(r"^\d+ +(\w+)\((.*)")


WORKERS = 3
"""Some runs sleep while SQLite tries a failing lock again."""


class Point:
    """One system call to meddle with: the ``nth`` call of that name since the process began."""

    def __init__(self, call: str, nth: int, how: str) -> None:
        self.call, self.nth, self.how = call, nth, how

    def __str__(self) -> str:
        return f"{self.call} #{self.nth} {self.how}"

    @property
    def injection(self) -> str:
        what = "signal=KILL" if self.how == "kill" else f"error={self.how.partition(' ')[0]}"
        return f"inject={self.call}:{what}:when={self.nth}{'+' if self.how.endswith('for ever') else ''}"


class Run:
    """What became of a command: its ``root``, exit code, standard output and error."""

    def __init__(self, root: Path, point: Point | None, code: int, out: str, err: str, trace: str) -> None:
        self.root, self.point, self.code, self.out, self.err, self.trace = root, point, code, out, err, trace

    @property
    def killed(self) -> bool:
        return "+++ killed by SIGKILL" in self.trace

    @property
    def meddled(self) -> bool:
        return self.killed or "(INJECTED)" in self.trace


def strace() -> str:
    """strace's path; skips the test where there is none, fails it in CI."""
    found = shutil.which("strace")
    if found is None:
        reason = "strace is not installed, so no system call can be made to fail; install it with apt-get"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Harness:
    """``command`` gives the argument list for a root, ``build`` puts a fresh state there, ``check`` raises
    AssertionError if the state afterwards breaks a promise."""

    def __init__(
        self,
        base: Path,
        command: Callable[[Path], list[str]],
        build: Callable[[Path], None],
        check: Callable[[Run], None],
    ) -> None:
        self.base, self.command, self.check = base, command, check
        self.strace = strace()
        self.template = base / "template"
        build(self.template)
        self.missed: list[str] = []
        self.hows: Counter[str] = Counter()

    def run(self, name: str, point: Point | None) -> Run:
        """One run on a fresh copy of the state; with a point, under its injection."""
        root, trace = self.base / name, self.base / f"{name}.trace"
        shutil.copytree(self.template, root, symlinks=True)
        traced = "all" if point is None else f"{point.call},access"
        filtered = point is not None and point.how != "kill"  # faster, but loses injected signals
        command = [self.strace, "-f", *["--seccomp-bpf"] * filtered, "-o", str(trace), "-e", f"trace={traced}"]
        if point is not None:
            command += ["-e", point.injection]
        done = subprocess.run(
            [*command, *self.command(root)],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Run(root, point, done.returncode, done.stdout, done.stderr, trace.read_text(errors="replace"))

    def points(self) -> list[Point]:
        """Every point between the marks, from a run without meddling, which must itself pass the check."""
        plain = self.run("plain", None)
        assert plain.code == 0 and plain.out.startswith("ack"), plain.err + plain.out
        self.check(plain)
        counts: Counter[str] = Counter()
        found: list[Point] = []
        inside = False
        for call, rest in calls(plain.trace):
            counts[call] += 1
            if BEGIN in rest or END in rest:
                inside = BEGIN in rest
            elif inside:
                found += [Point(call, counts[call], how) for how in hows(call)]
        return found

    def every(self) -> int:
        """Runs every point, or CI's share; returns how many there are. Raises on the first bad ones."""
        there = self.points()
        points = ninth(there)
        with ThreadPoolExecutor(WORKERS) as pool:
            bad = [text for text in pool.map(self._one, range(len(points)), points) if text]
        assert not bad, f"{len(bad)} of {len(points)} points broke a promise:\n" + "\n".join(bad[:12])
        assert len(self.missed) <= len(points) // 50, self.missed
        return len(there) - len(self.missed)

    def _one(self, number: int, point: Point) -> str:
        name = f"p{number}"
        try:
            run = self.run(name, point)
            if not run.meddled:
                self.missed.append(str(point))
            self.hows[point.how] += 1
            assert run.killed or run.code == 0, run.err[-400:]
            self.check(run)
        except (AssertionError, Exception) as problem:
            return f"{point}: {type(problem).__name__}: {str(problem)[-600:]}"
        for path in self.base.glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return ""


def calls(trace: str) -> Iterator[tuple[str, str]]:
    """(name, rest of the line) of each call in a trace."""
    for line in trace.splitlines():
        match = LINE.match(line)
        if match:
            yield match[1], match[2]


def hows(call: str) -> list[str]:
    """What can happen to a call."""
    if call in INERT:
        return []
    found = ["kill"]
    if call in TELLING | WRITING:
        found += ["EIO once", "EIO for ever"]
    if call in WRITING:
        found += ["ENOSPC once", "ENOSPC for ever"]
    return found
