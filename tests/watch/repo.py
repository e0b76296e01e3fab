"""A repository in which one owner holds files and others run commands, with the CLI beside it."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.guard.calls import Guard, settle

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.faces.main import main

UNREAD = "./build.sh"
"""A command that says nothing of what it writes."""


class Watched(Guard):
    """``base`` gets a real git repository; state and HOME lie beside it."""

    def __init__(self, base: Path) -> None:
        super().__init__(base)
        self.base = base
        self.root = base / "state" / "interlock"
        subprocess.run(["git", "init", "-q", str(self.repo)], check=True)
        (self.repo / ".git" / "info" / "exclude").write_text(
            "/.claude/\n"
        )  # made a moment before the first command

    def held(self, name: str = "held.py", text: str = "mine\n", by: str = "alpha") -> Path:
        """A file that ``by`` wrote, and holds."""
        path = self.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.write(path, by, text=text) == ""
        settle(path)
        return path

    def shell(self, command: str) -> None:
        """Runs it for real, as an agent's shell would."""
        subprocess.run(["bash", "-c", command], cwd=self.repo, check=True, capture_output=True, timeout=20)

    def begin(self, by: str = "beta", command: str = UNREAD, use: str = "") -> str:
        """A shell command that is let through; its tool_use_id."""
        self.count += not use
        use = use or f"toolu_{self.count}"
        asked = self.tool("PreToolUse", "Bash", by, use=use, command=command)
        assert "permissionDecision" not in asked, asked
        return use

    def end(self, use: str, by: str = "beta", command: str = UNREAD, behind: bool = False) -> str:
        """The command ends, or goes on behind; what its owner is told."""
        told = {"stdout": "", **({"backgroundTaskId": "b1"} if behind else {})}
        given = {"command": command}
        said = self.hook(
            "PostToolUse",
            by,
            tool_name="Bash",
            tool_use_id=use,
            tool_input=given,
            tool_response=told,
            duration_ms=5,
        )
        return str(said.get("additionalContext", ""))

    def run(self, command: str | Callable[[], object], by: str = "beta") -> str:
        """A whole command, opaque to who reads it; what its owner is told."""
        use = self.begin(by)
        if isinstance(command, str):
            self.shell(command)
        else:
            command()
        return self.end(use, by)

    def told(self, by: str = "alpha") -> str:
        """What the owner hears at its next call."""
        said = self.tool("PostToolUse", "Read", by, file_path="/nowhere")
        return str(said.get("additionalContext", ""))

    def store(self) -> Embedded:
        """The store, beside the hooks."""
        root = str(self.root)
        return Embedded(root, AuditFile(root), clock.now, clock.wall, clock.boot_id())

    def mark(self, use: str, note: str) -> None:
        """Notes of a call what layers 1 and 2 may know of it."""
        with self.store().transaction() as tx:
            tx.run("call_mark", id=use, note=note)

    def ran(self, use: str, *bound: Path) -> None:
        """The prefix program has contained the command, with these files bound."""
        folder = self.root / "tickets"
        folder.mkdir(exist_ok=True)
        ticket = [b"linux1 allow 272 3", *(os.fsencode(path) for path in bound), b""]
        (folder / f"{use}.ran").write_bytes(b"\0".join(ticket))

    def behind(self, command: str = "./serve", by: str = "beta") -> "subprocess.Popen[bytes]":
        """A command goes to the background, as the client runs it: marked, and a child of what can be seen."""
        (self.base / "serve").write_text("#!/bin/sh\nsleep 60\n")
        (self.base / "serve").chmod(0o755)
        command = command.replace("./serve", f"{self.base}/serve")
        self.environ["CLAUDE_PID"] = str(os.getppid())
        self.count += 1
        use = f"toolu_{self.count}"
        given = {"command": command, "run_in_background": True}
        call = {"tool_name": "Bash", "tool_use_id": use}
        asked = self.hook("PreToolUse", by, **call, tool_input=given)
        marked = asked["updatedInput"]["command"]
        shell = ["bash", "-c", f"true && eval {shlex.quote(marked)} < /dev/null && pwd -P > /dev/null"]
        process = subprocess.Popen(shell, cwd=self.repo, start_new_session=True)
        cmdline = Path(f"/proc/{process.pid}/cmdline")
        while cmdline.exists() and b"interlock:" not in cmdline.read_bytes():
            time.sleep(0.001)  # between fork and exec
        told = {"stdout": "", "backgroundTaskId": "b1"}
        self.hook("PostToolUse", by, **call, tool_input={**given, "command": marked}, tool_response=told)
        return process

    def breaches(self) -> list[dict[str, Any]]:
        return self.records("breach")

    def cli(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str, by: str = ""
    ) -> tuple[int, str]:
        """Types `interlock WORDS...` in the repository as the session ``by`` ("" is a person)."""
        monkeypatch.chdir(self.repo)
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.setenv("XDG_STATE_HOME", str(self.base / "state"))
        for name in ("CLAUDE_CODE_SESSION_ID", "CLAUDE_PID"):
            monkeypatch.delenv(name, raising=False)
        if by:
            monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", by)
        capsys.readouterr()
        code = main(list(words))
        said = capsys.readouterr()
        return code, said.out + said.err
