"""The front matter of an agent's file: YAML, as the client reads it, with the line of each key.

It is composed, not constructed: nothing in it is ever turned into an object, and what is no text is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import yaml

MOST = 16 * 1024
"""Characters of front matter: it is loaded at the start of every session."""
DEEPEST = 100
"""Brackets that are open at once: the parser takes quadratic time on many."""
FENCE = "---"


class Front(NamedTuple):
    """``values``: the keys whose value is one text, number or the like, as written; ``lines``: every key's line in
    the file. ``body``: the number of the first line after it. ``wrong``: (line, what, mend) of what is."""

    values: dict[str, str]
    lines: dict[str, int]
    body: int
    wrong: tuple[int, str, str] | None = None


def split(lines: list[str]) -> Front | None:
    """The front matter of the file's lines; None where it has none, so that it is no agent."""
    if not lines or lines[0].rstrip() != FENCE:
        return None
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == FENCE), 0)
    if not end:
        wrong = (1, "the front matter is not closed", f"write `{FENCE}` on a line of its own after its last key")
        return Front({}, {}, 2, wrong)
    inside = "\n".join(lines[1:end])
    if len(inside) > MOST:
        return Front({}, {}, end + 2, (1, f"the front matter is over {MOST} characters", "make it shorter"))
    return _read(inside, end + 2)


def _read(inside: str, body: int) -> Front:
    def bad(line: int, what: str, mend: str) -> Front:
        return Front({}, {}, body, (line, what, mend))

    deep = bad(1, "the front matter is nested too deep", "write plain `key: value` lines")
    if _depth(inside) > DEEPEST:
        return deep
    try:
        top = yaml.compose(inside, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        if "end of stream" in (problem.problem or ""):
            mark = problem.context_mark or mark  # where what is not closed begins
        what = f"the front matter is not YAML ({problem.problem or problem.context})"
        return bad(
            mark.line + 2 if mark else 1, what, "put quotes around a value with `: `, `#` or brackets in it"
        )
    except RecursionError:
        return deep
    except (yaml.YAMLError, ValueError) as problem:
        why = str(problem).partition("\n")[0]
        return bad(1, f"the front matter is not YAML ({why})", "write plain `key: value` lines")
    if top is None:
        return bad(1, "the front matter is empty", "give the agent `name` and `description`")
    if not isinstance(top, yaml.MappingNode):
        return bad(2, "the front matter is no list of keys", "write `key: value` lines")
    return _keys(top, body)


def _depth(text: str) -> int:
    """How deep brackets nest, be they in texts or not."""
    depth = deepest = 0
    for sign in text:
        depth += (sign in "[{") - (sign in "]}" and depth > 0)
        deepest = max(deepest, depth)
    return deepest


def _keys(top: yaml.MappingNode, body: int) -> Front:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    wrong = None
    for key, value in top.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode):
            continue
        name = key.value
        if name in lines and wrong is None:
            wrong = (line, f"`{name}` stands there twice", f"keep one; the other is in line {lines[name]}")
        lines.setdefault(name, line)
        if isinstance(value, yaml.ScalarNode) and value.tag != "tag:yaml.org,2002:null":
            values.setdefault(name, value.value)
    return Front(values, lines, body, wrong)
