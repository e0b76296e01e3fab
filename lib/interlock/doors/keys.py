"""Keys: the one place where a path becomes a resource, however it is spelled.

relative, absolute, ``..``, ``~``, symlinks, missing files and parents, ``/proc/self/cwd``, hard links,
and file systems that fold case or normal forms (found out per directory, by asking whether the other
spelling is the same inode). Two spellings of one file overlap; two files never share a key, but for a
missing name next to hard links that differ by case alone.
"""

from _stat import S_ISDIR, S_ISLNK, S_ISREG

from interlock import system as os
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import Protocol

    class Disk(Protocol):
        """What keys need of a file system; ``os`` is one, tests simulate others."""

        def lstat(self, path: str) -> os.stat_result: ...
        def readlink(self, path: str) -> str: ...
        def scandir(self, path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]: ...


MAX_PATH = 8192
_LINKS = 40  # as many as Linux follows
_LOOK = 256  # names read to learn whether a folder folds case


def resources(path: str, cwd: str, home: str, disk: "Disk" = os) -> list[Resource]:
    """What a write to ``path`` by a client working in ``cwd`` could touch: one resource, or two where
    ``..`` follows a symlink (the kernel climbs from the link's target, the client from its name).
    Raises Unreadable for what can't be a path."""
    if not path or "\0" in path or len(path) > MAX_PATH:
        raise Unreadable("the path is empty, holds a NUL or is over 8,192 characters")
    try:
        full = _absolute(path, cwd, home)
        found = [_resource(full, cwd, disk)]
        plain = os.path.normpath(full)
        if plain != full.rstrip("/") and "/.." in full:
            other = _resource(plain, cwd, disk)
            if other.key != found[0].key:
                found.append(other)
        return found
    except (UnicodeError, ValueError) as problem:
        raise Unreadable(f"no file can have that name ({type(problem).__name__})") from None
    except OSError as problem:  # a link that may not be read: another user's /proc/PID/cwd
        raise Unreadable(f"the path can't be looked up ({problem.strerror})") from None


def _absolute(path: str, cwd: str, home: str) -> str:
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    return path if path.startswith("/") else f"{cwd}/{path}"


def _resource(full: str, cwd: str, disk: "Disk") -> Resource:
    shown, folded, info = _walk(full, cwd, disk)
    inode = f"{info.st_dev}:{info.st_ino}" if info and S_ISREG(info.st_mode) else ""
    folder = S_ISDIR(info.st_mode) if info else full.endswith("/")
    kind = TREE if folder else FILE
    return Resource(kind, text(folded), inode, text(shown))


def text(path: str) -> str:
    """``path`` as UTF-8 text, one to one: bytes that aren't UTF-8 and backslashes are escaped."""
    if "\\" not in path and path.isascii():
        return path
    escaped = path.replace("\\", "\\\\")
    return os.fsencode(escaped).decode("utf-8", "backslashreplace")


def path_of(shown: str) -> str:
    """The path that ``text`` came from."""
    if "\\" not in shown:
        return shown
    out = bytearray()
    raw = shown.encode("utf-8")
    at = 0
    while at < len(raw):
        if raw[at : at + 2] == b"\\\\":
            out += b"\\"
            at += 2
        elif raw[at : at + 2] == b"\\x":
            out.append(int(raw[at + 2 : at + 4], 16))
            at += 4
        else:
            out.append(raw[at])
            at += 1
    return os.fsdecode(bytes(out))


def _walk(full: str, cwd: str, disk: "Disk") -> tuple[str, str, os.stat_result | None]:
    """(real path, key path, stat of the end or None): symlinks followed one by one, missing parts kept as
    they are spelled."""
    todo = [part for part in full.split("/") if part not in ("", ".")][::-1]
    shown, folded = "", ""
    info: os.stat_result | None = disk.lstat("/")
    links = 0
    missing: list[bool] = []
    while todo:
        part = todo.pop()
        if part == "..":
            shown, folded = shown.rpartition("/")[0], folded.rpartition("/")[0]
            info = disk.lstat(shown or "/") if not _pop(missing) else info
            continue
        here = f"{shown}/{part}"
        gone = bool(missing and missing[-1])
        info = None if gone else _lstat(here, disk)
        if info is not None and S_ISLNK(info.st_mode):
            links += 1
            if links > _LINKS:
                raise Unreadable("the path runs through a circle of symlinks")
            target = cwd if _is_own_cwd(here) else disk.readlink(here)
            if target.startswith("/"):
                shown, folded, missing = "", "", []
            todo.extend(p for p in reversed(target.split("/")) if p not in ("", "."))
            info = disk.lstat(shown or "/")
            continue
        name = _fold(part, _folding(shown or "/", part, info, disk, gone))
        shown, folded = here, f"{folded}/{name}"
        missing.append(info is None)
    return shown or "/", folded or "/", info


def _is_own_cwd(link: str) -> bool:
    """Whether the link is what /proc/self/cwd came to: "self" is the client there, not this process."""
    own = f"/proc/{os.getpid()}/"
    return link.endswith("/cwd") and (link == own + "cwd" or link.startswith(own + "task/"))


def _pop(missing: list[bool]) -> bool:
    """Leaves the last part; whether what remains is missing too."""
    if missing:
        missing.pop()
    return bool(missing and missing[-1])


def _lstat(path: str, disk: "Disk") -> os.stat_result | None:
    try:
        return disk.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        return None
    except OSError as problem:
        raise Unreadable(f"the path can't be looked up ({problem.strerror})") from None


def _folding(folder: str, name: str, info: os.stat_result | None, disk: "Disk", gone: bool) -> str:
    """Which of "c" (case) and "n" (normal form) the folder does not tell apart, for this name."""
    if info is not None:
        return _same(folder, name, info, disk)
    if gone:  # a missing folder takes after the nearest one that exists
        above = folder
        while above != "/" and _lstat(above, disk) is None:
            above = above.rpartition("/")[0] or "/"
        return _listed(above, name, disk)
    return _listed(folder, name, disk)


def _same(folder: str, name: str, info: os.stat_result, disk: "Disk") -> str:
    folds = ""
    for mark, other in _spellings(name):
        twin = _lstat(f"{folder.rstrip('/')}/{other}", disk)
        if twin is not None and (twin.st_dev, twin.st_ino) == (info.st_dev, info.st_ino):
            folds += mark
    return folds


def _spellings(name: str) -> list[tuple[str, str]]:
    found = []
    swapped = name.swapcase()
    if len(swapped) != len(name):  # ß: a letter whose other case is two; the rest of the name tells
        swapped = "".join(other if len(other := letter.swapcase()) == 1 else letter for letter in name)
    if (swapped := name.casefold() if swapped == name else swapped) != name:
        found.append(("c", swapped))
    if not name.isascii():
        from unicodedata import normalize

        for form in ("NFC", "NFD"):
            if (other := normalize(form, name)) != name:
                found.append(("n", other))
    return found


def _listed(folder: str, name: str, disk: "Disk") -> str:
    """What a folder does not tell apart that matters for ``name``, asked of names that are in it; of the
    folder's own name where none can say."""
    folds = ""
    for wanted in dict.fromkeys(mark for mark, _ in _spellings(name)):
        base, witness = folder, _witness(folder, wanted, disk)
        if not witness:
            base, _, witness = folder.rpartition("/")
        info = _lstat(f"{base.rstrip('/')}/{witness}", disk) if witness else None
        if info is not None and wanted in _same(base or "/", witness, info, disk):
            folds += wanted
    return folds


def _witness(folder: str, wanted: str, disk: "Disk") -> str:
    """A name in the folder that has another spelling of that kind, "" if none is near the front."""
    try:
        with disk.scandir(folder) as entries:
            for _, entry in zip(range(_LOOK), entries, strict=False):
                if any(mark == wanted for mark, _ in _spellings(entry.name)):
                    return entry.name
    except OSError:
        pass
    return ""


def _fold(name: str, folds: str) -> str:
    if not folds:
        return name
    if name.isascii():
        return name.casefold() if "c" in folds else name
    from unicodedata import normalize

    return normalize("NFC", normalize("NFD", name).casefold() if "c" in folds else name)
