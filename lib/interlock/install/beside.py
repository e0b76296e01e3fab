"""The pack's files below a `.claude` folder and the line that imports its page: put there, and taken away.

A file is ours while it holds what we wrote; all else is the user's, and stays. Where no record is left (a
teammate's install, a lost state folder) and the settings have our hooks, what is just as the pack has it is ours.
"""

from contextlib import suppress

from interlock.install import brought, disk, imported, merge, namesakes, pack
from interlock.install.brought import Brought, Line
from interlock.install.change import Change, Outcome, Where, carry_out, look
from interlock.install.errors import InstallError
from interlock.install.pack import Piece


def put(where: Where, wanted: list[Piece], adopt: bool, dry: bool) -> Outcome:
    """Brings the files and the line. ``adopt``: the settings had our hooks already, so without a record
    what is there just like ours is ours."""
    out = Outcome()
    if not wanted:
        return out
    before = brought.load(where.root, where.target.folder)
    known = before or brought.new(where.target.folder)
    adopt = adopt and before is None
    changes: list[Change] = []
    for piece in wanted:
        known = _file_in(where, piece, known, adopt, changes, out)
    for name in known.files.keys() - {piece.name for piece in wanted}:
        known = _file_out(where, name, known, changes, out)
    if _imports(where, wanted, changes):
        known = _line_in(where, known, adopt, changes, out)
    known = _with_folders(where, known, changes)
    if not dry and known != before:
        brought.save(where.root, where.target.folder, known)
    carry_out(where, changes, out, dry)
    return out


def take(where: Where, wanted: list[Piece], had: bool, dry: bool) -> Outcome:
    """Takes out what ``put`` brought to this scope, and the files with the folder's last scope. ``had``: the
    settings have our hooks."""
    out, changes = Outcome(), list[Change]()
    known = brought.load(where.root, where.target.folder)
    lost = known is None and had
    if known is None:
        if not had or not wanted:
            return out
        known = _guessed(where, wanted)
    if where.scope not in known.scopes:
        return out
    _line_out(where, known.scopes[where.scope], lost, changes, out)
    rest = {scope: line for scope, line in known.scopes.items() if scope != where.scope}
    if not rest:
        for name in known.files:
            _file_out(where, name, known, changes, out)
    carry_out(where, changes, out, dry)
    if dry:
        return out
    if rest:
        brought.save(where.root, where.target.folder, known.model_copy(update={"scopes": rest}))
        return out
    for name in sorted(known.folders, reverse=True):
        with suppress(OSError, InstallError):  # not empty: somebody else's things are in it
            where.real(f"{name}/_").parent.rmdir()
    brought.drop(where.root, where.target.folder)
    return out


def _file_in(
    where: Where, piece: Piece, known: Brought, adopt: bool, changes: list[Change], out: Outcome
) -> Brought:
    shown = where.file(piece.name)
    found = look(shown, lambda: where.real(piece.name), out)
    if found is None:
        return known
    real, now = found
    if now == piece.data:
        return known.wrote(piece.name, piece.data) if adopt or piece.name in known.files else known
    if now is not None and not known.ours(piece.name, now):
        bare = namesakes.free(shown) if piece.name.startswith("agents/") else ""
        said = f"{shown} is not as Interlock installed it, so it stays; Interlock's is {piece.source}."
        out.notes.append(said + bare)
        return known
    changes.append(Change(real, shown, now, piece.data))
    return known.wrote(piece.name, piece.data)


def _file_out(where: Where, name: str, known: Brought, changes: list[Change], out: Outcome) -> Brought:
    shown = where.file(name)
    found = look(shown, lambda: where.real(name), out)
    if found is not None and found[1] is not None:
        if known.ours(name, found[1]):
            changes.append(Change(found[0], shown, found[1], None))
        else:
            out.notes.append(f"{shown} was changed since Interlock installed it, so it stays.")
    return known.model_copy(update={"files": {key: had for key, had in known.files.items() if key != name}})


def _imports(where: Where, wanted: list[Piece], changes: list[Change]) -> bool:
    """Whether the page that the line would import is there, or will be."""
    for piece in wanted:
        if piece.name == pack.PAGE:
            with suppress(OSError, InstallError):
                real = where.real(piece.name)
                return any(one.real == real for one in changes) or disk.read(real, merge.MAX_BYTES) == piece.data
    return False


def _line_in(where: Where, known: Brought, adopt: bool, changes: list[Change], out: Outcome) -> Brought:
    found = look(where.memory, where.real_memory, out)
    if found is None:
        return known
    real, now = found
    line = known.scopes.get(where.scope)
    if now is not None and imported.holds(now, where.line):
        if line is None and adopt:
            line = Line.of(imported.removed(now, where.line), now)
    elif now is not None and (b"\0" in now or len(now) > merge.MAX_BYTES):
        out.notes.append(f"{where.memory} is no text, so it stays; nothing imports {pack.PAGE}.")
    else:
        after = imported.added(now, where.line)
        changes.append(Change(real, where.memory, now, after))
        line = Line.of(now, after)
    return known.model_copy(update={"scopes": {**known.scopes, where.scope: line}})


def _line_out(where: Where, line: Line | None, lost: bool, changes: list[Change], out: Outcome) -> None:
    if line is None and not lost:
        return  # the user's own, or none
    found = look(where.memory, where.real_memory, out)
    if found is None:
        return
    real, now = found
    after: bytes | None
    if now is None:
        return
    if line is not None and disk.digest(now) in line.written:
        after = line.before
    else:
        after = imported.removed(now, where.line)
        if (lost or (line is not None and line.original is None)) and not after.strip() and after != now:
            after = None
    if after != now:
        changes.append(Change(real, where.memory, now, after))


def _with_folders(where: Where, known: Brought, changes: list[Change]) -> Brought:
    """With the names of the folders that are about to be made."""
    missing = set(known.folders)
    for one in changes:
        folder = one.real.parent
        while folder != where.target.folder and folder.is_relative_to(where.target.folder) and not folder.exists():
            missing.add(folder.relative_to(where.target.folder).as_posix())
            folder = folder.parent
    scopes = {where.scope: None, **known.scopes}
    return known.model_copy(update={"folders": tuple(sorted(missing)), "scopes": scopes})


def _guessed(where: Where, wanted: list[Piece]) -> Brought:
    """What an install of this version would have left."""
    known = brought.new(where.target.folder)
    for piece in wanted:
        known = known.wrote(piece.name, piece.data)
    return known.model_copy(update={"scopes": {where.scope: None}, "folders": (pack.COMMANDS,)})
