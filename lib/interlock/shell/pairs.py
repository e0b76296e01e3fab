"""Two commands joined: ``&&``, ``||``, pipes. What may or may not run is walked, and the ways are merged."""

from interlock.shell.proof import HANDS_ON, IF_FAILS, PIPED, always_fails
from interlock.shell.sink import UNKNOWN
from interlock.shell.state import Feed
from interlock.shell.walk import relied_on, statement, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.proof import Proof
    from interlock.shell.state import Shell

    Node = dict[str, object]
    Status = bool | None


def binary(shell: "Shell", node: "Node") -> "Status":
    sign = node.get("Op")
    if sign in ("|", "|&"):
        return _pipe(shell, node)
    if sign not in ("&&", "||"):
        raise ValueError("an operator of another kind")
    proof = shell.proof
    fails = always_fails(node["Y"]) if sign == "||" and not shell.functions else ""
    shell.proof = proof.left() if sign == "&&" else _before_or(shell, fails)
    status = statement(shell, node["X"])
    shell.proof = proof
    if shell.ended or status is (sign == "||"):
        return status
    if status is not None:
        return statement(shell, node["Y"])
    other = failing(shell)
    shell.proof = proof.right()
    other.proof = proof.doubted(HANDS_ON if fails == "exit" else IF_FAILS)
    if fails:
        relied_on(other)
    after = _either(shell, other, node, sign)
    shell.proof = proof
    return after


def _before_or(shell: "Shell", fails: str) -> "Proof":
    """The proof of what stands before ``||``, where what stands behind it ``fails``, and how."""
    if fails == "exit":
        shell.sink.commands += bool(shell.proof.doubt)  # which keeps what is inside from being counted
        return shell.proof.guarded()
    if fails:
        return shell.proof.left()
    shell.counted()
    return shell.proof.doubted("`||` follows")


def _either(shell: "Shell", other: "Shell", node: "Node", sign: object) -> "Status":
    """The right side of ``&&`` or ``||``, where it can't be told whether it runs. ``other`` is the shell as it is
    if the left side failed."""
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
    left.proof, right.proof = _of_pipe(shell, node)
    sink, before = shell.sink, shell.sink.found()
    statement(left, node["X"])
    right.feed = Feed(text_of(left))
    stirred = len(sink.stirs)
    status = statement(right, node["Y"])
    beside = [what for what in sink.stirs[stirred:] if what != "tee"]  # which writes down what is printed
    if beside:
        from interlock.shell.validations.beside import doubt

        sink.recant(doubt(beside), before)
    return status


def _of_pipe(shell: "Shell", node: "Node") -> "tuple[Proof, Proof]":
    """The proofs of both sides: the right one's status is the pipe's, the left one's too with pipefail."""
    proof = shell.proof
    whole = proof.aside(shell.options)
    if proof.first:
        left = node["X"].get("Cmd") if isinstance(node["X"], dict) else None
        is_pipe = isinstance(left, dict) and left.get("Type") == "BinaryCmd" and left.get("Op") in ("|", "|&")
        return (proof if is_pipe else whole), whole.doubted(PIPED)
    return (whole.doubted(PIPED) if "pipefail off" in shell.options else whole), whole
