"""A settings file's bytes with Interlock's entries in, or out again."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from interlock.install import splice
from interlock.install.entries import Entry, Groups, own_entries
from interlock.install.errors import InstallError
from interlock.install.prefix import VARIABLE, is_own

_BOM = "\ufeff"
MAX_BYTES = 8 * 1024 * 1024


class Settings(NamedTuple):
    """A settings file, read: its value, its text without a byte order mark, and whether it had one."""

    value: Any
    text: str
    bom: bool

    def with_text(self, text: str) -> bytes:
        """The bytes of the same file with other text."""
        return ((_BOM if self.bom else "") + text).encode()


def read(data: bytes | None) -> Settings:
    """The settings in ``data``; a missing or empty file is an empty object.

    Raises ValueError with a clause that says what is wrong and where.
    """
    if data is not None and len(data) > MAX_BYTES:
        raise ValueError(f"it has {len(data)} bytes, more than the {MAX_BYTES} that settings may have")
    try:
        text = (data or b"").decode()
    except UnicodeDecodeError as fault:
        line = (data or b"").count(b"\n", 0, fault.start) + 1
        raise ValueError(f"line {line} is not UTF-8") from None
    bom = text.startswith(_BOM)
    text = text[1:] if bom else text
    if not text.strip(" \t\r\n"):
        return Settings({}, "{}" + (text or "\n"), bom)
    try:
        return Settings(splice.parse(text), text, bom)
    except json.JSONDecodeError as fault:
        raise ValueError(f"it is not JSON: {fault.msg} at line {fault.lineno}, column {fault.colno}") from None


def check_shape(settings: Settings, events: Collection[str]) -> None:
    """Raise ValueError, with a clause, where entries for ``events`` can't be added without a guess."""
    if not isinstance(settings.value, dict):
        raise ValueError(f"it holds {_kind(settings.value)} where an object is expected")
    hooks = settings.value.get("hooks", {})
    if not isinstance(hooks, dict):
        raise ValueError(f'"hooks" is {_kind(hooks)} where an object is expected')
    for event in events:
        if not isinstance(hooks.get(event, []), list):
            raise ValueError(f'"hooks" has {_kind(hooks[event])} under "{event}" where a list is expected')
    root = splice.skip(settings.text, 0)
    _check_once(settings.text, root, {"hooks"})
    at = _member(settings.text, root, "hooks")
    if at is not None:
        _check_once(settings.text, at, events)


def _check_env(settings: Settings) -> None:
    """The same for the prefix."""
    env = settings.value.get("env", {})
    if not isinstance(env, dict):
        raise ValueError(f'"env" is {_kind(env)} where an object is expected')
    root = splice.skip(settings.text, 0)
    _check_once(settings.text, root, {"env"})
    at = _member(settings.text, root, "env")
    if at is not None:
        _check_once(settings.text, at, {VARIABLE})


def prefix_in(settings: object) -> object:
    """The shell prefix that the settings set, of whatever shape; None for none. Never raises."""
    env = settings.get("env") if isinstance(settings, dict) else None
    return env.get(VARIABLE) if isinstance(env, dict) else None


def merged(data: bytes | None, wanted: Groups, prefix: str = "") -> bytes:
    """``data`` with the entries ``wanted`` added after what is there and, unless it is "", the shell ``prefix``
    set in ``env``, in place of one that is there; all else stays byte for byte.

    Raises ValueError, with a clause, where ``data`` is broken or of a wrong shape.
    """
    settings = read(data)
    check_shape(settings, wanted)
    text = _with_hooks(settings.text, wanted)
    if prefix:
        _check_env(settings)
        text = _with_prefix(text, prefix)
    return settings.with_text(text)


def _with_prefix(text: str, prefix: str) -> str:
    root, how = splice.skip(text, 0), splice.style(text)
    env = _member(text, root, "env")
    if env is None:
        return splice.append(text, root, "env", {VARIABLE: prefix}, how)
    for item in splice.items(text, env)[0]:
        if item.key == VARIABLE:
            return text[: item.value] + json.dumps(prefix, ensure_ascii=False) + text[item.end :]
    return splice.append(text, env, VARIABLE, prefix, how)


def _with_hooks(text: str, wanted: Groups) -> str:
    how = splice.style(text)
    root = splice.skip(text, 0)
    at = _member(text, root, "hooks")
    if at is None:
        return splice.append(text, root, "hooks", wanted, how)
    for event, groups in wanted.items():
        listed = _member(text, at, event)
        if listed is None:
            text = splice.append(text, at, event, groups, how)
            continue
        for group in groups:
            text = splice.append(text, listed, None, group, how)
    return text


def stripped(data: bytes, keep: Any = None) -> bytes:
    """``data`` without Interlock's entries and prefix, and without the lists and objects that this leaves empty,
    except those that ``keep`` (the settings before the install) also has; with the prefix that ``keep`` has."""
    settings = read(data)
    text, value = settings.text, settings.value
    kept = keep.get("hooks") if isinstance(keep, dict) else None
    while own := own_entries(value):
        text = _without(text, own[-1], kept)
        value = splice.parse(text)
    if is_own(prefix_in(value)):
        text = _without_prefix(text, keep)
    return settings.with_text(text)


def _without_prefix(text: str, keep: object) -> str:
    root = splice.skip(text, 0)
    env = _at(text, root, "env")
    members = splice.items(text, env)[0]
    last = _last([item.key for item in members], VARIABLE)
    before = prefix_in(keep)
    if before is not None and not is_own(before):
        item = members[last]
        return text[: item.value] + json.dumps(before, ensure_ascii=False) + text[item.end :]
    if len(members) > 1 or (isinstance(keep, dict) and isinstance(keep.get("env"), dict)):
        return splice.remove(text, env, last)
    return splice.remove(text, root, _last([item.key for item in splice.items(text, root)[0]], "env"))


def _without(text: str, entry: Entry, kept: object) -> str:
    root = splice.skip(text, 0)
    hooks = _at(text, root, "hooks")
    listed = _at(text, hooks, entry.event)
    group = splice.items(text, listed)[0][entry.group].value
    handlers = _at(text, group, "hooks")
    if len(splice.items(text, handlers)[0]) > 1:
        return splice.remove(text, handlers, entry.position)
    if len(splice.items(text, listed)[0]) > 1 or (isinstance(kept, dict) and entry.event in kept):
        return splice.remove(text, listed, entry.group)
    events = splice.items(text, hooks)[0]
    if len(events) > 1 or kept is not None:
        return splice.remove(text, hooks, _last([item.key for item in events], entry.event))
    members = splice.items(text, root)[0]
    return splice.remove(text, root, _last([item.key for item in members], "hooks"))


def _member(text: str, start: int, key: str) -> int | None:
    # Of a repeated key the last counts, as it does for the client.
    found = [item.value for item in splice.items(text, start)[0] if item.key == key]
    return found[-1] if found else None


def _at(text: str, start: int, key: str) -> int:
    found = _member(text, start, key)
    if found is None:  # own_entries has just seen it
        raise AssertionError(key)
    return found


def _last(keys: list[str | None], key: str) -> int:
    return len(keys) - 1 - keys[::-1].index(key)


def _check_once(text: str, start: int, keys: Collection[str]) -> None:
    seen = [item.key for item in splice.items(text, start)[0]]
    for key in keys:
        if seen.count(key) > 1:
            raise ValueError(f'"{key}" stands there {seen.count(key)} times; only the last one counts: join them')


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string or a number", bool: "true or false"}
    return names.get(type(value), "null")


def refusal(path: object, clause: object) -> InstallError:
    """The error for a settings file that can't be edited: names the file, the fault and the way out."""
    return InstallError(f"{path} is left as it is: {clause}. Correct it, then run the command again.")
