"""sed: the files it edits in place, and those that its script writes (``w file``, ``s///w file``)."""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_VALUED = "-e --expression -f --file -l --line-length"


def run(call: "Call") -> None:
    args, backup = _without_in_place(call.args)
    given = options(args, _VALUED)
    scripts = given.values("-e", "--expression")
    files = given.operands
    if not scripts and not given.has("-f", "--file"):
        scripts, files = files[:1], files[1:]
        if scripts == [""] and backup is not None and len(files) > 1:
            scripts, files = files[:1], files[1:]  # BSD's `sed -i ''`
    for script in scripts:
        _script(call, script)
    if given.has("-f", "--file"):
        known = call.shell.sink.files.get(call.shell.path(given.last("-f", "--file")))
        if known is None:
            call.unread("sed -f")
        else:
            _script(call, known)
    if backup is None:
        return
    for name in files:
        call.write(name, "sed -i")
        if backup:
            folder, slash, base = name.rpartition("/")
            kept = backup.replace("*", base) if "*" in backup else base + backup
            call.write(kept if "/" in kept else f"{folder}{slash}{kept}", "sed -i", blind=True)


def _without_in_place(args: list[str]) -> tuple[list[str], str | None]:
    """The words without -i, and its suffix (None: not in place). The rest of -i's word is its suffix."""
    left: list[str] = []
    backup = None
    for at, arg in enumerate(args):
        if arg == "--":
            return left + args[at:], backup
        if arg.startswith("--i"):
            backup = arg.partition("=")[2]
        elif arg.startswith("-") and not arg.startswith("--") and "i" in arg:
            head, _, suffix = arg[1:].partition("i")
            if any(mark in head for mark in "efl"):
                left.append(arg)  # -e's value has an i
                continue
            backup = suffix
            if head:
                left.append(f"-{head}")
        else:
            left.append(arg)
            if arg in ("-e", "-f", "-l", "--expression", "--file") and at + 1 < len(args):
                return _valued(left, args[at + 1 :], backup)
    return left, backup


def _valued(left: list[str], rest: list[str], backup: str | None) -> tuple[list[str], str | None]:
    """The word after an option is its value, whatever it looks like."""
    more, later = _without_in_place(rest[1:])
    return [*left, rest[0], *more], backup if later is None else later


def _script(call: "Call", script: str) -> None:
    """Only commands that write or run something matter; s and y are stepped over with their delimiters."""
    if "w" not in script and "e" not in script and "W" not in script:
        return
    at, size = 0, len(script)
    while at < size:
        at = _address(script, at)
        mark = script[at : at + 1]
        at += 1
        if mark in ("s", "y") and at < size:
            at = _substitute(call, script, at, mark)
        elif mark in ("w", "W"):
            end = _line_end(script, at)
            _written(call, script[at:end])
            at = end
        elif mark == "e":
            call.unread("sed e")
            return
        elif mark in ("a", "i", "c", "r", "R"):
            at = _text_end(script, at) if mark in "aic" else _line_end(script, at)
        elif mark in (":", "b", "t", "T"):
            ends = [found for found in (script.find(";", at), script.find("\n", at)) if found >= 0]
            at = min(ends, default=size)
        elif mark == "#":
            at = _line_end(script, at)


def _address(script: str, at: int) -> int:
    """Behind blanks, separators, line numbers and /patterns/."""
    while at < len(script):
        mark = script[at]
        if mark == "/":
            at = _delimited(script, at + 1, "/")
        elif mark == "\\" and at + 1 < len(script):
            at = _delimited(script, at + 2, script[at + 1])
        elif mark in " \t\n;{},!$+~0123456789IM":
            at += 1
        else:
            return at
    return at


def _delimited(script: str, at: int, mark: str) -> int:
    """Behind the next delimiter; one in a [set] or after a backslash is none."""
    inside = False
    while at < len(script):
        if script[at] == "\\" and not inside:
            at += 2
            continue
        if inside:
            inside = script[at] != "]"
        elif script[at] == "[" and script.find("]", at + 2) > 0:
            inside = True
            at += script[at + 1 : at + 2] in ("]", "^")
        elif script[at] == mark:
            return at + 1
        at += 1
    return at


def _substitute(call: "Call", script: str, at: int, kind: str) -> int:
    mark = script[at]
    at = _delimited(script, at + 1, mark)
    while at < len(script) and script[at] != mark:  # no sets in the replacement
        at += 2 if script[at] == "\\" else 1
    at += 1
    while kind == "s" and at < len(script) and script[at] in "gpiImMe0123456789w":
        if script[at] == "w":
            end = _line_end(script, at)
            _written(call, script[at + 1 : end])
            return end
        if script[at] in "e":
            call.unread("sed s///e")
        at += 1
    return at


def _line_end(script: str, at: int) -> int:
    end = script.find("\n", at)
    return len(script) if end < 0 else end


def _text_end(script: str, at: int) -> int:
    """The text of a, i and c goes on while lines end in a backslash."""
    end = _line_end(script, at)
    while end < len(script) and script[end - 1] == "\\":
        end = _line_end(script, end + 1)
    return end


def _written(call: "Call", name: str) -> None:
    name = name.strip(" \t")
    if name and name not in ("/dev/stdout", "/dev/stderr"):
        call.write(name if UNKNOWN not in name else UNKNOWN, "sed w", blind=True)
