"""A repository with agents that have contracts, and a run of theirs; hook calls as the client makes them."""

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

from interlock.doors.store.ground import prepare
from interlock.faces.main import main
from interlock.guard.entry import respond
from interlock.guard.scene import Scene
from interlock.words.faults import Unreadable

from .calls import settle

CONTRACTS = {
    "implementer": """
given = [".runs/{run}/signal/requirements.md", ".runs/{run}/plan/adr.md?"]
inputs = [".runs/{run}/build/code_critique.md?"]
outputs = [".runs/{run}/build/impl_changes_summary.md"]
owns = ["@source"]
shares = [".runs/{run}/build/ac_status.json"]
""",
    "critic": """
given = [".runs/{run}/signal/requirements.md"]
inputs = [".runs/{run}/build/impl_changes_summary.md"]
outputs = [".runs/{run}/build/code_critique.md"]
shares = [".runs/{run}/build/ac_status.json"]
""",
    "test-author": """
owns = ["@tests"]
""",
    "cleanup": """
outputs = [".runs/{run}/build/build_receipt.json", ".runs/{run}/build/cleanup_handoff.md"]
""",
    "repo-operator": """
inputs = [".runs/{run}/build/build_receipt.json"]
outputs = [".runs/{run}/deploy/repo_operator_handoff.md"]
""",
}
CRITIQUE = """---
version: 1
run_id: r1
round: 1
items: []
---
## What I found
Nothing.
## What's left
Nothing.
## Recommendation
Go on.
"""
SUMMARY = CRITIQUE.replace("round: 1\nitems: []", "changes: []").replace("What I found", "What I did")


class Contracted:
    """``repo`` is a checkout with one run, r1, whose requirements are there; its state lies beside it."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.repo, self.home, self.root = base / "repo", base / "home", base / "state" / "interlock"
        for folder in (self.repo / ".git", self.repo / "src", self.home, self.root / "bin"):
            folder.mkdir(parents=True)
        prepare(str(self.root))
        self.write(".claude/interlock.toml", "wait = 0\n")
        for name, block in CONTRACTS.items():
            self.agent(name, block)
        self.write("src/a.py", "a = 1\n")
        self.run("r1")
        self.write(".runs/r1/signal/requirements.md", "It should.\n")
        self.environ = {
            "HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.repo), "PATH": os.environ["PATH"],
            "XDG_STATE_HOME": str(self.root.parent),
        }  # fmt: skip
        shim = self.root / "bin" / "interlock"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -m interlock "$@"\n')
        shim.chmod(0o755)
        self.asked: list[list[str]] = []
        self._calls = 0

    def agent(self, name: str, block: str, resume: str = 'resume = "from disk"') -> Path:
        """An agent's file, with that contract; "" for none."""
        body = f"```toml contract\n{block}{resume}\n```\n" if block else "no contract\n"
        return self.write(
            f".claude/agents/{name}.md", f"---\nname: {name}\ndescription: {name} works\n---\n{body}"
        )

    def run(self, name: str, state: str = "open", index: bool = False) -> None:
        """A run's folder; with ``index`` the index of this one run."""
        facts = {
            "version": 1, "run_id": name, "title": name, "issue": None, "state": state, "started": 1.0,
            "started_by": "h|s|main", "closed": None if state == "open" else 2.0, "base": None,
        }  # fmt: skip
        self.write(f".runs/{name}/run_meta.json", json.dumps(facts))
        if index:
            entry = {key: facts[key] for key in ("run_id", "title", "issue", "state", "started")}
            self.write(".runs/index.json", json.dumps({"version": 1, "runs": [entry]}))

    def write(self, name: str, text: str) -> Path:
        path = self.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def hook(self, event: str, by: str = "alpha", **fields: object) -> dict[str, Any]:
        """What the guard answers, {} for silence. ``by``: SESSION, SESSION/AGENT:TYPE or SESSION:TYPE."""
        who, _, kind = by.partition(":")
        session, _, agent = who.partition("/")
        call = {"session_id": session, "hook_event_name": event, "cwd": str(self.repo), **fields}
        call |= {"agent_id": agent} if agent else {}
        call |= {"agent_type": kind} if kind else {}
        said = respond(json.dumps(call).encode(), str(self.root), event, self.environ, time.monotonic())
        return json.loads(said) if said else {}

    def tool(self, event: str, tool: str, by: str, given: dict[str, Any], **more: object) -> dict[str, Any]:
        self._calls += event == "PreToolUse"
        use = f"toolu_{self._calls}"
        call = {"tool_name": tool, "tool_use_id": use, "tool_input": given, "duration_ms": 1, **more}
        said = self.hook(event, by, **call)
        return dict(said.get("hookSpecificOutput", {}))

    def refused(self, tool: str, by: str, **given: Any) -> str:
        """The sentence with which the call is refused, "" if it may happen."""
        said = self.tool("PreToolUse", tool, by, given)
        return str(said["permissionDecisionReason"]) if said.get("permissionDecision") == "deny" else ""

    def put(self, name: str, text: str, by: str) -> str:
        """A Write, done if nothing is said against it: the refusal, else what its writer is told afterwards."""
        given = {"file_path": str(self.repo / name), "content": text}
        if refusal := self.refused("Write", by, **given):
            return refusal
        self.write(name, text)
        return str(self.tool("PostToolUse", "Write", by, given).get("additionalContext", ""))

    def bash(self, command: str, by: str) -> str:
        """The refusal of a command."""
        return self.refused("Bash", by, command=command)

    def show(self, command: str, stdout: str, by: str) -> None:
        """A command ran and printed that."""
        for path in self.repo.glob(".runs/*/*/*"):
            settle(path)
        self.bash(command, by)
        self.tool("PostToolUse", "Bash", by, {"command": command}, tool_response={"stdout": stdout})

    def read(self, name: str, by: str) -> None:
        path = self.repo / name
        settle(path)
        self.tool("PostToolUse", "Read", by, {"file_path": str(path)})

    def launch(self, kind: str, prompt: str = "go", by: str = "alpha") -> str:
        """The refusal to start a subagent."""
        return self.refused("Agent", by, subagent_type=kind, prompt=prompt, description="a task")

    def stop(self, by: str) -> str:
        """The refusal of a stop."""
        event = "SubagentStop" if "/" in by else "Stop"
        said = self.hook(event, by, last_assistant_message="done", stop_hook_active=False)
        return str(said.get("reason", ""))

    def records(self, event: str) -> list[dict[str, Any]]:
        lines = (self.root / "audit.jsonl").read_text().splitlines()
        return [record for record in map(json.loads, lines) if record["event"] == event]

    def reasons(self) -> list[str]:
        """Of all decisions that refused."""
        return [str(one["reason"]) for one in self.records("decision") if one["verdict"] == "deny"]

    def interlock(self, *words: str, folder: str = "") -> subprocess.CompletedProcess[str]:
        """A command as a person types it, in this process: quicker, and seen by the coverage."""
        said, told = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("CLAUDE")]:
                patch.delenv(name)
            for name, value in self.environ.items():
                if not name.startswith("CLAUDE"):
                    patch.setenv(name, value)
            patch.chdir(folder or self.repo)
            patch.setattr(sys, "stdout", said)
            patch.setattr(sys, "stderr", told)
            try:
                code = main(list(words))
            except SystemExit as end:
                code = int(end.code or 0)
        return subprocess.CompletedProcess(words, code, said.getvalue(), told.getvalue())

    def answer(self, _: Scene, words: list[str], seconds: float, folder: str) -> tuple[int, object]:
        """What the guard is answered, as by the installed program."""
        assert 0 < seconds <= 10
        self.asked.append(words)
        done = self.interlock(*words, folder=folder)
        if done.returncode > 1:
            raise Unreadable(done.stderr)
        return done.returncode, json.loads(done.stdout)
