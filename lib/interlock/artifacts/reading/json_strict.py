"""JSON, strict: one value, no key twice, no NaN, no lone surrogates. Lines are only looked for when asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from interlock.artifacts.flaw import Unfit, clean
from interlock.artifacts.reading.lines import DEEPEST, Lines, Loc, Tree

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONG = re.compile(r"\d{4301}")
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})


def parse(text: str) -> Tree:
    """The value, without lines (``where``): see ``places``. Raises Unfit."""
    twice: list[str] = []
    odd: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.append("")
        return found

    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=odd.append)
    except RecursionError:
        places(text)
        raise Unfit("it is nested too deep", "make it flat") from None
    except json.JSONDecodeError as problem:
        said = problem.msg[:1].lower() + problem.msg[1:]
        raise Unfit(f"it is not JSON ({clean(said, 80)})", "mend it there", problem.lineno) from None
    except ValueError:
        line = Lines(text).at(found.start()) if (found := _LONG.search(text)) else 0
        raise Unfit("a number has over 4300 digits", "write the number that you mean", line) from None
    if twice or odd or _SURROGATE.search(text):
        places(text)
    return Tree(value, {}, {})


def places(text: str) -> dict[Loc, int]:
    """The line of each part of JSON that ``json`` reads. Raises Unfit for what ``parse`` does not take."""
    return dict(_walk(text, Lines(text)))


def _walk(text: str, lines: Lines) -> Iterator[tuple[Loc, int]]:
    around: list[tuple[Loc, set[str] | None]] = []  # of each open bracket: its place, the keys so far or None
    loc: Loc = ()
    item = 0
    counts: list[int] = []
    key = False  # whether a text that comes now is a key
    for token in _TOKEN.finditer(text):
        said, line = token[0], lines.at(token.start())
        if said in "}]":
            if around:
                loc, _ = around.pop()
                item = counts.pop()
            key = False
        elif said == ",":
            keys = around[-1][1] if around else None
            key = keys is not None
            item += keys is None
            loc = around[-1][0] if around else ()
        elif said == ":":
            key = False
        elif key and around and around[-1][1] is not None:
            name = _text(said, line)
            if name in around[-1][1]:
                raise Unfit(f"the key `{clean(name, 40)}` comes twice", "keep one of them", line)
            around[-1][1].add(name)
            loc = (*around[-1][0], name)
            yield loc, line
        else:
            here = loc
            if around and around[-1][1] is None:
                here = (*around[-1][0], item)
                yield here, line
            if said in "{[":
                if len(around) >= DEEPEST:
                    raise Unfit(f"it is nested over {DEEPEST} deep", "make it flat", line)
                around.append((here, set() if said == "{" else None))
                counts.append(item)
                item, key, loc = 0, said == "{", here
            elif said[0] == '"':
                _text(said, line)
            elif said in _CONSTANTS:
                raise Unfit(f"{said} is no JSON", "write a number, or null where it is not known", line)


def _text(token: str, line: int) -> str:
    try:
        text = str(json.loads(token, strict=False))
        text.encode()
    except UnicodeEncodeError:
        raise Unfit(
            "a text holds half a sign (a lone surrogate)", "write the whole sign, or take it out", line
        ) from None
    except ValueError:
        return token
    return text
