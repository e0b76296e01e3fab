"""set and shopt: a shell's arguments and options."""

from interlock.shell.proof import LOOSE
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.state import Shell

    Status = bool | None


def set_(call: "Call") -> "Status":
    """``set -- a b``: the arguments; -f switches globs off (they then stand for themselves or more)."""
    if call.args and (call.args[0] == "--" or call.args[0][:1] not in ("-", "+")):
        words = call.args[1:] if call.args[0] == "--" else call.args
        call.shell.arguments = tuple(words) if UNKNOWN not in "".join(words) else None
    elif "--" in call.args:
        call.shell.arguments = tuple(call.args[call.args.index("--") + 1 :])
    if not _options(call.shell, call.args):
        call.shell.sink.distrust("set changes how commands run")
    return True


def _options(shell: "Shell", args: list[str]) -> bool:
    """Takes ``-e`` and ``-o pipefail`` into the shell's options; False for an option that may keep commands from
    running (-n, -t) or can't be told."""
    at, known = 0, True
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] not in ("--", "-"):
        sign, letters = args[at][0], args[at][1:]
        at += 1
        names = ["errexit"] * ("e" in letters)
        if "o" in letters:
            names += args[at : at + 1]
            at += 1
        known = known and not letters.strip("euxfEhBCabmvoPHT") and UNKNOWN not in "".join(names)
        known = known and "noexec" not in names and "onecmd" not in names
        changed = {f"{name} off" for name in names} & LOOSE
        shell.sink.errexit = shell.sink.errexit or (sign == "-" and "errexit" in names)
        shell.options = shell.options - changed if sign == "-" else shell.options | changed
    return known


def shopt(call: "Call") -> "Status":
    names = frozenset(arg for arg in call.args if not arg.startswith("-")) - LOOSE
    if "extdebug" in names or UNKNOWN in "".join(names):
        call.shell.sink.distrust("shopt changes how commands run")
    if "-s" in call.args:
        call.shell.options |= names
    elif "-u" in call.args:
        call.shell.options -= names
    return None
