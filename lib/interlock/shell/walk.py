"""The walk: statements and compound commands, in the order in which bash would run them.

Each returns what is known of its exit status: True (it succeeds), False (it fails), None. What may or may
not run is walked, and the ways are merged; loops over literals are run as bash would.
"""

from interlock.shell.assigns import declare
from interlock.shell.calls import call
from interlock.shell.expand import parts_of, text
from interlock.shell.proof import HANDS_ON, PIPED, ends_in_pipe, handed_on
from interlock.shell.redirects import redirected, restored
from interlock.shell.sink import UNKNOWN, TooMuch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.proof import Proof
    from interlock.shell.state import Shell

    Node = dict[str, object]
    Status = bool | None


def statements(shell: "Shell", nodes: object) -> "Status":
    """A list of statements, until one ends the shell."""
    if not isinstance(nodes, list):
        raise ValueError("no list of statements")
    status: Status = True
    proof = shell.proof
    last, final, followed = len(nodes) - 1, proof, proof
    if last > 0:
        last, final = _counts(shell, nodes, proof)
        followed = proof.followed()
    for at, node in enumerate(nodes):
        shell.settle()
        if shell.ended:
            break
        shell.proof = final if at == last else followed
        if at > last:
            shell.proof = proof.doubted(HANDS_ON)
            relied_on(shell)
        status = statement(shell, node)
    shell.proof = proof
    return status


def relied_on(shell: "Shell") -> None:
    """What was found so far is proven only if exit does what bash's own does."""
    if shell.functions or shell.sink.distrusted:
        shell.sink.recant("exit may be another than bash's own")


def _counts(shell: "Shell", nodes: "list[object]", proof: "Proof") -> "tuple[int, Proof]":
    """(which of the statements has its status become that of all, its proof): see ``handed_on``."""
    at, how = (len(nodes) - 1, "") if shell.functions else handed_on(nodes)
    if how == "first":
        return (at, proof.of_first()) if ends_in_pipe(nodes[at]) else (len(nodes) - 1, proof)
    return at, proof


def statement(shell: "Shell", node: object) -> "Status":
    """One statement with its redirections."""
    if not isinstance(node, dict):
        raise ValueError("no statement")
    shell.sink.step()
    if node.get("Background") or node.get("Coprocess"):
        aside = shell.deeper()
        aside.out = None
        aside.proof = shell.proof.doubted("it runs in the background")
        shell.sink.behind += 1
        try:
            _redirected(aside, node)
        finally:
            shell.sink.behind -= 1
        return True
    if not node.get("Negated"):
        return _redirected(shell, node)
    proof = shell.proof
    shell.counted()
    shell.proof = proof.doubted("`!` stands before it")
    status = _redirected(shell, node)
    shell.proof = proof
    shell.settle()
    return None if status is None else not status


def _redirected(shell: "Shell", node: "Node") -> "Status":
    redirections = node.get("Redirs")
    if not redirections:
        return _command(shell, node.get("Cmd"))
    kept = redirected(shell, redirections)
    try:
        status = _command(shell, node.get("Cmd"))
        return status if kept[3] or status is False else None
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

        shell.counted()
        return WAYS[kind](shell, node)
    if kind not in _WAYS:
        shell.sink.unread(f"a {kind}")
        return None
    return _WAYS[kind](shell, node)


def _block(shell: "Shell", node: "Node") -> "Status":
    return statements(shell, node.get("Stmts") or [])


def _subshell(shell: "Shell", node: "Node") -> "Status":
    inner = shell.deeper()
    inner.proof = shell.proof.aside(shell.options)
    return statements(inner, node.get("Stmts") or [])


def _pair(shell: "Shell", node: "Node") -> "Status":
    from interlock.shell.pairs import binary

    return binary(shell, node)


def text_of(shell: "Shell") -> str:
    return "".join(shell.out or [])


def _function(shell: "Shell", node: "Node") -> "Status":
    names = node.get("Name")
    if not isinstance(names, dict):
        raise ValueError("a function without a name")
    shell.functions[str(names["Value"])] = node["Body"]
    shell.sink.defined.add(str(names["Value"]))
    return True


def _time(shell: "Shell", node: "Node") -> "Status":
    return statement(shell, node["Stmt"]) if node.get("Stmt") else True


def _coproc(shell: "Shell", node: "Node") -> "Status":
    aside = shell.deeper()
    aside.out = aside.feed = None
    aside.proof = shell.proof.doubted("it runs in the background")
    statement(aside, node["Stmt"])
    return True


def _test(shell: "Shell", node: "Node") -> "Status":
    shell.counted()
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
    inner.proof = shell.proof.doubted("its output becomes words of another command")
    statements(inner, nodes)
    printed = text_of(inner)
    return printed.rstrip("\n") if UNKNOWN not in printed else UNKNOWN


def process(shell: "Shell", part: "Node") -> str:
    """``>(…)`` and ``<(…)``: the commands run aside; the word is an open file's name."""
    inner = shell.deeper()
    inner.out = [] if part.get("Op") == "<(" else None
    inner.proof = shell.proof.doubted(PIPED)
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
        if not aside:
            shell.sink.distrust("what eval runs before it can't be told")
        return None
    if not command.strip():
        return True
    try:
        tree = parse(command)
    except (TooMuch, RecursionError):
        raise
    except Exception:  # Unreadable: bash will most likely say the same
        shell.sink.unread("a shell text inside")
        if not aside:
            shell.sink.distrust("what eval runs before it can't be told")
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
    "BinaryCmd": _pair,
    "FuncDecl": _function,
    "ArithmCmd": _test,
    "TestClause": _test,
    "LetClause": _test,
    "TimeClause": _time,
    "CoprocClause": _coproc,
}
