"""An agent as a client runs it: before and after each tool call the hooks of the settings file are started, as
`/bin/sh -c COMMAND` with the call as JSON on standard input, and their answers obeyed.

The file is read anew for each event, so what is shown is what was installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shlex import quote
from typing import Any

from interlock.demo.running import Lines
from interlock.demo.stage import Stage
from interlock.demo.step import NotAsPromised
from interlock.doctor.replay import matches
from interlock.install.entries import Entry, own_entries

Json = dict[str, Any]
SETTINGS = ".claude/settings.local.json"
_SECONDS = 15.0
_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What the hooks of one event said."""

    refusal: str | None = None
    """Why the call must not happen; None if it may."""
    context: str = ""
    """What the model is told beside."""
    changed: Json | None = None
    """The tool's new input."""
    ms: float = 0.0


@dataclass(frozen=True)
class Command:
    """A command that the agent's Bash runs."""

    process: subprocess.Popen[bytes]
    out: Lines
    err: Lines
    use: str
    given: Json


class Agent:
    """One session's main agent. Its letter is its name in the demo."""

    def __init__(self, stage: Stage, letter: str) -> None:
        self.stage = stage
        self.letter = letter
        self.session = f"agent-{letter}"
        self._env_file = stage.folder / f"env-{letter}"
        self._environ = {
            **stage.environ(),
            "CLAUDECODE": "1",
            "CLAUDE_CODE_SESSION_ID": self.session,
            "CLAUDE_PROJECT_DIR": str(stage.repo),
            "CLAUDE_PID": str(os.getpid()),
        }

    def begin(self) -> Answer:
        """The session starts. What the hook writes to CLAUDE_ENV_FILE goes before each later command."""
        self._env_file.touch()
        return self._hooks("SessionStart", {"source": "startup"})

    def write(self, content: str) -> Answer:
        """The Write tool on the demo's file: done unless a hook refuses it."""
        use, given = _use(), {"file_path": str(self.stage.file), "content": content}
        call = {"tool_name": "Write", "tool_use_id": use, "tool_input": given}
        answer = self._hooks("PreToolUse", call)
        if answer.refusal is None:
            before = self.stage.file.read_text()
            self.stage.file.write_text(content)
            told = {"filePath": given["file_path"], "originalFile": before, "structuredPatch": []}
            self._hooks("PostToolUse", {**call, "tool_response": told, "duration_ms": 1})
        return answer

    def read(self) -> str:
        """The Read tool on the demo's file."""
        call = {"tool_name": "Read", "tool_use_id": _use(), "tool_input": {"file_path": str(self.stage.file)}}
        self._hooks("PreToolUse", call)
        text = self.stage.file.read_text()
        told = {"type": "text", "file": {"content": text, "startLine": 1}}
        self._hooks("PostToolUse", {**call, "tool_response": told, "duration_ms": 1})
        return text

    def run(self, command: str) -> Command:
        """The Bash tool: starts the command, as the hook would have it."""
        use, given = _use(), {"command": command, "description": "Wait for the file"}
        answer = self._hooks("PreToolUse", {"tool_name": "Bash", "tool_use_id": use, "tool_input": given})
        if answer.refusal is not None:
            raise NotAsPromised(f"{self.letter}'s command was refused: {answer.refusal}")
        wanted = str((answer.changed or given)["command"])
        text = f"{self._env_file.read_text()}\neval {quote(wanted)}\ns=$?; exit $s"
        process = self.stage.start(["/bin/sh", "-c", text], self._environ)
        return Command(process, Lines(process.stdout), Lines(process.stderr), use, given)

    def end(self, command: Command, seconds: float) -> tuple[int, str]:
        """(exit code, what it printed) of the command; what is still running by then is ended."""
        try:
            command.process.wait(seconds)
        except subprocess.TimeoutExpired:
            command.process.kill()
            raise NotAsPromised(f"{self.letter}'s `lock wait` did not return within {seconds:.0f} s.") from None
        out, err = command.out.text(), command.err.text()
        told = {"stdout": out, "stderr": err, "interrupted": False}
        call = {"tool_name": "Bash", "tool_use_id": command.use, "tool_input": command.given}
        self._hooks("PostToolUse", {**call, "tool_response": told, "duration_ms": 1})
        return command.process.returncode, out or err

    def stop(self) -> Answer:
        """The agent's turn is over."""
        return self._hooks("Stop", {"stop_hook_active": False})

    def leave(self) -> Answer:
        """The session is over."""
        return self._hooks("SessionEnd", {"reason": "other"})

    def _hooks(self, event: str, facts: Json) -> Answer:
        common = {
            "session_id": self.session,
            "transcript_path": str(self.stage.folder / f"{self.session}.jsonl"),
            "cwd": str(self.stage.repo),
            "permission_mode": "acceptEdits",
            "hook_event_name": event,
        }
        line = json.dumps({**common, **facts}).encode() + b"\n"
        answer = Answer()
        for entry in installed(self.stage.repo):
            if entry.event == event and matches(entry, str(facts.get("tool_name", ""))):
                answer = self._call(entry, line)
                if answer.refusal is not None:
                    break
        return answer

    def _call(self, entry: Entry, line: bytes) -> Answer:
        """One hook command's answer, taken as the client takes it; that it broke is not passed over."""
        environ = dict(self._environ)
        if entry.event == "SessionStart":
            environ["CLAUDE_ENV_FILE"] = str(self._env_file)
        began = time.monotonic()
        process = self.stage.start(["/bin/sh", "-c", entry.command], environ, stdin=subprocess.PIPE)
        try:
            out, err = process.communicate(line, _SECONDS)
        except subprocess.TimeoutExpired:
            raise NotAsPromised(f"The {entry.event} hook did not answer within {_SECONDS:.0f} s.") from None
        ms = (time.monotonic() - began) * 1000
        if process.returncode == 2:
            return Answer(refusal=err.decode("utf-8", "replace").strip(), ms=ms)
        if process.returncode != 0:
            raise NotAsPromised(
                f"The {entry.event} hook broke (exit {process.returncode}): that lets calls through."
            )
        return _answer(out, entry.event, ms)


def installed(repo: Path) -> list[Entry]:
    """Interlock's entries in the settings file of the repository."""
    return own_entries(json.loads((repo / SETTINGS).read_text()))


def _answer(out: bytes, event: str, ms: float) -> Answer:
    if not out.strip():
        return Answer(ms=ms)
    try:
        told = json.loads(out)["hookSpecificOutput"]
        refused = told.get("permissionDecision") == "deny"
        refusal = str(told["permissionDecisionReason"]) if refused else None
        return Answer(refusal, str(told.get("additionalContext", "")), told.get("updatedInput"), ms)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAsPromised(f"The {event} hook said what the client does not understand: {out[:80]!r}.") from None


def _use() -> str:
    return f"toolu_demo{next(_numbers):020d}"
