"""MCP tools that run what they are given: the text of a shell command in their input, or of a program."""

from interlock.doors.mcp.names import reads_only
from interlock.doors.mcp.paths import base_of, written
from interlock.words.faults import Unreadable

_SHELL = ("command", "cmd", "shellcommand")
_PROGRAM = ("script", "code")
"""In any language: watched, and not read as bash."""
_SHELLS = ("sh", "bash", "zsh", "/bin/sh", "/bin/bash")


class Carried:
    """``text`` is what the tool would run, ``bash``: in bash, ``cwd``: where (absolute, "" if unsaid)."""

    __slots__ = ("bash", "cwd", "text")

    def __init__(self, text: str, bash: bool, cwd: str) -> None:
        self.text = text
        self.bash = bash
        self.cwd = cwd


def carried(tool: str, given: dict[str, object]) -> Carried | None:
    """What the tool would run; None for tools whose names say that they read, and for those that are given a path
    to write: there such a key says something else (``{command: "create", path: ...}``)."""
    plain = {key.casefold().replace("_", "").replace("-", ""): value for key, value in given.items()}
    key = next((key for key in (*_SHELL, *_PROGRAM) if _words(plain.get(key))), "")
    if not key or reads_only(tool):
        return None
    try:
        if written(tool, given, None):
            return None
    except Unreadable:
        return None  # refused for that
    return Carried(_words(plain[key]), key in _SHELL, base_of(given))


def _words(value: object) -> str:
    """A text, or the words of an argument list as one."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        return ""
    if len(value) == 3 and value[0] in _SHELLS and value[1] in ("-c", "-lc", "-ec"):
        return str(value[2])
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in value)
