"""The state of a shell while its command is walked: where it is, what its variables hold."""

from interlock.shell.proof import LOOSE, PROVEN
from interlock.shell.sink import SIGNS, UNKNOWN, Sink, TooMuch

TYPE_CHECKING = False
if TYPE_CHECKING:
    Value = str | tuple[str, ...] | None
    """A variable: text (UNKNOWN in it where it can't be told), an array, None for one that was unset."""

_STATE = ("arguments", "cwds", "ended", "failed", "feed", "functions", "options", "stack", "variables")
DEEPEST = 40
"""Of functions, inner shells and wrappers in each other."""


class Feed:
    """Text on a standard input, read on by whoever comes next; UNKNOWN in it where it can't be told."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def line(self) -> str | None:
        """The next line; None at the end; UNKNOWN, ever again, if it can't be told."""
        if not self.text:
            return None
        line, _, rest = self.text.partition("\n")
        if UNKNOWN in line:
            return UNKNOWN
        self.text = rest
        return line

    def rest(self) -> str:
        text, self.text = self.text, ""
        return text


class Shell:
    """``cwds`` are the folders that the shell may be in, () for unknown. ``failed`` is the shell as it is if
    the last command failed, where that differs. ``out`` gathers what is printed, if somebody reads it;
    ``feed`` is the standard input, None for unknown. ``locals`` are the values that a function's own variables
    hide. ``ended``: exit, return or break was reached. ``proof``: what status 0 says of the statement at hand."""

    __slots__ = (
        "arguments", "cwds", "depth", "ended", "failed", "feed", "functions", "locals", "options", "out",
        "proof", "sink", "stack", "variables",
    )  # fmt: skip

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.cwds: tuple[str, ...] = (sink.where.cwd,)
        self.failed: Shell | None = None
        self.variables: dict[str, Value] = {}
        self.functions: dict[str, object] = {}
        self.locals: dict[str, Value | str] | None = None
        self.options: frozenset[str] = LOOSE
        self.arguments: tuple[str, ...] | None = ()
        self.stack: tuple[tuple[str, ...], ...] = ()
        self.out: list[str] | None = None
        self.feed: Feed | None = None
        self.ended = ""
        self.depth = 0
        self.proof = PROVEN

    def copy(self) -> "Shell":
        """A subshell, or one of two ways that the command may go."""
        self.sink.step()
        other = Shell.__new__(Shell)
        for name in Shell.__slots__:
            setattr(other, name, getattr(self, name))
        other.variables = dict(self.variables)
        other.functions = dict(self.functions)
        return other

    def deeper(self) -> "Shell":
        """A copy one level down. Raises TooMuch where levels have no end."""
        if self.depth >= DEEPEST:
            raise TooMuch
        other = self.copy()
        other.depth += 1
        return other

    def become(self, other: "Shell") -> None:
        for name in _STATE:
            setattr(self, name, getattr(other, name))

    def settle(self) -> None:
        """The last command succeeded or failed: from here on it makes no difference."""
        if self.failed is not None:
            other, self.failed = self.failed, None
            self.merge(other)

    def merge(self, other: "Shell") -> None:
        """This shell or the other: what differs is unknown. A way that ended goes on nowhere."""
        self.settle()
        other.settle()
        if other.ended:
            return
        if self.ended:
            self.become(other)
            return
        if self.cwds != other.cwds:
            both = dict.fromkeys(self.cwds + other.cwds)
            self.cwds = tuple(both) if self.cwds and other.cwds and len(both) <= 4 else ()
        for name in self.variables.keys() | other.variables.keys():
            if self.get(name) != other.get(name):
                self.variables[name] = UNKNOWN
        for name in other.functions:
            if self.functions.setdefault(name, other.functions[name]) is not other.functions[name]:
                self.functions[name] = None
        self.options |= other.options
        if self.arguments != other.arguments:
            self.arguments = None
        if self.stack != other.stack:
            self.stack = ()
        if self.feed is not other.feed:
            self.feed = None

    def get(self, name: str) -> "Value":
        """A variable's value. One that the command didn't set and the hook doesn't know may be set in the
        client's shell, by the user's profile: unknown, not empty."""
        if name in self.variables:
            return self.variables[name]
        if name == "PWD":
            return self.cwds[0] if len(self.cwds) == 1 else UNKNOWN
        if name == "HOME":
            return self.sink.where.home
        value = self.sink.where.variables.get(name)
        return UNKNOWN if value is None or UNKNOWN in value else value

    def put(self, name: str, value: "Value") -> None:
        self.variables[name] = value
        if name.startswith("BASH_") and name.partition("[")[0] in ("BASH_ALIASES", "BASH_CMDS"):
            self.sink.distrust(f"{name.partition('[')[0]} is set before it")
        elif UNKNOWN in name:
            self.sink.distrust("a variable whose name can't be told is set before it")

    def print(self, text: str) -> None:
        if self.out is not None:
            self.out.append(text)

    def paths(self, field: str) -> list[str]:
        """The absolute paths that a literal field may mean here; [] if unknown. ``./`` and ``//`` go, ``..``
        stays: only the kernel knows where a link leads."""
        if field.startswith("/proc/self/cwd"):
            field = field[14:].lstrip("/") or "."
        if field.startswith("/"):
            return [_tidy(field)]
        return [_tidy(f"{cwd}/{field}") for cwd in self.cwds]

    def path(self, field: str) -> str:
        """The one path that the field means, "" if there are more or none."""
        found = self.paths(field) if field and UNKNOWN not in field else []
        return found[0] if len(found) == 1 else ""

    def counted(self) -> None:
        """A command that may fail stands here; notes it if that may become the status of the whole."""
        if self.sink.errexit or not self.proof.reason(self.options):
            self.sink.commands += 1

    def write(self, field: str, how: str, tree: bool = False, blind: bool = False) -> None:
        """Notes that the file which a field names is written."""
        if not field:
            return  # bash and the programs refuse an empty name
        found = self.paths(field) if UNKNOWN not in field else []
        if not found:
            told = f"{how} {field}" if UNKNOWN in field else f"{how} {field} in an unknown folder"
            self.sink.unread(told, stirs=how not in SIGNS)
        for path in found:
            self.sink.write(path, how, tree, blind)

    def is_dir(self, field: str) -> bool:
        """Whether the field names a folder, there now or made by the command."""
        if UNKNOWN in field:
            return False
        made, disk = self.sink.made, self.sink.where.disk
        self.sink.step(4)
        return any(path in made or disk.is_dir(path) for path in self.paths(field))

    def exists(self, field: str) -> bool:
        if UNKNOWN in field:
            return False
        self.sink.step(4)
        return any(self.sink.where.disk.exists(path) for path in self.paths(field))


def _tidy(path: str) -> str:
    while "//" in path:
        path = path.replace("//", "/")
    if "/." not in path and not path.endswith("/"):
        return path
    return "/" + "/".join(part for part in path.split("/") if part not in ("", "."))
