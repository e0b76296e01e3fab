"""What `interlock status --json` prints. Times are seconds since 1970."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

When = float


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Holding(_Shape):
    """A lease. The first seven keys are those of `interlock lock ... --json`."""

    path: str = Field(description="Absolute real path, or `mutex:NAME`.")
    kind: Literal["file", "tree", "mutex"]
    owner: str
    fence: int
    since: When
    until: When = Field(description="Moves on with every hook of its owner.")
    purpose: str
    standing: Literal["live", "grace", "lapsed", "dead"] = Field(
        description="live; grace: over, granted again only after a delay; lapsed or dead: free to who asks next."
    )


class OwnerState(_Shape):
    """Who acts, and what they hold."""

    id: str = Field(description="`host|session|agent`")
    name: str = Field(description="As Interlock's sentences call the owner.")
    agent_type: str
    person: bool
    state: Literal["alive", "dead", "unknown"] = Field(description="Of the client's process; people have none.")
    pid: int = Field(description="0 if unknown.")
    since: When
    last_hook: When
    project: str
    holds: list[Holding]


class Waiting(_Shape):
    """A place in the queue."""

    ticket: int
    owner: str
    paths: list[str]
    place: int = Field(description="1 for the next in line.")
    since: When
    until: When = Field(description="When the place lapses if its owner does not ask again.")
    behind: list[str] = Field(description="The owners it waits for: holders first, then those before it in line.")
    yielding: bool = Field(description="Told to give way, as waiting would never end.")


class Coverage(_Shape):
    """How many calls of guarded tools (writers and shells) had asked the guard before."""

    hours: float
    calls: int
    unguarded: int
    percent: float | None = Field(description="None where there were no calls.")
    last_unguarded: str = Field(description="The `at` of the last one, or empty.")


class Status(_Shape):
    """All of it."""

    v: Literal[1] = 1
    at: When
    repo: str | None = Field(description="The repository's git folder; null with --all.")
    project: str
    owners: list[OwnerState]
    queue: list[Waiting]
    events: list[dict[str, Any]] = Field(description="The last log records, oldest first.")
    coverage: Coverage
    hint: str = Field(description="The next step, where there is nothing to show.")
