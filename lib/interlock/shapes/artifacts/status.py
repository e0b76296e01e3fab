"""`ac_status.json`: where each acceptance criterion stands, by everybody who works on it. The one shape of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from interlock.shapes.artifacts.base import Artifact, ItemId, Shape

AgentType = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._-]{0,79}$", description="An agent type.")]


class Standing(Shape):
    """How far one agent type is with one criterion."""

    status: Literal["pending", "in_progress", "done", "failed", "blocked"]
    note: str = Field("", max_length=400)


class AcStatus(Artifact):
    """A section for each agent type, which only that one writes; criterion to standing."""

    sections: dict[AgentType, dict[ItemId, Standing]] = Field(max_length=40)

    def counts(self) -> dict[str, int]:
        """Criteria that anybody names, and how many of them are done by all who name them."""
        said: dict[str, set[str]] = {}
        for section in self.sections.values():
            for criterion, standing in section.items():
                said.setdefault(criterion, set()).add(standing.status)
        return {"criteria": len(said), "done": sum(one == {"done"} for one in said.values())}
