"""What `interlock gate check --json` prints."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Check(BaseModel):
    """Whether an issue's work is done, as far as it can be proved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issue: str
    owner: str = Field(description="Whose work was looked at: `host|session|agent`; empty for nobody's.")
    met: bool
    missing: list[str] = Field(description="A sentence for each thing.")
    commit: str | None = Field(description="The commit that counts.")
    since: float | None = Field(description="When the work began, in seconds since 1970.")
