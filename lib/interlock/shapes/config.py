"""The shape of `.claude/interlock.toml`. The guard checks by ``doors.config_source.check``, which speaks in
sentences; a test holds that both accept the same files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(min_length=1)]


class Config(BaseModel):
    """Interlock's settings in a project. Every key is optional; an unknown one is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    mode: Literal["auto", "strict"] = Field(
        "auto", description="auto: the first write takes the lock. strict: it must be taken before."
    )
    ttl: float = Field(
        900.0, ge=10, le=86400, description="Seconds that a lock outlives its owner's last sign of life."
    )
    grace: float = Field(
        15.0, ge=0, le=3600, description="Seconds before a lock that ran out is granted to somebody else."
    )
    wait: float = Field(2.0, ge=0, le=20, description="Seconds that a write waits for a held file.")
    place: float = Field(
        30.0, ge=0, le=3600, description="Seconds that a place in the queue is kept for who no longer asks."
    )
    ignore: list[Word] = Field([], description="Patterns of paths that are let through, as in .gitignore.")
    shell_unread: Literal["allow", "ask", "deny"] = Field(
        "allow",
        description="What becomes of a shell command that can be neither read nor contained.",
    )
    shell_uncontained: Literal["allow", "deny"] = Field(
        "allow",
        description="What becomes of a shell command that should be contained, where that turns out not to work.",
    )
    mcp: dict[str, list[Word]] = Field(
        {}, description="For an MCP tool's full name, the keys of its input that hold paths; [] if it writes none."
    )
