"""The audit log's records of runs in `.runs/` (docs/artifacts.md). Each is written before the run's own file is:
where there are two starts of one run, the file has the last."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

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
