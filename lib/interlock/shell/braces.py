"""Brace expansion: {a,b} and {1..3}, before anything else is expanded."""

import itertools

from interlock.shell.sink import TooMuch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.sink import Sink

    Part = dict[str, object]
    Token = str | Part
    """A character (with its backslash), or a part of the word that is no literal."""

_MOST = 256


def braces(parts: "list[Part]", sink: "Sink") -> "list[list[Part]]":
    """The words that a word's parts stand for. Raises TooMuch over 256."""
    if not any(part["Type"] == "Lit" and "{" in str(part.get("Value")) for part in parts):
        return [parts]
    return [_parts(tokens) for tokens in _expand(_tokens(parts), sink)]


def _tokens(parts: "list[Part]") -> "list[Token]":
    tokens: list[Token] = []
    for part in parts:
        if part["Type"] != "Lit":
            tokens.append(part)
            continue
        text, at = str(part["Value"]), 0
        while at < len(text):
            width = 2 if text[at] == "\\" else 1
            tokens.append(text[at : at + width])
            at += width
    return tokens


def _parts(tokens: "list[Token]") -> "list[Part]":
    parts: list[Part] = []
    text = ""
    for item in tokens:
        if isinstance(item, str):
            text += item
            continue
        if text:
            parts.append({"Type": "Lit", "Value": text})
        parts.append(item)
        text = ""
    if text:
        parts.append({"Type": "Lit", "Value": text})
    return parts


def _expand(tokens: "list[Token]", sink: "Sink") -> "list[list[Token]]":
    """The first group from the left that is one, then all behind it; what is none stays as it is."""
    for start, item in enumerate(tokens):
        if item != "{":
            continue
        group = _group(tokens, start, sink)
        if group is None:
            continue
        choices, end = group
        rests = _expand(tokens[end:], sink)
        if len(choices) * len(rests) > _MOST:
            raise TooMuch
        return [[*tokens[:start], *choice, *rest] for choice in choices for rest in rests]
    return [tokens]


def _group(tokens: "list[Token]", start: int, sink: "Sink") -> "tuple[list[list[Token]], int] | None":
    """The choices of the group that begins at ``start``, and where it ends; None if it is none."""
    sink.step(1 + (len(tokens) - start) // 8)
    depth, cuts = 0, [start]
    for at in range(start, len(tokens)):
        item = tokens[at]
        if item == "{":
            depth += 1
        elif item == "," and depth == 1:
            cuts.append(at)
        elif item == "}":
            depth -= 1
            if depth == 0:
                cuts.append(at)
                break
    if depth:
        return None
    if len(cuts) == 2:
        row = _sequence(tokens[start + 1 : cuts[1]])
        return (row, cuts[1] + 1) if row else None
    choices: list[list[Token]] = []
    for left, right in itertools.pairwise(cuts):
        choices += _expand(tokens[left + 1 : right], sink)
        if len(choices) > _MOST:
            raise TooMuch
    return choices, cuts[-1] + 1


def _sequence(tokens: "list[Token]") -> "list[list[Token]]":
    """{1..3}, {a..c}, {01..10..2}; [] if it is none."""
    text = "".join(item for item in tokens if isinstance(item, str))
    ends = text.split("..")
    if len(ends) not in (2, 3) or not all(map(isinstance, tokens, [str] * len(tokens))):
        return []
    first, last = ends[:2]
    step = _integer(ends[2]) if len(ends) == 3 else 1
    letters = len(first) == len(last) == 1 and first.isalpha() and last.isalpha() and text.isascii()
    low, high = (ord(first), ord(last)) if letters else (_integer(first), _integer(last))
    if low is None or high is None or step is None:
        return []
    step = abs(step) or 1
    if abs(high - low) // step >= _MOST:
        raise TooMuch
    numbers = range(low, high + 1, step) if low <= high else range(low, high - 1, -step)
    if letters:
        return [[chr(number)] for number in numbers]
    padded = any(end.lstrip("-")[:1] == "0" and len(end.lstrip("-")) > 1 for end in (first, last))
    width = max(len(first), len(last)) if padded else 0
    return [list(f"{number:0{width}d}") for number in numbers]


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
