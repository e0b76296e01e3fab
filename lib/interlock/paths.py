"""``os.path`` for the guard: the functions it uses, on text, with the same results. See ``system.py``."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import getcwd, lstat, stat
else:
    try:
        from posix import getcwd, lstat, stat
    except ImportError:
        from os import getcwd, lstat, stat

_KIND, _FOLDER = 0o170000, 0o040000


def join(first: str, *others: str) -> str:
    for other in others:
        if other.startswith("/"):
            first = other
        else:
            first += other if not first or first.endswith("/") else f"/{other}"
    return first


def dirname(name: str) -> str:
    head = name[: name.rfind("/") + 1]
    return head.rstrip("/") or head


def normpath(name: str) -> str:
    """By the function that ``os.path`` itself has it from (3.11 and newer), of which no type is published."""
    try:
        from posix import _path_normpath  # type: ignore[attr-defined]
    except ImportError:
        from os.path import normpath as _path_normpath
    return _path_normpath(name) or "."


def abspath(name: str) -> str:
    return normpath(name if name.startswith("/") else join(getcwd(), name))


def exists(name: str) -> bool:
    return _mode(name) >= 0


def lexists(name: str) -> bool:
    try:
        lstat(name)
    except (OSError, ValueError):
        return False
    return True


def isdir(name: str) -> bool:
    mode = _mode(name)
    return mode >= 0 and mode & _KIND == _FOLDER


def _mode(name: str) -> int:
    try:
        return stat(name).st_mode
    except (OSError, ValueError):
        return -1
