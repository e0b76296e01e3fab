"""The disk as a shell command's reading asks for it: ``shell.where.Disk``. No method raises."""

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 0.5  # seconds for a walk through a checkout; some 100,000 names
_MOST = 20_000  # names read of one folder; a glob over more stays unread


class Ground:
    """The real one."""

    def entries(self, path: str) -> list[tuple[str, bool]] | None:
        """(name, is a folder) of each entry, links followed; None for what can't be listed."""
        found: list[tuple[str, bool]] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if len(found) >= _MOST:
                        return None
                    found.append((entry.name, _is_dir(entry)))
        except (OSError, ValueError):
            return None
        return found

    def is_dir(self, path: str) -> bool:
        try:
            return os.path.isdir(path)
        except ValueError:
            return False

    def exists(self, path: str) -> bool:
        try:
            return os.path.lexists(path)
        except ValueError:
            return False


def _is_dir(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def links(paths: list[str], below: str, seconds: float = _PATIENCE) -> list[str]:
    """The other names of those files that have several hard links: what lies below the folder, but for `.git`, and
    is found in time, installed packages last. One walk for all, and none where no file has a second name."""
    wanted: dict[tuple[int, int], int] = {}
    for path in paths:
        info = _look(path)
        if info is not None and info.st_nlink > 1 and info.st_mode & 0o170000 == 0o100000:
            wanted[info.st_dev, info.st_ino] = info.st_nlink
    inodes, given, left = {inode for _, inode in wanted}, set(paths), sum(wanted.values())
    found: list[str] = []
    for entry in _walk(below, time.monotonic() + seconds) if wanted else ():
        if entry.inode() not in inodes:
            continue
        info = _look(entry.path)
        if info is None or (info.st_dev, info.st_ino) not in wanted:
            continue
        if entry.path not in given:
            found.append(entry.path)
        left -= 1
        if not left:
            break
    return found


def _walk(below: str, until: float) -> "Iterator[os.DirEntry[str]]":
    folders = [below]
    late: list[str] = []
    while folders or late:
        try:
            with os.scandir((folders or late).pop()) as entries:
                for entry in entries:
                    if time.monotonic() > until:
                        return
                    yield entry
                    if entry.is_dir(follow_symlinks=False) and entry.name != ".git":
                        (late if entry.name == "node_modules" else folders).append(entry.path)
        except (OSError, ValueError):
            continue


def _look(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None
