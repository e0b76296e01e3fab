"""A scratch repository under guard: alpha holds files, beta asks. The hooks run in this process."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from interlock.guard.entry import respond

from .scratch import MEMORY, Scratch, Template

HOLDER, OTHER, GONE = "alpha", "beta", "gone"
OPAQUE = "./build.sh"
"""A command that says nothing of what it writes."""


class Site:
    """``root`` is the state folder; ``prefix`` the program that the session's commands go through, if any."""

    def __init__(self, scratch: Scratch, root: Path, prefix: str = "") -> None:
        self.scratch, self.root = scratch, root
        self.environ = {**scratch.environ(), "CLAUDE_PROJECT_DIR": str(scratch.repo)}
        if prefix:
            self.environ["CLAUDE_CODE_SHELL_PREFIX"] = prefix
        self.count = 0

    def hold(self, path: str) -> None:
        """Alpha takes the file, and has it in hand as it is."""
        place = str(self.scratch.repo / path)
        for event in ("PreToolUse", "PostToolUse"):
            said = self.hook(event, HOLDER, "Write", {"file_path": place, "content": ""})
            assert "permissionDecision" not in said, said

    def leave(self, path: str) -> None:
        """Another session writes the file as it is, and ends."""
        place = str(self.scratch.repo / path)
        for event in ("PreToolUse", "PostToolUse"):
            self.hook(event, GONE, "Write", {"file_path": place, "content": ""})
        self.hook("SessionEnd", GONE, "", {})

    def ask(self, command: str, cwd: str = ".") -> str:
        """What beta is told when it would run the command; "" if it may."""
        said = self.hook("PreToolUse", OTHER, "Bash", {"command": self.scratch.text(command)}, cwd)
        return str(said["permissionDecisionReason"]) if said.get("permissionDecision") == "deny" else ""

    def hook(self, event: str, by: str, tool: str, given: dict[str, str], cwd: str = ".") -> dict[str, Any]:
        self.count += event == "PreToolUse"
        call = {
            "session_id": by, "hook_event_name": event, "cwd": str(self.scratch.repo / cwd), "tool_name": tool,
            "tool_use_id": self.use_id, "tool_input": given, "tool_response": {"stdout": ""}, "duration_ms": 1,
        }  # fmt: skip
        raw = json.dumps(call).encode()
        said = respond(raw, str(self.root), event, self.environ, time.monotonic())
        return json.loads(said)["hookSpecificOutput"] if said else {}

    @property
    def use_id(self) -> str:
        return f"toolu_{self.count}"

    def breaches(self) -> list[str]:
        """The paths that were told to be changed by somebody else than their holder."""
        lines = (self.root / "audit.jsonl").read_text().splitlines()
        return [path for one in map(json.loads, lines) if one["event"] == "breach" for path in _paths(one)]


def _paths(record: dict[str, Any]) -> list[str]:
    return [record["path"]] if "path" in record else list(record["paths"])


@contextmanager
def scratch(template: Template) -> Iterator[Scratch]:
    base = Path(mkdtemp(prefix="case-", dir=MEMORY)).resolve()
    try:
        yield template.copy(base)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def reset(site: Site, kept: Path) -> None:
    """The state folder is what it was when it was kept."""
    shutil.rmtree(site.root, ignore_errors=True)
    shutil.copytree(kept, site.root)
