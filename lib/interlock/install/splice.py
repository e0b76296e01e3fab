"""Changes to JSON text that leave every other byte where it was.

The standard library's scanner says where a value ends, which is all that a textual edit needs. Looked at
before writing this: json-source-edit (byte-preserving, but puts an inserted object on one line, refuses files
with repeated keys, untyped, 10,000 lines), json-five and json5kit (JSON5 models, slow, and no edit calls),
jsonc-edit (starts Node). Re-dumping with ``json`` would reformat the user's own lines.
"""

import json
from typing import Any, NamedTuple

_SPACE = " \t\n\r"


def _constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


# Numbers stay text: an endless integer is no fault of a settings file's hooks.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_constant)


class Item(NamedTuple):
    """A member of an object or an element of an array: where it, and its value, starts, and where it ends."""

    key: str | None
    start: int
    value: int
    end: int


class Style(NamedTuple):
    """How a file is laid out."""

    newline: str
    unit: str | None
    """One step of indentation; None where the file is on one line."""
    compact: bool

    def render(self, value: object, indent: str | None) -> str:
        """``value`` as JSON, lines after the first indented by ``indent``; on one line if that is None."""
        if indent is None or self.unit is None:
            separators = (",", ":") if self.compact else (", ", ": ")
            return json.dumps(value, ensure_ascii=False, separators=separators)
        text = json.dumps(value, ensure_ascii=False, indent=self.unit)
        return text.replace("\n", self.newline + indent)


def parse(text: str) -> Any:
    """The value of ``text``, numbers as text. Raises ValueError, which endless nesting is too."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def skip(text: str, at: int) -> int:
    """The next place that holds no white space."""
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def items(text: str, start: int) -> tuple[list[Item], int]:
    """What the object or array at ``start`` of valid JSON holds, and where its closing bracket is."""
    found: list[Item] = []
    keyed = text[start] == "{"
    at = skip(text, start + 1)
    while text[at] not in "]}":
        begin, key = at, None
        if keyed:
            key, at = _DECODER.raw_decode(text, at)
            at = skip(text, skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        found.append(Item(key, begin, at, end))
        at = skip(text, end)
        if text[at] == ",":
            at = skip(text, at + 1)
    return found, at


def style(text: str) -> Style:
    """The layout of the object in ``text``, by its first member; two spaces where there is none."""
    start = skip(text, 0)
    members, _ = items(text, start)
    first_break = text.find("\n")
    newline = "\r\n" if first_break > 0 and text[first_break - 1] == "\r" else "\n"
    if not members:
        return Style(newline, "  ", False)
    gap = text[start + 1 : members[0].start]
    compact = text[members[0].value - 1] == ":"
    return Style(newline, _last_line(gap) if "\n" in gap else None, compact)


def append(text: str, start: int, key: str | None, value: object, how: Style) -> str:
    """``text`` with ``value`` (under ``key``, in an object) put last into the container at ``start``."""
    held, close = items(text, start)
    name = "" if key is None else json.dumps(key) + (":" if how.compact else ": ")
    if not held:
        if how.unit is None:
            return text[: start + 1] + name + how.render(value, None) + text[close:]
        base = _indent_of_line(text, start)
        inner = base + how.unit
        body = how.newline + inner + name + how.render(value, inner) + how.newline + base
        return text[: start + 1] + body + text[close:]
    gap = text[start + 1 : held[0].start]
    if "\n" in gap:
        indent = _last_line(gap)
        added = "," + how.newline + indent + name + how.render(value, indent)
    else:
        added = ("," if how.compact else ", ") + name + how.render(value, None)
    return text[: held[-1].end] + added + text[held[-1].end :]


def remove(text: str, start: int, index: int) -> str:
    """``text`` without item ``index`` of the container at ``start``."""
    held, close = items(text, start)
    if len(held) == 1:
        return text[: start + 1] + text[close:]
    if index > 0:
        return text[: held[index - 1].end] + text[held[index].end :]
    return text[: held[0].start] + text[held[1].start :]


def _last_line(gap: str) -> str:
    return gap[gap.rindex("\n") + 1 :]


def _indent_of_line(text: str, at: int) -> str:
    begin = text.rfind("\n", 0, at) + 1
    end = begin
    while text[end] in " \t":
        end += 1
    return text[begin:end]
