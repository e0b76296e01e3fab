"""A repository with agents at work in it: real guard calls in this process, and the commands as typed."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from interlock.doors import clock
from interlock.doors.audit import AuditFile, body, line_hash
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.faces.main import main
from interlock.guard.entry import respond

Record = dict[str, object]
Out = pytest.CaptureFixture[str]


class Site:
    """``repo`` is a checkout whose writes don't wait; state and HOME lie beside it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.root = folder / "state" / "interlock"
        self.repo = self.checkout(folder / "repo")
        self._calls = 0

    def checkout(self, repo: Path) -> Path:
        (repo / ".git").mkdir(parents=True)
        (repo / ".claude").mkdir()
        (repo / ".claude/interlock.toml").write_text("wait = 0\n")
        (repo / "src").mkdir()
        return repo

    def hook(self, event: str, session: str = "alpha", repo: Path | None = None, **more: Any) -> str:
        """One hook call as the client makes it; returns the decision's reason, "" if there is none."""
        self._calls += 1
        where = str(repo or self.repo)
        given = {"session_id": session, "hook_event_name": event, "cwd": where, **more}
        if "tool_name" in more:
            given.setdefault("tool_use_id", f"use-{self._calls}")
        environ = {"HOME": str(self.home), "CLAUDE_PROJECT_DIR": where}
        raw = json.dumps(given).encode()
        text = respond(raw, str(self.root), event, environ, time.monotonic())
        told = json.loads(text)["hookSpecificOutput"] if text else {}
        return str(told.get("permissionDecisionReason", ""))

    def write(self, path: str, session: str = "alpha", repo: Path | None = None, **more: Any) -> str:
        """A Write, asked and, where it is let through, done."""
        self._calls += 1
        call: dict[str, Any] = {"tool_name": "Write", "tool_input": {"file_path": path, "content": "x"}, **more}
        call["tool_use_id"] = f"write-{self._calls}"
        refusal = self.hook("PreToolUse", session, repo, **call)
        if not refusal:
            file = (repo or self.repo) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x")
            self.hook("PostToolUse", session, repo, **call, tool_response={})
        return refusal

    def shell(self, command: str, session: str = "alpha", **more: Any) -> None:
        """A Bash call that fails."""
        call: dict[str, Any] = {"tool_name": "Bash", "tool_input": {"command": command}, **more}
        call["tool_use_id"] = f"shell-{self._calls}"
        self.hook("PreToolUse", session, **call)
        self.hook("PostToolUseFailure", session, **call)

    def unguarded(self, path: str, session: str = "alpha") -> None:
        """A Write whose PreToolUse never came."""
        self.hook("PostToolUse", session, tool_name="Write", tool_input={"file_path": path}, tool_response={})

    def store(self, ahead: float = 0.0) -> Embedded:
        """The store, its clock ``ahead`` seconds of the real one."""
        root = str(self.root)
        prepare(root)
        return Embedded(root, AuditFile(root), lambda: clock.now() + ahead, time.time, clock.boot_id())

    @property
    def log(self) -> Path:
        return self.root / "audit.jsonl"

    def lines(self) -> list[bytes]:
        """Every line of the log, oldest first."""
        older = sorted(self.root.glob("audit-*.jsonl"), key=lambda file: file.name[-18:])
        files = [*older, *([self.log] if self.log.exists() else [])]
        return [line for file in files for line in file.read_bytes().splitlines(keepends=True)]

    def records(self) -> list[Record]:
        return [json.loads(line) for line in self.lines()]

    def rotate(self) -> Path:
        """What the log's writer does at the end of a day."""
        last = json.loads(self.log.read_bytes().splitlines()[-1])
        name = self.root / f"audit-{last['at'][:10]}-{last['seq']:012d}.jsonl"
        self.log.rename(name)
        return name


def interlock(*words: str) -> int:
    """The exit code of a command line."""
    return main(list(words))


def ask(capsys: Out, *words: str) -> list[dict[str, object]]:
    """The records that a command line shows."""
    capsys.readouterr()
    assert interlock("log", "--json", *words) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def text(capsys: Out, *words: str) -> list[str]:
    """The lines that a command line shows a person."""
    capsys.readouterr()
    assert interlock("log", *words) == 0
    return capsys.readouterr().out.splitlines()


def forge(site: Site, *records: dict[str, Any], wall: float = 0.0) -> None:
    """A log as another version, or another time, might have written it."""
    site.root.mkdir(parents=True, exist_ok=True)
    prev = "0" * 32
    with site.log.open("ab") as file:
        for seq, facts in enumerate(records, 1):
            facts = dict(facts)
            event, at = str(facts.pop("event")), facts.pop("wall", wall)
            line = f'{body(seq, float(str(at)), event, facts)[:-1]},"prev":"{prev}"}}\n'.encode()
            prev = line_hash(line)
            file.write(line)
