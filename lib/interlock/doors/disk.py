"""The disk as a shell command's reading asks for it: ``shell.where.Disk``. No method raises."""

import os

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


def links(path: str, below: str) -> list[str]:
    """The other names of a file with several hard links, as far as they lie below the folder; at most
    ``_MOST`` entries are looked at."""
    try:
        info = os.lstat(path)
    except (OSError, ValueError):
        return []
    if info.st_nlink < 2 or info.st_mode & 0o170000 != 0o100000:
        return []
    found: list[str] = []
    looked = 0
    for folder, _, names in os.walk(below):
        looked += len(names)
        if looked > _MOST:
            break
        found += [name for name in (os.path.join(folder, n) for n in names) if _same(name, info)]
    return [name for name in found if name != path]


def _same(path: str, info: os.stat_result) -> bool:
    try:
        other = os.lstat(path)
    except OSError:
        return False
    return (other.st_dev, other.st_ino) == (info.st_dev, info.st_ino)
