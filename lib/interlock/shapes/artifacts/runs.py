"""What is known of runs: `.runs/index.json` and `.runs/RUN/run_meta.json`. Both are made by `interlock runs`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from interlock.shapes.artifacts.base import Artifact, Line, RunId, Shape, Version, When, once

State = Literal["open", "closed"]


class RunMeta(Artifact):
    """One run."""

    title: Line
    issue: RunId | None = Field(description="The issue that it works on.")
    state: State
    started: When
    started_by: str = Field(max_length=400, description="`host|session|agent`: who won the claim.")
    closed: When | None
    base: str | None = Field(pattern=r"^[0-9a-f]{40,64}$", description="The commit it began on.")

    @model_validator(mode="after")
    def _whole(self) -> RunMeta:
        if (self.state == "closed") is (self.closed is None):
            raise ValueError("a closed run has the time when it was closed, an open one null")
        return self


class Entry(Shape):
    """A run's line in the index."""

    run_id: RunId
    title: Line
    issue: RunId | None
    state: State
    started: When


class Index(Shape):
    """All runs, the newest last. Derived from their run_meta.json; made again whenever one changes."""

    version: Version
    runs: list[Entry]

    @model_validator(mode="after")
    def _once(self) -> Index:
        once("runs", "run_id", [entry.run_id for entry in self.runs])
        return self
