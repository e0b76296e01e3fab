"""Python code: the files that it opens, moves and removes by paths made of literals.

The compiler's own syntax tree, without the ``ast`` module (which costs the guard its imports). Code that reaches
for what isn't known here, an import of the project's or an exec, is unread.
"""

from interlock.shell.programs.python_values import Values
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from interlock.shell.calls import Call

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST
_LONGEST = 24 * 1024  # characters; Python parses them in some 15 ms
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


class _Reader(Values):
    """Walks the calls."""

    def read(self, tree: "Any") -> None:
        nodes = list(self.everything(tree))
        for node in nodes:
            self._import(node)
        for _ in range(2):
            for node in nodes:
                self.bind(node)
        moved = self._moved(nodes)
        before, self.call.shell = self.call.shell, moved
        try:
            for node in nodes:
                if type(node).__name__ == "Call":
                    self._run(node)
        finally:
            self.call.shell = before

    def _moved(self, nodes: "list[Any]") -> "Any":
        """After ``os.chdir`` a relative path is here or there."""
        shell = self.call.shell
        for node in nodes:
            if type(node).__name__ == "Call" and self.dotted(node.func) in ("os.chdir", "chdir") and node.args:
                shell = shell.copy() if shell is self.call.shell else shell
                for folder in self.values(node.args[0]):
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

    def _run(self, node: "Any") -> None:
        """A call, for what it writes."""
        name = self.dotted(node.func)
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
        for value in self.values(node):
            tree_there = tree and (self.call.shell.is_dir(value) or UNKNOWN in value)
            self.call.shell.write(value, f"{self.call.name} {how}", tree=tree_there, blind=blind)

    def _opened(self, args: "list[Any]", keywords: "list[Any]", at: int, name: str) -> None:
        mode = args[at] if at < len(args) else next((k.value for k in keywords if k.arg == "mode"), None)
        path = (
            args[0] if args else next((k.value for k in keywords if k.arg in ("file", "filename", "name")), None)
        )
        modes = ["r"] if mode is None else self.values(mode)
        if path is not None and any(set(value) & set("wax+") or value == UNKNOWN for value in modes):
            self._write(path, f"{name}()", blind=any("w" in value for value in modes))

    def _os_open(self, args: "list[Any]") -> None:
        flags = (
            [getattr(one, "attr", getattr(one, "id", "")) for one in self.everything(args[1])]
            if len(args) > 1
            else []
        )
        if args and any(flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND") for flag in flags):
            self._write(args[0], "os.open()", blind="O_TRUNC" in flags)
        elif args and "O_RDONLY" not in flags:
            self.call.unread(f"{self.call.name} os.open()")

    def _into(self, name: str, args: "list[Any]") -> None:
        """The destination may be a folder to put it in."""
        for source in self.values(args[0]):
            if name == "shutil.move":
                self.call.shell.write(source, f"{self.call.name} {name}", tree=self.call.shell.is_dir(source))
            for target in self.values(args[1]):
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
        for value in self.items(files) if files is not None and not _is_constant([files]) else (
            self.values(files) if files is not None else self.argv[1:]
        ):  # fmt: skip
            self.call.shell.write(value, f"{self.call.name} fileinput")

    def _command(self, node: "Any", is_shell: bool) -> None:
        from interlock.shell.programs.shells import text_in

        given = {keyword.arg: keyword.value for keyword in node.keywords}
        shell = self.call.shell
        if "cwd" in given:
            shell = shell.copy()
            folders = self.values(given["cwd"])
            shell.cwds = tuple(path for folder in folders if UNKNOWN not in folder for path in shell.paths(folder))
        words = node.args[0] if node.args else given.get("args")
        if words is None:
            return
        listed = type(words).__name__ in ("List", "Tuple")
        if listed:
            made = [
                ([*self.values(one), UNKNOWN])[0] if len(self.values(one)) == 1 else UNKNOWN for one in words.elts
            ]
            if made:
                self.call.again(made, shell)
            return
        for text in self.values(words):
            if is_shell or "shell" in given:
                text_in(shell, text)
            elif UNKNOWN in text:
                self.call.unread(f"{self.call.name} subprocess")
            else:
                self.call.again([text], shell)


def _is_constant(nodes: "list[Any]") -> bool:
    return bool(nodes) and type(nodes[0]).__name__ == "Constant"


_METHODS = frozenset("write_text write_bytes unlink rename replace touch open symlink_to hardlink_to".split())
