"""What only `interlock` writes: the worklist, verdicts and receipts. Whoever edits them by hand is found out: the
audit log has the digest of each as it was made."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interlock.shapes.artifacts.base import (
    Artifact,
    Count,
    Digest,
    Flow,
    ItemId,
    Line,
    Location,
    Path,
    RunId,
    Severity,
    Shape,
    Text,
    When,
)  # fmt: skip

ItemState = Literal["pending", "in_progress", "fixed", "wontfix"]
STUCK_AFTER = 3
"""Rounds without change, after which a worklist goes to a person."""


ROUNDS = 12
"""Rounds of one critic, after which a worklist that is not drained does so, however much changes."""


class Item(Shape):
    """A finding on its way."""

    id: ItemId
    source: Path = Field(description="The critique that it comes from.")
    severity: Severity = Field(strict=False)
    location: Location
    issue: Text
    status: ItemState
    by: str = Field(max_length=400, description="Who moved it last: `host|session|agent`.")
    agent_type: str = Field(max_length=128)
    at: When
    why: str = Field("", max_length=400)


class Round(Shape):
    """A look that a critic took at the flow."""

    source: Path
    number: int = Field(ge=1)
    digest: Digest
    states: Digest = Field(description="SHA-256 of all items' states then, as canonical JSON.")
    open: int = Field(ge=0, description="Items that were still to be done then.")
    moves: int = Field(ge=0, description="How often items had come or moved by then.")

    def idle(self, before: Round) -> bool:
        """Whether it found all as at the round before, though there was something to be done, or was tried."""
        return self.states == before.states and (self.open > 0 or self.moves > before.moves)


class Worklist(Artifact):
    """`worklist.json` of a flow."""

    flow: Flow
    issue_id: RunId | None = Field(description="The run's issue: the gate looks for it.")
    items: list[Item] = Field(max_length=2000)
    rounds: list[Round] = Field(max_length=500)
    moves: int = Field(ge=0, description="How often items came or moved.")
    since: int = Field(ge=0, description="So many rounds don't count: a person has moved something after them.")
    handed: bool = Field(description="It is stuck, and was handed to a person.")

    def idle(self) -> int:
        """How many of the last rounds in a row have found all as it was at the same critic's round before; the
        most of any critic."""
        counted = self.rounds[self.since :]
        sources = {one.source for one in counted}
        return max((_idle_at_end([r for r in counted if r.source == one]) for one in sources), default=0)

    def open(self) -> list[Item]:
        """What is still to be done."""
        return [item for item in self.items if item.status in ("pending", "in_progress")]

    @property
    def why_stuck(self) -> str:
        """Why it goes to a person, "" where it does not: open items, and nothing has changed for some rounds, or
        there were too many."""
        if not self.open():
            return ""
        if self.idle() >= STUCK_AFTER:
            return f"{self.idle()} rounds have changed nothing"
        counted = [one.source for one in self.rounds[self.since :]]
        most = max(map(counted.count, counted), default=0)
        return f"{most} rounds have not drained it" if most >= ROUNDS else ""

    @property
    def stuck(self) -> bool:
        """Whether it goes to a person."""
        return bool(self.why_stuck)


def _idle_at_end(rounds: list[Round]) -> int:
    idle = 0
    while idle + 1 < len(rounds) and rounds[-idle - 1].idle(rounds[-idle - 2]):
        idle += 1
    return idle


class Ruling(Shape):
    """What an advocate says. The steelman first: the best case for what is then judged."""

    verdict: Literal["PASS", "AMEND", "BLOCK"]
    steelman: Text = Field(min_length=1)
    reasons: list[Line] = Field(max_length=40)
    paths: list[Path] = Field(max_length=100, description="What it is about: patterns as in .gitignore.")
    by: str = Field(max_length=400)
    agent_type: str = Field(max_length=128)
    at: When


class Verdicts(Artifact):
    """`verdicts.json` of a flow, the newest last."""

    flow: Flow
    verdicts: list[Ruling] = Field(max_length=500)


class Counts(Shape):
    """Figures of a flow, each made from artifacts or evidence; null where not known."""

    tests_passed: Count
    tests_failed: Count
    tests_skipped: Count
    tests_planned: Count
    tests_written: Count
    files_changed: Count
    criteria: Count
    criteria_done: Count
    findings_critical: Count
    findings_major: Count
    findings_minor: Count
    findings_info: Count
    items_pending: Count
    items_in_progress: Count
    items_fixed: Count
    items_wontfix: Count


class Receipt(Artifact):
    """`FLOW_receipt.json`, the seal of a flow: it exists, so the flow is complete."""

    flow: Flow
    status: Literal["VERIFIED", "UNVERIFIED", "CANNOT_PROCEED"]
    recommended_action: Literal["PROCEED", "RERUN", "BOUNCE", "FIX_ENV"]
    missing_required: list[Path] = Field(max_length=200)
    reasons: list[Line] = Field(max_length=100)
    counts: Counts
    gates: dict[str, Literal["PASS", "FAIL"] | None] = Field(
        max_length=100, description="Each required command; null where there is no evidence."
    )
    artifacts: dict[Path, Digest] = Field(max_length=500)
    evidence_sha: Digest | None = Field(description="Of the evidence lines that count, as the log has them.")
    tree: str | None = Field(description="The fingerprint that the evidence is about.")
    forensic_check: Literal["PASS", "MISMATCH"]
    made: When
    seal: Digest = Field(description="Of all other fields, as canonical JSON.")
