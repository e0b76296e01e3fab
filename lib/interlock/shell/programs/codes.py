"""Interpreters: one-liners and here-documents are read for the files that they open; scripts are not."""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_INLINE = {
    # program: (options with code, options with a value, options that only look)
    "python": ("-c", "-W -X -Q", "-V --version -h"),
    "node": ("-e --eval -p --print -pe", "-r --require --import --loader --conditions -C --env-file --input-type", "-v --version -c --check -h"),
    "perl": ("-e -E", "-I -M -m", "-v -V -c -h"),
    "ruby": ("-e", "-I -r -C -E", "-v --version -c -h"),
    "php": ("-r", "-d -c -S -t", "-v --version -l -i -m -h"),
    "lua": ("-e", "-l", "-v"),
    "osascript": ("-e", "-l", ""),
    "Rscript": ("-e", "", "--version"),
}  # fmt: skip
_NAMES = {"nodejs": "node", "pypy": "python", "pypy3": "python", "python2": "python", "python3": "python"}
_MODULES = {
    # python -m: modules that are another program, or only look
    "black": "black", "isort": "isort", "ruff": "ruff", "autopep8": "autopep8", "yapf": "yapf", "autoflake": "autoflake",
    "pyupgrade": "pyupgrade", "docformatter": "docformatter", "usort": "usort", "mypy": "mypy", "flake8": "flake8",
    "pylint": "pylint", "pyright": "pyright", "sqlfluff": "sqlfluff", "mdformat": "mdformat", "codespell_lib": "codespell",
}  # fmt: skip
_QUIET_MODULES = frozenset(
    "py_compile compileall this platform sysconfig calendar timeit tokenize dis ast http.server site json.tool-".split()
)


def run(call: "Call") -> None:
    name = call.name.rstrip("0123456789.") if call.name not in _NAMES else call.name
    name = _NAMES.get(name, name)
    moved = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "NODE_OPTIONS", "NODE_PATH"} & call.assigned.keys()
    if moved:
        call.unread(f"{call.name} with {sorted(moved)[0]}")
    codes, valued, looks = _INLINE.get(name, ("", "", ""))
    if name in ("perl", "ruby"):
        from interlock.shell.programs.perls import perl

        perl(call, name)
        return
    args, at = call.args, 0
    found: list[str] = []
    while at < len(args) and args[at].startswith("-") and len(args[at]) > 1:
        option = args[at]
        at += 1
        if option in looks.split():
            return
        if name == "python" and (option == "-m" or (option.startswith("-m") and not option.startswith("--"))):
            _module(call, option[2:] or (args[at] if at < len(args) else ""), args[at + (option == "-m") :])
            return
        head, given, value = option.partition("=")
        if head in codes.split():
            found.append(value if given else args[at] if at < len(args) else "")
            at += not given
            if name == "python":
                break
        elif name == "python" and option[-1] == "c" and option[1:].isalpha():
            found.append(args[at] if at < len(args) else "")
            at += 1
            break
        elif name == "python" and option.startswith("-c"):
            found.append(option[2:])
            break
        elif option in valued.split():
            at += 1
    rest = args[at:]
    _code(call, name, found, rest)


def _code(call: "Call", name: str, found: list[str], rest: list[str]) -> None:
    """The inline code; else the script; else the standard input."""
    shell = call.shell
    words = [call.name if name == "python" else name, *rest]
    if not found:
        if rest and rest[0] not in ("-", "/dev/stdin"):
            known = shell.sink.files.get(shell.path(rest[0]))
            if known is None:
                call.unread(f"{call.name} {rest[0]}")
                return
            found, words = [known], rest
        elif shell.feed is not None:
            found = [shell.feed.rest()]
            words = rest or ["-"]
        else:
            call.unread(f"{call.name} -")
            return
    else:
        words = ["-c" if name == "python" else "-e", *rest]
    for code in found:
        if name == "python":
            from interlock.shell.programs.pythons import python

            python(call, code, words)
        else:
            from interlock.shell.programs.scripts import script

            script(call, name, code, words[1:])


def _module(call: "Call", module: str, rest: list[str]) -> None:
    from interlock.shell.programs import kind_of
    from interlock.shell.validations import is_name

    chosen = (call.whole, *call.args[: len(call.args) - len(rest) - 1])
    if call.args[len(call.args) - len(rest) - 1 : len(call.args) - len(rest)] != [module]:  # -mpytest
        chosen = (*chosen, "-m")
    if module in _MODULES or (module and kind_of(module) == "fixers"):
        call.again([_MODULES.get(module, module), *rest], chosen=chosen)
    elif is_name(module):
        call.again([module, *rest], chosen=chosen)
    elif module == "json.tool":
        names = [word for word in rest if not word.startswith("-")]
        if len(names) > 1:
            call.write(names[1], "json.tool", blind=True)
    elif module == "zipfile" or module == "tarfile":
        _archive(call, module, rest)
    elif module == "pip":
        call.again(["pip", *rest], chosen=chosen)
    elif module not in _QUIET_MODULES:
        call.shell.sink.unread(f"{call.name} -m {module}", stirs=module != "venv")


def _archive(call: "Call", module: str, rest: list[str]) -> None:
    if rest[:1] in (["-l"], ["--list"], ["-t"], ["--test"]):
        return
    if rest[:1] in (["-c"], ["--create"]) and len(rest) > 1:
        call.write(rest[1], f"python -m {module} -c", blind=True)
    else:
        call.unread(f"python -m {module}")


__all__ = ["UNKNOWN", "run"]
