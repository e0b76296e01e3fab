"""The table of hook entries, and how Interlock knows its own among others'.

Every command starts with a no-op that names Interlock and a version. Uninstall, the doctor and the
protection of the settings go by that alone, so entries of any version, with any paths, are known.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

MARKER = ": interlock-hook v1;"
_MARKER_OF_ANY_VERSION = ": interlock-hook v"

Fallback = Literal["deny", "tell", "pass"]
"""What a hook answers when the guard can't start: refuse the call, tell the agent, or say nothing."""


class Hook(NamedTuple):
    """One line of the table."""

    event: str
    matcher: str | None
    fallback: Fallback
    timeout: int


# The client takes a matcher with any sign beyond letters, digits, `_` and `|` for a regular expression and
# searches for it: without the anchors `Write|mcp__.*` would also catch TodoWrite.
_FILES = "Write|Edit|MultiEdit|NotebookEdit"
SHELLS = "Bash|PowerShell|Monitor|REPL"
LAUNCHERS = "Agent|Task"
_GUARDED = f"^({_FILES}|mcp__.*)$"
_SEEN_AFTERWARDS = f"^(Read|{_FILES}|{SHELLS}|mcp__.*)$"

HOOKS = (
    Hook("PreToolUse", _GUARDED, "deny", 60),
    Hook("PreToolUse", SHELLS, "pass", 60),
    Hook("PreToolUse", LAUNCHERS, "pass", 20),
    Hook("PostToolUse", _SEEN_AFTERWARDS, "pass", 20),
    Hook("PostToolUseFailure", _SEEN_AFTERWARDS, "pass", 20),
    Hook("PostToolUse", LAUNCHERS, "pass", 20),
    Hook("SessionStart", None, "tell", 20),
    Hook("UserPromptSubmit", None, "pass", 20),
    Hook("SubagentStart", None, "pass", 20),
    Hook("SubagentStop", None, "pass", 60),
    Hook("Stop", None, "pass", 60),
    Hook("SessionEnd", None, "pass", 5),
)
"""Only events that the oldest supported client knows: an unknown name can cost the whole file."""

Groups = dict[str, list[dict[str, Any]]]
"""The ``hooks`` object of a settings file: event name to matcher groups."""


class Entry(NamedTuple):
    """One of our handlers, as found in a settings file."""

    event: str
    group: int
    position: int
    matcher: str | None
    handler: dict[str, Any]

    @property
    def command(self) -> str:
        """The exact shell text that the client's hook runs."""
        return _text(self.handler)

    @property
    def argv(self) -> list[str]:
        """The program and arguments that the client starts, where no shell prefix is set."""
        args = self.handler.get("args")
        named = str(self.handler.get("command", ""))
        return [named, *map(str, args)] if isinstance(args, list) else ["/bin/sh", "-c", named]


def groups(command: Callable[[Hook], str], direct: bool = False) -> Groups:
    """The table as settings, each handler running ``command(hook)``; ``direct``: not through a shell prefix.

    With ``args`` the client starts a program itself, without shell and prefix (live, 2.1.197 and 2.1.329): where
    we set a prefix, the guard must neither wait for it nor depend on it. A client too old to know ``args`` would
    run the bare command with the call on its stdin: env then does nothing, where a shell would obey the call.
    """
    found: Groups = {}
    for hook in HOOKS:
        handler: dict[str, Any] = {"type": "command", "command": command(hook), "timeout": hook.timeout}
        if direct:
            handler |= {"command": "/usr/bin/env", "args": ["/bin/sh", "-c", command(hook)]}
        if hook.fallback == "deny":
            # A client from 2.1.295 on then refuses the call if even the fallback fails; older ones ignore it.
            handler["onFailure"] = "block"
        group: dict[str, Any] = {} if hook.matcher is None else {"matcher": hook.matcher}
        group["hooks"] = [handler]
        found.setdefault(hook.event, []).append(group)
    return found


def is_own(handler: object) -> bool:
    """Whether this handler is Interlock's, of whatever version."""
    return isinstance(handler, dict) and _text(handler).lstrip().startswith(_MARKER_OF_ANY_VERSION)


def _text(handler: dict[str, Any]) -> str:
    """The shell text of a handler: its command, or what it gives to a shell; "" if it has none."""
    command, args = handler.get("command"), handler.get("args")
    if isinstance(args, list):
        command = args[-1] if args[-2:-1] == ["-c"] else ""
    return command if isinstance(command, str) else ""


def own_entries(settings: object) -> list[Entry]:
    """Interlock's handlers in these settings, in the file's order.

    Never raises: what has a wrong shape holds none.
    """
    found: list[Entry] = []
    hooks = settings.get("hooks") if isinstance(settings, dict) else None
    for event, listed in hooks.items() if isinstance(hooks, dict) else ():
        for number, group in enumerate(listed if isinstance(listed, list) else ()):
            handlers = group.get("hooks") if isinstance(group, dict) else None
            for position, handler in enumerate(handlers if isinstance(handlers, list) else ()):
                if is_own(handler):
                    matcher = group.get("matcher")
                    found.append(
                        Entry(event, number, position, matcher if isinstance(matcher, str) else None, handler)
                    )
    return found


def example() -> str:
    """The text of settings.example.json: what ``interlock install --scope project`` puts in a new file."""
    from interlock.install.command import project_command
    from interlock.install.merge import merged

    return merged(None, groups(project_command)).decode()
