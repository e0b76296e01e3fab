"""Reading artifacts: the value in its shape, or the flaws, each with its line and how to mend it. Hostile files
give flaws like any other; nothing here writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from interlock.artifacts import files
from interlock.artifacts.flaw import Flaw, Unfit, clean
from interlock.artifacts.reading import json_strict, markdown, shape_flaws, yaml_plain
from interlock.artifacts.reading.lines import Loc, Tree, decode, nearest
from interlock.shapes.artifacts.base import Shape
from interlock.shapes.artifacts.kinds import Kind, kind_of
from interlock.words.contract import RUNS
from interlock.words.issue import is_issue

VERSION = 1
"""Of all shapes that this Interlock writes."""
NO_RUNS = frozenset({"handoffs", "index.json"})
"""Names in `.runs/` that are no run's."""
_CONFLICT = ("<<<<<<< ", ">>>>>>> ")


def load(top: Path, path: str, kind: Kind) -> tuple[Shape | None, list[Flaw]]:
    """The artifact at ``path`` from the checkout's ``top``, and what is wrong with it. With flaws there may be a
    value all the same, where they lie outside of it (headings, the run that it names)."""
    try:
        return parse(files.take(top, path), path, kind)
    except Unfit as problem:
        return None, [problem.flaw(path)]


def parse(raw: bytes, path: str, kind: Kind) -> tuple[Shape | None, list[Flaw]]:
    """The same of a file's content."""
    shown = clean(path)
    try:
        text = decode(raw)
        if not kind.front:
            _settled(text)
            tree = json_strict.parse(text)
            found = _fitted(shown, kind, tree, text)
            others: list[Flaw] = []
        else:
            parts = markdown.split(text)
            _settled(parts.front, 1)
            tree = yaml_plain.parse(parts.front, 1)
            found = _fitted(shown, kind, tree, "")
            others = markdown.handoff(shown, parts)
        value, wrong = found
        if value is not None:
            others += _elsewhere(shown, path, tree, text if not kind.front else "")
    except Unfit as problem:
        return None, [problem.flaw(path)]
    return value, [*wrong, *others]


def validate(top: Path, path: str) -> list[Flaw]:
    """What is wrong with the file at ``path`` from the checkout's ``top``; [] for what has no shape."""
    kind = kind_of(path)
    if kind is not None:
        return load(top, path, kind)[1]
    parts = path.split("/")
    name = parts[-1]
    if parts[0] != RUNS or len(parts) < 3 or parts[1] in NO_RUNS:
        return []
    meant = kind_of(f"{RUNS}/r/build/{name}") or (kind_of(f"{RUNS}/r/{name}") if len(parts) == 3 else None)
    if meant is None:
        return []
    return [
        Flaw(
            clean(path),
            0,
            f"a {meant.name} is not looked for here",
            f"it belongs in {RUNS}/RUN/FLOW/{clean(name)}",
        )
    ]


def _settled(text: str, before: int = 0) -> None:
    """Raises Unfit where git left a conflict."""
    for number, row in enumerate(text.split("\n"), before + 1):
        if row.startswith(_CONFLICT):
            raise Unfit("a merge conflict stands here", "settle it: keep what holds of both sides", number)


def _fitted(path: str, kind: Kind, tree: Tree, text: str) -> tuple[Shape | None, list[Flaw]]:
    """The value in its shape. ``text``: JSON, whose lines are only looked for now."""
    value = tree.value

    def where() -> dict[Loc, int]:
        return json_strict.places(text) if text else tree.where

    if isinstance(value, dict) and (flaw := _of_other_version(path, value, where)):
        return None, [flaw]
    if not isinstance(value, dict):
        got = "nothing" if value is None else "a list" if isinstance(value, list) else "a single value"
        return None, [
            Flaw(path, 1, f"it holds {got} where keys and values should be", "write `version`, `run_id`, ...")
        ]
    try:
        return kind.shape.model_validate(value), []
    except ValidationError as problem:
        first = problem
    if tree.spelled and _respelled(value, first, tree.spelled):
        try:
            return kind.shape.model_validate(value), []
        except ValidationError as problem:
            first = problem
    return None, shape_flaws.flaws(path, kind.shape, first, where())


def _of_other_version(path: str, value: dict[str, Any], where: Any) -> Flaw | None:
    version = value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version == VERSION:
        return None
    what = f"version {str(version)[:20]} is not known here; this Interlock writes {VERSION}"
    mend = f"write the shape of version {VERSION}, or upgrade Interlock"
    return Flaw(path, nearest(where(), ("version",)), what, mend)


def _respelled(value: Any, problem: ValidationError, spelled: dict[Loc, str]) -> bool:
    """Puts the words themselves where text is asked and YAML saw a number (`run_id: 12`); whether it did."""
    changed = False
    for error in problem.errors(include_url=False):
        loc = error["loc"]
        if error["type"] == "string_type" and loc in spelled:
            inner = value
            for part in loc[:-1]:
                inner = inner[part]
            inner[loc[-1]] = spelled[loc]
            changed = True
    return changed


def _elsewhere(shown: str, path: str, tree: Tree, text: str) -> list[Flaw]:
    """What the artifact says of where it is, against where it is."""
    parts = path.split("/")
    value = tree.value
    if parts[0] != RUNS or len(parts) < 3 or not isinstance(value, dict):
        return []
    where = json_strict.places(text) if text else tree.where
    flaws = []
    if not is_issue(parts[1]) or parts[1] in NO_RUNS:
        flaws.append(
            Flaw(shown, 0, f"`{clean(parts[1], 80)}` is no run's id", "1 to 64 letters, digits, dots, - and _")
        )
    for key, part in (("run_id", 1), ("flow", 2)):
        if key in value and len(parts) > part + 1 and value[key] != parts[part]:
            told = f"`{key}` is {clean(repr(value[key]), 80)}, but it lies in {'/'.join(parts[: part + 1])}"
            flaws.append(Flaw(shown, nearest(where, (key,)), clean(told), f"write `{clean(parts[part], 80)}`"))
    return flaws
