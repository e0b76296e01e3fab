"""Agents of the user's that stand in the place of ours and have no contract: nobody knows that they make what ours
would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.contracts.compile import gather
from interlock.contracts.namesakes import namesakes
from interlock.doors.contracts import user_folder

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def without_contract(desk: Desk, missing: list[str]) -> list[str]:
    """A sentence on each artifact that is missing and that an agent of the pack would make, had not an agent
    without a contract its name."""
    if not missing:
        return []
    sources = gather(desk.project, user_folder(desk.environ, desk.home)).sources
    return [
        f"{path}: {one.source.name} would make it, but {one.source.shown} has no contract; give it one"
        " (docs/contracts.md), or take Interlock's"
        for one in namesakes(sources)
        for path in missing
        if one.would_make(path)
    ]
