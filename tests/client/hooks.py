"""Trivial hooks for a scratch project: each records what it was given, some answer."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from .script import Json

PROBE = Path(__file__).with_name("probe.py")


class Hooks:
    """The hooks of one project and what they wrote down."""

    def __init__(self, log: Path) -> None:
        """Nothing is hooked yet."""
        self.log = log
        self.config: dict[str, list[Json]] = {}

    def add(
        self, event: str, matcher: str | None = None, *, answer: Json | None = None, **handler: object
    ) -> Hooks:
        """Hook an event; further keywords (timeout, onFailure) go beside `command`.

        `answer` may hold stdout (text or JSON), append (text for the end of a Bash command,
        through updatedInput), stderr, exit, env (lines for CLAUDE_ENV_FILE).
        """
        args = ["-I", "-S", str(PROBE), str(self.log), json.dumps(answer or {})]
        entry: Json = {"hooks": [{"type": "command", "command": sys.executable, "args": args, **handler}]}
        if matcher is not None:
            entry["matcher"] = matcher
        self.config.setdefault(event, []).append(entry)
        return self

    def decide(self, matcher: str, decision: str, reason: str) -> Hooks:
        """Hook PreToolUse with a permission decision."""
        output = {"permissionDecision": decision, "permissionDecisionReason": reason}
        answer = {"stdout": {"hookSpecificOutput": {"hookEventName": "PreToolUse", **output}}}
        return self.add("PreToolUse", matcher, answer=answer)

    @property
    def settings(self) -> Json:
        """What `Client.settings` takes."""
        return {"hooks": self.config}

    @property
    def records(self) -> list[Json]:
        """One record for each call of a hook: input, env, cwd, ancestors."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def inputs(self, event: str, tool: str | None = None) -> list[Json]:
        """The inputs of one event's hooks, in the order they came."""
        found = [r["input"] for r in self.records if r["input"].get("hook_event_name") == event]
        return [i for i in found if tool is None or i.get("tool_name") == tool]

    def wait(self, event: str, count: int = 1, timeout: float = 20) -> list[Json]:
        """Wait until an event's hooks were called so often; also good as a turn's `before`."""
        deadline = time.monotonic() + timeout
        while len(found := self.inputs(event)) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{event} hooks were called {len(found)} times, not {count}")
            time.sleep(0.02)
        return found
