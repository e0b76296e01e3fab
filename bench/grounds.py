"""The ground that is measured on: a scratch repository, a state folder with leases in it, the hook commands
exactly as `interlock install` writes them, and hook input as the client sends it."""

import json
import os
import sys
from pathlib import Path

from bench import LIB, TOP
from bench.processes import Run, Runner, shell
from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.content import Look
from interlock.doors.store.embedded import Embedded
from interlock.guard import fresh
from interlock.guard.scene import Evidence
from interlock.install.command import Baked, baked_command
from interlock.install.entries import HOOKS
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.held import held_by
from interlock.leases.release import release
from interlock.leases.terms import Terms
from interlock.words.lease import Granted
from interlock.words.owner import Liveness, Owner, part
from interlock.words.resource import FILE, Resource

SESSION = "5e551017-0000-4000-8000-000000000001"
TEXT = "def answer() -> int:\n    return 42\n" * 20
DAY = 86400.0
_OWNERS, _BATCH = 50, 500


def repository(folder: Path) -> Path:
    """A small repository: a marker of git's, and a few files."""
    project = folder / "project"
    (project / ".git").mkdir(parents=True)
    (project / "src").mkdir()
    for name in ("held", "free", *(f"module_{n}" for n in range(20))):
        (project / "src" / f"{name}.py").write_text(TEXT)
    return project


def surroundings(home: Path, project: Path, session: str = SESSION) -> dict[str, str]:
    """What a hook finds in its environment (2.1.329)."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "CLAUDECODE": "1",
        "CLAUDE_PROJECT_DIR": str(project),
        "CLAUDE_CODE_SESSION_ID": session,
        "CLAUDE_PID": str(os.getpid()),
    }


def write_call(project: Path, path: Path, use_id: str, session: str = SESSION) -> bytes:
    """The client's input to PreToolUse before a Write."""
    call = {
        "session_id": session,
        "transcript_path": f"{project}/transcript.jsonl",
        "cwd": str(project),
        "permission_mode": "acceptEdits",
        "hook_event_name": "PreToolUse",
        "tool_name": "Write",
        "tool_input": {"file_path": str(path), "content": TEXT},
        "tool_use_id": use_id,
    }
    return json.dumps(call).encode()


class Ground:
    """One state folder with its store, and the repository it guards."""

    def __init__(self, folder: Path, project: Path, python: str = sys.executable) -> None:
        self.project = project
        self.root = folder / "state" / "interlock"
        self.root.mkdir(parents=True, mode=0o700)
        self.runner = Runner(str(folder))
        self.environ = surroundings(folder, project)
        self.boot = clock.boot_id()
        self.world = Evidence(self.boot)
        self.store = Embedded(str(self.root), AuditFile(str(self.root)), clock.now, clock.wall, self.boot)
        self.owner = Owner(part(os.uname().nodename), SESSION)
        baked = Baked(Path(python), TOP / "hooks" / "guard.py", LIB, self.root)
        self.commands = {hook.event: baked_command(baked, hook) for hook in reversed(HOOKS)}
        self._calls = 0
        self._place = {"project": str(project), "repo": f"{project}/.git"}

    def fill(self, leases: int) -> None:
        """Other sessions of this repository take that many files, and write them."""
        for start in range(0, leases, _BATCH):
            with self.store.transaction() as tx:
                for number in range(start, min(start + _BATCH, leases)):
                    owner = Owner(self.owner.host, f"other-{number % _OWNERS}")
                    row = arrive(tx, owner, DAY, Liveness(), **self._place)
                    path = f"{self.project}/src/package_{number // 100}/module_{number}.py"
                    file = Resource(FILE, path, f"0:{number + 1}")
                    acquire(tx, self.world, owner, [file], Terms(), "", until=tx.now + DAY)
                    fresh.wrote(tx, row, file, Look(f"{number:032x}"), self.store.wall())

    def session_start(self) -> Run:
        """The hook that arms the guard, and writes its image."""
        call = {"session_id": SESSION, "cwd": str(self.project), "hook_event_name": "SessionStart"}
        given = json.dumps({**call, "source": "startup"}).encode()
        run = self.runner.run(shell(self.commands["SessionStart"]), self.environ, given)
        if run.code or b"additionalContext" not in run.out:
            raise SystemExit(f"SessionStart failed ({run.code}): {run.out!r} {run.errors!r}")
        return run

    def call(self, path: Path) -> bytes:
        """A Write of this session's that was never asked about before."""
        self._calls += 1
        return write_call(self.project, path, f"toolu_{self._calls:08d}")

    def write(self, path: Path) -> Run:
        """The hook before a Write of this session's."""
        given = self.call(path)
        return self.runner.run(shell(self.commands["PreToolUse"]), self.environ, given)

    def hold(self, path: Path, owner: Owner) -> None:
        """The owner takes the file, on paper."""
        with self.store.transaction() as tx:
            arrive(tx, owner, DAY, Liveness(), **self._place)
            got = acquire(tx, self.world, owner, [self.resource(path)], Terms(), "", until=tx.now + DAY)
        if not isinstance(got, Granted):
            raise SystemExit(f"{path.name} should be free: {got}")

    def resource(self, path: Path) -> Resource:
        if not path.exists():
            return Resource(FILE, str(path))
        info = path.stat()
        return Resource(FILE, str(path), f"{info.st_dev}:{info.st_ino}")

    def give_back(self, path: Path, owner: Owner | None = None) -> None:
        """The owner (this session, if none is named) gives the file back."""
        owner = owner or self.owner
        with self.store.transaction() as tx:
            mine = [lease for lease in held_by(tx, owner) if lease.resource.shown == str(path)]
            if not release(tx, owner, mine):
                raise SystemExit(f"{path.name} should be held by {owner.id}")

    def decisions(self) -> list[str]:
        """The reasons of all decisions that stand in the log for this session."""
        reasons = []
        with open(self.root / "audit.jsonl", encoding="utf-8") as log:
            for line in log:
                event = json.loads(line)
                if event["event"] == "decision" and event["owner"] == self.owner.id:
                    reasons.append(event["reason"])
        return reasons
