"""xargs and parallel: words that come from the standard input, or from behind ``:::``."""

from interlock.shell.programs.options import options
from interlock.shell.sink import END, UNKNOWN
from interlock.shell.state import Feed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

    Status = bool | None


def run(call: "Call") -> "Status":
    return _parallel(call) if call.name == "parallel" else _xargs(call)


def _xargs(call: "Call") -> "Status":
    """What it reads, if that is known, are more words; else they can't be told."""
    args, at, replaced, by_line, null, zero = call.args, 0, "", False, False, False
    while at < len(args) and args[at].startswith("-") and len(args[at]) > 1:
        option = args[at]
        at += 1
        if option in ("-I", "-i", "--replace", "-J") or option.startswith(("-I", "--replace=")):
            replaced = option[2:] if option.startswith("-I") and len(option) > 2 else option.partition("=")[2]
            if option in ("-I", "-J"):
                replaced = args[at] if at < len(args) else "{}"
                at += 1
            replaced = replaced or "{}"
        elif option in ("-n", "-L", "-P", "-s", "-d", "-a", "-E", "--max-args", "--max-lines", "--max-procs",
                        "--delimiter", "--arg-file"):  # fmt: skip
            by_line = by_line or option in ("-d", "--delimiter")
            null = null or option in ("-a", "--arg-file")
            at += 1
        elif option.startswith(("-d", "-a", "--delimiter", "--arg-file")):
            null = True
        elif "0" in option[:3] or option == "--null":
            zero = True
    command = args[at:] or ["echo"]
    feed = call.shell.feed
    known = feed.rest() if feed is not None and not null else UNKNOWN
    words = _cut(known) if zero else _words(known, bool(replaced) or by_line)
    if replaced:
        for word in words:
            call.again([part.replace(replaced, word) for part in command])
        return None
    inside = call.shell.copy()
    inside.feed = Feed("")
    return call.again(command + words, inside)  # without any words it runs once all the same


def _cut(known: str) -> list[str]:
    """Words cut by NULs; what find prints is known by lines."""
    if UNKNOWN in known:
        return [UNKNOWN]
    return [word for word in known.split(END if END in known else "\n") if word][:200]


def _words(known: str, by_line: bool) -> list[str]:
    if UNKNOWN in known or END in known or "'" in known or '"' in known or "\\" in known:
        return [UNKNOWN]
    found = known.split("\n") if by_line else known.split()
    return [word for word in found if word][:200]


def _parallel(call: "Call") -> "Status":
    if ":::" in call.args:
        at = call.args.index(":::")
        given = options(call.args[:at], "-j --jobs -a --arg-file --colsep -I --joblog --results", first=True)
        command, words = given.operands, call.args[at + 1 :]
        for word in words[:200]:
            named = any("{}" in part for part in command)
            if len(command) == 1 and " " in command[0]:
                call.unread("parallel")
                return None
            call.again([part.replace("{}", word) for part in command] if named else [*command, word])
        return None
    given = options(call.args, "-j --jobs -a --arg-file --colsep -I", first=True)
    if given.operands and " " not in given.operands[0]:
        return call.again([*given.operands, UNKNOWN])
    call.unread()
    return None
