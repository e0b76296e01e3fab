"""A validation command's words told apart, and what in them makes it less than the whole suite."""

from interlock.shell.programs.options import Options, options
from interlock.shell.validations.row import ALWAYS, DOTS, FILES, PART, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NEVER = frozenset(("--help", "--version", "--watch", "--watchAll", "--watch-all"))
_IDLE = frozenset(("-p no:cacheprovider",))
"""What changes nothing of what is tested, of options that can."""
_ON = ("true", "1", "yes", "")


def never(row: Row, args: list[str]) -> bool:
    """Whether the words ask for something else: a help text, a list, a watcher."""
    given = told(row, args)
    if any(name in _NEVER and values[-1] in _ON for name, values in given.flags.items()):
        return True
    words = row.never.split()
    return ALWAYS in words or any(word in given.flags or word == (given.operands or [""])[0] for word in words)


def told(row: Row, args: list[str]) -> Options:
    """Options and operands; what stands behind ``--`` too, where the row says so."""
    at = args.index("--") if "--" in args else len(args)
    given = options(args[:at], row.valued, single=row.single)
    if row.single:
        for name in [name for name in given.flags if name.startswith("--")]:
            given.flags.setdefault(name[1:], []).extend(given.flags.pop(name))
    rest = args[at + 1 :]
    if row.on:
        more = options(rest, row.valued, single=row.single)
        for name, values in more.flags.items():
            given.flags.setdefault(name, []).extend(values)
        given.operands += more.operands
    else:
        given.operands += rest
    return given


def partial(row: Row, given: Options, is_dir: "Callable[[str], bool]") -> str:
    """The word that makes it a part of the suite; "" for none."""
    words = row.partial.split()
    for name, values in given.flags.items():
        if name in words and not _IDLE.issuperset(f"{name} {value}" for value in values):
            return name
    if row.operands == DOTS:
        whole = any(word in ("./...", "...", "all", "//...", "//:all") for word in given.operands)
        return "" if whole else (given.operands or ["without ./..."])[0]
    if row.operands == PART:
        return next((word for word in given.operands if word not in (".", "./", "./...")), "")
    if row.operands == FILES:
        return next((word for word in given.operands if _is_file(word, is_dir)), "")
    return ""


def only_files(row: Row, given: Options, is_dir: "Callable[[str], bool]") -> bool:
    """Whether it is about files that it names, and nothing else."""
    named = given.operands
    return row.operands == FILES and bool(named) and all(_is_file(word, is_dir) for word in named)


def _is_file(word: str, is_dir: "Callable[[str], bool]") -> bool:
    """A name with an ending is a file unless a folder of that name is there; a quoted glob is neither."""
    last = word.rstrip("/").rpartition("/")[2]
    if word == "-":
        return True
    if word.endswith("/") or any(mark in word for mark in "*?[{"):
        return False
    return "." in last.strip(".") and not is_dir(word)


def writes(row: Row, given: Options) -> bool:
    """Whether it changes sources."""
    if any(word in given.flags for word in row.looks.split()):
        return False
    return row.writes == ALWAYS or any(word in given.flags for word in row.writes.split())
