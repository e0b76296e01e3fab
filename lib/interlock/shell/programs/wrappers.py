"""Programs that run another: what they run is read as if it stood alone.

One line each in ``_PLAIN`` (options with a value, operands before the command); functions for the rest.
"""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.calls import Call

    Status = bool | None

_PLAIN = {
    "timeout": ("-s --signal -k --kill-after", 1),
    "nice": ("-n --adjustment", 0),
    "ionice": ("-c --class -n --classdata -p --pid -P -u", 0),
    "nohup": ("", 0),
    "setsid": ("", 0),
    "stdbuf": ("-i -o -e --input --output --error", 0),
    "time": ("-f --format -o --output", 0),
    "chrt": ("-T -P -D -p", 1),
    "taskset": ("", 1),
    "unbuffer": ("", 0),
    "strace": ("-o -e -p -s -a -u -E -O -S -I -P -X", 0),
    "ltrace": ("-o -e -p -s -a -u -l -n -A -D -F -S", 0),
    "caffeinate": ("-t -w", 0),
    "catchsegv": ("", 0),
    "chronic": ("", 0),
    "ifne": ("", 0),
    "systemd-inhibit": ("", 0),
    "dbus-run-session": ("", 0),
    "xvfb-run": ("-n -e -f -p -s -w --server-num --error-file --server-args --auth-file", 0),
    "eatmydata": ("", 0),
    "linux32": ("", 0),
    "linux64": ("", 0),
    "setarch": ("", 1),
    "prlimit": ("", 0),
    "proxychains": ("-f", 0),
    "proxychains4": ("-f", 0),
    "torsocks": ("", 0),
    "rlwrap": ("", 0),
    "faketime": ("-f", 1),
    "setpriv": ("", 0),
    "retry": ("", 0),
    "sudo": ("-u --user -g --group -h --host -p --prompt -C -D --chdir -r -t -T -U -R", 0),
    "doas": ("-u -C", 0),
    "pkexec": ("--user", 0),
    "unshare": ("-R --root -w --wd -S --setuid -G --setgid", 0),
    "firejail": ("", 0),
    "busybox": ("", 0),
    "toybox": ("", 0),
    "exec": ("-a", 0),
    "command": ("", 0),
    "builtin": ("", 0),
}
_ALONE = frozenset({"sudo", "doas", "pkexec", "su", "runuser", "unshare", "firejail", "flatpak", "chroot"})


def run(call: "Call") -> "Status":
    name = {"genv": "env", "gtimeout": "timeout", "gtime": "time"}.get(call.name, call.name)
    if name in _ALONE:
        call.shell.sink.is_alone(name)
    way = _WAYS.get(name)
    if way is not None:
        return way(call)
    if name in _PLAIN:
        return _plain(call, *_PLAIN[name])
    call.unread()
    return None


def _plain(call: "Call", valued: str, skipped: int) -> "Status":
    """Options, operands of the wrapper's own, the command."""
    args, at = call.args, 0
    takes = f" {valued} "
    shell = call.shell
    while at < len(args) and args[at].startswith("-") and len(args[at]) > 1:
        option = args[at]
        at += 1
        if option == "--":
            break
        name, given, value = option.partition("=")
        if not given and (f" {option} " in takes or (option[1] != "-" and f" -{option[-1]} " in takes)):
            value = args[at] if at < len(args) else ""
            at += 1
        if name in ("-o", "--output") and call.name in ("time", "gtime", "strace", "ltrace"):
            call.write(value, f"{call.name} -o", blind=True)
        if name in ("-D", "--chdir") and call.name == "sudo":
            shell = moved(call, value)
        if name in ("-e", "--edit") and call.name == "sudo":
            _edited(call, args[at:])
            return None
        if call.name == "time" and option == "-p":
            continue
    if call.name == "setarch" and (
        at >= len(args) or ("_" not in args[at] and args[at][:1] not in ("i", "l", "u"))
    ):
        skipped = 0
    rest = args[at + skipped :]
    if call.name in ("sudo", "doas", "busybox"):
        rest = assigned(call, rest)
    if not rest:
        return None
    return call.again(rest, shell)


def _edited(call: "Call", names: list[str]) -> None:
    for name in names:
        call.write(name, "sudo -e")


def moved(call: "Call", folder: str) -> "Shell":
    shell = call.shell.copy()
    shell.cwds = tuple(shell.paths(folder)) if UNKNOWN not in folder else ()
    return shell


def assigned(call: "Call", words: list[str]) -> list[str]:
    """The words behind those that set variables, which the call keeps."""
    while words and is_assignment(words[0]):
        name, _, value = words[0].partition("=")
        call.assigned = {**call.assigned, name: value}
        words = words[1:]
    return words


def is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.replace("_", "a").isalnum()


def _env(call: "Call") -> "Status":
    args, at, shell = list(call.args), 0, call.shell.copy()
    while at < len(args):
        arg = args[at]
        at += 1
        if arg in ("-u", "--unset", "-C", "--chdir", "-a", "--argv0"):
            value = args[at] if at < len(args) else ""
            if arg in ("-C", "--chdir"):
                shell = moved(call, value)
            at += 1
        elif arg.startswith(("--chdir=", "-C")):
            shell = moved(call, arg.removeprefix("--chdir=").removeprefix("-C"))
        elif arg.startswith(("-S", "--split-string")):
            value = arg.removeprefix("-S").removeprefix("--split-string").removeprefix("=")
            if not value and at < len(args):
                value = args[at]
                at += 1
            if any(mark in value for mark in "\\'\"$#" + UNKNOWN):
                call.unread("env -S")
                return None
            args[at:at] = value.split()
        elif arg == "--":
            continue
        elif is_assignment(arg):
            name, _, value = arg.partition("=")
            shell.put(name, value)
            call.assigned = {**call.assigned, name: value}
            if name in ("LD_PRELOAD", "BASH_ENV", "PERL5OPT", "RUBYOPT"):
                call.unread(f"{name} set")
        elif not arg.startswith("-"):
            call.args = args  # -S made words of one
            return call.again(args[at - 1 :], shell)
    return None


def _su(call: "Call") -> "Status":
    from interlock.shell.programs.shells import text_in

    given = options(call.args, "-c --command -s --shell -g -G -u --user", first=call.name == "runuser")
    text = given.last("-c", "--command")
    if text:
        text_in(call.shell, text)
    elif call.name == "runuser" and given.has("-u"):
        return call.again(given.operands) if given.operands else None
    else:
        call.unread(call.name)
    return None


def _watch(call: "Call") -> "Status":
    from interlock.shell.programs.shells import text_in

    given = options(call.args, "-n --interval -q --equexit", first=True)
    sink = call.shell.sink
    before, sink.watching = sink.watching, True
    if not given.has("-x", "--exec"):
        text_in(call.shell, " ".join(given.operands))
    elif given.operands:
        call.again(given.operands)
    sink.watching = before
    return None


def _flock(call: "Call") -> "Status":
    from interlock.shell.programs.shells import text_in

    given = options(call.args, "-w --timeout -E --conflict-exit-code", first=True)
    rest = given.operands[1:]
    if rest[:1] in (["-c"], ["--command"]):
        text_in(call.shell, " ".join(rest[1:2]))
        return None
    return call.again(rest) if rest else None


def _script(call: "Call") -> "Status":
    """A command whose terminal is written down in a file."""
    from interlock.shell.programs.shells import text_in

    given = options(call.args, "-c --command -T -t -I -O -B -E -m -o --log-out --log-io --log-timing")
    for name in (given.operands or ["typescript"]) + given.values("-O", "-B", "--log-out", "--log-io"):
        call.write(name, "script", blind=not given.has("-a", "--append"))
    if given.has("-c", "--command"):
        text_in(call.shell, given.last("-c", "--command"))
    else:
        call.unread("script")
    return None


def _hyperfine(call: "Call") -> "Status":
    from interlock.shell.programs.shells import text_in

    given = options(call.args, "-w -r -p -c -s -n -N -L -P -D -i --warmup --runs --prepare --cleanup --setup")
    for text in given.operands + given.values("-p", "--prepare", "-c", "--cleanup", "-s", "--setup"):
        text_in(call.shell, text)
    return None


def _opaque(call: "Call") -> None:
    call.unread()


_WAYS: "dict[str, Callable[[Call], Status]]" = {
    "env": _env, "su": _su, "runuser": _su, "watch": _watch,
    "flock": _flock, "hyperfine": _hyperfine, "script": _script, "entr": _opaque, "chroot": _opaque, "nix": _opaque,
    "nix-shell": _opaque,
}  # fmt: skip
if TYPE_CHECKING:
    from interlock.shell.state import Shell
