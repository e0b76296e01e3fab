"""Assignments: ``x=1``, export, local, declare."""

from interlock.shell.expand import fields, text
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.state import Shell, Value

    Node = dict[str, object]
    Status = bool | None

_HIDDEN = "\0\0"
"""Marks in ``locals`` a name that had no value before."""
_LOADERS = frozenset(
    {
        "LD_PRELOAD",
        "LD_AUDIT",
        "BASH_ENV",
        "PERL5OPT",
        "RUBYOPT",
        "DYLD_INSERT_LIBRARIES",
    }
)
"""Variables by which a program runs code that its words don't name."""
_RUNS = frozenset(
    {"PAGER", "GIT_PAGER", "EDITOR", "VISUAL", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_EXTERNAL_DIFF"}
)


def substitutes(node: object) -> bool:
    """Whether a command runs within; then its exit status counts."""
    return "'CmdSubst'" in repr(node)


def assign(
    shell: "Shell", nodes: object, before: "dict[str, Value | str] | None" = None, odd: bool = False
) -> list[str]:
    """Assigns, and returns the names. ``before`` gets the values that they had. ``odd``: the values will be
    changed by an attribute of the variable, so they can't be told."""
    names = []
    if not isinstance(nodes, list):
        raise ValueError("no list of assignments")
    for node in nodes:
        shell.sink.step()
        name = str(node["Name"]["Value"]) if node.get("Name") else str((node.get("Ref") or {})["Name"]["Value"])
        value = UNKNOWN if odd else _assigned(shell, node, name)
        if before is not None:
            before.setdefault(name, shell.variables.get(name, _HIDDEN))
        if name in _LOADERS or (name in _RUNS and not _harmless(value)):
            shell.sink.unread(f"{name} set")
        shell.put(name, value)
        names.append(name)
    return names


def _assigned(shell: "Shell", node: "Node", name: str) -> "Value":
    array = node.get("Array")
    if isinstance(array, dict):
        found: list[str] = []
        elements = array.get("Elems") or []
        for element in elements if isinstance(elements, list) else []:
            if element.get("Index") is not None or not element.get("Value"):
                return UNKNOWN
            found += fields(shell, [element["Value"]])
        old = shell.get(name) if node.get("Append") else ()
        if isinstance(old, str):
            return UNKNOWN
        return (*(old or ()), *found)
    value = text(shell, node.get("Value"))
    if node.get("Index") is not None:
        return UNKNOWN
    if node.get("Append"):
        old = shell.get(name)
        return UNKNOWN if isinstance(old, tuple) or len(old or "") > 65536 else (old or "") + value
    return value


def _harmless(value: "Value") -> bool:
    from interlock.shell.programs import kind_of

    first = value.split(" ")[0] if isinstance(value, str) else ""
    return first in ("", ":", "true", "vi", "vim", "nano") or kind_of(first.rpartition("/")[2]) == "quiet"


def restore(shell: "Shell", name: str, old: "Value | str") -> None:
    if old == _HIDDEN:
        shell.variables.pop(name, None)
    else:
        shell.variables[name] = old


def declare(shell: "Shell", node: "Node") -> "Status":
    """export, local, declare, readonly, typeset."""
    named = node.get("Variant")
    variant = str(named["Value"]) if isinstance(named, dict) else ""
    odd = False
    args = node.get("Args") or []
    for arg in args if isinstance(args, list) else []:
        if arg.get("Name") is None:
            for option in fields(shell, [arg.get("Value")]):
                named_anew = option[:1] == "-" and "n" in option and variant not in ("export", "readonly")
                if named_anew or UNKNOWN in option.partition("=")[0]:
                    shell.sink.distrust(_renames(variant, option))
                odd = odd or (option[:1] in ("-", "+") and any(c in option for c in "niul")) or UNKNOWN in option
                if not option.startswith(("-", "+")):
                    _declared_text(shell, option)
            continue
        name = str(arg["Name"]["Value"])
        if shell.locals is not None and variant in ("local", "declare", "typeset"):
            shell.locals.setdefault(name, shell.variables.get(name, _HIDDEN))
        if arg.get("Naked"):
            if variant == "local":
                shell.put(name, None)
            continue
        assign(shell, [arg], odd=odd)
    return None if substitutes(args) else True


def _renames(variant: str, option: str) -> str:
    """Why nothing is proven any more: behind another name a variable may be one by which bash finds programs."""
    if UNKNOWN in option:
        return "a variable whose name can't be told is set before it"
    return f"{variant} gives a variable another name"


def _declared_text(shell: "Shell", option: str) -> None:
    """``export "$x"``: an assignment that is made up of expansions."""
    name, equals, value = option.partition("=")
    if UNKNOWN in name:
        shell.sink.unread("a variable whose name can't be read")
    elif equals:
        shell.put(name, value)
