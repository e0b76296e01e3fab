"""Which texts in an MCP tool's input are paths of files that it reads or writes.

Keys are compared without case, ``_`` and ``-``. Under a path's key every text is a path; under a weak key
(``from``, ``source``, ``name``: paths here, people and languages there) just what looks like one. Better one
lock too many than a held file written; better no lock than one on a mail's sender.
"""

from interlock.doors.mcp.names import COPYING, EDITING, FOLDERS, MOVING, reads_only, words
from interlock.words.faults import Unreadable

NONE, NAMES, WEAK, PATH = range(4)
"""What a key says of the texts below it: nothing; that objects' keys may be paths; maybe paths; paths."""
_ENDINGS = ("path", "paths", "file", "files", "filename", "filenames", "uri", "uris", "notebook", "pathinproject")
_OTHERS = ("profile", "profiles", "namepath", "xpath", "jsonpath", "keypath", "urlpath", "apipath", "classpath")
_WEAK = frozenset("source destination src dst dest target dir directory folder location document".split())
_PAIRED = frozenset("from to old new name oldname newname input output".split())
"""Weak, and texts where a tool edits: ``replace(path, from, to)``."""
_MAPS = frozenset(["changes", "edits", "patches", "contents"])
"""Objects under these have files for keys, as in LSP's WorkspaceEdit."""
_VALUES = frozenset("value absolute relative local external raw href".split())
_TEXTS = frozenset("content contents text body code".split())
_BASES = frozenset(
    "projectpath repopath repositorypath workspacepath rootpath basepath projectroot workspaceroot reporoot root "
    "cwd workdir workingdir workingdirectory projectdir projectdirectory basedir rootdir workspace "
    "workspacefolder".split()
)
"""What the other paths are relative to, as JetBrains' and git's servers have it."""
_AROUND = frozenset("directory folder dir folderpath directorypath dirpath".split())
_OUT = ("output", "dest", "save", "response", "request", "download", "export")
_PLACES = frozenset("project workspace repo repository directory folder".split())
_DOMAINS = frozenset("com org net io edu gov info eu".split())
_DEEP = 64
_MOST = 1000
_LONGEST = 4096  # no system opens a longer one; a file's content under `file` is not a path


def written(tool: str, given: dict[str, object], keys: list[str] | None) -> list[str]:
    """The paths that the call would write, as spelled, absolute where the call says to what they are relative.
    ``keys`` are the config's for this tool, None where it has none. Raises Unreadable for what is too deep or
    too many."""
    if keys is not None:
        return _search(given, _Named(keys), tool) if keys else []
    if reads_only(tool):
        return _bounded(given, _Outputs(tool))
    return _search(given, _Usual(tool), tool)


def read(tool: str, given: dict[str, object]) -> list[str]:
    """The paths that the call has read, of the first thousand."""
    return _bounded(given, _Inputs(tool)) if reads_only(tool) else []


class _Usual:
    """Keys as servers in use have them."""

    def __init__(self, tool: str) -> None:
        named = words(tool)
        self.moves = not MOVING.isdisjoint(named)
        self.copies = not COPYING.isdisjoint(named) and not self.moves
        self.edits = not EDITING.isdisjoint(named) and not self.moves
        self.sure = (self.moves or self.copies) and ("file" in named or "files" in named)
        self.everywhere = not FOLDERS.isdisjoint(named) and not _PLACES.isdisjoint(named)

    def kind(self, key: str, outer: int) -> int:
        if key in _TEXTS:
            return NAMES if key in _MAPS else NONE
        if key in _BASES or (self.copies and key.startswith(("source", "src", "from", "old", "input"))):
            return NONE
        if key.endswith(_ENDINGS) and not key.endswith(_OTHERS):
            return PATH
        if key in _WEAK or (key in _PAIRED and not self.edits):
            return PATH if self.sure or (key in _AROUND and self.everywhere) else WEAK
        if key in _MAPS:
            return NAMES
        return WEAK if outer in (WEAK, PATH) and key in _VALUES else NONE


class _Outputs(_Usual):
    """Where a tool that reads is told to put what it found."""

    def kind(self, key: str, outer: int) -> int:
        return super().kind(key, outer) if key.startswith(_OUT) else NONE


class _Inputs(_Usual):
    """What a tool that reads has read."""

    def kind(self, key: str, outer: int) -> int:
        return NONE if key.startswith(_OUT) else super().kind(key, outer)


class _Named(_Usual):
    """Keys that the config names; it knows its tool."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__("")
        self.keys = frozenset(map(_plain, keys))

    def kind(self, key: str, outer: int) -> int:
        if key in self.keys:
            return PATH
        return PATH if outer == PATH and key in _VALUES else NONE


def _search(given: dict[str, object], usual: _Usual, tool: str) -> list[str]:
    found, whole = _found(given, usual)
    if not whole:
        raise Unreadable(
            f"{tool[:64]} was given too much to look through for paths (over {_DEEP} levels or {_MOST:,} paths). "
            "Call it for less, or have its path keys named under `mcp` of .claude/interlock.toml"
        )
    return found


def _bounded(given: dict[str, object], usual: _Usual) -> list[str]:
    return _found(given, usual)[0]


def _found(given: dict[str, object], usual: _Usual) -> tuple[list[str], bool]:
    """(the paths, each once; whether that is all)."""
    base = "" if isinstance(usual, _Named) else base_of(given)
    found: dict[str, None] = {}
    todo: list[tuple[object, int, int]] = [(given, NONE, 0)]
    while todo:
        value, kind, deep = todo.pop()
        if len(found) > _MOST or (deep > _DEEP and not isinstance(usual, _Named)):
            return list(found)[:_MOST], False
        if isinstance(value, str) and kind in (WEAK, PATH):
            for path in _local(value):
                if _is_path(path) if kind == PATH else _looks(path):
                    found[path if path.startswith(("/", "~")) or not base else f"{base}/{path}"] = None
        elif isinstance(value, list):
            todo += [(item, kind, deep + 1) for item in reversed(value)]
        elif isinstance(value, dict):
            todo += reversed(list(_within(value, usual, kind, deep + 1)))
    if not found and base and usual.everywhere:
        found[base] = None
    return list(found)[:_MOST], len(found) <= _MOST


def _within(value: dict[str, object], usual: _Usual, outer: int, deep: int) -> list[tuple[object, int, int]]:
    """What an object holds, to be looked at, with what its keys say of it."""
    found: list[tuple[object, int, int]] = []
    items = [(_plain(key), key, item) for key, item in value.items()]
    texts = {name: item for name, _, item in items if isinstance(item, str)}
    around = next((name for name in texts if name in _AROUND), "")
    inner = next((name for name in ("filename", "name") if name in texts), "") if around else ""
    if inner and not isinstance(usual, _Named):
        found.append((f"{texts[around]}/{texts[inner]}", usual.kind(inner, NONE), deep))
    for name, key, item in items:
        kind = NONE if inner and name == around else usual.kind(name, outer)
        if outer and kind == NONE:
            found.append((key, WEAK, deep))
        found.append((item, kind, deep))
    return found


def base_of(given: dict[str, object]) -> str:
    """The absolute folder that the call's relative paths start from, "" if it names none."""
    for key, value in given.items():
        if _plain(key) in _BASES and isinstance(value, str):
            path = (_local(value) or [""])[0]
            if path.startswith("/"):
                return path.rstrip("/") or "/"
    return ""


def _plain(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _is_path(text: str) -> bool:
    return len(text) <= _LONGEST or "\n" not in text


def _looks(text: str) -> bool:
    """Whether a text under a weak key looks like a path: from the root or home, ``./``, or with a file's
    extension; no mail, date, domain, or sentence."""
    if len(text) > _LONGEST or not text.isprintable():
        return False
    if text.startswith(("/", "./", "../", "~/")):
        return len(text) > 1
    stem, dot, extension = text.rpartition(".")
    if not dot or " " in text or "@" in text or ":" in text or "," in text:
        return False
    sound = extension.isalnum() and len(extension) <= 10 and not extension[0].isdigit() and not extension.istitle()
    return sound and (bool(stem) or len(extension) > 1) and ("/" in text or extension.lower() not in _DOMAINS)


def _local(text: str) -> list[str]:
    """The path in a text: its own, or a file: URI's, with and without what looks like a fragment or a query;
    [] for other URIs."""
    scheme, colon, rest = text.partition(":")
    scheme = scheme.casefold() if colon and len(scheme) < 32 else ""
    if scheme == "file":
        if rest.startswith("//"):
            rest = rest[2 + (rest[2:].find("/") if "/" in rest[2:] else len(rest)) :]
        cut = min((at for at in (rest.find("#"), rest.find("?")) if at > 0), default=len(rest))
        return [path for path in dict.fromkeys((_decoded(rest[:cut]), _decoded(rest))) if path]
    return [] if not text or scheme == "data" or "://" in text[:32] else [text]


def _decoded(rest: str) -> str:
    parts = rest.split("%")
    raw = parts[0].encode("utf-8", "surrogatepass")
    for part in parts[1:]:
        try:
            raw += bytes.fromhex(part[:2]) + part[2:].encode("utf-8", "surrogatepass")
        except ValueError:
            raw += b"%" + part.encode("utf-8", "surrogatepass")
    return raw.decode("utf-8", "surrogateescape")
