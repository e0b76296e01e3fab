"""The audit log's records of issues and of the gate (docs/gate.md)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from interlock.shapes.line import Acted


class IssueStarted(Acted):
    """The owner began to work on an issue: a new period, in which the gate counts anew."""

    event: Literal["issue_started"]
    issue: str = Field(min_length=1, description="Its id.")
    how: Literal["command", "prompt", "branch"] = Field(description="How the owner got it.")
    head: str = Field(description="The commit checked out then, empty for none.")
    checkout: str = Field(description="The top of the checkout it works in.")
    rules: dict[str, Any] = Field({}, description="What the config's `[gate]` asked then, where it asked any.")
    since: float | None = Field(
        None, ge=0, description="Where the work began before this record: when, in seconds since 1970."
    )


class IssueStopped(Acted):
    """The owner gave its issue up: `interlock issue stop`."""

    event: Literal["issue_stopped"]
    issue: str = Field(min_length=1)


class Gate(Acted):
    """An owner wanted to stop, and its work was checked. Met, or with `followup`, its period is over."""

    event: Literal["gate"]
    issue: str = Field(description="Empty for an owner without one, where config demands the gate of all.")
    checkout: str
    commit: str = Field(description="The issue's newest commit by this owner, empty for none.")
    met: bool
    missing: list[str] = Field(description="What is missing, a sentence each, as the agent was told.")
    attempt: int = Field(ge=1, description="Counts the checks of this period.")
    no_progress: bool = Field(description="Neither commit nor evidence is new since the check before.")
    followup: bool = Field(description="The stop passed though the gate is not met: the issue needs a follow-up.")
    outstanding: int | None = Field(
        ge=0, description="The findings that the completion block told of, null for no block."
    )
    evidence: int = Field(ge=0, description="Number of the last record that was looked at as evidence.")


class GateFault(Acted):
    """The check itself failed, so the stop passed unchecked: the issue needs a follow-up."""

    event: Literal["gate_fault"]
    issue: str
    problem: str


class Handoff(Acted):
    """A note on unfinished work was left for whoever takes the issue next."""

    event: Literal["handoff"]
    issue: str = Field(min_length=1)
    reason: str
    where: str = Field(description="`beads`, or the note's file.")
