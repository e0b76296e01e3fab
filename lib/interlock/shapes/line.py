"""What every line of the audit log has."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, Strict

VERSION = 1


class Record(BaseModel):
    """What every line of the log has. An event that no shape below names is read as this."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, defer_build=True)  # a command needs few

    v: int = Field(ge=1, description="Version of the record format.")
    seq: int = Field(ge=1, description="Number of the line, counted from 1 without a gap over all files.")
    at: Annotated[AwareDatetime, Strict(False)] = Field(description="Wall clock, UTC, milliseconds.")
    event: str = Field(description="What happened; it decides which other facts there are.")
    prev: str = Field(
        pattern="^[0-9a-f]{32}$",
        description="blake2b-128 of the line before, newline included; zeros in the very first line.",
    )


class Acted(Record):
    """A record of what an owner did, or what became of it."""

    owner: str = Field(description="Who: `host|session|agent`, agent is `main` or a subagent's id.")
