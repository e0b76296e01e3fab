"""The exact installed command lines, run as the client runs them: one call must be refused, one must pass.

Nothing less shows that the guard is on: a typo in the settings, a moved interpreter, a deleted launcher all
look like silence, and silence lets a write through.
"""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from interlock.doctor.finding import Finding, bad, ok
from interlock.install.entries import Entry

_SECONDS = 70  # the guard answers within 25
_REPAIR = "Run `interlock install` again in this repository, then start a new session."


@dataclass
class Replay:
    """Two made-up sessions and a scratch file; ``environ`` as a client would hand it to its hooks."""

    entries: list[Entry]
    project: str
    environ: dict[str, str]
    sessions: tuple[str, str] = field(
        default_factory=lambda: (f"doctor-{uuid4().hex[:8]}", f"doctor-{uuid4().hex[:8]}")
    )

    def run(self) -> Iterator[Finding]:
        """Findings, one for each promise. What the sessions took is given back."""
        guarded = [e for e in self.entries if e.event == "PreToolUse" and matches(e, "Write")]
        if not guarded:
            yield bad("replay", "no installed hook would see a Write", _REPAIR)
            return
        with tempfile.TemporaryDirectory(prefix="interlock-doctor-") as folder:
            file = str(Path(folder) / "held.txt")
            try:
                for entry in guarded:
                    yield self._allowed(entry, self.sessions[0], file)
                    yield self._denied(entry, self.sessions[1], file)
            finally:
                self._end()
        yield from self._others()

    def _allowed(self, entry: Entry, session: str, file: str) -> Finding:
        code, out = self.call(entry, session, tool="Write", file=file)
        if code == 0 and _verdict(out) != "deny":
            return ok("replay", "a write to a free file passes")
        return bad("replay", f"a write to a free file was refused (exit {code}): {_reason(out)}", _REPAIR)

    def _denied(self, entry: Entry, session: str, file: str) -> Finding:
        code, out = self.call(entry, session, tool="Write", file=file)
        if code == 0 and _verdict(out) == "deny" and "held" in _reason(out):
            return ok("replay", "a write to a file that another session holds is refused")
        return bad(
            "replay",
            f"a write to a held file was NOT refused as it should be (exit {code}): {out[:200]!r}",
            _REPAIR,
        )

    def _others(self) -> Iterator[Finding]:
        missing = {"PostToolUse", "SessionStart", "SubagentStop", "Stop", "SessionEnd"} - {
            e.event for e in self.entries
        }
        if missing:
            yield bad("replay", f"no installed hook for {', '.join(sorted(missing))}", _REPAIR)

    def _end(self) -> None:
        for entry in self.entries:
            if entry.event == "SessionEnd":
                for session in self.sessions:
                    self.call(entry, session)

    def call(self, entry: Entry, session: str, tool: str = "", file: str = "") -> tuple[int, str]:
        """(exit code, standard output) of the entry's command for a made-up call."""
        data = {
            "session_id": session,
            "hook_event_name": entry.event,
            "cwd": self.project,
            "tool_name": tool,
            "tool_use_id": f"toolu_doctor_{uuid4().hex[:12]}",
            "tool_input": {"file_path": file, "content": "x"},
        }
        environ = {**self.environ, "CLAUDE_PROJECT_DIR": self.project}
        try:
            done = subprocess.run(
                entry.argv, input=json.dumps(data).encode(), capture_output=True,
                cwd=self.project, env=environ, timeout=_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, ""
        except OSError as problem:
            return -1, str(problem)
        return done.returncode, done.stdout.decode("utf-8", "replace")


def matches(entry: Entry, tool: str) -> bool:
    """Whether the client would run the entry for this tool: no matcher and `*` take all, plain names match
    whole, anything else is searched for as a regular expression (live on 2.1.197 and 2.1.329)."""
    matcher = entry.matcher
    if matcher in (None, "", "*"):
        return True
    if re.fullmatch(r"[A-Za-z0-9_|]+", matcher or ""):
        return tool in (matcher or "").split("|")
    try:
        return re.search(matcher or "", tool) is not None
    except re.error:
        return False


def hook_environ() -> dict[str, str]:
    """What a hook gets from the client, as far as a hook of ours cares."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}


def _said(out: str) -> dict[str, object]:
    try:
        value = json.loads(out)["hookSpecificOutput"]
    except (ValueError, KeyError, TypeError):
        return {}
    return value if isinstance(value, dict) else {}


def _verdict(out: str) -> str:
    return str(_said(out).get("permissionDecision", ""))


def _reason(out: str) -> str:
    return str(_said(out).get("permissionDecisionReason", out))[:300]
