"""BLOCK verdicts that were given in a checkout and stand: which paths nobody may write until a PASS covers them,
in any checkout of the repository (who reads them looks at all).

`interlock verdict` writes them here, for the guard, which has no time to read the audit log; `interlock verdict
list` makes the file again from the log.
"""

from interlock import system as os
from interlock.doors.plainfile import whole
from interlock.words.contract import covers, reaches_into
from interlock.words.faults import StateFault, Unreadable
from interlock.words.jsontext import dumps, loads
from interlock.words.value import Value

MAX_BYTES = 1024 * 1024
BROKEN = "The note of standing BLOCK verdicts can't be trusted ({}). Make it again: `interlock verdict list`."


class Block(Value):
    """``paths``: the patterns that still stand, from the checkout's top, as in a contract. ``by``: the owner
    (`host|session|agent`) who gave it, ``at`` when, in seconds since 1970; ``reason``: one line."""

    __slots__ = ("at", "by", "paths", "reason", "run")

    def __init__(self, run: str, paths: tuple[str, ...], by: str, at: float, reason: str) -> None:
        self.run = run
        self.paths = paths
        self.by = by
        self.at = at
        self.reason = reason

    def holds(self, path: str, tests: list[str], tree: bool = False) -> bool:
        """Whether ``path``, from the checkout's top, may not be written, or with ``tree`` something in it.
        ``tests``: what ``@tests`` stands for."""
        if tree:
            return any(reaches_into(pattern, path, tests) for pattern in self.paths)
        return any(covers(pattern, path, tests) for pattern in self.paths)


def path(root: str, checkout: str) -> str:
    """Where the file of a checkout lies; ``checkout`` is the real path of its top."""
    return os.path.join(root, "blocks", _digest(os.fsencode(checkout)) + ".json")


def standing(root: str, checkout: str) -> list[Block]:
    """The BLOCKs that were given there and stand, the oldest first; most checkouts have none. Raises StateFault
    where that is unknown."""
    try:
        raw = whole(path(root, checkout), MAX_BYTES, links=False)
    except Unreadable as problem:
        raise StateFault(BROKEN.format(f"it {problem}")) from None
    return _read(raw) if raw is not None else []


def _read(raw: bytes) -> list[Block]:
    try:
        data = loads(raw)
    except Unreadable as problem:
        raise StateFault(BROKEN.format(problem)) from None
    rows = data.get("blocks") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(rows, list) or data.get("seal") != _seal(rows):
        raise StateFault(BROKEN.format("it is not as it was written"))
    return [Block(row[0], tuple(row[1]), row[2], row[3], row[4]) for row in rows]


def write(root: str, checkout: str, blocks: list[Block]) -> None:
    """Replaces the file; with no blocks it goes. Raises StateFault."""
    file = path(root, checkout)
    rows: list[object] = [[one.run, list(one.paths), one.by, one.at, one.reason] for one in blocks]
    data = dumps({"blocks": rows, "seal": _seal(rows)}).encode("ascii")
    if len(data) > MAX_BYTES:
        raise StateFault("More BLOCK verdicts stand than can be kept: settle some with `interlock verdict PASS`.")
    fresh = f"{file}.{os.getpid()}"
    try:
        if not blocks:
            if os.path.lexists(file):
                os.unlink(file)
            return
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            done = 0
            while done < len(data):
                done += os.write(handle, data[done:])
        finally:
            os.close(handle)
        os.replace(fresh, file)
    except OSError as problem:
        raise StateFault(f"The note of BLOCK verdicts can't be written ({problem.strerror}).") from None


def _seal(rows: list[object]) -> str:
    return _digest(dumps(rows).encode("ascii"))


def _digest(data: bytes) -> str:
    from _blake2 import blake2b

    return blake2b(data, digest_size=16).hexdigest()
