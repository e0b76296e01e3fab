"""Where an installed program may lie: where systems put them, and where the user's own PATH leads.

The user's PATH is the one that the client gave to what it started, as the hook saw it (the ticket has it) or as
the outermost process of the session has it; not the run's own, which a script may have set. Who types a command
outside of any session has no other than that.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping

from interlock.doors import process

_SESSION = b"CLAUDE_CODE_SESSION_ID="
_SYSTEM = ("/usr", "/bin", "/sbin", "/opt", "/nix", "/snap", "/gnu", "/Library", "/System", "/Applications")
STANDARD = (
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/opt/homebrew/bin",
    "/opt/local/bin",
    "/run/current-system/sw/bin",
)
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run/user", "/private/tmp", "/private/var/tmp")  # noqa: S108
_MOST = 4 * 1024 * 1024


def strange(path: str, trusted: str, environ: Mapping[str, str]) -> str:
    """Why the program at ``path``, outside of any checkout, may not be an installed one; "" where it may.
    ``trusted``: the user's PATH, "" where none is known."""
    if told := temporary(path, trusted, environ):
        return told
    real = os.path.realpath(os.path.dirname(path))
    if not trusted or real in _known(trusted) or _below(real, _SYSTEM):
        return ""
    return "is not on the PATH that this session began with"


def temporary(path: str, trusted: str, environ: Mapping[str, str]) -> str:
    """The same, of what a program's link leads to: only a folder that anybody may write to is strange."""
    real = os.path.realpath(os.path.dirname(path))
    folders = [*_TEMPORARY, tempfile.gettempdir(), *filter(None, [environ.get("TMPDIR")])]
    if real in _known(trusted) or not _below(real, tuple(map(os.path.realpath, folders))):
        return ""
    return "lies in a folder for temporary files"


def _known(trusted: str) -> set[str]:
    return {os.path.realpath(one) for one in trusted.split(":") if one.startswith("/")}


def _below(path: str, folders: tuple[str, ...]) -> bool:
    return any(f"{path}/".startswith(f"{folder.rstrip('/')}/") for folder in folders)


def of_session() -> str:
    """The PATH that the client of this session gave to the outermost process around this one, "" where none was
    started by a client."""
    path = ""
    for pid in process.ancestors():
        variables = _environ(pid)
        if any(one.startswith(_SESSION) and len(one) > len(_SESSION) for one in variables):
            path = next((os.fsdecode(one[5:]) for one in variables if one.startswith(b"PATH=")), path)
    return path


def with_git(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with a PATH on which git is the installed one."""
    own = of_session() or environ.get("PATH", "")
    return {**environ, "PATH": ":".join([*STANDARD, *([own] if own else [])])}


def _environ(pid: int) -> list[bytes]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read(_MOST).split(b"\0")
    except OSError:
        return []
