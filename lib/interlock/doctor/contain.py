"""Containment: can shell commands be kept off files that others hold, and is the program for it in force?"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from interlock.doctor.finding import Finding, bad, ok, warn
from interlock.doors import contain
from interlock.install import prefix
from interlock.install.merge import prefix_in

_AGAIN = "Run `interlock install` again in this repository, then start a new session."
_ELSEWHERE = "Shell commands are read and watched. XDG_STATE_HOME may name a folder where programs can run."
_WATCHED = "Until then shell commands are read and watched, not contained."


def containment(root: str, settings: list[Path], environ: str = "") -> Iterator[Finding]:
    """What shell commands start through, and whether that program can contain them. ``settings``: the files
    that Claude Code reads, the strongest first; ``environ``: the prefix in the environment."""
    found = [(path, value) for path in settings if (value := _prefix(path))]
    source, value = found[0] if found else (None, environ)
    barred = prefix.noexec(Path(root))
    if barred and prefix.is_own(value):
        yield bad("contain", f"{barred}, so every shell command fails: the settings name it as the prefix", _AGAIN)
    elif barred:
        yield warn("contain", f"shell commands can't be contained here: {barred}", _ELSEWHERE)
    elif prefix.is_own(value) and not os.access(value, os.X_OK):
        yield bad("contain", f"{value} is missing, and without it every shell command fails with 127", _AGAIN)
    elif prefix.is_own(value) and not _whole(root, value):
        yield warn("contain", f"{value} is not the program that this Interlock writes", _AGAIN)
    elif not prefix.is_own(value) and source is not None:
        yield warn("contain", f"{source} sets a shell prefix of its own, {value!r}", f"{_AGAIN} {_WATCHED}")
    elif not prefix.is_own(value):
        todo = f'Set "{prefix.VARIABLE}" in "env" of .claude/settings.local.json to {prefix.path(Path(root))}.'
        yield warn("contain", "shell commands don't start through Interlock's program", f"{todo} {_WATCHED}")
    else:
        why = contain.tried(root)
        if why:
            yield warn("contain", f"shell commands can't be contained here: {why}", _WATCHED)
        else:
            yield ok("contain", "shell commands can be kept off files that others hold (tried just now)")


def _whole(root: str, value: str) -> bool:
    try:
        return Path(value).read_text() == prefix.text(Path(root), prefix.chained_by(value))
    except (OSError, ValueError):
        return False


def _prefix(path: Path) -> str:
    try:
        value = prefix_in(json.loads(path.read_text(encoding="utf-8-sig") or "{}"))
    except (OSError, ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""
