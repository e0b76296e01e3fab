"""A client whose scratch project is a git repository with Interlock in it, put there by its own installer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .run import Client
from .script import Before, Json

TREE = Path(__file__).parents[2]
_NAME = ("-c", "user.name=tester", "-c", "user.email=tester@example.invalid")


@dataclass(frozen=True)
class Guarded:
    """A client and the Interlock that guards it; `pack` is the source tree it was installed from."""

    client: Client
    pack: Path = TREE

    @property
    def project(self) -> Path:
        """The repository's checkout."""
        return self.client.project

    @property
    def state(self) -> Path:
        """Interlock's state folder: the default one of the scratch home."""
        return self.client.home / ".local" / "state" / "interlock"

    def environment(self) -> dict[str, str]:
        """For the programs a test runs itself: the scratch home, the package, and nothing inherited."""
        lib = str(self.pack / "lib")
        found = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.client.home), "PYTHONPATH": lib}
        return {**found, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *argv: object, cwd: Path | None = None) -> str:
        """Run a program to its good end; its output."""
        words = [str(word) for word in argv]
        done = subprocess.run(words, cwd=cwd or self.project, env=self.environment(), capture_output=True)
        assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
        return done.stdout.decode()

    def commit(self) -> None:
        """Make the project a repository (again) and commit all that is in it."""
        self.run("git", "init", "-q")
        self.run("git", "add", "-A")
        self.run("git", *_NAME, "commit", "-q", "--allow-empty", "-m", "all")

    def install(self, scope: str = "local", python: Path | None = None) -> None:
        """What a person types: `interlock install`."""
        self.run(python or sys.executable, "-m", "interlock", "install", self.project, "--scope", scope)

    def interlock(self, *words: object) -> str:
        """What a person at a terminal types, once Interlock is installed."""
        return self.run(self.state / "bin" / "interlock", *words)

    def configure(self, text: str) -> None:
        """Write the project's config."""
        path = self.project / ".claude" / "interlock.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def elsewhere(self, home: Path, project: Path) -> Guarded:
        """The same client for another home and project."""
        return replace(self, client=replace(self.client, home=home, project=project))

    def log(self, event: str | None = None, **facts: object) -> list[Json]:
        """The audit log's records of that event with those facts, in order, straight from the file."""
        try:
            lines = (self.state / "audit.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        except FileNotFoundError:
            return []
        records: list[Json] = [json.loads(line) for line in lines]
        wanted = {**facts, **({"event": event} if event else {})}
        return [r for r in records if all(r.get(name) == value for name, value in wanted.items())]

    def wait(self, event: str, count: int = 1, timeout: float = 30, **facts: object) -> list[Json]:
        """The records, once there are so many."""
        deadline = time.monotonic() + timeout
        while len(found := self.log(event, **facts)) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{event} {facts} was logged {len(found)} times, not {count}: {self.log()}")
            time.sleep(0.02)
        return found

    def until(self, true: Callable[[], bool], timeout: float = 30) -> None:
        """Wait for something that is not logged."""
        deadline = time.monotonic() + timeout
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError("what was waited for never came")
            time.sleep(0.02)

    def after(self, event: str, count: int = 1, **facts: object) -> Before:
        """A turn's `before` that waits for the log."""
        return lambda: self.wait(event, count, 30, **facts)

    def verdicts(self, path: Path) -> list[tuple[str, str, str]]:
        """(session or agent, verdict, reason) of every decision on a write to the path, in order."""
        found = [r for r in self.log("decision") if str(path) in r.get("paths", ())]
        return [(actor(r), r["verdict"], r["reason"]) for r in found]

    def story(self) -> str:
        """What happened, a line each, for who looks at a failure."""
        names = ("event", "verdict", "reason", "tool", "command", "path", "paths", "fence", "sentence")
        return "\n".join(
            f"{actor(r)[:8] if r.get('owner') else '-':8} {[r[n] for n in names if r.get(n)]}" for r in self.log()
        )


def actor(record: Json) -> str:
    """Whose record it is: a subagent's id, or the session's."""
    _, session, agent = str(record["owner"]).split("|")
    return session if agent == "main" else agent
