"""What a receipt rests on that can't be had again later: who wrote what, and who was due, when it was sealed. The
log keeps it with the seal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from interlock.artifacts.receipts.writers import Author


class Noted(NamedTuple):
    """``authors``: of each report who wrote it last; ``sections``: of shared ones the sections that are not as
    their agents left them; ``strays``: of source and tests that reports name who wrote them last, where they are
    not that one's; ``unnamed``: sentences on what the run's agents wrote and did not report; ``due``: on who is
    due before the flow may be sealed; ``notes``: what is told, and speaks against nothing."""

    authors: dict[str, Author]
    sections: dict[str, list[str]]
    strays: dict[str, Author]
    unnamed: list[str]
    due: list[str]
    notes: list[str]

    def facts(self) -> dict[str, Any]:
        """As the event has it."""
        return {
            **self._asdict(),
            "authors": {path: list(one) for path, one in self.authors.items()},
            "strays": {path: list(one) for path, one in self.strays.items()},
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Noted:
        """What the event has."""
        return cls(
            {path: Author(*one) for path, one in facts["authors"].items()}, dict(facts["sections"]),
            {path: Author(*one) for path, one in facts["strays"].items()}, list(facts["unnamed"]),
            list(facts["due"]), list(facts["notes"]),
        )  # fmt: skip


NOTHING = Noted({}, {}, {}, [], [], [])
