"""Python values: the texts that an expression may be, as far as literals make them.

Names hold every value that is ever given to them, in whatever order: too many rather than too few.
"""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from interlock.shell.calls import Call

_MOST = 64  # values of a name
_PATHS = frozenset(
    "Path PurePath PosixPath pathlib.Path pathlib.PurePath pathlib.PosixPath str os.fspath os.path.abspath os.path.normpath"
    " os.path.realpath fspath".split()
)
_SAME = frozenset("resolve absolute strip rstrip lstrip as_posix __str__ __fspath__".split())


class Values:
    """``names`` are the values of variables, ``known`` what imported names stand for, ``functions`` the
    parameters of the code's own."""

    def __init__(self, call: "Call", argv: list[str]) -> None:
        self.call = call
        self.argv = argv
        self.names: dict[str, list[str]] = {}
        self.known: dict[str, str] = {}
        self.functions: dict[str, list[str]] = {}

    def everything(self, tree: "Any") -> "Iterator[Any]":
        """Every node, in the order of the text. Two are a step."""
        stack = [tree]
        odd = 0
        while stack:
            node = stack.pop()
            odd ^= 1
            self.call.shell.sink.step(odd)
            yield node
            below: list[Any] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, list):
                    below += [one for one in value if hasattr(one, "_fields")]
                elif hasattr(value, "_fields"):
                    below.append(value)
            stack += below[::-1]

    def bind(self, node: "Any") -> None:
        """Assignments, loops, with, and the arguments of calls to the code's own functions."""
        kind = type(node).__name__
        if kind == "Assign":
            for target in node.targets:
                self._give(target, self.values(node.value))
        elif kind in ("AnnAssign", "NamedExpr") and node.value is not None:
            self._give(node.target, self.values(node.value))
        elif kind == "AugAssign":
            self._give(node.target, [UNKNOWN])
        elif kind in ("For", "AsyncFor", "comprehension"):
            self._give(node.target, self.items(node.iter))
        elif kind == "Call" and type(node.func).__name__ == "Name" and node.func.id in self.functions:
            for name, arg in zip(self.functions[node.func.id], node.args, strict=False):
                self._add(name, self.values(arg))
            for keyword in node.keywords:
                self._add(keyword.arg or "", self.values(keyword.value))

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

    def dotted(self, node: "Any") -> str:
        """The dotted name that a call's function stands for, "" for another expression."""
        parts: list[str] = []
        while type(node).__name__ == "Attribute":
            parts.append(node.attr)
            node = node.value
        if type(node).__name__ != "Name":
            return ""
        parts.append(self.known.get(node.id, node.id))
        return ".".join(reversed(parts)).removeprefix("builtins.")

    def items(self, node: "Any") -> list[str]:
        """What a loop over the expression gives."""
        kind = type(node).__name__
        if kind in ("List", "Tuple", "Set"):
            return [value for one in node.elts for value in self.values(one)]
        if kind == "Name":
            return self.names.get(node.id, [UNKNOWN])
        if kind == "Subscript" and self.dotted(node.value) == "sys.argv":
            start = getattr(getattr(node.slice, "lower", None), "value", 0)
            return (
                self.argv[start:] if isinstance(start, int) and type(node.slice).__name__ == "Slice" else [UNKNOWN]
            )
        if kind == "Call":
            return self._globbed(node)
        return [UNKNOWN]

    def _globbed(self, node: "Any") -> list[str]:
        """glob.glob("*.py"), Path("x").glob("*.py"), sorted of these."""
        name = self.dotted(node.func)
        if name in ("sorted", "list", "set", "reversed", "tuple", "iter") and node.args:
            return self.items(node.args[0])
        attr = getattr(node.func, "attr", "")
        if name in ("glob.glob", "glob.iglob") and node.args:
            patterns = self.values(node.args[0])
        elif attr in ("glob", "rglob") and node.args:
            deep = "**/" if attr == "rglob" else ""
            tops = self.values(node.func.value)
            patterns = [f"{top}/{deep}{value}" for top in tops for value in self.values(node.args[0])]
        else:
            return [UNKNOWN]
        if UNKNOWN in "".join(patterns):
            return [UNKNOWN]
        from interlock.shell.globs import resolve

        shell = self.call.shell.copy()
        shell.options = frozenset({"globstar"}) if "**" in "".join(patterns) else frozenset()
        return [path for pattern in patterns for path in resolve(shell, pattern)]

    def values(self, node: "Any") -> list[str]:
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
            values = self.values(part.value if plain else part)
            out = [a + b for a in out for b in values][: _MOST + 1]
        return out

    def _operated(self, node: "Any") -> list[str]:
        sign = type(node.op).__name__
        if sign not in ("Add", "Div"):
            return [UNKNOWN]
        return [_joined_path(a, b) if sign == "Div" else a + b for a in self.values(node.left)
                for b in self.values(node.right)]  # fmt: skip

    def _chosen(self, node: "Any") -> list[str]:
        return self.values(node.body) + self.values(node.orelse)

    def _listed(self, node: "Any") -> list[str]:
        """A list keeps all its values, for loops over its name."""
        return [value for one in node.elts for value in self.values(one)]

    def _indexed(self, node: "Any") -> list[str]:
        name = self.dotted(node.value)
        index = _index(node.slice)
        if name == "sys.argv" and isinstance(index, int):
            return [self.argv[index]] if -len(self.argv) <= index < len(self.argv) else [UNKNOWN]
        if name == "os.environ" and isinstance(index, str):
            value = self.call.shell.get(index)
            return [value if isinstance(value, str) else UNKNOWN]
        if type(node.slice).__name__ == "Slice":
            return self.items(node)
        return [UNKNOWN]

    def _member(self, node: "Any") -> list[str]:
        """``path.parent``, ``path.name``."""
        if node.attr not in ("parent", "name"):
            return [UNKNOWN]
        values = [value.rstrip("/") for value in self.values(node.value)]
        if node.attr == "name":
            return [value.rpartition("/")[2] if UNKNOWN not in value else UNKNOWN for value in values]
        return [(value.rpartition("/")[0] or ".") if UNKNOWN not in value else UNKNOWN for value in values]

    def _called(self, node: "Any") -> list[str]:
        """Paths made by calls."""
        name = self.dotted(node.func)
        attr = getattr(node.func, "attr", "")
        if name in ("os.path.join", "posixpath.join") or (name in _PATHS and len(node.args) > 1):
            out = [""]
            for arg in node.args:
                out = [_joined_path(a, b) for a in out for b in self.values(arg)][: _MOST + 1]
            return out
        if name in _PATHS:
            return self.values(node.args[0]) if node.args else ["."]
        if name in ("os.getcwd", "pathlib.Path.cwd", "Path.cwd"):
            return ["."]
        if name in ("pathlib.Path.home", "Path.home"):
            return [self.call.shell.sink.where.home]
        if attr == "expanduser":
            home = self.call.shell.sink.where.home
            of = node.args[0] if node.args else node.func.value
            return [home + value[1:] if value[:2] in ("~", "~/") else value for value in self.values(of)]
        if attr in _SAME and not node.args:
            return self.values(node.func.value)
        if attr == "joinpath":
            out = self.values(node.func.value)
            for arg in node.args:
                out = [_joined_path(a, b) for a in out for b in self.values(arg)][: _MOST + 1]
            return out
        if attr == "with_suffix" and node.args:
            return [_suffixed(a, b) for a in self.values(node.func.value) for b in self.values(node.args[0])]
        if attr in ("glob", "rglob") or name in ("glob.glob", "glob.iglob", "sorted", "list"):
            return self._globbed(node)
        return [UNKNOWN]


def _index(node: "Any") -> object:
    """The literal that stands between the brackets; ``-1`` is an operation in the tree."""
    minus = type(node).__name__ == "UnaryOp" and type(node.op).__name__ == "USub"
    value = getattr(node.operand if minus else node, "value", None)
    return -value if minus and isinstance(value, int) else value


def _joined_path(left: str, right: str) -> str:
    if right.startswith("/") or not left:
        return right
    return f"{left.rstrip('/') or '/'}/{right}" if left != "/" else f"/{right}"


def _suffixed(path: str, suffix: str) -> str:
    if UNKNOWN in path + suffix:
        return UNKNOWN
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0] or name}{suffix}"


_EXPRESSIONS: "dict[str, Callable[[Values, Any], list[str]]]" = {
    "Constant": Values._constant, "Name": Values._named, "JoinedStr": Values._joined, "BinOp": Values._operated,
    "IfExp": Values._chosen, "List": Values._listed, "Tuple": Values._listed, "Subscript": Values._indexed,
    "Attribute": Values._member, "Call": Values._called, "Set": Values._listed,
}  # fmt: skip
