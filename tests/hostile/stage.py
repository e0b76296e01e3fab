"""A project where another session holds a file, and ways to ask the guard about it."""

import json
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.guard.entry import refusal, respond
from interlock.guard.scene import Evidence
from interlock.image import refresh
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.words.lease import Granted
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, Resource

TOP = Path(__file__).parents[2]
GUARD, LIB = TOP / "hooks/guard.py", TOP / "lib"
EVENTS = (
    "PreToolUse", "PostToolUse", "PostToolUseFailure", "SessionStart", "SubagentStart", "SubagentStop", "Stop",
    "SessionEnd",
)  # fmt: skip
KNOWN = {"hookEventName", "permissionDecision", "permissionDecisionReason", "additionalContext", "updatedInput"}
CONFIG = "wait = 0\n"
"""Refused at once: no test sleeps."""


class Stage:
    """``base`` gets a project with its config, a home and a state folder."""

    def __init__(self, base: Path) -> None:
        self.project, self.home, self.root = base / "project", base / "home", base / "state"
        (self.project / ".git").mkdir(parents=True)
        (self.project / ".claude").mkdir()
        (self.project / ".claude/interlock.toml").write_text(CONFIG)
        self.home.mkdir()
        self.held, self.free = self.project / "held.py", self.project / "free.py"
        for file in (self.held, self.free):
            file.write_text("x = 1\n")
        self.environ = {"HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.project)}

    def write(self, path: Path, session: str = "intruder", **more: Any) -> dict[str, Any]:
        """The hook input of a Write."""
        return {
            "session_id": session, "cwd": str(self.project), "hook_event_name": "PreToolUse", "tool_name": "Write",
            "tool_input": {"file_path": str(path), "content": "x = 2\n"}, **more,
        }  # fmt: skip

    def occupy(self) -> None:
        """Another session takes the file, a second one queues for it, and all caches are there."""
        assert self.ask(self.write(self.held, "holder")) == {}
        assert verdict(self.ask(self.write(self.held, "waiter"))) == "held"
        refresh(str(self.root), str(LIB))

    def ask(self, call: dict[str, Any], root: Path | None = None, event: str = "PreToolUse") -> dict[str, Any]:
        """The guard's answer, in this process, as its entry would give it."""
        return self.ask_raw(json.dumps(call).encode(), root, event)

    def ask_raw(self, raw: bytes, root: Path | None = None, event: str = "PreToolUse") -> dict[str, Any]:
        began = time.monotonic()
        try:
            text = respond(raw, str(root or self.root), event, self.environ, began)
        except Exception as problem:  # as the entry does
            text = refusal(event, f"{type(problem).__name__}: {problem}")
        assert time.monotonic() - began < 5, "no answer in time"
        return answer(text)

    def run(
        self, raw: bytes, root: Path | None = None, event: str = "PreToolUse", **more: Any
    ) -> "subprocess.CompletedProcess[bytes]":
        """The hook as it runs in production, in a process of its own."""
        command = [sys.executable, "-I", "-S", "-B", str(GUARD), str(LIB), str(root or self.root), event]
        return subprocess.run(
            command, **{"input": raw, "env": self.environ, "capture_output": True, "timeout": 40, **more}
        )

    def copy(self, to: Path) -> Path:
        """A copy of the state."""
        shutil.rmtree(to, ignore_errors=True)
        return Path(shutil.copytree(self.root, to, symlinks=True))


def answer(text: str) -> dict[str, Any]:
    """What the guard printed, checked against what the client takes; {} for nothing."""
    if text == "":
        return {}
    value = json.loads(text)
    assert set(value) == {"hookSpecificOutput"}
    told: dict[str, Any] = value["hookSpecificOutput"]
    assert told["hookEventName"] in EVENTS
    known = {
        "hookEventName",
        "permissionDecision",
        "permissionDecisionReason",
        "additionalContext",
        "updatedInput",
    }
    assert set(told) <= known
    for name in set(told) - {"updatedInput"}:
        assert isinstance(told[name], str)
    assert isinstance(told.get("updatedInput", {}), dict)
    if "permissionDecision" in told:
        assert told["hookEventName"] == "PreToolUse" and told["permissionDecision"] == "deny"
        assert 0 < len(told["permissionDecisionReason"]) <= 400
        assert "Traceback" not in told["permissionDecisionReason"]
    return told


def verdict(told: dict[str, Any]) -> str:
    """ "open", "held" (refused, naming the holder) or "fault" (refused for the state's sake)."""
    if told.get("permissionDecision") != "deny":
        return "open"
    return "held" if " is held" in told["permissionDecisionReason"] else "fault"


def renewed(stage: Stage) -> None:
    """A holder who took the file long ago and is alive by its later hooks only: the lease's own end is
    over, its owner's is not."""
    now, boot = clock.now(), clock.boot_id()
    owner, terms = Owner("host", "holder"), Terms()
    wanted = Resource(FILE, str(stage.held.resolve()), "", str(stage.held))
    stage.root.mkdir(mode=0o700)
    for ago in (3000.0, 1.0):
        store = Embedded(
            str(stage.root), AuditFile(str(stage.root)), partial(float.__sub__, now, ago), clock.wall, boot
        )
        with store.transaction() as tx:
            arrive(tx, owner, terms.ttl, Liveness())
            assert isinstance(acquire(tx, Evidence(boot), owner, [wanted], terms, "old"), Granted)
        store.close()
