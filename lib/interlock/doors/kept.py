"""Kept content: the bytes that held files had, so that they can be given back.

A file each in ``kept/`` of the state folder, named by the digest of what is in it, mode 0600. Written beside and
renamed, so that a name never shows half of it to a reader; not synced: what a power loss spoils does not fit its
digest and is not given back. Whoever reads compares the digest; whoever writes sees to the bound.
"""

from interlock import system as os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "kept"
BOUND = 256 * 1024 * 1024
"""Bytes of all kept content together."""
_NAME = 32
"""Characters of a digest that stands for bytes; others (MISSING, a mark) have nothing kept."""


def has(root: str, digest: str) -> bool:
    """Whether there is content of that digest."""
    return _size(root, digest) >= 0


def _size(root: str, digest: str) -> int:
    """Bytes kept under that digest, -1 if nothing is."""
    if len(digest) != _NAME:
        return -1
    try:
        return os.stat(os.path.join(root, FOLDER, digest)).st_size
    except OSError:
        return -1


def keep(root: str, digest: str, raw: bytes) -> int:
    """Sees that ``raw``, whose digest it is, is kept: the bytes written, 0 if it was there. Raises OSError."""
    if _size(root, digest) == len(raw):
        return 0
    path = os.path.join(root, FOLDER, digest)
    fresh = f"{path}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(fresh, flags, 0o600)
    except FileNotFoundError:
        os.mkdir(os.path.join(root, FOLDER), 0o700)
        handle = os.open(fresh, flags, 0o600)
    except FileExistsError:  # left by a process of that number, which died
        os.unlink(fresh)
        handle = os.open(fresh, flags, 0o600)
    try:
        try:
            _write_all(handle, raw)
        finally:
            os.close(handle)
        os.rename(fresh, path)
    except OSError:
        os.unlink(fresh)
        raise
    return len(raw)


def load(root: str, digest: str) -> bytes | None:
    """What is kept under that digest, not compared with it; None if nothing is. Raises OSError."""
    if len(digest) != _NAME:
        return None
    try:
        handle = os.open(os.path.join(root, FOLDER, digest), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        return file.read()


def sweep(root: str, ranks: dict[str, int], bound: int = BOUND) -> int:
    """Where there are more than ``bound`` bytes, removes content until three quarters of that are left: what
    ``ranks`` does not name first, then the higher ranks, of each the oldest first. Returns the bytes that are
    left. Nothing is an error: it is tried again."""
    found = sorted(_all(root, ranks))
    total = sum(size for *_, size in found)
    most = bound if total <= bound else bound // 4 * 3
    for *_, path, size in found:
        if total <= most:
            break
        try:
            os.unlink(path)
        except OSError:
            continue
        total -= size
    return total


def _all(root: str, ranks: dict[str, int]) -> "Iterator[tuple[int, float, str, int]]":
    """(turn to go, mtime, path, bytes) of everything in the folder; what a dead process left half goes first."""
    try:
        with os.scandir(os.path.join(root, FOLDER)) as entries:
            for entry in entries:
                info = entry.stat(follow_symlinks=False)
                yield (-ranks.get(entry.name, 9), info.st_mtime, entry.path, info.st_size)
    except OSError:
        return


def _write_all(handle: int, raw: bytes) -> None:
    left = memoryview(raw)
    while left:
        written = os.write(handle, left)
        if written <= 0:
            raise OSError(28, "No space left on device")
        left = left[written:]
