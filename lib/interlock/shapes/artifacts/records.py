"""The audit log's records of runs in `.runs/`, and of receipts, worklists and verdicts in them (docs/artifacts.md,
docs/receipts.md): what commands make there is believed as far as it is here.

The record of a run's start or end is written before the run's own file is: where there are two starts of one run,
the file has the last.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from interlock.shapes.line import Acted


class _OfRun(Acted):
    checkout: str = Field(description="The top of the checkout that the run is in.")
    run: str = Field(min_length=1, description="Its id: its folder's name.")
    digest: str = Field(
        pattern="^[0-9a-f]{64}$", description="SHA-256 of its `run_meta.json` as it is then written."
    )


class ArtifactRunStarted(_OfRun):
    """A run in `.runs/` is started."""

    event: Literal["artifact_run_started"]
    title: str
    issue: str = Field(description="The issue that it works on, empty for none.")
    base: str = Field(description="The commit it begins on, empty for none.")


class ArtifactRunClosed(_OfRun):
    """A run in `.runs/` is closed."""

    event: Literal["artifact_run_closed"]


class _Made(Acted):
    agent_type: str = Field(description="The owner's agent type, empty for a main agent or a person.")
    checkout: str = Field(description="The top of the checkout that the run is in.")
    run: str = Field(min_length=1)
    flow: str = Field(min_length=1)


_Author = Annotated[tuple[str, str], Strict(False)]


class ReceiptSealed(_Made):
    """A receipt was made."""

    event: Literal["receipt_sealed"]
    path: str = Field(description="From the checkout's top.")
    status: str = Field(description="What it says: VERIFIED, UNVERIFIED or CANNOT_PROCEED.")
    seal: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of what it says.")
    byproducts: list[str] = Field(description="Untracked files that runs have made, which its tree is without.")
    authors: dict[str, _Author] = Field(
        description="Of each report who wrote it last, or has vouched for it, and that one's agent type; empty "
        "where it was not known."
    )
    sections: dict[str, list[str]] = Field(
        description="Of each shared report the sections that were not as their agents left them."
    )
    strays: dict[str, _Author] = Field(
        description="Files that reports name and that an agent wrote last whose contract does not have them."
    )
    unnamed: list[str] = Field(description="What agents of the run wrote and no report of theirs names.")
    due: list[str] = Field(description="Agents that were to work before the flow was sealed, and why.")
    notes: list[str] = Field(description="What was told beside and speaks against nothing.")


class _Changed(_Made):
    when: float = Field(ge=0, description="As the file has it: seconds since 1970.")
    digest: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file as it was then written.")


class WorklistMoved(_Changed):
    """An item came onto a worklist (`old` is empty), moved, or got new words (`old` is `new`)."""

    event: Literal["worklist_moved"]
    id: str = Field(min_length=1)
    source: str = Field(description="The critique that it comes from.")
    severity: str
    location: str
    issue: str
    old: str
    new: str
    why: str


class WorklistLooked(_Changed):
    """A critic took a look: its critique has a new round, or its last one new words."""

    event: Literal["worklist_looked"]
    source: str = Field(description="The critique.")
    number: int = Field(ge=1, description="The round.")
    critique: str = Field(description="SHA-256 of the critique.")
    states: str = Field(description="SHA-256 of all items' states then.")
    open: int = Field(ge=0, description="Items that were still to be done then.")
    moves: int = Field(ge=0, description="How often items had come or moved by then.")


class WorklistStuck(_Changed):
    """Nothing has changed for some rounds, or there were too many: the worklist goes to a person."""

    event: Literal["worklist_stuck"]
    why: str


class VerdictGiven(_Changed):
    """An advocate, or a person, has ruled."""

    event: Literal["verdict_given"]
    verdict: Literal["PASS", "AMEND", "BLOCK"]
    steelman: str
    reasons: list[str]
    paths: list[str] = Field(description="Patterns, from the checkout's top.")
