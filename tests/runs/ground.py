"""A checkout, a state root with the prefix program in it, and runs that are started as the client would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Any

from interlock.doors import clock, runlock, runticket
from interlock.doors.audit import AuditFile
from interlock.doors.place import lib_dir
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.guard.scene import Evidence
from interlock.install import prefix
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.records import lease_of, ticket_of
from interlock.leases.runs import REDEEMED_WITHIN
from interlock.leases.terms import Terms
from interlock.shell.reading import Validation
from interlock.words.faults import Unreadable
from interlock.words.lease import Circle, Granted, Held, Lease
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import run_mutex

GO = "n=0; until [ -e go ] || [ $((n += 1)) -gt 3000 ]; do sleep 0.02; done"
"""What a command waits with until ``go`` is there; for a minute at most, whatever becomes of its test."""
ALPHA, BETA = Owner("host", "alpha"), Owner("host", "beta")
TERMS = Terms()


class Ground:
    """``repo`` is the checkout; ``root`` Interlock's state. ``made``: another process made all this."""

    def __init__(self, base: Path, made: bool = False) -> None:
        self.base = base.resolve()
        self.repo, self.home = self.base / "repo", self.base / "home"
        self.root = self.base / "state" / "interlock"
        self.program = str(prefix.path(self.root))
        self.mutex = run_mutex("tests", str(self.repo))
        self.boot = clock.boot_id()
        self.world = Evidence(self.boot, str(self.root))
        self.environ = {
            "PATH": os.defpath, "HOME": str(self.home), "SHELL": "/bin/bash",
            "XDG_STATE_HOME": str(self.base / "state"), "LANG": "C.UTF-8",
        }  # fmt: skip
        self.count = 0
        if not made:
            self._make()

    def _make(self) -> None:
        self.repo.mkdir()
        self.home.mkdir()
        prepare(str(self.root))
        (self.root / "install").mkdir(exist_ok=True)
        prefix.write(self.root)
        name = ("-c", "user.name=tester", "-c", "user.email=tester@example.invalid")
        for words in (("init", "-q"), (*name, "commit", "-q", "--allow-empty", "-m", "start")):
            subprocess.run(["git", *words], cwd=self.repo, env=self.environ, check=True)

    @property
    def store(self) -> Embedded:
        return Embedded(str(self.root), AuditFile(str(self.root)), clock.now, clock.wall, self.boot)

    def ask(self, use_id: str, owner: Owner = ALPHA, queue: bool = False) -> Granted | Held | Circle:
        """What a hook asks of the store for that call."""
        with self.store.transaction() as tx:
            arrive(tx, owner, 900.0, Liveness())
            return acquire(
                tx, self.world, owner, [self.mutex], TERMS, f"{use_id} pytest", queue, tx.now + REDEEMED_WITHIN
            )

    def ticket(self, command: str, owner: Owner = ALPHA) -> str:
        """Grants the mutex to a call and leaves its ticket, as a hook does; the call's id. A ticket of no command
        is that of the first one which is started with it."""
        self.count += 1
        use_id = f"toolu_{os.getpid()}_{self.count}"
        got = self.ask(use_id, owner)
        assert isinstance(got, Granted), got
        self.leave(use_id, command, owner, got.leases)
        return use_id

    def leave(
        self, use_id: str, command: str, owner: Owner, leases: tuple[Lease, ...], name: str = "pytest"
    ) -> None:
        run = Validation(name, "tests", (name,), (name,), str(self.repo))
        fields = {name: getattr(run, name) for name in Validation.__slots__}
        pairs = tuple((lease.resource.key, lease.fence) for lease in leases)
        top = str(self.repo)
        path = self.environ["PATH"]
        left = runticket.Ticket(use_id, owner.id, top, top, command, (fields,), pairs, path)
        runticket.leave(str(self.root), left)

    def argv(self, command: str, use_id: str = "") -> list[str]:
        """As the client starts it (live, 2.1.329): standard input is empty, the folder is told at the end."""
        marked = f"{command}\n# interlock:{use_id}" if use_id else command
        return [self.program, f"true && eval {quote(marked)} && pwd -P >| {self.base}/cwd"]

    def start(self, command: str, use_id: str | None = None, **more: Any) -> subprocess.Popen[bytes]:
        """Starts the command under the mutex; ``use_id`` "" for without."""
        use_id = self.ticket(command) if use_id is None else use_id
        self._meant(use_id, command)
        given = {"cwd": self.repo, "env": self.environ, "stdin": subprocess.DEVNULL, "start_new_session": True}
        return subprocess.Popen(self.argv(command, use_id), **{**given, **more})

    def _meant(self, use_id: str, command: str) -> None:
        try:
            left = runticket.read(str(self.root), use_id)
        except (OSError, Unreadable):
            return
        if not left.command:
            left.command = command
            runticket.leave(str(self.root), left)

    def run(self, command: str, use_id: str | None = None, **more: Any) -> subprocess.CompletedProcess[bytes]:
        """Runs it to its end, output to pipes."""
        fed = more.pop("input", None)
        more |= {"stdin": subprocess.PIPE} if fed is not None else {}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with self.start(command, use_id, **{**pipes, **more}) as process:
            out, errors = process.communicate(fed, timeout=30)
        return subprocess.CompletedProcess([], process.returncode, out, errors)

    def typed(self, *words: str, **more: Any) -> subprocess.Popen[bytes]:
        """Starts `interlock WORDS...` for a person."""
        lib = lib_dir()
        env = {**self.environ, "PYTHONPATH": lib, "PATH": f"{self.environ['PATH']}:{Path(sys.executable).parent}"}
        given = {"cwd": self.repo, "env": env, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, "-m", "interlock", *words], **{**given, **more})

    def leases(self) -> list[Lease]:
        with self.store.transaction() as tx:
            return [lease_of(row) for row in tx.run("lease_all")]

    def waiting(self) -> list[str]:
        """Whose places in the queue count."""
        with self.store.transaction() as tx:
            tickets = [ticket_of(row) for row in tx.run("ticket_all")]
            return [one.owner.id for one in tickets if one.until > tx.now]

    def idle(self) -> bool:
        return runlock.idle(str(self.root), self.mutex.key)

    def log(self, use_id: str) -> bytes:
        return (self.root / "runs" / "logs" / f"{use_id}.log").read_bytes()

    def records(self, *events: str) -> list[dict[str, Any]]:
        lines = (self.root / "audit.jsonl").read_text().splitlines()
        return [record for record in map(json.loads, lines) if record["event"] in events]


def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Waits until it is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "what was waited for never came"
        time.sleep(0.01)


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    os.kill(pid, number)
