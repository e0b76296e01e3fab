"""What `interlock receipt --json` says: of making one, and of checking one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Differs(BaseModel):
    """A figure that is not what the artifacts and the evidence say. Values as JSON has them, shortened."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    figure: str = Field(description="`counts.tests_passed`, `gates.pytest -q`, `artifacts..runs/r1/...`, `tree`.")
    said: str
    found: str


class Check(BaseModel):
    """`interlock receipt --check RUN FLOW --json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str
    flow: str
    path: str
    result: Literal["OK", "MISSING", "MISMATCH", "CANNOT_PROCEED"]
    status: str | None = Field(description="What the receipt says; null where it can't be read.")
    sentence: str = Field(description="Empty where it may be built on; else why not, and the next step.")
    differs: list[Differs]
    note: str = Field("", description="What else has changed since, of which the receipt does not speak.")
