"""read and mapfile: lines of a known input become variables."""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

    Status = bool | None


def read(call: "Call") -> "Status":
    """The next line of a known input, cut at the IFS; else the variables can't be told."""
    shell = call.shell
    names: list[str] = []
    raw = odd = False
    at = 0
    call.told = True
    while at < len(call.args):
        arg = call.args[at]
        if arg.startswith("-") and len(arg) > 1 and not names:
            raw = raw or "r" in arg
            if arg[-1] in "dnNtupaiA":
                at += arg[-1] != "A"
                odd = odd or arg[-1] not in "pt"
                names += [call.args[at]] if arg[-1] in "a" and at < len(call.args) else []
        else:
            names.append(arg)
        at += 1
    names = names or ["REPLY"]
    line = shell.feed.line() if shell.feed is not None and not odd else UNKNOWN
    if line is None:
        for name in names:
            shell.put(name, "")
        return False
    if line == UNKNOWN or (not raw and "\\" in line):
        for name in names:
            shell.put(name, UNKNOWN)
        return None
    for name, value in zip(names, _cells(shell.variables.get("IFS", " \t\n"), line, len(names)), strict=True):
        shell.put(name, value)
    return True


def _cells(separators: object, line: str, count: int) -> list[str]:
    """The line cut for ``read a b c``."""
    if separators is None or separators == UNKNOWN or not isinstance(separators, str):
        return [UNKNOWN] * count
    spaces = "".join(mark for mark in " \t\n" if mark in separators)
    cells: list[str] = []
    rest = line.strip(spaces) if spaces else line
    while len(cells) < count - 1:
        cut = next((at for at, mark in enumerate(rest) if mark in separators), len(rest))
        cells.append(rest[:cut])
        rest = rest[cut + 1 :].lstrip(spaces) if spaces else rest[cut + 1 :]
    return [*cells, rest]


def mapfile(call: "Call") -> "Status":
    shell = call.shell
    plain = all(arg in ("-t",) or not arg.startswith("-") for arg in call.args)
    names = [arg for arg in call.args if not arg.startswith("-")]
    known = shell.feed.rest() if shell.feed is not None else UNKNOWN
    name = names[-1] if names else "MAPFILE"
    lines = tuple(known.split("\n")[: -1 if known.endswith("\n") else None])
    shell.put(name, UNKNOWN if UNKNOWN in known or not plain or "-t" not in call.args else lines)
    return True
