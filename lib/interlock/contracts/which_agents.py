"""Which agents a command is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from interlock.contracts.compile import gather
from interlock.contracts.fault import PATH, plain
from interlock.contracts.source import Source, read, singled
from interlock.doors import config
from interlock.doors.contracts import agent_files
from interlock.doors.place import pack_dir
from interlock.words.faults import Fault


class Ground(NamedTuple):
    """The agents, in words ``where`` they are, and the patterns that `@tests` stands for."""

    sources: list[Source]
    where: str
    tests: list[str]


def find(paths: list[str], project: str, root: str, user: str) -> Ground:
    """The agents in force in the project; where there are none, those that come with Interlock. ``paths``: files,
    each in place of the agent of its name, or folders, which stand for all there is. Raises Fault for what is not
    there."""
    tests = config.load(project, root).contracts_tests
    named = _sources([file for path in paths for file in _files(Path(path))])
    none = {str(path) for path in paths if not Path(path).is_dir()} - {str(source.path) for source in named}
    if none:
        raise Fault(f"{plain(min(none), 200)} is no agent: it has neither front matter nor a contract")
    if any(Path(path).is_dir() for path in paths):
        return Ground(named, _listed(paths), tests)
    found, where = gather(project, user).sources, "the agents in force here"
    if not found:
        found = _sources(_files(Path(pack_dir()) / "agents"))
        where = "the agents that come with Interlock"
    if named:
        names = {source.name for source in named}
        found = [source for source in found if source.name not in names] + named
        where = f"{_listed(paths)} and {where}"
    return Ground(found, where, tests)


def _listed(paths: list[str]) -> str:
    return ", ".join(plain(path, PATH) for path in paths)


def _sources(files: list[Path]) -> list[Source]:
    found = (read(file, plain(str(file), PATH)) for file in dict.fromkeys(files))
    return singled([source for source in found if source is not None])


def _files(named: Path) -> list[Path]:
    """The file; of a folder the agents in it and below."""
    if not os.path.lexists(named):
        raise Fault(f"there is no {plain(str(named), 200)}")
    if not named.is_dir():
        return [named]
    return [Path(path) for path in agent_files(str(named))]
