"""Simple commands: assignments, and who runs the words: a function, a builtin, a program."""

from interlock.shell.assigns import assign, restore, substitutes
from interlock.shell.expand import fields
from interlock.shell.proof import LOOSE
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.proof import Proof
    from interlock.shell.state import Shell, Value

    Node = dict[str, object]
    Status = bool | None

_STANDARD = frozenset({
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin",
    "/opt/local/bin",
})  # fmt: skip
_TOOLED = ("/.venv/bin/", "/venv/bin/", "/node_modules/.bin/", "/.cargo/bin/", "/.local/bin/", "/go/bin/")


_FAITHFUL = frozenset(
    "env genv timeout gtimeout nice ionice nohup stdbuf time gtime chrt taskset unbuffer strace ltrace caffeinate"
    " catchsegv chronic systemd-inhibit dbus-run-session xvfb-run eatmydata linux32 linux64 setarch prlimit"
    " proxychains proxychains4 torsocks rlwrap setpriv sudo doas exec command builtin flock interlock npx bunx uvx"
    " cross-env dotenv dotenvx doppler direnv asdf corepack".split()
)
"""Wrappers that end as what they run does."""


class Call:
    """A program or builtin, its arguments, and the shell that it runs in. ``whole`` is the name as it was called,
    ``told``: what it prints has been said."""

    __slots__ = ("args", "assigned", "name", "shell", "told", "whole")

    def __init__(self, shell: "Shell", name: str, args: list[str], assigned: dict[str, str]) -> None:
        self.shell = shell
        self.name = self.whole = name
        self.args = args
        self.assigned = assigned
        self.told = False

    def write(self, field: str, how: str = "", tree: bool = False, blind: bool = False) -> None:
        self.shell.write(field, how or self.name, tree, blind)

    def unread(self, phrase: str = "") -> None:
        """``phrase`` stands for the call; its name and its first plain word by default."""
        first = next((arg for arg in self.args if arg[:1] not in ("-", "")), "")
        short = f" {first}" if first and len(first) <= 32 else ""
        self.shell.sink.unread(phrase or f"{self.name}{short}")

    def says(self, printed: str) -> None:
        """What it prints is known."""
        self.told = True
        self.shell.print(printed)

    def again(
        self, words: list[str], shell: "Shell | None" = None, chosen: "tuple[str, ...] | None" = None
    ) -> "Status":
        """Runs other words, as a wrapper does: programs alone, no function of the shell's. ``chosen``: the words
        of a runner that chooses the program."""
        if not words:
            return None
        below = (shell or self.shell).deeper()
        below.proof = self.shell.proof
        if chosen is not None:
            below.proof = below.proof.chosen_by(below.proof.chosen + chosen)
        elif self.name not in _FAITHFUL:
            below.proof = below.proof.doubted(f"{self.name} runs it")
        below.proof = self.wrapped(below.proof, chosen[1:] if chosen else self.args[: -len(words)])
        below.functions = {}
        below.out = self.shell.out
        self.told = True
        return dispatch(below, words, self.assigned, builtins=False)

    def wrapped(self, proof: "Proof", before: "list[str] | tuple[str, ...]") -> "Proof":
        """The proof of what this one runs: doubted for an option of its own that may keep it from running."""
        from interlock.shell.validations.harmless import odd

        strange = odd(self.name, before) if before else ""
        return proof.doubted(f"`{self.name} {strange}` stands before it") if strange else proof


def call(shell: "Shell", node: "Node") -> "Status":
    """A simple command."""
    assigns = node.get("Assigns") or []
    words = fields(shell, node.get("Args") or [])
    if words[0] not in _CALM if words else substitutes(assigns):
        shell.counted()
    if not words:
        ran = len(shell.out or [])
        assign(shell, assigns)
        return None if substitutes(assigns) or len(shell.out or []) > ran or node.get("Args") else True
    if not assigns:
        return dispatch(shell, words, {})
    before: dict[str, Value | str] = {}
    assigned = {}
    for name in assign(shell, assigns, before):
        value = shell.variables.get(name)
        assigned[name] = value if isinstance(value, str) else UNKNOWN
    try:
        return dispatch(shell, words, assigned)
    finally:
        for name, old in before.items():
            restore(shell, name, old)


def dispatch(shell: "Shell", words: list[str], assigned: dict[str, str], builtins: bool = True) -> "Status":
    """Runs words as bash would: a function, a builtin, or a program."""
    shell.sink.step(4)
    name = words[0]
    if UNKNOWN in name:
        shell.sink.distrust("what runs before it can't be told")
        shell.sink.unread(f"the command {name}")
        shell.print(UNKNOWN)
        return None
    if name in shell.functions:
        validates(shell, name, words[1:], assigned)
        return _function(shell, name, words[1:])
    made = Call(shell, name, words[1:], assigned)
    if builtins:
        from interlock.shell.builtins import BUILTINS

        way = BUILTINS.get(name)
        if way is not None:
            status = way(made)
            if not made.told:
                shell.print(UNKNOWN if name not in _SILENT else "")
            return status
    return _program(made)


_CALM = frozenset(": true echo printf export set unset source . exit trap pwd shopt umask cd pushd popd".split())
"""They don't fail, or what they do is no command's status."""
_SILENT = frozenset(
    ": true false cd export unset set shopt shift exit return break continue trap eval read".split()
)


def _program(made: "Call") -> "Status":
    from interlock.shell.programs import run
    from interlock.shell.validations.hidden import HANDS_ON, look

    folder, slash, base = made.name.rpartition("/")
    trusted = not slash or folder in _STANDARD or any(part in f"/{made.name}" for part in _TOOLED)
    whole = made.name
    made.name = base
    sink = made.shell.sink
    known = validates(made.shell, whole, made.args, made.assigned)
    noted, stirred = sink.noted, len(sink.stirs)
    sink.calm += known
    if trusted:
        status = run(made)
    else:
        from interlock.shell.programs import kind_of

        status = run(made) if kind_of(base) else None
        made.name = whole
        made.unread()  # it has a program's name, and may be another
    sink.calm -= known
    if sink.noted == noted and base in HANDS_ON:
        look(made)
    if not known and sink.where.validations and sink.noted == noted:
        stirs = sink.stirs[stirred:]
        del sink.stirs[stirred:]
        if not validates(made.shell, whole, made.args, made.assigned, late=True):
            sink.stirs += stirs
    if not made.told:
        made.shell.print(UNKNOWN)
    return status


def validates(shell: "Shell", name: str, args: list[str], assigned: dict[str, str], late: bool = False) -> bool:
    """Notes the call if it is a validation command, and says whether it is one by the tool of that name."""
    from interlock.shell.validations import is_name

    if not is_name(name, shell.sink.where.validations):
        return False
    from interlock.shell.validations.note import note

    return note(shell, name, args, assigned, late)


def _function(shell: "Shell", name: str, args: list[str]) -> "Status":
    """The function's body, with its own arguments and variables, in the shell that calls it."""
    from interlock.shell.walk import statement

    body = shell.functions[name]
    if body is None:
        shell.sink.unread(f"the function {name}")
        return None
    inner = shell.deeper()
    inner.proof = shell.proof.doubted("a function runs it")
    inner.arguments = tuple(args) if not any(arg == UNKNOWN for arg in args) else None
    inner.locals = {}
    status = statement(inner, body)
    inner.settle()
    for own, old in inner.locals.items():
        restore(inner, own, old)
    ended = inner.ended
    inner.options |= shell.options & LOOSE  # whether the function is there at all may depend
    arguments, hidden = shell.arguments, shell.locals
    shell.become(inner)
    shell.arguments, shell.locals = arguments, hidden
    if ended == "return":
        shell.ended = ""
        status = None
    return status
