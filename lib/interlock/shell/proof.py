"""Proof: whether status 0 of the whole command shows that what stands at a place of it ran and succeeded.

The walk carries it down: each construct says what it does to the proof of its parts. ``errexit`` and
``pipefail`` count only where they are surely on; bash ignores errexit left of ``&&`` and ``||`` and in
conditions (POSIX, "set -e").
"""

from interlock.words.value import Value

LOOSE = frozenset(("errexit off", "pipefail off"))
"""Among a shell's options: these may be off. They are at a shell's start."""
FOLLOWED = "another command follows"
IF_FAILS = "it runs only if another command fails"
PIPED = "it stands in a pipe"
HANDS_ON = "it hands on the status of another"


class Proof(Value):
    """``doubt``: why there is none, "" for proof. ``follows``: the same, unless errexit is on. ``lenient``:
    errexit is ignored here. ``first``: what counts is the first command of the pipe (``exit ${PIPESTATUS[0]}``).
    ``chosen``: the words of a runner that chose the program (``uv run``)."""

    __slots__ = ("chosen", "doubt", "first", "follows", "lenient")

    def __init__(
        self,
        doubt: str = "",
        follows: str = "",
        lenient: bool = False,
        first: bool = False,
        chosen: tuple[str, ...] = (),
    ) -> None:
        self.doubt = doubt
        self.follows = follows
        self.lenient = lenient
        self.first = first
        self.chosen = chosen

    def reason(self, options: frozenset[str]) -> str:
        """The doubt in a shell with these options."""
        return self.doubt or (self.follows if "errexit off" in options else "")

    def doubted(self, why: str) -> "Proof":
        return self if self.doubt else Proof(why, "", self.lenient, False, self.chosen)

    def followed(self) -> "Proof":
        """Of a command with another behind it."""
        if self.doubt or self.follows:
            return self
        return self.doubted(FOLLOWED) if self.lenient else Proof("", FOLLOWED, False, False, self.chosen)

    def of_first(self) -> "Proof":
        """Of a pipe whose first command's status counts."""
        return Proof(self.doubt, self.follows, self.lenient, True, self.chosen)

    def guarded(self) -> "Proof":
        """Of what stands before ``|| exit 1``: behind it the shell goes on only if it succeeded."""
        return Proof(self.doubt, "", True, False, self.chosen)

    def left(self) -> "Proof":
        """Of the left side of ``&&``: its failing ends nothing, errexit or not."""
        hard = self.doubt or self.follows
        return Proof(hard, "", True, False, self.chosen)

    def right(self) -> "Proof":
        """Of the right side of ``&&``, where the left one may fail."""
        return Proof(self.doubt or self.follows, "", self.lenient, self.first, self.chosen)

    def aside(self, options: frozenset[str]) -> "Proof":
        """Of a subshell: its own status is what the shell around it sees."""
        if not self.follows and not self.first:
            return self
        return Proof(self.reason(options), "", self.lenient, False, self.chosen)

    def chosen_by(self, words: tuple[str, ...]) -> "Proof":
        return Proof(self.doubt, self.follows, self.lenient, False, words)


PROVEN = Proof()


def always_fails(node: object, failed: bool = True) -> str:
    """What a statement does that never succeeds: "exit" where it ends the shell, "fails" where it doesn't; ""
    for any other. By its text: ``exit 1``, ``false``, ``{ echo no; exit 1; }``. ``failed``: what is before it
    did, so that ``exit`` alone hands that on."""
    if not isinstance(node, dict) or node.get("Negated") or node.get("Background") or node.get("Redirs"):
        return ""
    command = node.get("Cmd")
    if not isinstance(command, dict):
        return ""
    kind = command.get("Type")
    if kind in ("Block", "Subshell"):
        inside = command.get("Stmts") or []
        if not all(word_of(one)[:1] in (["echo"], ["printf"], ["cat"]) for one in inside[:-1]):
            return ""
        last = always_fails(inside[-1], failed and len(inside) == 1) if inside else ""
        return "fails" if last and kind == "Subshell" else last
    words = word_of(node)
    if words[:1] in (["exit"], ["return"]):
        fails = failed if words[1:] in ([], ["$?"]) else is_failure(words[1])
        return ("exit" if words[0] == "exit" else "fails") if fails else ""
    return "fails" if words == ["false"] else ""


def is_failure(status: str) -> bool:
    """Whether a literal is a status other than 0."""
    return status.isascii() and status.isdigit() and len(status) < 6 and int(status) % 256 != 0


def ends_in_pipe(node: object) -> bool:
    """Whether PIPESTATUS tells of a statement what it seems to: a pipe, maybe with ``&&`` before it."""
    command = node.get("Cmd") if isinstance(node, dict) and not node.get("Negated") else None
    if not isinstance(command, dict) or (isinstance(node, dict) and node.get("Background")):
        return False
    if command.get("Op") == "&&":
        return _is_simple(command.get("X")) and ends_in_pipe(command.get("Y"))
    return command.get("Op") in ("|", "|&") or command.get("Type") == "CallExpr"


def _is_simple(node: object) -> bool:
    command = node.get("Cmd") if isinstance(node, dict) and not node.get("Negated") else None
    if not isinstance(command, dict) or (isinstance(node, dict) and node.get("Background")):
        return False
    if command.get("Op") == "&&":
        return _is_simple(command.get("X")) and _is_simple(command.get("Y"))
    return command.get("Type") == "CallExpr"


_PRINTS = frozenset("echo tail head cat grep sed wc ls sleep true date tee kill rm cd pwd".split())
"""They may stand between a command and the ``exit`` that hands its status on."""


def handed_on(nodes: list[object]) -> tuple[int, str]:
    """Whose status the list of statements ends with: (its place, "" or "first" where it is that of the first
    command of a pipe). The last one's, unless that is ``exit $?``, ``exit ${PIPESTATUS[0]}``, or
    ``exit $rc`` after ``rc=$?``."""
    end = len(nodes) - 1
    words = word_of(nodes[end])
    if words[:1] not in (["exit"], ["return"]) or len(words) > 2:
        return end, ""
    said = words[1] if len(words) == 2 else "$?"
    at = end
    while said not in _STATUS and at > 1:
        at -= 1
        name, value = _assignment(nodes[at])
        if f"${name}" == said:
            said = value
        elif "".join(word_of(nodes[at])[:1]) not in _PRINTS or "Arithm" in repr(nodes[at]):
            break
    return (at - 1, _STATUS[said]) if said in _STATUS else (end, "")


_STATUS = {"$?": "", "$PIPESTATUS[0]": "first"}


def _assignment(node: object) -> tuple[str, str]:
    """(name, value) of ``name=value`` alone."""
    command = node.get("Cmd") if isinstance(node, dict) else None
    assigns = command.get("Assigns") or [] if isinstance(command, dict) and not command.get("Args") else []
    if len(assigns) != 1 or set(assigns[0]) - {"Pos", "End", "Name", "Value", "Type"}:
        return "", ""
    return str(assigns[0]["Name"]["Value"]), _word(assigns[0].get("Value"))


def word_of(node: object) -> list[str]:
    """A simple command's words as far as they are literals or ``$?``, ``${PIPESTATUS[0]}``; "" for others."""
    command = node.get("Cmd") if isinstance(node, dict) else None
    if not isinstance(command, dict) or command.get("Type") != "CallExpr" or command.get("Assigns"):
        return []
    return [_word(arg) for arg in command.get("Args") or []]


def _word(node: object) -> str:
    parts = node.get("Parts") if isinstance(node, dict) else None
    while isinstance(parts, list) and len(parts) == 1 and parts[0].get("Type") == "DblQuoted":
        parts = parts[0].get("Parts")
    if not isinstance(parts, list) or len(parts) != 1:
        return ""
    part = parts[0]
    if part.get("Type") in ("Lit", "SglQuoted"):
        return str(part.get("Value", ""))
    if part.get("Type") != "ParamExp" or not isinstance(part.get("Param"), dict):
        return ""
    name = str(part["Param"].get("Value"))
    known = {"Type", "Pos", "End", "Dollar", "Short", "Param", "Rbrace", "Index"}
    if not set(part) <= known:
        return ""
    index = part.get("Index")
    if index is None:
        return f"${name}"
    at = index.get("Parts") if isinstance(index, dict) else None
    one = at[0].get("Value") if isinstance(at, list) and len(at) == 1 else None
    return f"${name}[{one}]"
