"""A repository with agents in it, whose validation runs are watched as the wrapper has them watched."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.runs.gittruth import ENV, commit, init
from tests.watch.repo import Watched as Agents

from interlock.doors.runticket import Ticket
from interlock.faces.desk import Desk
from interlock.runs.evidence import Evidence, read
from interlock.runs.watched import Reused, Watched
from interlock.shell.reading import Validation

PASSED = "=== 3 passed in 0.10s ===\n"


class Ground(Agents):
    """``repo`` has a commit and a tool, ``pytest``, on the PATH beside it. Owners are named by their session."""

    def __init__(self, base: Path) -> None:
        super().__init__(base)
        (self.repo / "src").mkdir()
        for name in ("src/a.py", "src/b.py", "test_a.py"):
            (self.repo / name).write_text(name)
        (self.repo / ".gitignore").write_text("*.log\n.venv\n")
        commit(self.repo)
        self.bin = base / "bin"
        self.program(self.bin / "pytest")
        self.environ = {**ENV, "PATH": f"{self.bin}:{ENV['PATH']}", "HOME": str(self.home)}
        self.environ["XDG_STATE_HOME"] = str(base / "state")
        self.home.mkdir(exist_ok=True)
        self.runs = 0

    def program(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    def desk(self, **environ: str) -> Desk:
        before = Path.cwd()
        os.chdir(self.repo)
        try:
            return Desk({**self.environ, **environ})
        finally:
            os.chdir(before)

    def watched(self, owner: str = "alpha", command: str = "pytest -q", **fields: Any) -> Watched:
        """The watch over one run by that session; ``fields`` are those of the validation, and ``environ``."""
        self.runs += 1
        desk = self.desk(**fields.pop("environ", {}))
        path = fields.pop("path", desk.environ["PATH"])
        words = tuple(fields.pop("words", ("pytest", "-q")))
        given = {"name": "pytest", "mutex": "tests", "words": words, "spelled": words, "cwd": str(self.repo)}
        run = Validation(**{**given, "runner": "pytest", **fields})
        named = {name: getattr(run, name) for name in Validation.__slots__}
        id_ = f"{desk.host}|{owner}|main"
        return Watched(
            desk, Ticket(f"use-{self.runs}", id_, str(self.repo), str(self.repo), command, (named,), (), path)
        )

    def watch(
        self, meanwhile: Callable[[], object] = lambda: None, out: str = PASSED, code: int = 0, signal: int = 0,
        owner: str = "alpha", **fields: Any,
    ) -> tuple[Evidence | Reused | None, str]:  # fmt: skip
        """A whole run, ``meanwhile`` in its time; (what is known of it, what its owner was told)."""
        watched = self.watched(owner, **fields)
        if (given := watched.before()) is not None:
            return given, given.sentence
        log = self.root / "runs" / f"log-{self.runs}"
        log.write_text(out)
        meanwhile()
        told = watched.after(code, signal, log)
        found = [one for one in self.evidence() if one.run == f"use-{self.runs}.0"]
        return next(iter(found), None), told

    def judged(self, *words: Any, **more: Any) -> tuple[str, str]:
        """(result, why)."""
        found, _ = self.watch(*words, **more)
        assert isinstance(found, Evidence)
        return found.result, found.why

    def evidence(self) -> list[Evidence]:
        return read(str(self.root), str(self.repo))

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", "-C", str(self.repo), *words], env=ENV, capture_output=True, check=True)
        return done.stdout.decode().strip()


__all__ = ["PASSED", "Ground", "init"]
