"""Start the real client in a scratch HOME against a scripted model."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .model import Model
from .script import Json
from .session import Session

__all__ = ["Client", "Session"]

TOOLS = ("Bash", "Write", "Edit", "Read", "Agent", "NotebookEdit")
QUIET = {
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
}


@dataclass(frozen=True)
class Client:
    """One client binary with a scratch home, a scratch project and a model."""

    binary: Path
    home: Path
    project: Path
    model: Model
    sessions: list[Session] = field(default_factory=list)

    @property
    def version(self) -> tuple[int, ...]:
        """The client's version, asked of the binary."""
        env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.home), **QUIET}
        out = subprocess.run([self.binary, "--version"], env=env, capture_output=True, text=True, check=True)
        return tuple(int(part) for part in out.stdout.split()[0].split("."))

    def settings(self, settings: Json) -> None:
        """Write the project's local settings."""
        path = self.project / ".claude" / "settings.local.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=1))

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """All the client gets to see; nothing is inherited but PATH."""
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "CLAUDE_CODE_TMPDIR": str(self.home / "tmp"),
            "ANTHROPIC_BASE_URL": self.model.url,
            "ANTHROPIC_API_KEY": "dummy",
            **QUIET,
        }
        if os.geteuid() == 0:
            env["IS_SANDBOX"] = "1"
        return {**env, **(extra or {})}

    def start(
        self,
        prompt: str,
        *,
        session_args: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        permission_mode: str = "acceptEdits",
        allowed: Sequence[str] = TOOLS,
        cwd: Path | None = None,
    ) -> Session:
        """Start a session; it runs while the test goes on."""
        argv = [str(self.binary), "-p", prompt, "--output-format", "stream-json", "--verbose"]
        argv += ["--permission-mode", permission_mode, *session_args]
        if allowed:
            argv += ["--allowedTools", *allowed]
        (self.home / "tmp").mkdir(exist_ok=True)
        session = Session(argv, self.environment(env), cwd or self.project)
        self.sessions.append(session)
        return session

    def close(self) -> None:
        """End what is left of all sessions."""
        for session in self.sessions:
            session.close()
