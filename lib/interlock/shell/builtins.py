"""What bash itself does: where it is, what its variables hold, what it prints."""

from interlock.shell.lines import mapfile, read
from interlock.shell.places import cd, popd, pushd
from interlock.shell.proof import HANDS_ON, LOOSE, is_failure
from interlock.shell.setting import set_, shopt
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.calls import Call

    Status = bool | None


_SETS_UP = ("/.nvm/nvm.sh", "/.cargo/env", "/etc/profile")
"""Scripts of tools that set PATH and the like, and no more."""


def _pwd(call: "Call") -> "Status":
    cwds = call.shell.cwds
    call.says(f"{cwds[0]}\n" if len(cwds) == 1 else UNKNOWN)
    return True


def _echo(call: "Call") -> "Status":
    args, ends, escapes = list(call.args), "\n", False
    while args and args[0][:1] == "-" and args[0][1:] and not args[0][1:].strip("neE"):
        option = args.pop(0)
        ends = "" if "n" in option else ends
        escapes = ("e" in option or escapes) and "E" not in option
    printed = " ".join(args)
    if escapes:
        from interlock.shell.quotes import ansi

        printed = ansi(printed) if UNKNOWN not in printed else UNKNOWN
    call.says(printed + ends)
    return True


def _printf(call: "Call") -> "Status":
    from interlock.shell.printing import formatted

    args = list(call.args)
    name = ""
    if args[:1] == ["-v"] and len(args) > 1:
        name = args[1]
        args = args[2:]
    args = args[1:] if args[:1] == ["--"] else args
    printed = formatted(args[0], args[1:]) if args else ""
    if name and UNKNOWN not in name:
        call.shell.put(name.partition("[")[0], UNKNOWN if "[" in name else printed)
        call.told = True
    else:
        call.says(printed)
    return None


def _unset(call: "Call") -> "Status":
    for name in call.args:
        if UNKNOWN in name:
            call.unread("unset of a name that can't be read")
        call.shell.functions.pop(name, None)
        call.shell.put(name.partition("[")[0], None if "[" not in name else UNKNOWN)
    return True


def _export(call: "Call") -> "Status":
    """Reached by ``command export`` or ``builtin local`` alone; else it is a clause of its own."""
    for arg in call.args:
        name, equals, value = arg.partition("=")
        if equals:
            call.shell.put(name, value if UNKNOWN not in name else UNKNOWN)
    return True


def _shift(call: "Call") -> "Status":
    count = call.args[0] if call.args else "1"
    known = call.shell.arguments
    if known is not None:
        call.shell.arguments = known[int(count) :] if count.isascii() and count.isdigit() else None
    return None


def _eval(call: "Call") -> "Status":
    call.told = True
    return _within(call, " ".join(call.args), "eval")


def _within(call: "Call", text: str, how: str) -> "Status":
    """A text that is run in this shell."""
    from interlock.shell.walk import inner

    shell, proof, options = call.shell, call.shell.proof, call.shell.options
    shell.proof = proof.doubted(f"{how} runs it")
    status = inner(shell, text, aside=False)
    shell.proof = proof
    if how == "source":  # whether the file is there may depend
        shell.options |= options & LOOSE
    return status


def _source(call: "Call") -> "Status":
    """A file that the command wrote itself is read; any other is not."""
    shell = call.shell
    name = call.args[0] if call.args else ""
    written = shell.sink.files.get(shell.path(name))
    if name in ("/dev/stdin", "/dev/fd/0") and shell.feed is not None:
        written = shell.feed.rest()
    if written is not None:
        call.told = True
        return _within(call, written, "source")
    activates = name.endswith("/bin/activate") and shell.exists(f"{name[:-12]}pyvenv.cfg")
    known = activates or name.endswith(_SETS_UP)
    if not known:
        shell.sink.distrust("a file is sourced before it")
    shell.sink.unread(f"source {name}", stirs=not known)
    return None


def _exec(call: "Call") -> "Status":
    args = call.args
    while args and args[0].startswith("-") and len(args[0]) > 1:
        args = args[2:] if args[0].endswith("a") else args[1:]
    if not args:
        call.told = True
        return True
    status = call.again(args)
    call.shell.sink.distrust("exec may end the command before it")
    call.shell.ended = "exit"
    return status


def _command(call: "Call") -> "Status":
    """``command``: a builtin or program, no function. ``command -v`` only tells."""
    from interlock.shell.calls import dispatch

    args = list(call.args)
    while args and args[0] in ("-p", "--"):
        args.pop(0)
    if not args or args[0] in ("-v", "-V"):
        return None
    call.told = True
    functions, call.shell.functions = call.shell.functions, {}
    try:
        return dispatch(call.shell, args, call.assigned)
    finally:
        call.shell.functions = {**functions, **call.shell.functions}


def _trap(call: "Call") -> "Status":
    from interlock.shell.walk import inner

    args = call.args[1:] if call.args[:1] == ["--"] else call.args
    if len(args) > 1 and args[0] not in ("", "-", "-p", "-l"):
        shell, proof = call.shell, call.shell.proof
        shell.sink.distrust("a trap is set before it")
        shell.proof = proof.doubted("a trap runs it")
        inner(shell, args[0])
        shell.proof = proof
    return True


def _end(kind: str) -> "Callable[[Call], Status]":
    def end(call: "Call") -> "Status":
        shell = call.shell
        if kind in ("exit", "logout"):
            handed = shell.proof.doubt == HANDS_ON
            shell.sink.commands += not handed
            if not handed and not is_failure("".join(call.args)):
                shell.sink.distrust("exit may end the command before it")
        shell.ended = kind
        return None

    return end


def _alias(call: "Call") -> "Status":
    if any("=" in arg for arg in call.args):
        call.shell.sink.distrust("an alias is set before it")
        call.unread("alias")
    return True


def _test(call: "Call") -> "Status":
    if call.name == "hash" and any(arg.startswith("-") and "p" in arg for arg in call.args):
        call.shell.sink.distrust("hash -p puts another program in its place")
    return None


def _true(call: "Call") -> "Status":
    return True


def _false(call: "Call") -> "Status":
    return False


def _opaque(call: "Call") -> "Status":
    if call.name == "enable":
        call.shell.sink.distrust("enable changes what runs")
    call.unread()
    return None


BUILTINS: "dict[str, Callable[[Call], Status]]" = {
    ":": _true, "true": _true, "false": _false, "cd": cd, "chdir": cd, "pushd": pushd, "popd": popd, "pwd": _pwd,
    "echo": _echo, "printf": _printf, "read": read, "mapfile": mapfile, "readarray": mapfile,
    "unset": _unset, "set": set_, "shopt": shopt, "shift": _shift, "eval": _eval, "source": _source,
    ".": _source, "exec": _exec, "command": _command, "builtin": _command, "trap": _trap,
    "exit": _end("exit"), "logout": _end("exit"), "return": _end("return"), "break": _end("break"),
    "continue": _end("continue"), "alias": _alias, "unalias": _test, "test": _test, "[": _test,
    "type": _test, "hash": _test, "umask": _test, "ulimit": _test, "wait": _test, "jobs": _test, "fg": _test,
    "bg": _test, "kill": _test, "disown": _test, "times": _test, "getopts": _opaque, "enable": _opaque,
    "bind": _test, "complete": _test, "compgen": _test, "compopt": _test, "dirs": _test, "history": _opaque,
    "fc": _opaque, "help": _test, "caller": _test, "suspend": _test, "let": _opaque, "export": _export,
    "local": _export, "declare": _export, "readonly": _export, "typeset": _export,
}  # fmt: skip
