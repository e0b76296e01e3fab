"""What `interlock artifacts ... --json` and `interlock receipt --check --json` say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interlock.shapes.artifacts.base import Flow, RunId, Shape


class Flaw(Shape):
    """What is wrong with a file."""

    path: str = Field(description="From the checkout's top.")
    line: int = Field(ge=0, description="Counted from 1; 0: no line is to blame.")
    what: str
    mend: str = Field(description="What to do about it.")


class Checked(Shape):
    """A file that was looked at."""

    path: str
    kind: str | None = Field(description="Which shape it should have; null: none is asked.")
    valid: bool


class Validated(Shape):
    """`interlock artifacts validate`."""

    valid: bool
    files: list[Checked]
    flaws: list[Flaw]


class Awaited(Shape):
    """A file that is not there."""

    path: str
    agent: str = Field(description="Which agent type makes it; empty for a person.")


class Step(Shape):
    """An agent that can work now."""

    agent: str = Field(description="The agent type to start, with `RUN: id` as a line of its prompt.")
    flow: Flow
    why: list[str] = Field(min_length=1, description="What there is for it to do.")


class Progress(Shape):
    """`interlock artifacts check`: where a run stands. Start what is in `next`; if that is empty, a person is
    asked what `missing` and `stuck` say, or the run is `complete`."""

    run_id: RunId
    title: str
    state: Literal["open", "closed"]
    flow: Flow | None = Field(description="The first flow in which something is left; null: none.")
    complete: bool = Field(description="All that the contracts tell of is made, valid and settled.")
    done: list[str] = Field(description="Artifacts that are there and valid.")
    pending: list[Awaited] = Field(description="Artifacts that agents have still to make.")
    missing: list[Awaited] = Field(description="What agents need and no agent makes.")
    invalid: list[Flaw]
    stuck: list[str] = Field(description="What needs a person, a sentence each.")
    next: list[Step] = Field(description="All of these can work at the same time.")


class Differs(Shape):
    """A figure that is not what the artifacts and the evidence say. Values as JSON has them, shortened."""

    figure: str = Field(description="`counts.tests_passed`, `gates.pytest -q`, `artifacts..runs/r1/...`, `tree`.")
    said: str
    found: str


class ReceiptCheck(Shape):
    """`interlock receipt --check RUN FLOW --json`. It may be built on where `result` is OK and `status` VERIFIED:
    then the exit code is 0."""

    run: str
    flow: str
    path: str
    result: Literal["OK", "MISSING", "MISMATCH", "CANNOT_PROCEED"]
    status: str | None = Field(description="What the receipt says; null where it can't be read.")
    recommended_action: str | None = Field(default=None, description="Likewise.")
    forensic_check: str | None = Field(default=None, description="Likewise.")
    reason: str = Field(default="", description="The first reason that the receipt gives against itself.")
    sentence: str = Field(description="Empty where it is to be believed; else why not, and the next step.")
    differs: list[Differs]
    note: str = Field(default="", description="What else has changed since, of which the receipt does not speak.")
