"""Compound commands: if, while, for, case. What may or may not run is walked, and the ways are merged."""

from interlock.shell.expand import fields, pattern, text
from interlock.shell.globs import compiled, fits
from interlock.shell.pairs import failing, perhaps
from interlock.shell.sink import UNKNOWN
from interlock.shell.walk import expression, statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.state import Shell

    Node = dict[str, object]
    Status = bool | None

_TURNS = 200


def _if(shell: "Shell", node: "Node") -> "Status":
    if "Cond" not in node:
        return statements(shell, node.get("Then") or [])  # the last else
    proof = shell.proof
    shell.proof = proof.doubted("it is a condition")
    status = statements(shell, node["Cond"])
    rest = node.get("Else")
    shell.proof = perhaps_not = proof.doubted("it runs only under a condition")
    if shell.ended or status is True:
        shell.failed = None
        status = status if shell.ended else statements(shell, node.get("Then") or [])
        shell.proof = proof
        return status
    other = failing(shell)
    other.proof = perhaps_not
    if status is None:
        perhaps(shell, lambda: statements(shell, node.get("Then") or []))
    shell.proof = proof
    if isinstance(rest, dict):
        perhaps(other, lambda: _if(other, rest))
    if status is False:
        shell.become(other)
    else:
        shell.merge(other)
    return None


def _while(shell: "Shell", node: "Node") -> "Status":
    """Turn by turn while the condition is known; once it isn't, twice more, so that what a turn leaves
    behind meets the next one."""
    stop = bool(node.get("Until"))
    body = node.get("Do") or []
    for _ in range(_TURNS):
        status = statements(shell, node["Cond"])
        shell.settle()
        if shell.ended or status is stop:
            return True if not shell.ended else None
        if status is None:
            _maybe(shell, lambda: _turn(shell, node))
            return None
        statements(shell, body)
        if _stopped(shell):
            return None
    shell.sink.unread("a loop without end")
    return None


def _turn(shell: "Shell", node: "Node") -> None:
    statements(shell, node.get("Do") or [])
    if not shell.ended:
        statements(shell, node["Cond"])


def _stopped(shell: "Shell") -> bool:
    """Whether the loop is over; break and continue end here."""
    shell.settle()
    if shell.ended == "continue":
        shell.ended = ""
    if shell.ended == "break":
        shell.ended = ""
        return True
    return bool(shell.ended)


def _maybe(shell: "Shell", turn: "Callable[[], object]") -> None:
    """A turn that comes any number of times, or never."""
    for _ in range(2):
        before = shell.copy()
        printed = len(shell.out or [])
        turn()
        if len(shell.out or []) > printed:
            shell.print(UNKNOWN)
        if shell.ended in ("break", "continue"):
            shell.ended = ""
        shell.merge(before)


def _for(shell: "Shell", node: "Node") -> "Status":
    loop = node.get("Loop")
    if not isinstance(loop, dict):
        raise ValueError("a loop of another shape")
    body = node.get("Do") or []
    if loop.get("Type") == "CStyleLoop":
        expression(shell, loop)
        _maybe(shell, lambda: statements(shell, body))
        return None
    name = str(loop["Name"]["Value"])
    if "Items" in loop:
        items = fields(shell, loop["Items"])
    else:
        items = [UNKNOWN] if shell.arguments is None else list(shell.arguments)
    if node.get("Select"):
        shell.put(name, UNKNOWN)
        _maybe(shell, lambda: statements(shell, body))
        return None
    if len(items) > _TURNS:
        shell.sink.unread("a long loop")
        items = [UNKNOWN]
    status: Status = True
    for item in items:
        shell.put(name, item)
        if UNKNOWN in item:  # any number of times
            _maybe(shell, lambda: statements(shell, body))
            status = None
            continue
        status = statements(shell, body)
        if _stopped(shell):
            break
    return status


def _case(shell: "Shell", node: "Node") -> "Status":
    """The ways whose patterns may fit; all of them where the word is unknown."""
    word = text(shell, node.get("Word"))
    items = node.get("Items") or []
    before, taken, sure, falls = shell.copy(), False, False, False
    before.proof = before.proof.doubted("it runs only under a condition")
    if not isinstance(items, list):
        raise ValueError("a case of another shape")
    for item in items:
        fit = True if falls else _fits_any(shell, word, item.get("Patterns") or [])
        if fit is False:
            continue
        way = before.copy()
        perhaps(way, lambda way=way, item=item: statements(way, item.get("Stmts") or []))  # type: ignore[misc]
        falls = item.get("Op") == ";&"
        if taken:
            shell.merge(way)
        else:
            shell.become(way)
        taken = True
        if fit and item.get("Op") == ";;":
            sure = True
            break
    if not sure:
        shell.merge(before)
    return None


def _fits_any(shell: "Shell", word: str, patterns: object) -> "Status":
    """Whether the word fits one of a case's patterns; None if that can't be told."""
    unsure = UNKNOWN in word
    for one in patterns if isinstance(patterns, list) else []:
        shape = pattern(shell, one)
        if shape == "*":
            return True
        if UNKNOWN in shape or UNKNOWN in word or len(word) > 1000:
            unsure = True
        elif fits(compiled(shape), word):
            return None if unsure else True
    return None if unsure else False


def _loop(way: "Callable[[Shell, Node], Status]") -> "Callable[[Shell, Node], Status]":
    """What a loop runs may run never, and what counts is its last turn."""

    def looped(shell: "Shell", node: "Node") -> "Status":
        proof = shell.proof
        shell.proof = proof.doubted("it runs in a loop")
        status = way(shell, node)
        shell.proof = proof
        return status

    return looped


WAYS: "dict[str, Callable[[Shell, Node], Status]]" = {
    "IfClause": _if, "WhileClause": _loop(_while), "ForClause": _loop(_for), "CaseClause": _case,
}  # fmt: skip
