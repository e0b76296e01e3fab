"""The audit log on disk: JSON lines, numbered, each with the hash of the line before.

``audit.jsonl`` is being written; it becomes ``audit-<day>-<last number>.jsonl`` when the day (UTC) changes
or it passes MAX_BYTES. Only the holder of the store's lock writes. A line counts once its newline is on
disk: a torn tail (a crash, a full disk) is cut off and written again from the store's outbox.
"""

import time

from interlock import system as os
from interlock.words.faults import StateFault, Unreadable
from interlock.words.jsontext import dumps, loads

ACTIVE = "audit.jsonl"
MAX_BYTES = 16 * 1024 * 1024
FIRST = "0" * 32
"""What the very first line has in ``prev``."""
_TAILS = (4096, 256 * 1024)
"""Bytes looked at from the end: a page holds the last line, unless it is long or damaged."""
VERSION = 1


class Tail:
    """Where the log ends: number, hash and day of its last line; ``size`` in bytes up to its newline; ``line``:
    the last line itself, b"" where that is damaged or in an older file."""

    __slots__ = ("day", "hash", "line", "seq", "size")

    def __init__(
        self, seq: int = 0, hash_: str = FIRST, day: str = "", size: int = 0, line: bytes = b""
    ) -> None:  # fmt: skip
        self.seq = seq
        self.hash = hash_
        self.day = day
        self.size = size
        self.line = line

    def is_of(self, entry: str) -> bool:
        """Whether the last line is that entry (see ``body``), as far as can be told."""
        return not self.line or self.line.startswith(entry[:-1].encode("ascii"))


class AuditFile:
    """The log's writing end. Use under the store's lock."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.path = os.path.join(root, ACTIVE)

    def tail(self) -> Tail:
        """The end of the log; of the newest older file where the active one is empty. Raises StateFault."""
        try:
            found = _tail_of(self.path)
            if found.seq == 0 and (older := archives(self.root)):
                last = _tail_of(os.path.join(self.root, older[-1]))
                found = Tail(last.seq, last.hash, "", found.size)
        except OSError as problem:
            raise StateFault(f"Interlock's log can't be read ({problem.strerror}).") from None
        return found

    def append(self, tail: Tail, entries: list[tuple[int, str]], wall: float) -> Tail:
        """Writes the entries (number, JSON object text) after ``tail``, all or none; ``wall`` is now, in
        seconds since 1970. Raises OSError when the disk won't take them; the log is then as it was."""
        day = time.strftime("%Y-%m-%d", time.gmtime(wall))
        if tail.day and (tail.day != day or tail.size > MAX_BYTES):
            tail = self._rotate(tail)
        lines, last = [], tail.hash
        for _, body in entries:
            line = f'{body[:-1]},"prev":"{last}"}}\n'.encode("ascii")
            last = line_hash(line)
            lines.append(line)
        data = b"".join(lines)
        handle = _open(self.path, os.O_RDWR | os.O_CREAT)
        try:
            if os.fstat(handle).st_size != tail.size:
                os.ftruncate(handle, tail.size)
            _write_all(handle, data, tail.size)
        finally:
            os.close(handle)
        return Tail(entries[-1][0], last, day, tail.size + len(data))

    def _rotate(self, tail: Tail) -> Tail:
        name = f"audit-{tail.day}-{tail.seq:012d}.jsonl"
        os.truncate(self.path, tail.size)
        os.rename(self.path, os.path.join(self.root, name))
        return Tail(tail.seq, tail.hash)


def body(seq: int, wall: float, event: str, facts: dict[str, object]) -> str:
    """One record as JSON text, without ``prev``."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(wall)) + f".{int(wall % 1 * 1000):03d}Z"
    return dumps({"v": VERSION, "seq": seq, "at": stamp, "event": event, **facts})


def line_hash(line: bytes) -> str:
    """The hash that the next line carries: of the line's bytes, newline included."""
    from _blake2 import blake2b

    return blake2b(line, digest_size=16).hexdigest()


def archives(root: str) -> list[str]:
    """The names of the rotated files, oldest first."""
    return sorted(
        (n for n in os.listdir(root) if n.startswith("audit-") and n.endswith(".jsonl")),
        key=lambda name: name[-18:],
    )


def _open(path: str, flags: int) -> int:
    try:
        handle = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except FileNotFoundError:
        raise
    except OSError as problem:
        if problem.errno in (_ENOSPC, _EROFS, _EDQUOT, _EACCES):
            raise
        raise StateFault(f"the log can't be opened ({problem.strerror})") from None
    if os.fstat(handle).st_mode & 0o170000 != 0o100000:
        os.close(handle)
        raise StateFault("the log is not a regular file")
    return handle


_ENOSPC, _EROFS, _EDQUOT, _EACCES = 28, 30, 122, 13


def _tail_of(path: str) -> Tail:
    try:
        handle = _open(path, os.O_RDONLY)
    except FileNotFoundError:
        return Tail()
    try:
        size = os.fstat(handle).st_size
        for length in _TAILS:
            data = os.pread(handle, length, max(0, size - length))
            end = data.rfind(b"\n") + 1
            # the first line of the piece may have lost its beginning
            begin = 0 if len(data) == size else data.find(b"\n") + 1
            found = _last_line(data[begin:end], size - len(data) + end)
            if found.seq or len(data) == size:
                break
        return found
    finally:
        os.close(handle)


def _last_line(data: bytes, size: int) -> Tail:
    """The last line that can be read; lines after it that can't are counted as written."""
    damaged = 0
    hash_ = ""
    stop = len(data)
    while stop > 0:
        start = data.rfind(b"\n", 0, stop - 1) + 1
        line = data[start:stop]
        hash_ = hash_ or line_hash(line)
        try:
            record = loads(line)
            if isinstance(record, dict) and isinstance(record.get("seq"), int):
                whole = b"" if damaged else line
                return Tail(record["seq"] + damaged, hash_, _day(record.get("at")), size, whole)
        except Unreadable:
            pass
        damaged += 1
        stop = start
    return Tail(0, hash_ or FIRST, "", size)


def _day(stamp: object) -> str:
    """The day of a record, fit for a file name; "" for anything else."""
    day = stamp[:10] if isinstance(stamp, str) else ""
    return day if len(day) == 10 and day.replace("-", "").isdecimal() and day.isascii() else ""


def _write_all(handle: int, data: bytes, at: int) -> None:
    """Short writes are gone on with; on an error what was written is cut off again."""
    done = 0
    try:
        while done < len(data):
            written = os.pwrite(handle, data[done:], at + done)
            if written <= 0:
                raise OSError(_ENOSPC, "the disk took nothing")
            done += written
    except OSError:
        os.ftruncate(handle, at)
        raise
