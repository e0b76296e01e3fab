"""Whether the files that a receipt is about are what they were when it was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.artifacts.flaw import clean
from interlock.artifacts.log_events import Ledger
from interlock.artifacts.receipts.proving import byproducts, without
from interlock.artifacts.spot import Spot
from interlock.doors.git import Git
from interlock.gate.rules import Rules
from interlock.runs import fingerprint
from interlock.shapes.artifacts.answers import Differs
from interlock.shapes.artifacts.made import Receipt
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.faults import Unreadable
from interlock.words.pattern import ignored

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

QUICK = 7.0
"""Seconds for the look at the checkout: the guard waits for it."""
_COMMITS = 50


def tree_differs(
    desk: Desk, spot: Spot, meta: RunMeta, value: Receipt, known: Ledger, about: list[str] | None
) -> tuple[list[Differs], str]:
    """Whether the files that it is ``about`` (None: all) still stand in the checkout, or were committed since; and
    which others have changed, a sentence."""
    if not value.tree:
        return [], ""
    top = str(spot.top)
    taken = fingerprint.take(desk.root, top, QUICK)
    neutral = list(without(Rules.of(desk.config), byproducts(desk.root, top, known.runs)).neutral)

    def other(now: str) -> list[str] | None:
        names = fingerprint.changed(desk.root, top, str(value.tree), now)
        return None if names is None else [name for name in names if not ignored(name, neutral)]

    names = other(taken.id) if taken.id else None
    mine = _about(names, about)
    if mine == [] or any(_about(other(commit), about) == [] for commit in _commits(desk, top, meta.base)):
        beside = sorted(set(names or []) - set(mine or []))
        return [], clean(f"{_few(beside)} changed since, of which it does not speak", 300) if beside else ""
    if mine is None:
        told = f"what has changed since can't be told ({taken.problem or 'that tree is not kept'})"
    else:
        told = f"{_few(sorted(mine))} changed since"
    return [Differs(figure="tree", said=value.tree[:12], found=clean(told, 160))], ""


def _about(names: list[str] | None, about: list[str] | None) -> list[str] | None:
    """Those of the changed files that count."""
    if names is None or about is None:
        return names
    return [name for name in names if any(f"{name}/".startswith(f"{path}/") for path in about)]


def _few(names: list[str]) -> str:
    return f"{', '.join(names[:3])}{' and more' if len(names) > 3 else ''}"


def _commits(desk: Desk, top: str, base: str | None) -> list[str]:
    """The run's newest commits; [] where git can't say."""
    words = ["rev-list", f"--max-count={_COMMITS}", "HEAD", *([f"^{base}"] if base else []), "--"]
    try:
        code, said = Git(top, 3.0, desk.environ).tried(*words)
    except Unreadable:
        return []
    return [] if code else said.decode("ascii", "replace").split()
