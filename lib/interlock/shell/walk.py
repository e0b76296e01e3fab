"""The walk: statements and compound commands, in the order in which bash would run them.

Each returns what is known of its exit status: True (it succeeds), False (it fails), None. What may or may
not run is walked, and the ways are merged; loops over literals are run as bash would.
"""

from interlock.shell.calls import call, declare
from interlock.shell.expand import parts_of, text
from interlock.shell.redirects import redirected, restored
from interlock.shell.sink import UNKNOWN, TooMuch
from interlock.shell.state import Feed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.state import Shell

    Node = dict[str, object]
    Status = bool | None


def statements(shell: "Shell", nodes: object) -> "Status":
    """A list of statements, until one ends the shell."""
    if not isinstance(nodes, list):
        raise ValueError("no list of statements")
    status: Status = True
    for node in nodes:
        shell.settle()
        if shell.ended:
            break
        status = statement(shell, node)
    return status


def statement(shell: "Shell", node: object) -> "Status":
    """One statement with its redirections."""
    if not isinstance(node, dict):
        raise ValueError("no statement")
    shell.sink.step()
    if node.get("Background") or node.get("Coprocess"):
        aside = shell.deeper()
        aside.out = None
        shell.sink.behind += 1
        try:
            _redirected(aside, node)
        finally:
            shell.sink.behind -= 1
        return True
    status = _redirected(shell, node)
    if not node.get("Negated"):
        return status
    shell.settle()
    return None if status is None else not status


def _redirected(shell: "Shell", node: "Node") -> "Status":
    redirections = node.get("Redirs")
    if not redirections:
        return _command(shell, node.get("Cmd"))
    kept = redirected(shell, redirections)
    try:
        return _command(shell, node.get("Cmd"))
    finally:
        restored(shell, kept)


def _command(shell: "Shell", node: object) -> "Status":
    if node is None:
        shell.print(shell.feed.rest() if shell.feed is not None else UNKNOWN)  # `$(< file)` prints it
        return True  # redirections alone
    if not isinstance(node, dict):
        raise ValueError("no command")
    kind = str(node.get("Type"))
    if kind in ("IfClause", "WhileClause", "ForClause", "CaseClause"):
        from interlock.shell.control import WAYS

        return WAYS[kind](shell, node)
    if kind not in _WAYS:
        shell.sink.unread(f"a {kind}")
        return None
    return _WAYS[kind](shell, node)


def _block(shell: "Shell", node: "Node") -> "Status":
    return statements(shell, node.get("Stmts") or [])


def _subshell(shell: "Shell", node: "Node") -> "Status":
    inner = shell.deeper()
    return statements(inner, node.get("Stmts") or [])


def _binary(shell: "Shell", node: "Node") -> "Status":
    sign = node.get("Op")
    if sign in ("|", "|&"):
        return _pipe(shell, node)
    if sign not in ("&&", "||"):
        raise ValueError("an operator of another kind")
    status = statement(shell, node["X"])
    if shell.ended or status is (sign == "||"):
        return status
    if status is not None:
        return statement(shell, node["Y"])
    other = failing(shell)
    if sign == "&&":
        after = perhaps(shell, lambda: statement(shell, node["Y"]))
        if after is not True:
            other.merge(failing(shell))
        shell.failed = other
        return False if after is False else None
    after = perhaps(other, lambda: statement(other, node["Y"]))
    if after is None:
        failed = failing(other)
        shell.merge(other)
        shell.failed = failed
    elif after is True:
        shell.merge(other)
    elif other.ended:
        return True
    else:
        shell.failed = other
    return True if after is True else None


def failing(shell: "Shell") -> "Shell":
    """The shell as it is if its last command failed; the shell itself goes on as if it had not."""
    other, shell.failed = shell.failed, None
    return other or shell.copy()


def perhaps(shell: "Shell", run: "Callable[[], Status]") -> "Status":
    """Runs what may not be run: if it prints, what is printed can't be told."""
    printed = len(shell.out or [])
    status = run()
    if len(shell.out or []) > printed:
        shell.print(UNKNOWN)
    return status


def _pipe(shell: "Shell", node: "Node") -> "Status":
    """Both sides are subshells; what the left prints, if it can be told, is what the right reads."""
    left, right = shell.deeper(), shell.deeper()
    left.out = []
    statement(left, node["X"])
    right.feed = Feed(_printed(left))
    return statement(right, node["Y"])


def _printed(shell: "Shell") -> str:
    return "".join(shell.out or [])


def _function(shell: "Shell", node: "Node") -> "Status":
    names = node.get("Name")
    if not isinstance(names, dict):
        raise ValueError("a function without a name")
    shell.functions[str(names["Value"])] = node["Body"]
    return True


def _time(shell: "Shell", node: "Node") -> "Status":
    return statement(shell, node["Stmt"]) if node.get("Stmt") else True


def _coproc(shell: "Shell", node: "Node") -> "Status":
    aside = shell.deeper()
    aside.out = aside.feed = None
    statement(aside, node["Stmt"])
    return True


def _test(shell: "Shell", node: "Node") -> "Status":
    expression(shell, node.get("X"))
    return None


def _let(shell: "Shell", node: "Node") -> "Status":
    expression(shell, node.get("Exprs") or node.get("X"))
    return None


def expression(shell: "Shell", node: object) -> None:
    """An arithmetic expression or a test: its substitutions run, what it assigns is unknown after it."""
    shell.sink.step()
    if isinstance(node, list):
        for one in node:
            expression(shell, one)
        return
    if not isinstance(node, dict):
        return
    if "Parts" in node:
        text(shell, node)
        return
    sign = str(node.get("Op", ""))
    if sign in ("++", "--") or (sign.endswith("=") and sign not in ("==", "!=", "<=", ">=")):
        target = "".join(str(part.get("Value")) for part in parts_of(node.get("X")))
        if node.get("Type") != "BinaryTest" and target:
            shell.put(target, UNKNOWN)
    for key, value in node.items():
        if key not in ("Pos", "End", "OpPos") and isinstance(value, dict | list):
            expression(shell, value)


def substitution(shell: "Shell", nodes: object) -> str:
    """``$(…)``: what its commands print, run in a subshell."""
    inner = shell.deeper()
    inner.out = []
    statements(inner, nodes)
    printed = _printed(inner)
    return printed.rstrip("\n") if UNKNOWN not in printed else UNKNOWN


def process(shell: "Shell", part: "Node") -> str:
    """``>(…)`` and ``<(…)``: the commands run aside; the word is an open file's name."""
    inner = shell.deeper()
    inner.out = [] if part.get("Op") == "<(" else None
    if inner.out is None:
        inner.feed = None
    statements(inner, part.get("Stmts") or [])
    shell.sink.handles += 1
    name = f"/dev/fd/{64 - shell.sink.handles}"
    printed = "".join(inner.out or [])
    shell.sink.files[name] = printed if inner.out is not None and UNKNOWN not in printed else None
    return name


_TEXTS = 6  # inner shell texts of one command; each starts a parser, some 4 ms


def inner(shell: "Shell", command: str, aside: bool = True) -> "Status":
    """A shell text inside the command: ``sh -c``, ``eval``. In a shell of its own, or in this one."""
    parse = shell.sink.where.parse
    shell.sink.texts += 1
    if UNKNOWN in command or parse is None or shell.sink.texts > _TEXTS:
        shell.sink.unread("a shell text inside")
        return None
    if not command.strip():
        return True
    try:
        tree = parse(command)
    except (TooMuch, RecursionError):
        raise
    except Exception:  # Unreadable: bash will most likely say the same
        shell.sink.unread("a shell text inside")
        return None
    if not isinstance(tree, dict):
        raise ValueError("not a tree of shfmt's")
    below = shell.deeper()
    status = statements(below, tree.get("Stmts") or [])
    if not aside:
        shell.become(below)
    return status


_WAYS = {
    "CallExpr": call,
    "DeclClause": declare,
    "Block": _block,
    "Subshell": _subshell,
    "BinaryCmd": _binary,
    "FuncDecl": _function,
    "ArithmCmd": _test,
    "TestClause": _test,
    "LetClause": _let,
    "TimeClause": _time,
    "CoprocClause": _coproc,
}
