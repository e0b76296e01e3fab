"""git, asked by the guard: bounded, read-only, and running no program that a repository names.

A repository's own config can name programs (fsmonitor, hooks, pagers, filters, transports) that git starts on the
most harmless question, outside the user's permission rules: a hook asks before they are answered. All are
turned off here. Whoever asks for patches adds ``--no-ext-diff --no-textconv``.
"""

import os
import time

from interlock.doors.repo import checkout
from interlock.doors.spawn import find, folders, run
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LIMIT = 4 * 1024 * 1024
NAMES = 32 * 1024 * 1024
"""Bytes of a list of names: about half a million."""
_HARDENED = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat",
    "-c", "core.askPass=", "-c", "core.sshCommand=false", "-c", "core.quotePath=false",
    "-c", "log.showSignature=false",
)  # fmt: skip
_FILTERS = ("clean", "smudge", "process", "required")
_KEPT = (
    "HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "TMPDIR", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM", "GIT_ATTR_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip
"""What git may know of the agent's environment: where the user's config lies and how pathspecs are read. Without
GIT_DIR, GIT_INDEX_FILE, GIT_EXEC_PATH, GIT_TRACE* and their like."""
_SET = {
    "GIT_OPTIONAL_LOCKS": "0",  # status does not write the index
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone fetches what it lacks, through programs that config names
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "LC_ALL": "C",
}


def git(
    args: list[str],
    cwd: str,
    seconds: float,
    limit: int = LIMIT,
    environ: "Mapping[str, str]" = os.environ,
    stdin: bytes = b"",
) -> bytes:
    """What ``git -C cwd args`` prints. Raises Unreadable, with a sentence, where git is missing, refuses, is not
    done after ``seconds`` or says more than ``limit`` bytes. git is found by PATH, never inside the checkout."""
    asked = Git(cwd, seconds, environ)
    asked.leading = tamed(asked.settings())
    return asked.ask(*args, limit=limit, stdin=stdin)


def tamed(settings: "Iterable[str]") -> list[str]:
    """Options that turn off the filters that the settings name, the one kind of program that ``git status`` runs.
    A file that looks touched then counts as changed if a filter would have shown it to be the same."""
    words = []
    for name in settings:
        if name.startswith("filter.") and name.rpartition(".")[2] in _FILTERS:
            if "=" in name:
                raise Unreadable("a filter's name can't be passed on to git")
            words += ["-c", f"{name}={'false' if name.endswith('.required') else ''}"]
    return words


class Git:
    """Several questions in one place within ``seconds`` together, each asked once: an answer counts for as long
    as this lives, unless it is told not to remember (what it asks about changes between the questions).
    ``leading`` are options that go before each question's verb."""

    def __init__(
        self, cwd: str, seconds: float, environ: "Mapping[str, str]" = os.environ, remembers: bool = True
    ) -> None:
        top = checkout(cwd) or cwd
        self.cwd = cwd
        self.remembers = remembers
        self.end = time.monotonic() + seconds
        self.program = find("git", environ, top)
        self.environ = {name: environ[name] for name in _KEPT if name in environ} | _SET
        self.environ["PATH"] = ":".join(folders(environ, top))
        self.leading: list[str] = []
        self._told: dict[tuple[object, ...], tuple[int, bytes]] = {}

    def ask(self, *args: str, limit: int = LIMIT, stdin: bytes = b"") -> bytes:
        """As the function ``git``."""
        code, out = self.tried(*args, limit=limit, stdin=stdin)
        if code:
            raise Unreadable(f"git {args[0]} gave no answer (exit code {code})")
        return out

    def tried(self, *args: str, limit: int = LIMIT, stdin: bytes = b"") -> tuple[int, bytes]:
        """(exit code, what it printed): for questions whose no is an answer too."""
        if not self.program:
            raise Unreadable("git is not on the PATH")
        asked = (*self.leading, "", *args, stdin)
        if asked in self._told:
            return self._told[asked]
        left = self.end - time.monotonic()
        if left <= 0:
            raise Unreadable("git took too long")
        words = [self.program, "-C", self.cwd, *_HARDENED, *self.leading, *args]
        answer = run(words, stdin, self.environ, left, limit)
        if self.remembers:
            self._told[asked] = answer
        return answer

    def settings(self) -> dict[str, list[str]]:
        """git's settings here, each with all its values."""
        found: dict[str, list[str]] = {}
        for line in self.ask("config", "--list", "-z").split(b"\0")[:-1]:
            name, _, value = os.fsdecode(line).partition("\n")
            found.setdefault(name, []).append(value)
        return found

    def names(self, *args: str, stdin: bytes = b"") -> list[str]:
        """The answer to a question with ``-z``, as names."""
        return [os.fsdecode(name) for name in self.ask(*args, limit=NAMES, stdin=stdin).split(b"\0") if name]
