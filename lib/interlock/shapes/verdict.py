"""What `interlock log --verify --json` prints."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Flaw(_Shape):
    """The first line that is not as it was written, or does not follow from the one before."""

    file: str
    line: int = Field(description="Counted from 1 in that file.")
    what: str


class Gap(_Shape):
    """Lines that Interlock itself found missing, or too many, and said so in a `log_gap` record."""

    expected: int
    found: int
    noted: int = Field(description="Number of the record that says so.")


class Verdict(_Shape):
    """The outcome of checking the chain over all files of the log."""

    ok: bool
    files: int
    records: int
    first: int = Field(description="Number of the first record, 0 if there is none.")
    last: int
    flaw: Flaw | None
    gaps: list[Gap]
    notes: list[str]
