"""A repository with agents that have issues: real git, real hook calls, runs as the log has them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.faces.desk import Desk
from interlock.faces.main import main
from interlock.gate.check import Verdict
from interlock.gate.work import Work
from interlock.guard.entry import respond
from interlock.guard.scene import Scene
from interlock.runs import fingerprint
from interlock.words.faults import Unreadable

PASS: dict[str, Any] = {"tsc": "n/a", "unit": "pass", "guards": [], "findings_outstanding": 0, "blocked": None}
HOST = os.uname().nodename


def report(**changed: object) -> str:
    """A last message with a completion block."""
    return f"All done.\n```json\n{json.dumps({**PASS, **changed})}\n```\n"


def owner(by: str = "alpha") -> str:
    """The id of a session's main agent, or of a subagent (`session/agent`)."""
    session, _, agent = by.partition("/")
    return f"{HOST}|{session}|{agent or 'main'}"


class Ground:
    """``repo`` has one commit and an installed Interlock whose state lies beside it."""

    def __init__(self, base: Path, gate: str = 'required = ["pytest -q"]') -> None:
        self.base = base
        self.repo, self.home, self.root = base / "repo", base / "home", base / "state" / "interlock"
        for folder in (self.repo / ".claude", self.home, self.root / "bin"):
            folder.mkdir(parents=True)
        prepare(str(self.root))
        self.config(gate)
        self.git("init", "-q", "-b", "main")
        self.write("src/a.py", "a = 1\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")
        self.environ = {
            "HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.repo), "PATH": os.environ["PATH"],
            "XDG_STATE_HOME": str(self.root.parent), "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        shim = self.root / "bin" / "interlock"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -m interlock "$@"\n')
        shim.chmod(0o755)
        self._calls = 0

    def config(self, gate: str) -> None:
        (self.repo / ".claude" / "interlock.toml").write_text(f"wait = 0\n[gate]\n{gate}\n")

    def git(self, *words: str) -> str:
        name = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
        env = {"HOME": str(self.home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["git", *name, *words], cwd=self.repo, env=env, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def write(self, name: str, text: str) -> None:
        path = self.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def hook(self, event: str, by: str = "alpha", **fields: object) -> dict[str, Any]:
        """What the guard answers, {} for silence."""
        session, _, agent = by.partition("/")
        call = {"session_id": session, "hook_event_name": event, "cwd": str(self.repo), **fields}
        if agent:
            call |= {"agent_id": agent, "agent_type": fields.get("agent_type", "coder")}
        said = respond(json.dumps(call).encode(), str(self.root), event, self.environ, time.monotonic())
        return json.loads(said) if said else {}

    def start(self, by: str = "alpha", issue: str = "12") -> None:
        """The session begins, its prompt names the issue."""
        self.hook("SessionStart", by, source="startup")
        self.hook("UserPromptSubmit", by, prompt=f"Do it.\nISSUE: {issue}\n")

    def edit(self, name: str, text: str, by: str = "alpha") -> None:
        """A Write through the guard."""
        self._calls += 1
        given = {"file_path": str(self.repo / name), "content": text}
        call = {"tool_name": "Write", "tool_use_id": f"w{self._calls}", "tool_input": given}
        assert self.hook("PreToolUse", by, **call) == {}
        self.write(name, text)
        self.hook("PostToolUse", by, **call, tool_response={})

    def shell(self, command: str, by: str = "alpha", really: tuple[str, ...] = ()) -> None:
        """A Bash call; git does ``really`` meanwhile."""
        self._calls += 1
        call = {"tool_name": "Bash", "tool_use_id": f"b{self._calls}", "tool_input": {"command": command}}
        self.hook("PreToolUse", by, **call)
        if really:
            self.git(*really)
        self.hook("PostToolUse", by, **call, tool_response={"stdout": ""})

    def commit(self, message: str = "bd-12: work", by: str = "alpha") -> str:
        """A commit of everything by an agent's command."""
        self.git("add", "-A")
        words = ("commit", "-q", "--allow-empty", "-m", message)
        self.shell(f"git commit -q -m '{message}'", by, words)
        return self.git("rev-parse", "HEAD")

    def done(self) -> None:
        """Honest work: a commit of the issue, and the tests passed on it."""
        self.start()
        self.edit("src/a.py", "a = 2\n")
        self.commit()
        self.run()

    def tree(self) -> str:
        """The tree of all that is there, by git itself."""
        index = self.base / "index"
        index.unlink(missing_ok=True)
        env = {"HOME": str(self.home), "PATH": os.environ["PATH"], "GIT_INDEX_FILE": str(index)}
        subprocess.run(["git", "add", "-A"], cwd=self.repo, env=env, check=True, capture_output=True)
        done = subprocess.run(["git", "write-tree"], cwd=self.repo, env=env, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def run(self, line: str = "pytest -q", by: str = "alpha", result: str = "passed", **more: Any) -> None:
        """A watched run of a validation command, as `interlock run` writes it down."""
        self._calls += 1
        fingerprint.take(str(self.root), str(self.repo))  # what a run leaves behind; the tree below is git's own
        words = line.split()
        tree, head = self.tree(), self.git("rev-parse", "HEAD")
        top = str(self.repo)
        shared: dict[str, Any] = {
            "owner": owner(by), "run": f"r{self._calls}.0", "checkout": top, "validation": words[0],
            "words": words, "tree": tree, "head": head, "problem": "",
        }  # fmt: skip
        asked = {
            "use_id": "", "issue": "", "cwd": more.pop("cwd", top), "spelled": more.pop("spelled", words),
            "mutex": "tests", "surroundings": "", "command": line,
        }  # fmt: skip
        ended = {
            "exit_code": int(result == "failed"), "signal": 0, "log": "", "seconds": 0.1, "ran": 3, "passed": 3,
            "failed": 0, "skipped": 0, "errors": 0, "result": result, "why": "", "others": [],
        }  # fmt: skip
        with self.store().transaction() as tx:
            tx.event("run_started", **{**shared, "tree": more.pop("tree_before", tree)}, **asked)
            tx.event("run_ended", **{**shared, **ended, **more})

    def store(self) -> Embedded:
        root = str(self.root)
        return Embedded(root, AuditFile(root), clock.now, clock.wall, clock.boot_id())

    def stop(self, message: str = "done", by: str = "alpha", event: str = "", **fields: object) -> str:
        """The refusal of a stop, "" if it passes."""
        name = event or ("SubagentStop" if "/" in by else "Stop")
        said = self.hook(name, by, last_assistant_message=message, stop_hook_active=False, **fields)
        assert said.get("decision") == ("block" if said else None)
        return str(said.get("reason", ""))

    def check(self, message: str = "", by: str = "alpha", issue: str = "12") -> Verdict:
        """The verdict on the present work, in this process."""
        here = Path.cwd()
        os.chdir(self.repo)
        try:
            work = Work(Desk(self.environ), owner(by), str(self.repo))
        finally:
            os.chdir(here)
        period = work.history.begun(owner(by), issue)
        assert period is not None
        return work.check(period, message or report())

    def interlock(self, *words: str, by: str = "", stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A command as typed by a person, or run by a session's script; in this process, for it is quicker."""
        said, told = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("CLAUDE")]:
                patch.delenv(name)
            for name, value in self.environ.items():
                if not name.startswith("CLAUDE"):
                    patch.setenv(name, value)
            if by:
                patch.setenv("CLAUDE_CODE_SESSION_ID", by)
            patch.chdir(self.repo)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            patch.setattr(sys, "stdout", said)
            patch.setattr(sys, "stderr", told)
            try:
                code = main(list(words))
            except SystemExit as end:
                code = int(end.code or 0)
        return subprocess.CompletedProcess(words, code, said.getvalue(), told.getvalue())

    def answer(self, _: Scene, words: list[str], said: dict[str, object], seconds: float) -> dict[str, Any]:
        """What the guard is answered, as by the installed program."""
        assert 0 < seconds < 25
        done = self.interlock(*words, stdin=json.dumps(said))
        if done.returncode:
            raise Unreadable(f"it ended with {done.returncode}")
        return dict(json.loads(done.stdout))

    def records(self, event: str, **facts: object) -> list[dict[str, Any]]:
        lines = (self.root / "audit.jsonl").read_text().splitlines()
        found = [record for record in map(json.loads, lines) if record["event"] == event]
        return [one for one in found if all(one.get(name) == value for name, value in facts.items())]

    def issue(self, by: str = "alpha") -> str:
        """The issue in the owner's row."""
        with self.store().transaction() as tx:
            rows = tx.run("owner_get", id=owner(by))
        return str(rows[0][2]) if rows else ""
