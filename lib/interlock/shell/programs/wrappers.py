"""Programs that run another: what they run is read as if it stood alone.

One line each in ``_PLAIN`` (options with a value, operands before the command) and ``_RUNNERS`` (package
managers' words before the tool); functions for the rest.
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
    "dotenvx": ("-f", 0),
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
_RUNNERS = {
    # words one of which comes before the tool ("" for none needed); options with a value
    "uv": ("run", "-p --python --with --with-editable --with-requirements --extra --group --env-file --package --directory --project --index --index-url"),
    "uvx": ("", "-p --python --from --with --index"),
    "poetry": ("run", "-C --directory -P --project"),
    "pipx": ("run", "--spec --python --index-url"),
    "pdm": ("run", "-p --project"),
    "hatch": ("run", "-e --env"),
    "rye": ("run", ""),
    "pixi": ("run", "-e --environment --manifest-path"),
    "pipenv": ("run", ""),
    "npx": ("", "-p --package -w --workspace"),
    "bunx": ("", "-p --package"),
    "pnpm": ("exec dlx", "-C --dir -F --filter"),
    "yarn": ("exec dlx run", "--cwd"),
    "npm": ("exec x", "--prefix -w --workspace -p --package"),
    "bun": ("x", "--cwd"),
    "bundle": ("exec", ""),
    "mise": ("exec x", "-C --cd"),
    "asdf": ("exec", ""),
    "rtx": ("exec x", ""),
    "direnv": ("exec", ""),
    "conda": ("run", "-n --name -p --prefix --cwd"),
    "mamba": ("run", "-n --name -p --prefix --cwd"),
    "micromamba": ("run", "-n --name -p --prefix --cwd"),
    "rustup": ("run", ""),
    "dotenv": ("run", "-f --file -e"),
    "doppler": ("run", "-p --project -c --config"),
    "cross-env": ("", ""),
    "corepack": ("", ""),
}  # fmt: skip
_FOLDERS = ("--directory", "--cwd", "-C", "--dir", "--prefix", "--cd")
_READING = {
    "npm": "ls list view info outdated why explain whoami ping config audit doctor search root bin prefix help",
    "pnpm": "ls list outdated why audit root bin help",
    "yarn": "list info why outdated audit help",
    "uv": "tree version help",
    "poetry": "show check about env search version",
    "pdm": "list show info",
    "pipenv": "graph check --venv --where",
    "conda": "list info search env",
    "rustup": "show toolchain which",
    "bundle": "list show info outdated check",
    "mise": "ls list current which env",
    "asdf": "list current which where",
    "bun": "pm",
}
_ALONE = frozenset({"sudo", "doas", "pkexec", "su", "runuser", "unshare", "firejail", "flatpak", "chroot"})


def run(call: "Call") -> "Status":
    name = {"genv": "env", "gtimeout": "timeout", "gtime": "time", "gxargs": "xargs"}.get(call.name, call.name)
    if name in _ALONE:
        call.shell.sink.is_alone(name)
    way = _WAYS.get(name)
    if way is not None:
        return way(call)
    if name in _RUNNERS:
        return _runner(call, *_RUNNERS[name])
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
            shell = _moved(call, value)
        if name in ("-e", "--edit") and call.name == "sudo":
            return _edited(call, args[at:])
        if call.name == "time" and option == "-p":
            continue
    if call.name == "setarch" and (at >= len(args) or "_" not in args[at] and args[at][:1] not in ("i", "l", "u")):
        skipped = 0
    rest = args[at + skipped :]
    while rest and call.name in ("sudo", "doas", "busybox") and _is_assignment(rest[0]):
        rest = rest[1:]
    if not rest:
        return None
    return call.again(rest, shell)


def _edited(call: "Call", names: list[str]) -> None:
    for name in names:
        call.write(name, "sudo -e")


def _moved(call: "Call", folder: str) -> "Shell":
    shell = call.shell.copy()
    shell.cwds = tuple(shell.paths(folder)) if UNKNOWN not in folder else ()
    return shell


def _is_assignment(word: str) -> bool:
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
                shell = _moved(call, value)
            at += 1
        elif arg.startswith(("--chdir=", "-C")):
            shell = _moved(call, arg.removeprefix("--chdir=").removeprefix("-C"))
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
        elif _is_assignment(arg):
            name, _, value = arg.partition("=")
            shell.put(name, value)
            call.assigned = {**call.assigned, name: value}
            if name in ("LD_PRELOAD", "BASH_ENV", "PERL5OPT", "RUBYOPT"):
                call.unread(f"{name} set")
        elif not arg.startswith("-"):
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


def _xargs(call: "Call") -> "Status":
    """What it reads, if that is known, are more words; else they can't be told."""
    args, at, replaced, by_line, null = call.args, 0, "", False, False
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
            by_line = by_line or False
            null = null or not _zeroes(call)
    command = args[at:] or ["echo"]
    feed = call.shell.feed
    known = feed.rest() if feed is not None and not null else UNKNOWN
    words = _words(known, bool(replaced) or by_line)
    if replaced:
        for word in words:
            call.again([part.replace(replaced, word) for part in command])
        return None
    return call.again(command + words) if words else None


def _zeroes(call: "Call") -> bool:
    """A NUL stands for what is unknown, so input cut by NULs is known only from those that make it by lines."""
    return call.shell.feed is not None and UNKNOWN not in call.shell.feed.text


def _words(known: str, by_line: bool) -> list[str]:
    if UNKNOWN in known or "'" in known or '"' in known or "\\" in known:
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
    return (
        call.again([*given.operands, UNKNOWN])
        if given.operands and " " not in given.operands[0]
        else call.unread()
    )


def _watch(call: "Call") -> "Status":
    from interlock.shell.programs.shells import text_in

    given = options(call.args, "-n --interval -q --equexit", first=True)
    if given.has("-x", "--exec"):
        return call.again(given.operands) if given.operands else None
    text_in(call.shell, " ".join(given.operands))
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


def _runner(call: "Call", verbs: str, valued: str) -> "Status":
    """``uv run X``, ``npx X``: X, with what the runner takes for itself left out."""
    shell = call.shell
    args, at, seen = call.args, 0, not verbs
    takes = f" {valued} "
    inline = ""
    while at < len(args):
        arg = args[at]
        at += 1
        if arg.startswith("-") and len(arg) > 1:
            if arg == "--":
                break
            name, given, value = arg.partition("=")
            if not given and f" {arg} " in takes:
                value = args[at] if at < len(args) else ""
                at += 1
            if name in _FOLDERS and value:
                shell = _moved(call, value)
            if name in ("-c", "--call") and call.name in ("npx", "npm"):
                inline = args[at] if not given and at < len(args) else value
                break
            if name in ("-m", "--module") and call.name == "uv":
                return call.again(["python", "-m", *args[at:]], shell)
            continue
        if not seen and call.name == "uv" and arg == "tool":
            continue
        if not seen and arg in verbs.split():
            seen = True
            if call.name in ("direnv", "rustup"):
                at += 1
            continue
        at -= 1
        break
    rest = args[at:]
    if inline:
        from interlock.shell.programs.shells import text_in

        text_in(shell, inline)
        return None
    if not seen:
        return _unseen(call, rest)
    if not rest:
        return None
    if call.name in ("npx", "bunx", "uvx", "pnpm", "yarn", "bun", "npm", "pipx") and "@" in rest[0][1:]:
        rest = [rest[0][0] + rest[0][1:].partition("@")[0], *rest[1:]]
    while call.name in ("cross-env", "dotenv") and rest and _is_assignment(rest[0]):
        rest = rest[1:]
    if rest[0].endswith(".py") and call.name in ("uv", "poetry", "pdm", "pipenv", "rye"):
        rest = ["python", *rest]
    return call.again(rest, shell)


def _unseen(call: "Call", rest: list[str]) -> "Status":
    """The manager's own verb; yarn, pnpm and bun run a tool by its bare name too."""
    verb = rest[0] if rest else ""
    if verb in _READING.get(call.name, "").split() or not rest:
        return None
    from interlock.shell.programs import kind_of

    if call.name in ("yarn", "pnpm", "bun", "pipenv") and kind_of(verb) == "fixers":
        return call.again(rest)
    call.unread(f"{call.name} {' '.join(word for word in rest[:2] if word[:1] != '-')}")
    return None


def _opaque(call: "Call") -> None:
    call.unread()


_WAYS: "dict[str, Callable[[Call], Status]]" = {
    "env": _env, "su": _su, "runuser": _su, "xargs": _xargs, "parallel": _parallel, "watch": _watch,
    "flock": _flock, "hyperfine": _hyperfine, "script": _script, "entr": _opaque, "chroot": _opaque, "nix": _opaque,
    "nix-shell": _opaque,
}  # fmt: skip
if TYPE_CHECKING:
    from interlock.shell.state import Shell
