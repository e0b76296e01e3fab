"""Evidence: what the audit log proves about runs. Nothing else is believed; docs/evidence.md says what counts."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from interlock.shapes.record import Result
from interlock.words.faults import Fault


class Tampered(Fault):
    """The log is not what was written, so nothing in it proves anything."""


class Evidence(BaseModel):
    """One run that began and ended under watch, or was reused. ``seq`` and ``at`` are those of its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seq: int
    at: datetime
    run: str
    owner: str = Field(description="`host|session|agent`.")
    issue: str
    checkout: str = Field(description="A path as the log spells it (doors/keys.text).")
    name: str
    words: list[str]
    spelled: list[str]
    cwd: str
    command: str = Field(description="The beginning of the whole command.")
    started: datetime
    ended: datetime
    exit_code: int
    signal: int
    log: str
    tree_before: str = Field(description="git tree ids; empty where unknown.")
    tree_after: str
    head: str = Field(description="The commit checked out at the end.")
    ran: int | None
    passed: int | None
    failed: int | None
    skipped: int | None
    errors: int | None
    result: Result
    why: str = Field(description="Why it is not `passed`, for people.")
    others: list[tuple[str, str]] = Field(description="(file, owner): what others changed while it ran.")
    reused_of: str = Field("", description="The run whose outcome this is; empty for one that ran itself.")


def read(root: str, checkout: str | None = None, since: datetime | None = None) -> list[Evidence]:
    """All evidence of the log in the state folder ``root``, oldest first: of one checkout (as the log spells it),
    ended since then. Raises Tampered where the log's chain does not hold."""
    raise NotImplementedError
