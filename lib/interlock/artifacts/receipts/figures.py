"""Which figures of a receipt differ from those that were counted anew."""

from __future__ import annotations

import json
from typing import Any

from interlock.artifacts.flaw import clean
from interlock.shapes.artifacts.answers import Differs


def figures_differ(said: dict[str, Any], found: dict[str, Any], all_of_it: bool) -> list[Differs]:
    """Each figure that differs. ``all_of_it``: the words of the reasons too, which nobody can have changed in a
    receipt that is as it was sealed."""
    left = {name: value for name, value in _flat(said) if name not in ("made", "seal")}
    right = dict(_flat(found))
    names = [name for name in dict.fromkeys([*right, *left]) if left.get(name) != right.get(name)]
    names += [name for name in left.keys() ^ right.keys() if name not in names]
    ranked = sorted((name for name in names if name != "reasons"), key=_rank)
    ranked += ["reasons"] if "reasons" in names and all_of_it and not ranked else []
    gone = "nothing"
    return [
        Differs(figure=clean(name, 420), said=_short(left.get(name, gone)), found=_short(right.get(name, gone)))
        for name in ranked
    ]


_ORDER = ("counts.", "gates.", "missing_required", "artifacts[", "evidence_sha", "tree")


def _rank(name: str) -> tuple[int, str]:
    at = next((at for at, start in enumerate(_ORDER) if name.startswith(start)), len(_ORDER))
    return at, name


def _flat(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    flat = []
    for name, value in facts.items():
        shown = "{}[{}]" if name == "artifacts" else "{}.{}"
        inner = [(shown.format(name, key), one) for key, one in value.items()] if isinstance(value, dict) else []
        flat += inner or [(name, value)]
    return flat


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    digest = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return clean(text[:12] if digest else text, 80)
