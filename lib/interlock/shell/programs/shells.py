"""Shells: the text after -c, a script that the command wrote itself, a here-document."""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.state import Shell

    Status = bool | None

_VALUED = ("-o", "+o", "-O", "+O", "--rcfile", "--init-file")


def run(call: "Call") -> "Status":
    """Of shells, bash's dialect is read; what fish takes beyond it is unread."""
    from interlock.shell.walk import inner

    shell = call.shell
    text, rest, odd, zero = _text(call)
    below = shell.deeper()
    below.out = shell.out
    below.functions = {}
    below.variables = {name: value for name, value in shell.variables.items() if name != "IFS"}
    below.options = _options(call.args)
    shell.sink.errexit = shell.sink.errexit or "errexit off" not in below.options
    below.proof = call.wrapped(shell.proof.aside(shell.options), _own(call.args))
    shell.sink.commands -= 1  # what is inside counts
    below.arguments = tuple(rest) if UNKNOWN not in rest else None
    if text is None or odd:
        call.unread(f"{call.name} {rest[0] if rest else '-s'}")
        return None
    if text == "":
        return None
    call.told = True
    if zero:
        below.variables["0"] = zero
    return inner(below, text)


def _options(args: list[str]) -> frozenset[str]:
    """A new shell's options, with -e and -o pipefail among its words."""
    from interlock.shell.proof import LOOSE

    off, at = set(LOOSE), 0
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] not in ("-", "--"):
        if args[at][0] == "-" and args[at][1:2] != "-":
            if "e" in args[at]:
                off.discard("errexit off")
            if "o" in args[at]:
                off.discard(f"{''.join(args[at + 1 : at + 2])} off")
        if args[at][-1] in "oO" and args[at][1:2] != "-":
            at += 1
        at += 1
    return frozenset(off)


def _own(args: list[str]) -> list[str]:
    """The shell's own options, without what stands behind them."""
    at = 0
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] not in ("-", "--"):
        at += 2 if args[at] in _VALUED or (args[at][-1] in "oO" and args[at][:2] != "--") else 1
    return args[:at]


def _text(call: "Call") -> tuple[str | None, list[str], bool, str]:
    """(the text to run, its arguments, whether an option makes it another, what $0 is). None: a text that can't
    be told."""
    args, at, command, shell = call.args, 0, False, call.shell
    odd = stdin = False
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] not in ("-", "--"):
        option = args[at]
        if option in ("--help", "--version"):
            return "", [], False, ""
        if not option.startswith("--"):
            command = command or (option[0] == "-" and "c" in option)
            stdin = stdin or (option[0] == "-" and "s" in option)
            if "n" in option[1:] and option[0] == "-" and "o" not in option:
                return "", [], False, ""  # only checks
            odd = odd or ("i" in option[1:].replace("o", "") and option[0] == "-" and len(option) > 3)
        at += 2 if option in _VALUED or (option[-1] in "oO" and not option.startswith("--")) else 1
    if at < len(args) and args[at] in ("-", "--"):
        at += 1
    rest = args[at:]
    if command:
        return (rest[0] if rest else ""), rest[2:], odd, "".join(rest[1:2])
    if rest and not stdin and rest[0] not in ("/dev/stdin", "/dev/fd/0"):
        known = shell.sink.files.get(shell.path(rest[0]))
        return known, rest[1:] if known is not None else rest, odd, rest[0]
    return (shell.feed.rest() if shell.feed is not None else None), rest[0 if stdin else 1 :], odd, ""


def text_in(shell: "Shell", text: str) -> None:
    """A text that another program hands to a shell (``su -c``, ``watch``)."""
    from interlock.shell.walk import inner

    below = shell.deeper()
    below.functions = {}
    below.out = None
    below.proof = below.proof.doubted("another program runs it")
    inner(below, text)
