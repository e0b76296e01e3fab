"""Hook calls to the guard, in this process, as the client would make them."""

import json
import os
import time
from pathlib import Path
from typing import Any

from interlock.guard.entry import respond


class Guard:
    """One repository with its state; a call's answer is the hookSpecificOutput, {} for silence."""

    def __init__(self, base: Path) -> None:
        self.repo, self.root, self.home = base / "repo", base / "state", base / "home"
        (self.repo / ".git").mkdir(parents=True)
        (self.repo / ".claude").mkdir()
        self.home.mkdir()
        self.config("wait = 0")
        self.environ = {"HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.repo), "PATH": os.defpath}
        self.count = 0

    def config(self, text: str) -> None:
        (self.repo / ".claude" / "interlock.toml").write_text(text)

    def file(self, name: str, text: str = "old\n") -> Path:
        path = self.repo / name
        path.write_text(text)
        return path

    def hook(self, event: str, by: str = "alpha", **fields: object) -> dict[str, Any]:
        session, _, agent = by.partition("/")
        call = {"session_id": session, "hook_event_name": event, "cwd": str(self.repo), **fields}
        if agent:
            call |= {"agent_id": agent, "agent_type": "coder"}
        said = respond(json.dumps(call).encode(), str(self.root), event, self.environ, time.monotonic())
        return json.loads(said)["hookSpecificOutput"] if said else {}

    def tool(self, event: str, tool: str, by: str = "alpha", use: str = "", **given: object) -> dict[str, Any]:
        self.count += not use
        use_id = use or f"toolu_{self.count}"
        return self.hook(event, by, tool_name=tool, tool_use_id=use_id, tool_input=given, duration_ms=1)

    def write(self, path: Path, by: str = "alpha", tool: str = "Write", text: str = "new\n") -> str:
        """Asks, and does it if nothing is said against it; the refusal's sentence, "" for none."""
        asked = self.tool("PreToolUse", tool, by, file_path=str(path), content=text)
        if asked.get("permissionDecision") == "deny":
            return str(asked["permissionDecisionReason"])
        assert "permissionDecision" not in asked, "allow would skip the user's rules"
        path.write_text(text)
        self.tool("PostToolUse", tool, by, use=f"toolu_{self.count}", file_path=str(path), content=text)
        return ""

    def show(self, path: Path, text: str, first: int = 1, kind: str = "text") -> None:
        """The Read tool returns, having shown ``text`` from line ``first`` on."""
        told = {"type": kind, "file": {"filePath": str(path), "content": text, "startLine": first}}
        given = {"file_path": str(path)}
        self.hook("PostToolUse", tool_name="Read", tool_input=given, tool_response=told, duration_ms=1)

    def read(self, path: Path, by: str = "alpha") -> None:
        settle(path)
        self.tool("PostToolUse", "Read", by, file_path=str(path))

    def records(self, event: str) -> list[dict[str, Any]]:
        lines = (self.root / "audit.jsonl").read_text().splitlines()
        return [record for record in map(json.loads, lines) if record["event"] == event]


def worktree(top: Path, git: Path) -> Path:
    """``top`` as `git worktree add` leaves it, of the repository whose git folder is ``git``."""
    noted = git / "worktrees" / top.name
    top.mkdir()
    noted.mkdir(parents=True)
    (noted / "gitdir").write_text(f"{top}/.git\n")
    (noted / "commondir").write_text("../..\n")
    (top / ".git").write_text(f"gitdir: {noted}\n")
    return top


def settle(path: Path) -> None:
    """Waits until the file's last change is older than the guard's doubt about young changes."""
    while path.exists() and time.time() - path.stat().st_ctime < 0.15:
        time.sleep(0.01)
