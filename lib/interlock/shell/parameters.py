"""Expansions: parameters, substitutions and arithmetic, as far as literals make them."""

from interlock.shell.expand import parts_of, pattern, text
from interlock.shell.globs import compiled, fits
from interlock.shell.sink import LENGTH, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.braces import Part
    from interlock.shell.globs import Element
    from interlock.shell.state import Shell

    Values = str | tuple[str, ...]

_PROCESS = "4194305"
"""Stands for $$: no process has this number, so no path that is made of it is anybody's."""
_LONGEST = 300_000


def value_of(shell: "Shell", part: "Part", quoted: bool) -> "Values":
    """What a part of a word that begins with $, ` or <( becomes; a list for "$@" and its like."""
    kind = part["Type"]
    if kind == "ParamExp":
        value = _parameter(shell, part)
        if isinstance(value, tuple):
            return tuple(map(_bounded, value)) if len(value) <= 1024 else UNKNOWN
        return _bounded(value)
    if kind == "CmdSubst":
        from interlock.shell.walk import substitution

        return _bounded(substitution(shell, part.get("Stmts") or []))
    if kind == "ProcSubst":
        from interlock.shell.walk import process

        return process(shell, part)
    if kind == "ArithmExp":
        from interlock.shell.walk import expression

        expression(shell, part.get("X"))
        return UNKNOWN
    if kind in ("ExtGlob", "DblQuoted", "SglQuoted", "Lit", "BraceExp"):
        return UNKNOWN
    raise ValueError(f"a part of kind {kind}")


def _bounded(value: str) -> str:
    return value if len(value) <= _LONGEST else UNKNOWN


def _parameter(shell: "Shell", part: "Part") -> "Values":
    name = _name(part.get("Param"))
    value = _looked_up(shell, name, part)
    plain = not any(key in part for key in ("Excl", "Length", "Width", "Slice", "Repl", "Names", "Exp", "Flags"))
    if plain:
        return "" if value is None else value
    if part.get("Excl") or part.get("Names") or part.get("Width") or part.get("Flags"):
        return _indirect(shell, part, value)
    if part.get("Length"):
        return _length(value)
    if "Exp" in part:
        return _operated(shell, part["Exp"], name, value)
    one = "" if value is None else value
    if isinstance(one, tuple):
        return UNKNOWN
    if "Repl" in part:
        return _replaced(shell, part["Repl"], one)
    return _sliced(part.get("Slice"), one)


def _name(param: object) -> str:
    if not isinstance(param, dict):
        raise ValueError("a parameter without a name")
    return str(param["Value"])


def _looked_up(shell: "Shell", name: str, part: "Part") -> "Values | None":
    """The value of a parameter; None if it is known to be unset."""
    if name in ("@", "*"):
        return UNKNOWN if shell.arguments is None else shell.arguments
    if name == "#":
        return UNKNOWN if shell.arguments is None else str(len(shell.arguments))
    if name == "0":
        return shell.variables.get("0", "bash")
    if name.isdigit():
        if shell.arguments is None:
            return UNKNOWN
        at = int(name) if len(name) < 6 else 1 << 20
        return shell.arguments[at - 1] if at <= len(shell.arguments) else None
    if name in ("$", "BASHPID"):
        return _PROCESS
    if not (name[:1].isalpha() or name[:1] == "_") or name in ("_", "RANDOM", "SECONDS", "LINENO"):
        return UNKNOWN
    value = shell.get(name)
    index = part.get("Index")
    if index is None:
        return value[0] if isinstance(value, tuple) and value else None if value == () else value
    at_text = "".join(str(p.get("Value")) for p in parts_of(index))
    if at_text in ("@", "*"):
        return (value,) if isinstance(value, str) and value != UNKNOWN else value
    if isinstance(value, str):
        return value if at_text == "0" else UNKNOWN
    if value is not None and at_text.isascii() and at_text.isdigit() and len(at_text) < 6:
        return value[int(at_text)] if int(at_text) < len(value) else None
    return UNKNOWN


def _indirect(shell: "Shell", part: "Part", value: "Values | None") -> "Values":
    """``${!name}``; what else begins with ! is unknown."""
    if not part.get("Excl") or len(part.keys() & {"Names", "Exp", "Slice", "Repl", "Index"}) > 0:
        return UNKNOWN
    if not isinstance(value, str) or not value.isidentifier():
        return UNKNOWN
    found = shell.get(value)
    return found if isinstance(found, str) else UNKNOWN


def _length(value: "Values | None") -> str:
    if value is None:
        return "0"
    if isinstance(value, tuple):
        return str(len(value))
    return UNKNOWN if UNKNOWN in value else str(len(value))


def _operated(shell: "Shell", operation: object, name: str, value: "Values | None") -> "Values":
    """``${x:-word}``, ``${x%pattern}``, ``${x^}`` and their like."""
    if not isinstance(operation, dict):
        raise ValueError("an operation of another shape")
    sign, word = str(operation.get("Op")), operation.get("Word")
    if sign in (":-", "-", ":=", "=", ":+", "+", ":?", "?"):
        return _default(shell, sign, word, name, value)
    if isinstance(value, tuple):
        return tuple(str(_operated(shell, operation, name, one)) for one in value)
    if sign in ("%", "%%", "#", "##"):
        return _cut(shell, sign, pattern(shell, word), value or "")
    whole = value or ""
    if word is not None or UNKNOWN in whole or sign not in ("^^", ",,", "^", ","):
        return UNKNOWN
    first, rest = (whole, "") if len(sign) == 2 else (whole[:1], whole[1:])
    return (first.upper() if sign[0] == "^" else first.lower()) + rest


def _default(shell: "Shell", sign: str, word: object, name: str, value: "Values | None") -> "Values":
    if value == UNKNOWN and name not in shell.variables and name not in shell.sink.where.variables:
        value = None  # the client's shell starts with the environment that the hook has too
    if value == UNKNOWN:
        text(shell, word)  # what it runs is run or not
        return UNKNOWN
    missing = value is None or (sign[0] == ":" and value in ("", ()))
    if sign[-1] == "+":
        return "" if missing else text(shell, word)
    if not missing:
        return "" if value is None else value
    found = text(shell, word)
    if sign[-1] == "=":
        shell.put(name, found)
    return found


def _cut(shell: "Shell", sign: str, cut: str, value: str) -> str:
    """The value without the shortest (%, #) or longest (%%, ##) end or start that fits."""
    if UNKNOWN in value + cut or len(value) > LENGTH or len(cut) > 256:
        return UNKNOWN
    if not value:
        return ""
    elements = compiled(cut)
    size = len(value)
    shell.sink.step(1 + size * (size if "*" in cut else 8) // 500)
    lengths = range(size + 1) if len(sign) == 1 else range(size, -1, -1)
    for length in lengths:
        if sign[0] == "%" and fits(elements, value[size - length :]):
            return value[: size - length]
        if sign[0] == "#" and fits(elements, value[:length]):
            return value[length:]
    return value


def _replaced(shell: "Shell", how: object, value: str) -> str:
    """``${x/pattern/text}``: patterns that are plain text, alone."""
    if not isinstance(how, dict):
        raise ValueError("a replacement of another shape")
    old = pattern(shell, how.get("Orig"))
    new = text(shell, how.get("With"))
    at = old[:1] if old[:1] in ("#", "%") else ""
    elements: list[Element] = compiled(old[len(at) :])
    bare = "".join(one if isinstance(one, str) and UNKNOWN not in one else UNKNOWN for one in elements)
    if UNKNOWN in bare + new + value or not bare:
        return UNKNOWN
    if at == "#":
        return new + value[len(bare) :] if value.startswith(bare) else value
    if at == "%":
        return value[: len(value) - len(bare)] + new if value.endswith(bare) else value
    return value.replace(bare, new) if how.get("All") else value.replace(bare, new, 1)


def _sliced(how: object, value: str) -> str:
    """``${x:1:2}`` with plain numbers."""
    if not isinstance(how, dict) or UNKNOWN in value:
        return UNKNOWN
    numbers = []
    for key in ("Offset", "Length"):
        digits = "".join(str(part.get("Value")) for part in parts_of(how.get(key)))
        if how.get(key) is not None and not (digits.isascii() and digits.isdigit() and len(digits) < 6):
            return UNKNOWN
        numbers.append(int(digits) if digits else None)
    start, length = numbers
    rest = value[start or 0 :]
    return rest if length is None else rest[:length]
