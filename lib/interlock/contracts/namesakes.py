"""Agents of a user's that have the name of one that comes with Interlock, and no contract: nobody knows that they
make what ours would."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from interlock.contracts.source import Source, read
from interlock.doors.place import pack_dir
from interlock.words.contract import covers


class Namesake(NamedTuple):
    """``source`` is the user's; ``outputs`` are those that ours has."""

    source: Source
    outputs: tuple[str, ...]

    def would_make(self, path: str) -> bool:
        """Whether the artifact, in some run, is ours to make."""
        return any(covers(one, path, []) for one in self.outputs)


def namesakes(sources: list[Source]) -> list[Namesake]:
    """Those among the agents in force, in the order of the pack."""
    free = {one.name: one for one in sources if not one.held}
    files = sorted(Path(pack_dir(), "agents").glob("*.md")) if free else []
    pack = [one for file in files if (one := read(file, file.name)) is not None]
    return [
        Namesake(free[one.name], tuple(one.contract.outputs)) for one in pack if one.contract and one.name in free
    ]
