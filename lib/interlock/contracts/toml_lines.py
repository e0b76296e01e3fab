"""In which line of a TOML text each key stands, and each part of its array: ``tomllib`` does not say.

The text is good TOML (``tomllib`` has read it), so that this only has to skip over strings and comments.
"""

from __future__ import annotations

import re
import tomllib

from interlock.doors.config_source import TEXTS

_NAME = re.compile(r"""\s*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([A-Za-z0-9_-]+))""")


def lines(text: str) -> dict[tuple[str | int, ...], int]:
    """By ``(key,)`` the line (from 1) of each key or table at the top, by ``(key, number)`` that of each part of
    its array. Of keys with dots, and within tables, the first name counts."""
    found: dict[tuple[str | int, ...], int] = {}
    table = key = ""
    start, line, depth, part = True, 1, 0, 0
    at = 0
    while at < len(text):
        sign = text[at]
        if sign == "\n":
            line += 1
            at += 1
            start = start or depth == 0
        elif sign in " \t\r":
            at += 1
        elif start and depth == 0 and sign != "#":
            start = False
            header = sign == "["
            name, at = _name(text, at + (2 if text.startswith("[[", at) else header), header)
            if header:
                table = name
            key, part = table or name, 0
            found.setdefault((key,), line)
        elif skipped := TEXTS.match(text, at):
            if depth == 1 and sign != "#":
                found.setdefault((key, part), line)
            line += skipped[0].count("\n")
            at = skipped.end()
        else:
            if depth == 1 and sign not in ",]":
                found.setdefault((key, part), line)
            part += depth == 1 and sign == ","
            depth += (sign in "[{") - (sign in "]}")
            at += 1
    return found


def _name(text: str, at: int, header: bool) -> tuple[str, int]:
    """The first name of a key or header, and the place after its `=` or header."""
    named = _NAME.match(text, at)
    name = next((part for part in named.groups() if part is not None), "") if named else ""
    if named and named[1] and "\\" in name:
        try:
            name = tomllib.loads(f'x = "{name}"')["x"]
        except tomllib.TOMLDecodeError:
            pass  # no TOML
    end = at
    while end < len(text) and text[end] not in ("]\n" if header else "=\n"):
        skipped = TEXTS.match(text, end)
        end = skipped.end() if skipped and text[end] != "#" else end + 1
    while header and end < len(text) and text[end] == "]":
        end += 1
    return name, end + (not header)
