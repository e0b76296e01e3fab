"""Agents of the user's by the names of ours. Of two files with one name the client takes either, and of
the project's and the user's own the project's: so ours stay out where they would hide one."""

from contextlib import suppress
from pathlib import Path

from interlock.contracts.source import Source, read
from interlock.doors.contracts import AGENTS, agent_files
from interlock.install import brought, disk, merge
from interlock.install.change import Where
from interlock.install.errors import InstallError
from interlock.install.pack import Piece
from interlock.install.places import Scope

_FOLDER = f"{AGENTS}/"


def without(where: Where, wanted: list[Piece], own: Path) -> tuple[list[Piece], list[str]]:
    """The pieces but for the agents whose name another file has, and a note on each of those. ``own`` is the
    user's own `.claude`: what lies there counts for who installs for themselves alone."""
    ours = {where.file(piece.name) for piece in wanted}
    taken = _named(where.target.named.parent, ours)
    hidden = {} if where.scope == Scope.USER.value else _named(own, _brought(where.root, own, wanted))
    if where.scope == Scope.LOCAL.value:
        taken = hidden | taken
    left, notes = list[Piece](), list[str]()
    for piece in wanted:
        name = piece.name.removeprefix(_FOLDER).removesuffix(".md")
        if not piece.name.startswith(_FOLDER) or name not in taken:
            left.append(piece)
        else:
            notes.append(f"{taken[name].path} is an agent `{name}`: Interlock's, {piece.source}, is left out.")
        if piece in left and piece.name.startswith(_FOLDER) and name in hidden:
            notes.append(f"Sessions here take this repository's agent `{name}`, not {hidden[name].path}.")
    return left, notes


def free(path: Path) -> str:
    """What to say of an agent of the user's in the place of ours; "" where it has a contract."""
    source = read(path, path.name)
    if source is None or source.held:
        return ""
    return " Yours has no contract: it is held to nothing, and `interlock artifacts check` never has it next."


def _named(folder: Path, but: set[Path]) -> dict[str, Source]:
    """The agents below the folder by every name that the client may know them by."""
    files = [path for path in map(Path, agent_files(str(folder / AGENTS))) if path not in but]
    found = (read(path, path.name) for path in files)
    return {name: source for source in found if source is not None for name in source.names}


def _brought(root: Path, own: Path, wanted: list[Piece]) -> set[Path]:
    """Those of the user's own that an install for the user has put there."""
    known, found = brought.load(root, own.resolve()), set[Path]()
    for piece in wanted:
        with suppress(OSError, InstallError):
            data = disk.read(own / piece.name, merge.MAX_BYTES)
            if data is not None and (data == piece.data or (known is not None and known.ours(piece.name, data))):
                found.add(own / piece.name)
    return found
