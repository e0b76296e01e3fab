"""The image: the guard's compiled modules in one file of the state folder.

Opening a file costs more than what is in it: 40 modules of the guard take 8 ms to import one by one, 3 ms
from one image (bare interpreter: 9 ms). It is a cache like ``__pycache__``, not a second copy: a module
counts only while its source has the size and time it was compiled from, the whole is sealed by a hash (a
damaged marshal could crash the interpreter, and a crashed hook lets the write through), and without it
everything is imported as usual. SessionStart and `interlock install` write it anew where it is stale.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    Entry = tuple[str, bool, int, int, bytes]
    """(source path, is a package, source's mtime in ns, its size in bytes, marshalled code)"""

ROOMS = ("words", "leases", "doors", "guard")
_SEAL = 16  # bytes


def path(root: str, lib: str) -> str:
    """Where the image of this package and this interpreter lies."""
    from _blake2 import blake2b

    tag = blake2b(os.fsencode(lib), digest_size=6).hexdigest()
    return os.path.join(root, "cache", f"guard-{tag}.{sys.implementation.cache_tag}")


class Image:
    """Finds and loads modules from the image, as ``importlib`` asks it to."""

    def __init__(self, entries: "dict[str, Entry]") -> None:
        self.entries = entries

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        entry = self.entries.get(name)
        if entry is None or not current(entry):
            return None
        from _frozen_importlib import ModuleSpec as Spec

        spec = Spec(name, self, origin=entry[0], is_package=entry[1])  # type: ignore[arg-type]
        spec.has_location = True
        if entry[1]:
            spec.submodule_search_locations = [os.path.dirname(entry[0])]
        return spec

    def create_module(self, spec: "ModuleSpec") -> None:
        return None

    def exec_module(self, module: "ModuleType") -> None:
        exec(self.code(module.__name__), module.__dict__)  # noqa: S102  the guard's own code, sealed

    def code(self, name: str) -> "CodeType":
        import marshal

        code: CodeType = marshal.loads(self.entries[name][4])  # noqa: S302
        return code


def current(entry: "Entry") -> bool:
    """Whether the module's source is still what was compiled."""
    try:
        info = os.stat(entry[0])
    except OSError:
        return False
    return (info.st_mtime_ns, info.st_size) == (entry[2], entry[3])


def use(root: str, lib: str) -> None:
    """From now on modules come from the image, where there is a sound one."""
    try:
        image = read(path(root, lib))
    except (OSError, ImportError):
        return
    if image is not None:
        sys.meta_path.insert(0, image)


def read(file: str) -> Image | None:
    """The image in the file, None if it is not whole."""
    import marshal
    from _blake2 import blake2b

    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        data = os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)
    if len(data) <= _SEAL or blake2b(data[_SEAL:], digest_size=_SEAL).digest() != data[:_SEAL]:
        return None
    return Image(marshal.loads(data[_SEAL:]))  # noqa: S302  sealed above


def refresh(root: str, lib: str) -> None:
    """Writes the image anew if it does not fit the sources. Raises OSError."""
    file = path(root, lib)
    sources = _sources(lib)
    try:
        image = read(file)
    except OSError:
        image = None
    if image is not None and image.entries.keys() == sources.keys() and all(map(current, image.entries.values())):
        return
    import marshal
    from _blake2 import blake2b

    data = marshal.dumps({name: _entry(source) for name, source in sources.items()})
    os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    fresh = f"{file}.{os.getpid()}"
    with open(fresh, "wb") as out:
        out.write(blake2b(data, digest_size=_SEAL).digest() + data)
    os.replace(fresh, file)


def _sources(lib: str) -> dict[str, str]:
    """The guard's modules and their source files."""
    found = {}
    for room in ROOMS:
        for folder, _, files in os.walk(os.path.join(lib, "interlock", room)):
            package = os.path.relpath(folder, lib).replace(os.sep, ".")
            for file in files:
                if file.endswith(".py"):
                    name = package if file == "__init__.py" else f"{package}.{file[:-3]}"
                    found[name] = os.path.join(folder, file)
    return found


def _entry(source: str) -> "Entry":
    import marshal

    with open(source, "rb") as file:
        info = os.fstat(file.fileno())
        code = compile(file.read(), source, "exec", dont_inherit=True, optimize=2)
    bare = marshal.dumps(_without_lines(code))
    return source, source.endswith("__init__.py"), info.st_mtime_ns, info.st_size, bare


def _without_lines(code: "CodeType") -> "CodeType":
    """The code without its line table, a third of its size: the guard shows nobody a traceback."""
    from types import CodeType

    parts = tuple(_without_lines(part) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_linetable=b"", co_consts=parts)
