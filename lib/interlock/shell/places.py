"""cd, pushd, popd: where the shell is."""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

    Status = bool | None


def cd(call: "Call") -> "Status":
    """Into a folder that is there: it succeeds. Into any other it may fail, and the shell stays."""
    shell = call.shell
    args = [arg for arg in call.args if arg not in ("-L", "-P", "-e", "-@", "--")]
    target: object = args[0] if args else shell.get("HOME")
    if target == "-":
        target = shell.get("OLDPWD")
    call.told = True
    return _enter(call, target if isinstance(target, str) else UNKNOWN)


def _enter(call: "Call", target: str) -> "Status":
    shell = call.shell
    old = shell.cwds
    if not target:
        return True  # bash stays where it is
    relative = not target.startswith(("/", "./", "../")) and target not in (".", "..")
    odd = relative and shell.variables.get("CDPATH") not in (None, "")
    if UNKNOWN in target or odd:
        shell.counted()
        shell.failed = shell.copy()
        shell.cwds = ()
    else:
        known = shell.is_dir(target)
        if not known:
            shell.counted()
            shell.failed = shell.copy()
        shell.cwds = tuple(_up(path) for path in shell.paths(target))
        status = True if known else None
        shell.put("OLDPWD", old[0] if len(old) == 1 else UNKNOWN)
        return status
    shell.put("OLDPWD", old[0] if len(old) == 1 else UNKNOWN)
    return None


def _up(path: str) -> str:
    """bash's own folder has no ``..``: it goes up by the name (cd -L)."""
    if "/.." not in path:
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def pushd(call: "Call") -> "Status":
    shell = call.shell
    args = [arg for arg in call.args if arg not in ("-n", "--")]
    call.told = True
    if not args or args[0][:1] in ("+", "-"):
        if args or not shell.stack:
            shell.cwds = ()
            return None
        shell.cwds, shell.stack = shell.stack[0], (shell.cwds, *shell.stack[1:])
        return True
    before = shell.cwds
    status = _enter(call, args[0])
    shell.stack = (before, *shell.stack)
    return status


def popd(call: "Call") -> "Status":
    shell = call.shell
    call.told = True
    if call.args or not shell.stack:
        shell.cwds = () if call.args else shell.cwds
        return None
    shell.cwds, shell.stack = shell.stack[0], shell.stack[1:]
    return True
