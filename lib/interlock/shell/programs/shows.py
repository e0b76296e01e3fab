"""Programs that write nothing and whose output is known when their words are."""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.calls import Call

    Status = bool | None


def run(call: "Call") -> "Status":
    _SHOWS[call.name](call)
    return None


def _cat(call: "Call") -> None:
    """A here-document, or files that the command wrote itself."""
    shell = call.shell
    given = options(call.args)
    out = []
    for name in given.operands or ["-"]:
        if name in ("-", "/dev/stdin"):
            out.append(shell.feed.rest() if shell.feed is not None else UNKNOWN)
        else:
            known = shell.sink.files.get(shell.path(name))
            out.append(UNKNOWN if known is None else known)
    call.says("".join(out) if not given.flags else UNKNOWN)


def _basename(call: "Call") -> None:
    given = options(call.args, "-s --suffix")
    names = given.operands
    suffix = given.last("-s", "--suffix")
    if not given.has("-a", "--multiple", "-s", "--suffix"):
        suffix, names = "".join(names[1:2]), names[:1]
    for name in names:
        base = name.rstrip("/").rpartition("/")[2] if UNKNOWN not in name + suffix else UNKNOWN
        call.says(f"{base.removesuffix(suffix) if suffix and base != suffix else base}\n")


def _dirname(call: "Call") -> None:
    for name in options(call.args).operands:
        head, slash, _ = name.rstrip("/").rpartition("/")
        call.says(f"{(head or '/') if slash else '.'}\n" if UNKNOWN not in name else UNKNOWN)


def _realpath(call: "Call") -> None:
    """The same file by an absolute path; which links lead there makes no difference to what is written."""
    given = options(call.args, "--relative-to --relative-base")
    if call.name == "readlink" and not given.has("-f", "-e", "-m", "--canonicalize"):
        return call.says(UNKNOWN)
    if given.has("--relative-to", "--relative-base", "-z"):
        return call.says(UNKNOWN)
    for name in given.operands:
        call.says(f"{call.shell.path(name) or UNKNOWN}\n")
    return None


def _mktemp(call: "Call") -> None:
    """A new file of a name that nobody has: it stands for itself."""
    given = options(call.args, "-p --suffix")
    template = "".join(given.operands[:1]) or "tmp.XXXXXXXXXX"
    folder = given.last("-p", "--tmpdir")
    if not folder and (not given.operands or given.has("-t", "--tmpdir", "-p")):
        named = call.shell.get("TMPDIR")
        folder = named if isinstance(named, str) and named not in (UNKNOWN, "") else "/tmp"  # noqa: S108
    path = f"{folder}/{template}" if folder else template
    if UNKNOWN not in path:
        found = call.shell.path(path)
        if given.has("-d", "--directory") and found:
            call.shell.sink.made.add(found)
        if found and not given.has("-d", "--directory", "-u", "--dry-run"):
            call.shell.sink.files[found] = ""
    call.says(f"{path}\n")


def _ls(call: "Call") -> None:
    """Files that are named one by one are listed as they are; folders are not looked into."""
    given = options(call.args, "-I --ignore -w --width -T --tabsize")
    plain = set(given.flags) <= {"-1", "-d", "-a", "-A", "--color"} and given.operands
    names = [name for name in given.operands if "-d" in given.flags or not call.shell.is_dir(name)]
    if not plain or len(names) < len(given.operands) or UNKNOWN in "".join(names):
        return call.says(UNKNOWN)
    return call.says("".join(f"{name}\n" for name in sorted(names) if call.shell.exists(name)))


def _seq(call: "Call") -> None:
    numbers = [int(arg) for arg in call.args if arg.isascii() and arg.isdigit() and len(arg) < 6]
    if len(numbers) != len(call.args) or not 1 <= len(numbers) <= 3:
        return call.says(UNKNOWN)
    first, step, last = (numbers[0] if len(numbers) > 1 else 1, numbers[1] if len(numbers) > 2 else 1, numbers[-1])
    row = range(first, last + 1, step or 1)
    return call.says("".join(f"{number}\n" for number in row) if len(row) <= 300 else UNKNOWN)


_SHOWS: "dict[str, Callable[[Call], None]]" = {
    "cat": _cat, "basename": _basename, "dirname": _dirname, "realpath": _realpath, "readlink": _realpath,
    "mktemp": _mktemp, "ls": _ls, "seq": _seq,
}  # fmt: skip
