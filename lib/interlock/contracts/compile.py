"""The contracts of a project, compiled for the guard: sealed JSON in the state folder, for ``doors.contracts``."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from interlock.contracts.fault import PATH, Fault, plain
from interlock.contracts.files import within
from interlock.contracts.source import Source, read, singled
from interlock.doors import contracts as door
from interlock.doors.config_source import keep
from interlock.words.contract import MAYBE, Contract, set_apart

YOUNG = 0.02
"""Seconds in which a file may change twice and bear one time."""
_TRIES = 5


class Set(NamedTuple):
    """The agents in force in a project, the project's first, and those of the user's own that it has not itself;
    ``marks`` of all files that were looked at."""

    sources: list[Source]
    marks: dict[str, list[int]]


def gather(project: str, user: str) -> Set:
    """Reads all agent files of the project and of the user. What changes meanwhile is read again."""
    for _ in range(_TRIES):
        before = door.marks(project, user)
        newest = max((mark[3] for mark in before.values() if mark), default=0)
        if 0 <= time.time_ns() - newest < YOUNG * 1e9:
            time.sleep(YOUNG)
        found = [_source(path, project, user) for path in before]
        if door.marks(project, user) == before:
            break
    sources = [source for source in found if source is not None]
    inside = [source for source in sources if _is_inside(source.path, project)]
    hidden = {source.name for source in inside if _loads(source)}
    beside = [source for source in sources if not _is_inside(source.path, project) and source.name not in hidden]
    return Set([*singled(inside), *singled(beside)], before)


def _loads(source: Source) -> bool:
    """Whether the client has an agent by it, so that the user's of that name is not in force: also by one that is
    held to nothing. A file without name and description it passes over."""
    return source.held or all(source.front.get(key, "").strip() for key in ("name", "description"))


def shown(path: str, project: str, user: str) -> str:
    """What the file is called: from the project's top, or from the user's own folder."""
    if path.startswith(f"{project}/"):
        return plain(path[len(project) + 1 :], PATH)
    return plain(f"~/{os.path.basename(user)}{path[len(user) :]}", PATH)


def compile_project(project: str, root: str, user: str) -> Set:
    """Compiles them. Raises OSError where the state folder can't be written."""
    found = gather(project, user)
    held = [source for source in found.sources if source.held]
    each = list(zip(held, set_apart(word(source) for source in held), strict=True))
    contracts = [_entry(source, contract, source.name) for source, contract in each]
    others = [_entry(*one, name) for one in each if not one[0].contract for name in one[0].names[1:]]
    digests = {path: digest for path in found.marks if (digest := door.content(path))}
    values: dict[str, object] = {
        "format": door.FORMAT, "files": found.marks, "digests": digests, "contracts": contracts, "others": others
    }  # fmt: skip
    keep(door.copy_path(project, root), door.fingerprint(found.marks), values)
    return found


def word(source: Source) -> Contract:
    """The source's contract as the guard has it, but for what others own."""
    shape = source.contract
    if shape is None:
        first = source.faults[0] if source.faults else Fault(source.shown, 1, "there is no contract", "write one")
        return Contract(source.name, source.shown, fault=first.brief())
    return Contract(
        source.name, source.shown,
        inputs=_bare(shape.inputs), given=_bare(shape.given), needed=tuple(shape.needed()),
        outputs=tuple(shape.outputs), owns=tuple(shape.owns), shares=tuple(shape.shares), moves=tuple(shape.moves),
        resume=shape.resume,
    )  # fmt: skip


def _bare(paths: list[str]) -> tuple[str, ...]:
    return tuple(path.removesuffix(MAYBE) for path in paths)


def _entry(source: Source, contract: Contract, name: str) -> dict[str, object]:
    facts = {slot: getattr(contract, slot) for slot in Contract.__slots__}
    return {**facts, "path": str(source.path), "name": name}


def _source(path: str, project: str, user: str) -> Source | None:
    """A repository can come from anyone: its agents are files in it. The user's own may lie wherever they like."""
    name = shown(path, project, user)
    found, file = read(Path(path), name), Path(path)
    led_out = _is_inside(file, project) and file.is_symlink() and not within(file, Path(project))
    if found is None or not found.held or not led_out:
        return found
    fault = Fault(name, 1, "it is a link that leads out of the project", "put the file itself there")
    return found._replace(faults=[fault, *found.faults], contract=None)


def _is_inside(path: Path, project: str) -> bool:
    """Whether the file was found in the project, wherever it leads."""
    return str(path).startswith(f"{project}/{door.FOLDER}/")
