"""A plain file, read by who did not put it there: bounded, never waited for, and nothing but a file.

What stands in its place may be a FIFO (to open one waits for a writer), a device, a folder, or endless; one read
may bring less than there is, as over a network.
"""

from interlock import system as os
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def whole(path: str, most: int, links: bool = True) -> bytes | None:
    """The file's bytes, None where there is no file. ``links``: a symlink is followed. Raises Unreadable for what
    is none, can't be read, or has over ``most`` bytes: a phrase, whose subject is the file."""
    try:
        raw = beginning(path, most + 1, links)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except _Odd:
        raise Unreadable("is no regular file") from None
    except (OSError, ValueError) as problem:
        raise Unreadable(f"can't be read ({getattr(problem, 'strerror', '') or 'no such name'})") from None
    if len(raw) > most:
        raise Unreadable(f"is over {most // 1024} KiB")
    return raw


def beginning(path: str, most: int, links: bool = True) -> bytes:
    """At most ``most`` bytes of the file. Raises OSError, for what is no regular file, too, and ValueError for
    what can't be a name."""
    follow = 0 if links else os.O_NOFOLLOW
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | follow)
    try:
        if os.fstat(handle).st_mode & 0o170000 != 0o100000:
            raise _Odd(22, "no regular file")
        raw = os.read(handle, most)
        return b"".join((raw, *_rest(handle, most - len(raw)))) if raw else raw
    finally:
        os.close(handle)


def _rest(handle: int, most: int) -> "Iterator[bytes]":
    while most and (raw := os.read(handle, most)):
        most -= len(raw)
        yield raw


class _Odd(OSError):
    """Something else stands there."""
