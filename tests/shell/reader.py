"""Reads commands in tests: on a disk in memory, or on the real one."""

from collections.abc import Mapping

from interlock.doors import shfmt
from interlock.shell.read import walk
from interlock.shell.reading import Reading
from interlock.shell.sink import Sink
from interlock.shell.where import Where

PATIENT = 10.0
"""Seconds; tests run beside each other."""
FILES = (
    "a.py",
    "b.py",
    "held.py",
    "x y.py",
    ".hidden.py",
    "src/app.py",
    "src/deep/one.js",
    "docs/guide.md",
    ".git/HEAD",
)


class Memory:
    """A disk of some files below /repo."""

    def __init__(self, files: tuple[str, ...] = FILES) -> None:
        self.folders: dict[str, dict[str, bool]] = {"/": {"tmp": True}, "/tmp": {}}
        for name in files:
            parts = ["repo", *name.split("/")]
            for at, part in enumerate(parts):
                folder = "/" + "/".join(parts[:at])
                is_dir = at < len(parts) - 1
                self.folders.setdefault(folder.rstrip("/") or "/", {})[part] = is_dir

    def _plain(self, path: str) -> str:
        parts: list[str] = []
        for part in path.split("/"):
            if part == "..":
                del parts[-1:]
            elif part not in ("", "."):
                parts.append(part)
        return "/" + "/".join(parts)

    def entries(self, path: str) -> list[tuple[str, bool]] | None:
        found = self.folders.get(self._plain(path))
        return None if found is None else list(found.items())

    def is_dir(self, path: str) -> bool:
        return self._plain(path) in self.folders

    def exists(self, path: str) -> bool:
        plain = self._plain(path)
        folder, _, name = plain.rpartition("/")
        return plain in self.folders or name in self.folders.get(folder or "/", {})


def where(variables: Mapping[str, str] | None = None, files: tuple[str, ...] = FILES) -> Where:
    parser = shfmt.Parser(PATIENT)
    return Where("/repo", "/home/me", variables or {}, Memory(files), parser.parse)


def reading(command: str, variables: Mapping[str, str] | None = None, files: tuple[str, ...] = FILES) -> Reading:
    """The command read in /repo; whatever the walk raises is raised."""
    ground = where(variables, files)
    assert ground.parse is not None
    sink = Sink(ground)
    walk(ground.parse(command), sink)
    return sink.reading()


def written(command: str, variables: Mapping[str, str] | None = None) -> list[str]:
    """The paths written, each once, from /repo where they lie in it; "**" for trees. Nothing may be unread."""
    found = reading(command, variables)
    assert found.unread == (), found
    return list(dict.fromkeys(w.path.removeprefix("/repo/") + ("/**" if w.tree else "") for w in found.writes))
