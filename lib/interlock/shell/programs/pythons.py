"""Python code: the files that it opens, moves and removes by paths made of literals.

The compiler's own syntax tree, without the ``ast`` module (which costs the guard its imports). Names hold every
value that is ever given to them, in whatever order: too many rather than too few. Code that reaches for what
isn't known here, an import of the project's or an exec, is unread.
"""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from interlock.shell.calls import Call

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST
_LONGEST = 64 * 1024
_MOST = 64  # values of a name
_READ = frozenset(
    "__future__ abc argparse array ast base64 bisect builtins calendar cmath codecs collections colorsys configparser"
    " contextlib copy csv dataclasses datetime decimal difflib dis email enum errno fileinput fnmatch fractions"
    " functools getpass glob graphlib gzip bz2 lzma hashlib heapq hmac html inspect io ipaddress itertools json"
    " keyword locale logging math mimetypes numbers operator os pathlib platform pprint queue random re secrets shlex"
    " shutil signal socket sqlite3 stat statistics string struct subprocess sys sysconfig tarfile tempfile textwrap this"
    " threading time timeit token tokenize tomllib traceback types typing unicodedata urllib uuid warnings weakref xml"
    " zipfile zlib zoneinfo yaml toml requests numpy pandas importlib asyncio concurrent".split()
)
_OPAQUE = frozenset(
    "exec __import__ importlib.import_module importlib.reload runpy.run_path runpy.run_module os.fork os.posix_spawn"
    " os.posix_spawnp os.spawnv os.spawnl os.spawnvp os.spawnlp os.execl os.execlp os.execle shutil.unpack_archive"
    " pickle.load pickle.loads".split()
)
_ONE = {
    # function: (which arguments are written, blind, tree)
    "os.remove": ((0,), True, False), "os.unlink": ((0,), True, False), "os.truncate": ((0,), True, False),
    "shutil.rmtree": ((0,), True, True), "os.rename": ((0, 1), True, False), "os.replace": ((0, 1), True, False),
    "os.renames": ((0, 1), True, False), "shutil.copyfile": ((1,), True, False),
    "os.link": ((1,), True, False), "os.symlink": ((1,), True, False), "sqlite3.connect": ((0,), False, False),
    "logging.FileHandler": ((0,), False, False), "os.mknod": ((0,), True, False),
    "shutil.copytree": ((1,), True, True), "shutil.make_archive": ((0,), True, False),
    "urllib.request.urlretrieve": ((1,), True, False), "os.utime": ((0,), False, False),
}  # fmt: skip
_INTO = frozenset({"shutil.copy", "shutil.copy2", "shutil.move"})
_OPEN = frozenset(
    "open io.open codecs.open gzip.open bz2.open lzma.open tarfile.open zipfile.ZipFile tokenize.open".split()
)
_RUN = frozenset(
    "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen".split()
)
_SHELL = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"})
_PATHS = frozenset(
    "Path PurePath PosixPath pathlib.Path pathlib.PurePath pathlib.PosixPath str os.fspath os.path.abspath os.path.normpath"
    " os.path.realpath fspath".split()
)
_SAME = frozenset("resolve absolute strip rstrip lstrip expanduser as_posix __str__ __fspath__".split())
_SAVES = frozenset(
    "to_csv to_excel to_parquet to_json to_pickle to_html to_feather savefig save imwrite tofile savetxt write_image"
    " extractall extract unpack_archive".split()
)


def python(call: "Call", code: str, argv: list[str]) -> None:
    """Notes what the code writes when it is run with these words."""
    if UNKNOWN in code or len(code) > _LONGEST:
        call.unread(f"{call.name} code")
        return
    try:
        tree = _tree(code)
    except (SyntaxError, ValueError, MemoryError, OverflowError):  # of another Python perhaps
        call.unread(f"{call.name} code")
        return
    _Reader(call, argv).read(tree)


def _tree(code: str) -> "Any":
    """The syntax tree. Its warnings (an odd backslash) are nobody's business here."""
    import _warnings

    quiet = ("ignore", None, Warning, None, 0)
    filters = getattr(_warnings, "filters", [])
    filters.insert(0, quiet)
    try:
        return compile(code, "<text>", "exec", _ONLY_AST, True)
    finally:
        filters.remove(quiet)


class _Reader:
    """``names`` are the values of variables, ``known`` what imported names stand for."""

    def __init__(self, call: "Call", argv: list[str]) -> None:
        self.call = call
        self.argv = argv
        self.names: dict[str, list[str]] = {}
        self.known: dict[str, str] = {}
        self.functions: dict[str, list[str]] = {}

    def read(self, tree: "Any") -> None:
        nodes = list(self._all(tree))
        self.call.shell.sink.step(len(nodes) // 8)
        for node in nodes:
            self._import(node)
        for _ in range(2):
            for node in nodes:
                self._bind(node)
        moved = self._moved(nodes)
        before, self.call.shell = self.call.shell, moved
        try:
            for node in nodes:
                if type(node).__name__ == "Call":
                    self._run(node)
        finally:
            self.call.shell = before

    def _all(self, tree: "Any") -> "Iterator[Any]":
        """Every node, in the order of the text."""
        stack = [tree]
        while stack:
            node = stack.pop()
            yield node
            below: list[Any] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, list):
                    below += [one for one in value if hasattr(one, "_fields")]
                elif hasattr(value, "_fields"):
                    below.append(value)
            stack += below[::-1]

    def _moved(self, nodes: "list[Any]") -> "Any":
        """After ``os.chdir`` a relative path is here or there."""
        shell = self.call.shell
        for node in nodes:
            if type(node).__name__ == "Call" and self._dotted(node.func) in ("os.chdir", "chdir") and node.args:
                shell = shell.copy() if shell is self.call.shell else shell
                for folder in self._values(node.args[0]):
                    found = shell.paths(folder) if UNKNOWN not in folder else []
                    shell.cwds = tuple(dict.fromkeys(shell.cwds + tuple(found))) if found else ()
        return shell

    def _import(self, node: "Any") -> None:
        kind = type(node).__name__
        if kind == "Import":
            for alias in node.names:
                self._imported(alias.name)
                self.known[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif kind == "ImportFrom":
            self._imported(node.module or "." * node.level)
            for alias in node.names:
                self.known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif kind in ("FunctionDef", "AsyncFunctionDef"):
            self.functions[node.name] = [arg.arg for arg in node.args.args]

    def _imported(self, module: str) -> None:
        if module.partition(".")[0] not in _READ:
            self.call.unread(f"{self.call.name} with {module}")

    def _bind(self, node: "Any") -> None:
        """Assignments, loops, with, and the arguments of calls to the code's own functions."""
        kind = type(node).__name__
        if kind == "Assign":
            for target in node.targets:
                self._give(target, self._values(node.value))
        elif kind in ("AnnAssign", "NamedExpr") and node.value is not None:
            self._give(node.target, self._values(node.value))
        elif kind == "AugAssign":
            self._give(node.target, [UNKNOWN])
        elif kind in ("For", "AsyncFor", "comprehension"):
            self._give(node.target, self._items(node.iter))
        elif kind == "Call" and type(node.func).__name__ == "Name" and node.func.id in self.functions:
            for name, arg in zip(self.functions[node.func.id], node.args, strict=False):
                self._add(name, self._values(arg))
            for keyword in node.keywords:
                self._add(keyword.arg or "", self._values(keyword.value))

    def _give(self, target: "Any", values: list[str]) -> None:
        kind = type(target).__name__
        if kind == "Name":
            self._add(target.id, values)
        elif kind in ("Tuple", "List"):
            for one in target.elts:
                self._give(one, [UNKNOWN])

    def _add(self, name: str, values: list[str]) -> None:
        found = dict.fromkeys(self.names.get(name, []) + values)
        self.names[name] = list(found) if len(found) <= _MOST else [UNKNOWN]

    def _dotted(self, node: "Any") -> str:
        """The dotted name that a call's function stands for, "" for another expression."""
        parts: list[str] = []
        while type(node).__name__ == "Attribute":
            parts.append(node.attr)
            node = node.value
        if type(node).__name__ != "Name":
            return ""
        parts.append(self.known.get(node.id, node.id))
        return ".".join(reversed(parts)).removeprefix("builtins.")

    def _items(self, node: "Any") -> list[str]:
        """What a loop over the expression gives."""
        kind = type(node).__name__
        if kind in ("List", "Tuple", "Set"):
            return [value for one in node.elts for value in self._values(one)]
        if kind == "Name":
            return self.names.get(node.id, [UNKNOWN])
        if kind == "Subscript" and self._dotted(node.value) == "sys.argv":
            start = getattr(getattr(node.slice, "lower", None), "value", 0)
            return (
                self.argv[start:] if isinstance(start, int) and type(node.slice).__name__ == "Slice" else [UNKNOWN]
            )
        if kind == "Call":
            return self._globbed(node)
        return [UNKNOWN]

    def _globbed(self, node: "Any") -> list[str]:
        """glob.glob("*.py"), Path("x").glob("*.py"), sorted of these."""
        name = self._dotted(node.func)
        if name in ("sorted", "list", "set", "reversed", "tuple", "iter") and node.args:
            return self._items(node.args[0])
        attr = getattr(node.func, "attr", "")
        if name in ("glob.glob", "glob.iglob") and node.args:
            patterns = self._values(node.args[0])
        elif attr in ("glob", "rglob") and node.args:
            deep = "**/" if attr == "rglob" else ""
            tops = self._values(node.func.value)
            patterns = [f"{top}/{deep}{value}" for top in tops for value in self._values(node.args[0])]
        else:
            return [UNKNOWN]
        if UNKNOWN in "".join(patterns):
            return [UNKNOWN]
        from interlock.shell.globs import resolve

        shell = self.call.shell.copy()
        shell.options = frozenset({"globstar"}) if "**" in "".join(patterns) else frozenset()
        return [path for pattern in patterns for path in resolve(shell, pattern)]

    def _values(self, node: "Any") -> list[str]:
        """The texts that an expression may be; UNKNOWN among them where it may be others."""
        kind = type(node).__name__
        way = _EXPRESSIONS.get(kind)
        found = way(self, node) if way is not None else [UNKNOWN]
        return found if 0 < len(found) <= _MOST else [UNKNOWN]

    def _constant(self, node: "Any") -> list[str]:
        value = node.value
        if isinstance(value, bytes):
            return [value.decode("utf-8", "surrogateescape")]
        return [value if isinstance(value, str) and UNKNOWN not in value else UNKNOWN]

    def _named(self, node: "Any") -> list[str]:
        return self.names.get(node.id, [UNKNOWN])

    def _joined(self, node: "Any") -> list[str]:
        out = [""]
        for part in node.values:
            plain = type(part).__name__ == "FormattedValue" and part.format_spec is None and part.conversion == -1
            values = self._values(part.value if plain else part)
            out = [a + b for a in out for b in values][: _MOST + 1]
        return out

    def _operated(self, node: "Any") -> list[str]:
        sign = type(node.op).__name__
        if sign not in ("Add", "Div"):
            return [UNKNOWN]
        return [_joined_path(a, b) if sign == "Div" else a + b for a in self._values(node.left)
                for b in self._values(node.right)]  # fmt: skip

    def _chosen(self, node: "Any") -> list[str]:
        return self._values(node.body) + self._values(node.orelse)

    def _listed(self, node: "Any") -> list[str]:
        """A list keeps all its values, for loops over its name."""
        return [value for one in node.elts for value in self._values(one)]

    def _indexed(self, node: "Any") -> list[str]:
        name = self._dotted(node.value)
        index = getattr(node.slice, "value", None)
        if name == "sys.argv" and isinstance(index, int):
            return [self.argv[index]] if -len(self.argv) <= index < len(self.argv) else [UNKNOWN]
        if name == "os.environ" and isinstance(index, str):
            value = self.call.shell.get(index)
            return [value if isinstance(value, str) else UNKNOWN]
        if type(node.slice).__name__ == "Slice":
            return self._items(node)
        return [UNKNOWN]

    def _member(self, node: "Any") -> list[str]:
        """``path.parent``, ``path.name``."""
        if node.attr not in ("parent", "name"):
            return [UNKNOWN]
        values = [value.rstrip("/") for value in self._values(node.value)]
        if node.attr == "name":
            return [value.rpartition("/")[2] if UNKNOWN not in value else UNKNOWN for value in values]
        return [(value.rpartition("/")[0] or ".") if UNKNOWN not in value else UNKNOWN for value in values]

    def _called(self, node: "Any") -> list[str]:
        """Paths made by calls."""
        name = self._dotted(node.func)
        attr = getattr(node.func, "attr", "")
        if name in ("os.path.join", "posixpath.join") or (name in _PATHS and len(node.args) > 1):
            out = [""]
            for arg in node.args:
                out = [_joined_path(a, b) for a in out for b in self._values(arg)][: _MOST + 1]
            return out
        if name in _PATHS:
            return self._values(node.args[0]) if node.args else ["."]
        if name in ("os.getcwd", "pathlib.Path.cwd", "Path.cwd"):
            return ["."]
        if name in ("pathlib.Path.home", "Path.home"):
            return [self.call.shell.sink.where.home]
        if name == "os.path.expanduser" and node.args:
            home = self.call.shell.sink.where.home
            return [
                home + value[1:] if value[:2] in ("~", "~/") else value for value in self._values(node.args[0])
            ]
        if attr in _SAME and not node.args:
            return self._values(node.func.value)
        if attr == "joinpath":
            out = self._values(node.func.value)
            for arg in node.args:
                out = [_joined_path(a, b) for a in out for b in self._values(arg)][: _MOST + 1]
            return out
        if attr == "with_suffix" and node.args:
            return [_suffixed(a, b) for a in self._values(node.func.value) for b in self._values(node.args[0])]
        if attr in ("glob", "rglob") or name in ("glob.glob", "glob.iglob", "sorted", "list"):
            return self._globbed(node)
        return [UNKNOWN]

    def _run(self, node: "Any") -> None:
        """A call, for what it writes."""
        name = self._dotted(node.func)
        attr = getattr(node.func, "attr", "")
        args = node.args
        if name in _OPAQUE or (name in ("eval", "compile") and not _is_constant(args)):
            self.call.unread(f"{self.call.name} {name}")
        elif name in _OPEN:
            self._opened(args, node.keywords, 1, name)
        elif name == "os.open":
            self._os_open(args)
        elif name in _ONE:
            which, blind, tree = _ONE[name]
            for at in which:
                if at < len(args):
                    self._write(args[at], name, blind and not (len(which) > 1 and at == 0), tree)
        elif name in _INTO and len(args) > 1:
            self._into(name, args)
        elif name in _RUN or name in _SHELL:
            self._command(node, name in _SHELL)
        elif name == "fileinput.input" or name == "fileinput.FileInput":
            self._edited(node)
        elif attr in _METHODS and name.partition(".")[0] not in ("os", "shutil", "re", "subprocess"):
            self._method(node, attr)
        elif attr in _SAVES:
            self._write(args[0], attr, True) if args and attr not in (
                "extractall",
                "extract",
            ) else self.call.unread(f"{self.call.name} {attr}()")

    def _write(self, node: "Any", how: str, blind: bool, tree: bool = False) -> None:
        for value in self._values(node):
            tree_there = tree and (self.call.shell.is_dir(value) or UNKNOWN in value)
            self.call.shell.write(value, f"{self.call.name} {how}", tree=tree_there, blind=blind)

    def _opened(self, args: "list[Any]", keywords: "list[Any]", at: int, name: str) -> None:
        mode = args[at] if at < len(args) else next((k.value for k in keywords if k.arg == "mode"), None)
        path = (
            args[0] if args else next((k.value for k in keywords if k.arg in ("file", "filename", "name")), None)
        )
        modes = ["r"] if mode is None else self._values(mode)
        if path is not None and any(set(value) & set("wax+") or value == UNKNOWN for value in modes):
            self._write(path, f"{name}()", blind=any("w" in value for value in modes))

    def _os_open(self, args: "list[Any]") -> None:
        flags = (
            [getattr(one, "attr", getattr(one, "id", "")) for one in self._all(args[1])] if len(args) > 1 else []
        )
        if args and any(flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND") for flag in flags):
            self._write(args[0], "os.open()", blind="O_TRUNC" in flags)
        elif args and "O_RDONLY" not in flags:
            self.call.unread(f"{self.call.name} os.open()")

    def _into(self, name: str, args: "list[Any]") -> None:
        """The destination may be a folder to put it in."""
        for source in self._values(args[0]):
            if name == "shutil.move":
                self.call.shell.write(source, f"{self.call.name} {name}", tree=self.call.shell.is_dir(source))
            for target in self._values(args[1]):
                inside = self.call.shell.is_dir(target)
                path = f"{target.rstrip('/')}/{source.rstrip('/').rpartition('/')[2]}" if inside else target
                self.call.shell.write(path, f"{self.call.name} {name}", blind=True)

    def _method(self, node: "Any", attr: str) -> None:
        """A method of a path: where the receiver can't be told, a text's replace and the like are let be."""
        args = node.args
        receiver = node.func.value
        if attr == "open":
            self._opened([receiver, *args], node.keywords, 1, "open")
            return
        if attr == "replace" and len(args) != 1:
            return
        self._write(receiver, f"{attr}()", blind=attr in ("write_text", "write_bytes", "unlink"))
        if attr in ("rename", "replace") and args:
            self._write(args[0], f"{attr}()", True)

    def _edited(self, node: "Any") -> None:
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "inplace" not in given and len(node.args) < 2:
            return
        files = node.args[0] if node.args else given.get("files")
        for value in self._items(files) if files is not None and not _is_constant([files]) else (
            self._values(files) if files is not None else self.argv[1:]
        ):  # fmt: skip
            self.call.shell.write(value, f"{self.call.name} fileinput")

    def _command(self, node: "Any", is_shell: bool) -> None:
        from interlock.shell.programs.shells import text_in

        given = {keyword.arg: keyword.value for keyword in node.keywords}
        shell = self.call.shell
        if "cwd" in given:
            shell = shell.copy()
            folders = self._values(given["cwd"])
            shell.cwds = tuple(path for folder in folders if UNKNOWN not in folder for path in shell.paths(folder))
        words = node.args[0] if node.args else given.get("args")
        if words is None:
            return
        listed = type(words).__name__ in ("List", "Tuple")
        if listed:
            made = [
                (self._values(one) + [UNKNOWN])[0] if len(self._values(one)) == 1 else UNKNOWN
                for one in words.elts
            ]
            if made:
                self.call.again(made, shell)
            return
        for text in self._values(words):
            if is_shell or "shell" in given:
                text_in(shell, text)
            elif UNKNOWN in text:
                self.call.unread(f"{self.call.name} subprocess")
            else:
                self.call.again([text], shell)


def _is_constant(nodes: "list[Any]") -> bool:
    return bool(nodes) and type(nodes[0]).__name__ == "Constant"


def _joined_path(left: str, right: str) -> str:
    if right.startswith("/") or not left:
        return right
    return f"{left.rstrip('/') or '/'}/{right}" if left != "/" else f"/{right}"


def _suffixed(path: str, suffix: str) -> str:
    if UNKNOWN in path + suffix:
        return UNKNOWN
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0] or name}{suffix}"


_METHODS = frozenset("write_text write_bytes unlink rename replace touch open symlink_to hardlink_to".split())
_EXPRESSIONS: "dict[str, Callable[[_Reader, Any], list[str]]]" = {
    "Constant": _Reader._constant, "Name": _Reader._named, "JoinedStr": _Reader._joined, "BinOp": _Reader._operated,
    "IfExp": _Reader._chosen, "List": _Reader._listed, "Tuple": _Reader._listed, "Subscript": _Reader._indexed,
    "Attribute": _Reader._member, "Call": _Reader._called, "Set": _Reader._listed,
}  # fmt: skip
