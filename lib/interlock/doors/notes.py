"""Notes on issues that were handed over: the copy that Interlock itself goes by, in its state folder.

What lies in the checkout, or in an issue tracker, is for people and may be changed by anybody; who takes an issue
up is told what this copy says.
"""

import os

from interlock.doors.plainfile import whole
from interlock.words.faults import Unreadable
from interlock.words.jsontext import dumps, loads

MAX_BYTES = 1024 * 1024


class Note:
    """``brief``: a few sentences for an agent. ``where``: where the whole is to be found. ``text``: the whole."""

    __slots__ = ("brief", "text", "where")

    def __init__(self, brief: str, where: str, text: str) -> None:
        self.brief = brief
        self.where = where
        self.text = text


def path(root: str, repository: str, mark: str) -> str:
    """Where the note on an issue lies; ``repository`` is the common git folder, ``mark`` what its commits say."""
    return os.path.join(root, "handoffs", _digest(f"{repository}\0{mark}") + ".json")


def read(root: str, repository: str, mark: str) -> Note | None:
    """The note, None if there is none that can be read."""
    try:
        data = loads(whole(path(root, repository, mark), MAX_BYTES, links=False) or b"")
    except Unreadable:
        return None
    if not isinstance(data, dict):
        return None
    fields = [data.get(name) for name in ("brief", "where", "text")]
    return Note(*map(str, fields)) if all(isinstance(field, str) for field in fields) else None


def write(root: str, repository: str, mark: str, note: Note) -> None:
    """Replaces the note. Raises OSError."""
    file = path(root, repository, mark)
    os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    fresh = f"{file}.{os.getpid()}"
    data = dumps({"brief": note.brief, "where": note.where, "text": note.text}).encode("ascii")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)
    os.replace(fresh, file)


def due(root: str, repository: str) -> None:
    """Notes that somebody who ended should have left: the next session's start sees to them. ``repository`` is the
    common git folder as the store spells it."""
    try:
        os.makedirs(os.path.join(root, "handoffs"), mode=0o700, exist_ok=True)
        os.close(os.open(_mark(root, repository), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError:
        pass  # who takes up the issue sees to it all the same


def is_due(root: str, repository: str) -> bool:
    """Whether there are such notes."""
    return os.path.lexists(_mark(root, repository))


def settled(root: str, repository: str) -> None:
    """They are being left now."""
    try:
        os.unlink(_mark(root, repository))
    except OSError:
        pass


def _mark(root: str, repository: str) -> str:
    return os.path.join(root, "handoffs", _digest(repository) + ".due")


def _digest(text: str) -> str:
    from _blake2 import blake2b

    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
