"""What `interlock status --health --json` prints: a day's figures by the log, and what follows from them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Locks(_Shape):
    """Files and folders that were asked for."""

    tries: int = Field(description="Locks that were granted, and askings that were not while the day lasted.")
    waits: int = Field(description="Askings that found the file held, and took a place in the queue.")
    wait_rate: float | None = Field(description="Waits in percent of tries; null where there are none.")
    turn_waits: int = Field(description="Askings that waited for the turn to write (mode = sequential); no waits.")
    holder_checks: int | None = Field(description="`interlock lock holder`; null: they are not logged.")


class Mutex(_Shape):
    """The mutexes of runs: tests, checks, builds, installs."""

    tries: int
    waits: int
    seconds: float = Field(description="Of all waits together.")
    longest: float = Field(description="The longest wait, in seconds.")
    long_waits: int = Field(description="Waits of more than 10 minutes.")


class Runs(_Shape):
    """Validation commands that `interlock run` watched."""

    ended: int
    passed: int
    failed: int
    partial: int
    unknown: int
    contaminated: int = Field(description="Others changed files while they ran.")
    reused: int = Field(description="Asked for and not run again, as the same had passed on the same tree.")
    pass_rate: float | None = Field(
        description="Passed in percent of passed and failed; null where there are none."
    )
    stable: bool = Field(
        description="10 or more passed or failed, and the pass rates of their older and newer half are at most 20 "
        "points apart."
    )


class Cluster(_Shape):
    """Where, or when, waits cluster."""

    at: str = Field(description="A path; or an hour, ISO 8601, UTC.")
    waits: int


class Trigger(_Shape):
    """A condition under which the way of working is to be changed."""

    name: Literal["waits", "mutex_waits", "shared_state", "pass_rates"]
    tripped: bool
    because: str = Field(description="The figures, in a sentence.")


class Rung(_Shape):
    """A mitigation. They are tried in this order."""

    name: Literal["sequential", "gate", "worktrees", "isolation"]
    how: str
    in_force: bool


class Health(_Shape):
    """All of it."""

    v: Literal[1] = 1
    at: float = Field(description="Seconds since 1970.")
    hours: float = Field(description="How far back the figures go.")
    repo: str | None = Field(description="The repository's git folder; null with --all.")
    project: str
    entries: int = Field(description="Records of the log.")
    unreadable: int = Field(description="Lines of the log's files that can't be read, of whatever time and place.")
    agents: int = Field(description="Agents that acted: sessions and subagents.")
    at_once: int = Field(description="The most agents that acted within 15 minutes.")
    locks: Locks
    mutex: Mutex
    runs: Runs
    breaches: int = Field(description="Held files that changed by somebody else's doing.")
    files: list[Cluster] = Field(description="The files most waited for, at most 5.")
    when: list[Cluster] = Field(description="The hours with most waits, at most 3.")
    triggers: list[Trigger]
    ladder: list[Rung]
    next: Rung | None = Field(description="What to do where a trigger is tripped: the first rung not in force.")
