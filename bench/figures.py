"""Figures made of times: percentiles, ratios with their spread, verdicts, and the tables that show them."""

import math
import os
import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BLOCKS = 8
"""A run is cut into this many pieces; how far their ratios lie apart is the spread."""


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest time that ``share`` of all times don't exceed (nearest rank)."""
    ranked = sorted(times)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def median(times: Sequence[float]) -> float:
    return percentile(times, 0.5)


@dataclass(frozen=True)
class Ratio:
    """How many times one median is the other; ``low`` and ``high`` are the same of single blocks."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}-{self.high:.2f})"


def ratio(these: Sequence[float], those: Sequence[float]) -> Ratio:
    """Of two series taken round by round in the same run."""
    size = max(1, len(these) // BLOCKS)
    parts = [
        median(these[at : at + size]) / median(those[at : at + size])
        for at in range(0, len(these) - size + 1, size)
    ]
    return Ratio(median(these) / median(those), min(parts), max(parts))


@dataclass(frozen=True)
class Verdict:
    """One promised measure and what came out."""

    what: str
    found: str
    wanted: str
    met: bool


def at_most(what: str, value: float, limit: float, shown: str = "") -> Verdict:
    return Verdict(what, shown or f"{value:.2f}", f"at most {limit:g}", value <= limit)


def at_least(what: str, value: float, limit: float, shown: str = "") -> Verdict:
    return Verdict(what, shown or f"{value:.2f}", f"at least {limit:g}", value >= limit)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table; the first column is text, the others are figures."""
    lines = [
        "| " + " | ".join(heads) + " |",
        "|" + "|".join([" --- ", *(" ---: " for _ in heads[1:])]) + "|",
    ]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def verdicts(found: Iterable[Verdict]) -> str:
    rows = [(v.what, v.found, v.wanted, "yes" if v.met else "**no**") for v in found]
    return table(("measure", "found", "wanted", "met"), rows)


def heading(title: str, load: float) -> str:
    """When, and on what kind of machine. ``load``: the load average when the run began; more than the
    number of processors means that others' work is in the figures."""
    python = f"CPython {platform.python_version()}, {platform.system()}"
    day = time.strftime("%Y-%m-%d")
    return f"**{title}**, {day}, {python}, {os.cpu_count()} processors, load {load:.1f} at the start"
