"""Which files a report names."""

from __future__ import annotations

from interlock.shapes.artifacts.base import Shape
from interlock.shapes.artifacts.reports import ImplChanges, TestStrategy


def named(value: Shape | None) -> list[str]:
    """The files, or folders, that the report is about, from the checkout's top; [] for other artifacts."""
    if isinstance(value, ImplChanges):
        return [change.path.rstrip("/") for change in value.changes]
    if isinstance(value, TestStrategy):
        return [test.file for test in value.tests]
    return []
