"""awk: what its program prints into files, and gawk's -i inplace."""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_VALUED = "-F --field-separator -v --assign -f --file -i --include -l --load -e --source -E --exec"


def run(call: "Call") -> None:
    given = options(call.args, _VALUED, first=True)
    programs = given.values("-e", "--source")
    files = given.operands
    if given.has("-f", "--file", "-E", "--exec"):
        known = call.shell.sink.files.get(call.shell.path(given.last("-f", "--file", "-E", "--exec")))
        programs = [known] if known is not None else []
        if known is None:
            call.unread("awk -f")
    elif not programs:
        programs, files = files[:1], files[1:]
    includes = given.values("-i", "--include")
    if "inplace" in includes:
        for name in files:
            if "=" not in name:
                call.write(name, "awk -i inplace")
    elif includes or given.has("-l", "--load"):
        call.unread("awk -i")
    for program in programs:
        _program(call, program, given.values("-v", "--assign") + files)


def _program(call: "Call", program: str, assigned: list[str]) -> None:
    """``print > "f"`` anywhere; a comparison is no print. ``system`` and pipes are unread."""
    if not any(mark in program for mark in (">", "|", "system", UNKNOWN)):
        return
    printing, depth, at = False, 0, 0
    while at < len(program):
        mark = program[at]
        if mark == '"':
            at = _string_end(program, at)
            continue
        if mark == "#":
            at = _line_end(program, at)
            continue
        if mark == "/" and _is_pattern(program, at):
            at = _string_end(program, at, "/")
            continue
        if mark.isalpha():
            end = at
            while end < len(program) and (program[end].isalnum() or program[end] == "_"):
                end += 1
            word = program[at:end]
            printing = printing or word in ("print", "printf")
            if word == "system":
                _run(call, program[end:].lstrip(" \t(").lstrip())
            at = end
            continue
        if mark in ";}\n{":
            printing, depth = False, 0
        depth += (mark in "([") - (mark in ")]")
        if mark == ">" and printing and depth <= 0 and program[at + 1 : at + 2] != "=":
            at = _target(call, program, at, assigned)
            continue
        if mark == "|" and program[at + 1 : at + 2] != "|" and program[at - 1 : at] != "|":
            _piped(call, program, at)
        if mark == UNKNOWN:
            call.unread("awk program")
        at += 1


def _run(call: "Call", rest: str) -> None:
    """A shell text between quotes is read; one that is put together is not."""
    from interlock.shell.programs.shells import text_in

    end = _string_end(rest, 0) if rest.startswith('"') else 0
    if end and rest[end:].lstrip(" \t")[:1] in ("", ")", ";", "}", "\n") and "\\" not in rest[:end]:
        text_in(call.shell, rest[1 : end - 1])
    else:
        call.unread("awk system()")


def _piped(call: "Call", program: str, at: int) -> None:
    """``| "sort"`` and ``"date" | getline``."""
    rest = program[at + 1 :].lstrip("& \t")
    if rest.startswith("getline"):
        before = program[:at].rstrip()
        rest = f'"{before[:-1].rpartition(chr(34))[2]}"' if before.endswith('"') else ""
    _run(call, rest)


def _target(call: "Call", program: str, at: int, assigned: list[str]) -> int:
    blind = program[at : at + 2] != ">>"
    at += 1 if blind else 2
    while program[at : at + 1] in (" ", "\t"):
        at += 1
    if program[at : at + 1] == '"':
        end = _string_end(program, at)
        more = program[end:].lstrip(" \t")[:1]
        if more in ("", ";", "}", "\n", ")") and "\\" not in program[at:end]:
            call.write(program[at + 1 : end - 1], "awk >", blind=blind)
            return end
    else:
        end = at
        while end < len(program) and (program[end].isalnum() or program[end] == "_"):
            end += 1
        name = program[at:end]
        values = [one.partition("=")[2] for one in assigned if one.partition("=")[0] == name and name]
        if len(values) == 1 and program[end:].lstrip(" \t")[:1] in ("", ";", "}", "\n"):
            call.write(values[0], "awk >", blind=blind)
            return end
    call.unread("awk print >")
    return at


def _is_pattern(program: str, at: int) -> bool:
    """A slash is a division after a value, and begins a pattern elsewhere."""
    before = program[:at].rstrip(" \t")[-1:]
    return not (before.isalnum() or before in ')]_$"')


def _string_end(program: str, at: int, mark: str = '"') -> int:
    """Behind the string that begins at ``at``."""
    at += 1
    while at < len(program) and program[at] != mark:
        at += 2 if program[at] == "\\" else 1
    return at + 1


def _line_end(program: str, at: int) -> int:
    end = program.find("\n", at)
    return len(program) if end < 0 else end
