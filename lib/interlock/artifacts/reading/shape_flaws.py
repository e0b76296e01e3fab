"""What pydantic finds wrong with a value, as flaws: the line, what it is, and what to write instead."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from interlock.artifacts.flaw import Flaw, clean
from interlock.artifacts.reading.lines import Loc, nearest
from interlock.shapes.artifacts.base import Shape

MOST = 50
"""Flaws of one file that are told."""
_WORDS = {"None": "null", "True": "true", "False": "false"}
_COUNTS = frozenset({"count", "counts", "total", "totals", "summary"})


def flaws(path: str, shape: type[Shape], problem: ValidationError, where: dict[Loc, int]) -> list[Flaw]:
    """The flaws, by line."""
    errors = problem.errors(include_url=False)
    found = sorted((_flaw(path, shape, error, where) for error in errors[:MOST]), key=lambda flaw: flaw.line)
    if len(errors) > MOST:
        found.append(Flaw(path, 0, f"and {len(errors) - MOST} more", "mend these first"))
    return found


def _flaw(path: str, shape: type[Shape], error: ErrorDetails, where: dict[Loc, int]) -> Flaw:
    loc: Loc = tuple(part for part in error["loc"] if part != "[key]")
    loc = tuple(error.get("ctx", {}).get("at", loc))
    line = nearest(where, loc)
    name, leaf = _name(loc), clean(str(loc[-1]), 60) if loc else ""
    schema = _schema_at(shape, loc)
    if error["type"] == "missing":
        return Flaw(path, line, f"{name} is missing", f"add `{leaf}`: {_hint(shape, schema)}")
    if error["type"] == "extra_forbidden":
        return Flaw(path, line, f"{name} is not known here", _instead(shape, loc, leaf))
    if error["type"] == "doubled":
        return Flaw(path, line, f"{name}: {clean(error['msg'], 120)}", "keep one, or name it otherwise")
    wanted = _hint(shape, schema)
    if error["loc"] and error["loc"][-1] == "[key]":
        return Flaw(path, line, f"`{leaf}` can't be a key here", "use letters, digits, dots, - and _, at most 40")
    given = error.get("input")
    shown = " is a list" if isinstance(given, list) else " is a mapping" if isinstance(given, dict) else ""
    shown = shown or f" is {clean(_WORDS.get(str(given), repr(given)), 60)}"
    if error["type"] in ("model_type", "dict_type"):
        return Flaw(path, line, f"{name}{shown}: it should be keys and values", f"write {wanted}")
    if error["type"] == "value_error":
        told = clean(error["msg"].removeprefix("Value error, "), 200)
        return Flaw(path, line, f"{name}{shown if loc else ''}: {told}", f"write {wanted if loc else 'it so'}")
    if error["type"] == "string_pattern_mismatch" and "description" in schema:
        return Flaw(path, line, f"{name}{shown}: it should be {_described(schema)}", f"write {wanted}")
    mend = "make it shorter" if error["type"].endswith("too_long") else f"write {wanted}"
    return Flaw(path, line, f"{name}{shown}: it should {_should(error['msg'])}", mend)


def _should(told: str) -> str:
    return clean((told.partition(" should ")[2] or told).replace(" after validation", ""), 160)


def _described(schema: dict[str, Any]) -> str:
    """The part's description, fit to go on with a sentence."""
    words = str(schema["description"]).rstrip(".")
    return f"{words[:1].lower() if words[1:2] in 'nes ' else words[:1]}{words[1:]}"


def _name(loc: Loc) -> str:
    """`items[2].location`."""
    said = "".join(f"[{part}]" if isinstance(part, int) else f".{clean(part, 60)}" for part in loc)
    return f"`{said.lstrip('.')}`" if said else "it"


def _instead(shape: type[Shape], loc: Loc, leaf: str) -> str:
    known = list(_resolved(shape, _schema_at(shape, loc[:-1])).get("properties", {}))
    if leaf in _COUNTS:
        return "take it out: counts are made from the items"
    near = get_close_matches(leaf, known, 1)
    return f"did you mean `{near[0]}`?" if near else f"take it out; known are {', '.join(known[:16])}"


@lru_cache
def _schema(shape: type[Shape]) -> dict[str, Any]:
    return shape.model_json_schema()


def _schema_at(shape: type[Shape], loc: Loc) -> dict[str, Any]:
    """The part of the shape's JSON Schema that is about ``loc``; {} where there is none."""
    here = _resolved(shape, _schema(shape))
    for part in loc:
        if isinstance(part, int):
            inner = here.get("items", {})
        else:
            others = [*here.get("patternProperties", {}).values(), here.get("additionalProperties")]
            inner = here.get("properties", {}).get(part) or next((one for one in others if one), {})
        here = _resolved(shape, inner if isinstance(inner, dict) else {})
    return here


def _resolved(shape: type[Shape], schema: dict[str, Any]) -> dict[str, Any]:
    """Without references, and without null where there is something else."""
    if "$ref" in schema:
        named = _schema(shape)["$defs"][schema["$ref"].rpartition("/")[2]]
        return _resolved(shape, {**named, **{key: value for key, value in schema.items() if key != "$ref"}})
    if "anyOf" in schema:
        others = [one for one in schema["anyOf"] if one.get("type") != "null"]
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**_resolved(shape, others[0]), **rest, "or_null": len(others) < len(schema["anyOf"])}
    return schema


def _hint(shape: type[Shape], schema: dict[str, Any]) -> str:
    """What is to be written, in a few words."""
    if "enum" in schema:
        said = f"one of {', '.join(map(str, schema['enum']))}"
    elif "const" in schema:
        said = str(schema["const"])
    elif schema.get("type") == "integer":
        said = f"a whole number{', 0 or more' if schema.get('minimum') == 0 else ''}"
    elif schema.get("type") == "object" and "properties" in schema:
        said = f"keys and values: {', '.join(schema.get('required', schema['properties']))}"
    else:
        kinds = {
            "string": "a text",
            "array": "a list ([] for none)",
            "number": "a number",
            "boolean": "true or false",
        }
        said = kinds.get(schema.get("type", ""), "keys and values")
        if schema.get("type") == "string" and schema.get("description"):
            said = f"a text ({_described(schema)})"
    return f"{said}, or null" if schema.get("or_null") else said
