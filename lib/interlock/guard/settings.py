"""Would a write to the client's settings keep Interlock's entries? Off the hot path: ``json`` is allowed."""

import json

from interlock.doors.client import Call

MARK = "interlock-hook"
"""Stands in every command that the installer writes."""
_PROGRAM = "/interlock/shell/run"
"""Stands in every shell prefix that the installer writes."""


def keeps_entries(call: Call, path: str) -> bool:
    """True if the file keeps every hook entry of Interlock's, and does not turn hooks off, after the call.
    What can't be foreseen (MCP tools, shell commands, broken JSON) does not count as kept, in any settings file:
    hooks are turned off from each of them."""
    before = _parsed(_text(path))
    after = _parsed(_after(call, _text(path)))
    if after is None:
        return False
    if after.get("disableAllHooks") and not (before or {}).get("disableAllHooks"):
        return False
    return before is None or _entries(before) == _entries(after)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read(1 << 20)
    except (OSError, UnicodeDecodeError):
        return ""


def _parsed(text: str | None) -> dict[str, object] | None:
    if text is None:
        return None
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _after(call: Call, text: str) -> str | None:
    """The file's text after a Write, Edit or MultiEdit; None for other tools."""
    if call.tool == "Write":
        return _string(call.input, "content")
    edits = call.input.get("edits") if call.tool == "MultiEdit" else [call.input] if call.tool == "Edit" else None
    if not isinstance(edits, list):
        return None
    for edit in edits:
        if not isinstance(edit, dict):
            return None
        old, new = _string(edit, "old_string"), _string(edit, "new_string")
        text = text.replace(old, new) if edit.get("replace_all") else text.replace(old, new, 1)
    return text


def _string(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _entries(settings: dict[str, object]) -> list[str]:
    """Every matcher group that holds a handler of ours, with its event, and our shell prefix, as comparable
    text."""
    hooks = settings.get("hooks")
    env = settings.get("env")
    prefix = str(env.get("CLAUDE_CODE_SHELL_PREFIX", "")) if isinstance(env, dict) else ""
    found = [prefix] if _PROGRAM in prefix else []
    for event, groups in hooks.items() if isinstance(hooks, dict) else ():
        for group in groups if isinstance(groups, list) else ():
            handlers = group.get("hooks") if isinstance(group, dict) else None
            for handler in handlers if isinstance(handlers, list) else ():
                if MARK in json.dumps(handler):
                    found.append(json.dumps([event, group.get("matcher"), handler], sort_keys=True))
    return sorted(found)
