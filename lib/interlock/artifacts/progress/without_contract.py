"""Agents of the user's that stand in the place of ours and have no contract: nobody knows that they make what ours
would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interlock.contracts.compile import gather
from interlock.contracts.source import read
from interlock.doors.contracts import user_folder
from interlock.doors.place import pack_dir
from interlock.words.contract import covers

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def without_contract(desk: Desk, missing: list[str]) -> list[str]:
    """A sentence on each artifact that is missing and that an agent of the pack would make, had not an agent
    without a contract its name."""
    if not missing:
        return []
    sources = gather(desk.project, user_folder(desk.environ, desk.home)).sources
    free = {one.name: one for one in sources if not one.held}
    said = []
    for file in sorted(Path(pack_dir(), "agents").glob("*.md")):
        ours = read(file, file.name)
        if ours is None or ours.contract is None or ours.name not in free:
            continue
        for path in missing:
            if any(covers(one, path, []) for one in ours.contract.outputs):
                mine = f"{ours.name} would make it, but {free[ours.name].shown} has no contract"
                said.append(f"{path}: {mine}; give it one (docs/contracts.md), or take Interlock's")
    return said
