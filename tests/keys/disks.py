"""File systems that this machine may not have, simulated: each folder says what it does not tell apart."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import normalize


class Entry:
    """What ``scandir`` yields, as far as keys look at it."""

    def __init__(self, name: str) -> None:
        self.name = name


class Node:
    """A file, a folder or a symlink. ``folds``: "c" for case, "n" for normal form, of the names in it."""

    def __init__(self, number: int, mode: int, folds: str = "", target: str = "") -> None:
        self.number = number
        self.mode = mode
        self.folds = folds
        self.target = target
        self.names: dict[str, Node] = {}


class FakeDisk:
    """A tree of nodes behind the calls that keys need. Names keep the spelling they were made with."""

    def __init__(self, folds: str = "") -> None:
        self.made = 1
        self.root = Node(1, stat.S_IFDIR | 0o755, folds)

    def folder(self, path: str, folds: str | None = None) -> Node:
        """Makes a folder and those above it; it takes after its parent unless told."""
        node = self.root
        for part in path.strip("/").split("/"):
            found = self._in(node, part)
            node = found or self._add(node, part, stat.S_IFDIR | 0o755, node.folds)
        node.folds = node.folds if folds is None else folds
        return node

    def file(self, path: str, same_as: Node | None = None) -> Node:
        above, _, name = path.rpartition("/")
        folder = self.folder(above) if above else self.root
        if same_as is not None:
            folder.names[name] = same_as
            return same_as
        return self._add(folder, name, stat.S_IFREG | 0o644)

    def link(self, path: str, target: str) -> Node:
        above, _, name = path.rpartition("/")
        return self._add(self.folder(above) if above else self.root, name, stat.S_IFLNK | 0o777, target=target)

    def _add(self, folder: Node, name: str, mode: int, folds: str = "", target: str = "") -> Node:
        self.made += 1
        folder.names[name] = Node(self.made, mode, folds, target)
        return folder.names[name]

    def _in(self, folder: Node, name: str) -> Node | None:
        wanted = spelled(name, folder.folds)
        return next((node for own, node in folder.names.items() if spelled(own, folder.folds) == wanted), None)

    def _find(self, path: str) -> Node:
        node = self.root
        for part in path.split("/"):
            if part in ("", "."):
                continue
            if not stat.S_ISDIR(node.mode):
                raise NotADirectoryError(20, "Not a directory", path)
            found = self._in(node, part)
            if found is None:
                raise FileNotFoundError(2, "No such file or directory", path)
            node = found
        return node

    def lstat(self, path: str) -> os.stat_result:
        node = self._find(path)
        return os.stat_result((node.mode, node.number, 77, 1, 0, 0, 0, 0, 0, 0))

    def readlink(self, path: str) -> str:
        return self._find(path).target

    @contextmanager
    def scandir(self, path: str) -> Iterator[Iterator[Entry]]:
        yield iter([Entry(name) for name in self._find(path).names])


def spelled(name: str, folds: str) -> str:
    """The name as a folder that folds so compares it (Unicode's canonical caseless matching)."""
    if "c" in folds and "n" in folds:
        return normalize("NFD", normalize("NFD", name).casefold())
    if "c" in folds:
        return name.casefold()
    return normalize("NFD", name) if "n" in folds else name
