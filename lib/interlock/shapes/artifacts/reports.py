"""What agents write of their work: Markdown whose front matter has one of these shapes. The body is for people and
the next agent, under the headings What I did (or found), What's left, Recommendation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from interlock.shapes.artifacts.base import Artifact, Flow, ItemId, Line, Severity, Shape, Text, once
from interlock.shapes.artifacts.paths import File, FileLine, Place, file_of


class Finding(Shape):
    """One thing that a critic found. Whether it is dealt with stands in the worklist, not here."""

    id: ItemId
    severity: Severity = Field(strict=False)
    location: FileLine
    issue: Text = Field(min_length=1)


class Critique(Artifact):
    """`code_critique.md`, `test_critique.md`. Counts are derived from the items: a typed one is an error."""

    round: int = Field(ge=1, le=99, description="The critic's how many-th look in this flow.")
    items: list[Finding] = Field(max_length=500)

    @model_validator(mode="after")
    def _once(self) -> Critique:
        once("items", "id", [item.id for item in self.items])
        return self

    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        return {kind.value: sum(item.severity is kind for item in self.items) for kind in Severity}


class Planned(Shape):
    """A test, or a few of a kind."""

    criterion: ItemId
    kind: Literal["unit", "property", "integration", "end_to_end", "manual"]
    location: Place
    state: Literal["planned", "written"]

    @property
    def file(self) -> str:
        """The file that has the test."""
        return file_of(self.location)


class TestStrategy(Artifact):
    """`test_strategy.md`: which test shows which criterion."""

    __test__ = False  # pytest takes the name for a test's

    tests: list[Planned] = Field(max_length=1000)

    @model_validator(mode="after")
    def _once(self) -> TestStrategy:
        once("tests", "location", [f"{test.criterion} {test.kind} {test.location}" for test in self.tests])
        return self

    def counts(self) -> dict[str, int]:
        """How many are planned (all of them) and written."""
        return {"planned": len(self.tests), "written": sum(test.state == "written" for test in self.tests)}


class Change(Shape):
    """What became of one file."""

    path: File
    what: Line
    criteria: list[ItemId] = Field([], max_length=100)


class ImplChanges(Artifact):
    """`impl_changes_summary.md`: what was implemented, where."""

    changes: list[Change] = Field(max_length=1000)

    @model_validator(mode="after")
    def _once(self) -> ImplChanges:
        once("changes", "path", [change.path for change in self.changes])
        return self


class Handoff(Artifact):
    """The front matter of any other report (`*_handoff.md`): who hands what on."""

    agent: ItemId
    flow: Flow
