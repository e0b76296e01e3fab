"""The image: the modules that a write needs, compiled, in one file of the state folder.

Opening and importing some forty small files costs the guard a third of its time. The image is what merging
them by hand would be, made by a program: one file, read at once, its modules run in the order of need, past
``importlib``. It is a cache like ``__pycache__``: it counts only while every source still has the size and
the time that it was compiled from, and the whole is sealed by a hash (a damaged marshal could crash the
interpreter, and a crashed hook lets the write through). Without it everything is imported as usual.
SessionStart and the doctor write it anew where it is stale. docs/adr/0003 has the numbers.

What only agents with contracts need is in an image of its own: who has none does not read it.

``hooks/guard.py`` reads it and runs its first part, the ``loader`` below; this module is the writing end.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    Entry = tuple[str, str, int, int, CodeType]
    """(module name, source path, source's mtime in ns, its size in bytes, code)"""

KEY = 0x696E7465726C6F63
"""Of the seal, an 8-byte ``_imp.source_hash`` over the rest of the file. Stands in hooks/guard.py too."""

GUARD, CONTRACTS = "guard", "contracts"
_NEEDED = {
    GUARD: (
        "interlock.guard.entry",
        "interlock.doors.client",
        "interlock.guard.scene",
        "interlock.guard.before",
        "interlock.guard.after",
        "interlock.guard.agents",
    ),
    CONTRACTS: ("interlock.guard.contracting",),
}
"""The modules by whose imports each image is made; what one has is not in those after it."""

LOADER = """
import sys
import posix

if not set(sys.modules).isdisjoint(entry[0] for entry in entries) or lib != built_for:
    raise ImportError("the image is for another place")
for name, source, mtime, size, code in entries:
    info = posix.stat(source)
    if (info.st_mtime_ns, info.st_size) != (mtime, size):
        raise ImportError("the image is stale")
for name, source, mtime, size, code in entries:
    module = type(sys)(name)
    module.__file__ = source
    if source.endswith("/__init__.py"):
        module.__path__ = [source[:-12]]
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    exec(code, module.__dict__)
"""


def path(root: str, part: str = GUARD) -> str:
    """Where the image for this interpreter lies."""
    return os.path.join(root, "cache", f"{part}.{sys.implementation.cache_tag}")


def refresh(root: str, lib: str) -> None:
    """Writes the images anew if they do not fit the sources: all, as modules move between them. Raises OSError."""
    if all(_fits(path(root, part), lib) for part in _NEEDED):
        return
    found: dict[str, Entry] = {}
    for part, needed in _NEEDED.items():
        before = len(found)
        for name in needed:
            _collect(name, lib, found)
        _write(path(root, part), _sealed(lib, tuple(found.values())[before:]))


def _fits(file: str, lib: str) -> bool:
    try:
        with open(file, "rb") as old:
            return _sound(old.read(), lib)
    except OSError:
        return False


def _write(file: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    fresh = f"{file}.{os.getpid()}"
    with open(fresh, "wb") as out:
        out.write(data)
    os.replace(fresh, file)


def _sound(data: bytes, lib: str) -> bool:
    """Whether the image is whole and of these very sources. A module that was added is one that another,
    changed, one names."""
    import marshal
    from _imp import source_hash

    if source_hash(KEY, data[8:]) != data[:8]:
        return False
    _, built_for, entries = marshal.loads(data[8:])  # noqa: S302  sealed above
    return built_for == lib and all(map(_current, entries))


def _current(entry: "Entry") -> bool:
    try:
        info = os.stat(entry[1])
    except OSError:
        return False
    return (info.st_mtime_ns, info.st_size) == (entry[2], entry[3])


def _sealed(lib: str, entries: "tuple[Entry, ...]") -> bytes:
    import marshal
    from _imp import source_hash

    loader = _without_lines(compile(LOADER, "<image>", "exec", dont_inherit=True, optimize=2))
    data = marshal.dumps((loader, lib, entries))
    return source_hash(KEY, data) + data


def _collect(name: str, lib: str, found: "dict[str, Entry]") -> None:
    """The module, after its package and all that it imports at its top: so each finds what it needs."""
    base = os.path.join(lib, *name.split("."))
    source = f"{base}/__init__.py" if os.path.isdir(base) else f"{base}.py"
    if name in found or not os.path.isfile(source):
        return  # `from package import name` may name a function
    if "." in name:
        _collect(name.rpartition(".")[0], lib, found)
    with open(source, "rb") as file:
        info = os.fstat(file.fileno())
        text = file.read()
    for other in _imports(text):
        _collect(other, lib, found)
    code = _without_lines(compile(text, source, "exec", dont_inherit=True, optimize=2))
    found[name] = (name, source, info.st_mtime_ns, info.st_size, code)


def _imports(text: bytes) -> list[str]:
    """Our modules that the text imports at its top level; what functions import later stays outside."""
    import ast

    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("interlock"):
            found += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def _without_lines(code: "CodeType") -> "CodeType":
    """The code without its line table, a third of its size: the guard shows nobody a traceback."""
    from types import CodeType

    parts = tuple(_without_lines(part) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_linetable=b"", co_consts=parts)
