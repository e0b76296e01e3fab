"""The two nearest packages on PyPI, each in a venv of its own, set up so that their hook really checks.

Both are asked as their own documentation installs them: a shell-form PreToolUse hook. Their stores hold
a handful of locks, which favours them: ours is measured with 10,000.
"""

import subprocess
import venv
from pathlib import Path

from bench.grounds import SESSION, surroundings, write_call
from bench.processes import Run, Runner, shell

_MINUTES = 5
BLOCKED = 2


class Unavailable(Exception):
    """The package can't be measured here; the text says why."""


class Rival:
    """``command`` is its hook's shell text, ``take`` the arguments by which another agent locks a file."""

    def __init__(self, package: str, program: str, command: str, take: str, other: dict[str, str]) -> None:
        self.package = package
        self.program = program
        self.command = command
        self.take = take
        self.other = other

    def prepare(self, venvs: Path, folder: Path, project: Path) -> "Armed":
        """Installs the package and proves that its hook refuses what another agent has. Raises Unavailable."""
        bin_ = self._install(venvs / self.package)
        home = folder / self.package
        home.mkdir(parents=True)
        env = {**surroundings(home, project), "PATH": f"{bin_}:/usr/local/bin:/usr/bin:/bin"}
        taken = project / "src" / "module_0.py"
        subprocess.run(
            [bin_ / self.program, *self.take.split(), str(taken)],
            env={**env, **self.other}, cwd=project, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        armed = Armed(self, env, Runner(str(home)), project)
        refused, passed = armed.write(taken), armed.write(project / "src" / "held.py")
        if refused.code != BLOCKED or passed.code != 0:
            raise Unavailable(f"{self.package} ended with {refused.code} on a held file, {passed.code} on its own")
        return armed

    def _install(self, place: Path) -> Path:
        bin_ = place / "bin"
        if not (bin_ / self.program).exists():
            venv.create(place, with_pip=True, symlinks=True)
            pip = [
                str(bin_ / "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                self.package,
            ]
            try:
                subprocess.run(pip, check=True, capture_output=True, timeout=60 * _MINUTES)
            except (OSError, subprocess.SubprocessError) as problem:
                raise Unavailable(f"{self.package} can't be installed ({type(problem).__name__})") from None
        return bin_

    def version(self, venvs: Path) -> str:
        code = f"from importlib.metadata import version; print(version({self.package!r}))"
        done = subprocess.run(
            [venvs / self.package / "bin" / "python", "-c", code], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


class Armed:
    """A rival that is ready to be asked."""

    def __init__(self, rival: Rival, env: dict[str, str], runner: Runner, project: Path) -> None:
        self.rival = rival
        self.env = env
        self.runner = runner
        self.project = project

    def write(self, path: Path) -> Run:
        """Its hook before a Write."""
        given = write_call(self.project, path, "toolu_0", SESSION)
        return self.runner.run(shell(self.rival.command), self.env, given)


RIVALS = (
    Rival(
        "agent-lease-mcp", "agent-lease", "AGENT_NAME=claude-code agent-lease-guard", "claim",
        {"AGENT_NAME": "codex"},
    ),
    Rival(
        "claude-agent-sync", "agent-sync", "agent-sync hook pre-tool-use", "lock",
        {"AGENT_SYNC_ID": "other"},
    ),
)  # fmt: skip


def prepared(venvs: Path, folder: Path, project: Path) -> tuple[list[Armed], list[str]]:
    """Those that can be measured, and a sentence for each that can't."""
    ready, sorry = [], []
    for rival in RIVALS:
        try:
            ready.append(rival.prepare(venvs, folder, project))
        except (Unavailable, OSError, subprocess.SubprocessError) as problem:
            sorry.append(f"{rival.package} is left out: {problem}.")
    return ready, sorry
