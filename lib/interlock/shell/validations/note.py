"""Notes a call in the sink if it is a validation command, with what speaks against its proof."""

from interlock.shell.reading import Validation
from interlock.shell.sink import UNKNOWN
from interlock.shell.validations import beside
from interlock.shell.validations.find import Found, Ground, find
from interlock.shell.validations.steering import steers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.state import Shell

_STANDARD = frozenset({
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin",
    "/opt/local/bin",
})  # fmt: skip
_TOOLED = (
    "/.venv/bin/", "/venv/bin/", "/node_modules/.bin/", "/.cargo/bin/", "/.local/bin/", "/go/bin/", "/vendor/bin/",
)  # fmt: skip
"""Folders of tools; what ``calls`` trusts for writing, and PHP's."""
_SOURCES = (
    "--from",
    "--spec",
    "--with",
    "--with-editable",
    "-p",
    "--python",
    "--package",
    "--with-requirements",
    "--index",
    "--index-url",
)
_PLACES = (".", "/", "~", "git+", "http", "file:")
_PASSING = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108  no file is made there
_OF_THE_REPO = frozenset("manage.py gradlew mvnw artisan rails setup.py".split())
"""They lie in every checkout of their kind, and are called by their paths."""


def note(shell: "Shell", whole: str, args: list[str], assigned: dict[str, str], late: bool = False) -> bool:
    """``whole`` is the program as it was called. Whether it is one, and the tool its name says. ``late``: what
    it runs was read, and nothing was found in that."""
    base = whole.rpartition("/")[2]
    where = shell.sink.where
    ci = assigned.get("CI") or shell.variables.get("CI") or where.variables.get("CI", "")
    ground = Ground(shell.is_dir, ci not in ("", "0", "false", None), where.validations)
    found = find(whole, [base, *args], ground)
    if found is None or found.late != late:
        return False
    words = [_shown(word) for word in found.words]
    chosen = shell.proof.chosen
    spelled = [_shown(word) for word in (*chosen, whole, *args)]
    shell.sink.validates(
        Validation(
            name=_shown(found.name),
            mutex=found.mutex,
            words=tuple(words),
            spelled=tuple(spelled),
            cwd=shell.cwds[0] if len(shell.cwds) == 1 else "",
            writes=found.writes,
            doubt=_doubt(shell, whole, args, assigned, found),
            partial=_shown(found.partial),
            runner=found.runner,
        )
    )
    return not _shadowed(shell, whole, found)


def _doubt(shell: "Shell", whole: str, args: list[str], assigned: dict[str, str], found: Found) -> str:
    """Why status 0 of the whole would not prove that this one passed."""
    if any(name.rpartition("/")[2] in shell.sink.defined for name in (whole, *shell.proof.chosen[:1])):
        return "a function of that name is defined"
    reason = shell.proof.reason(shell.options) or shell.sink.distrusted
    if reason:
        return reason
    if UNKNOWN in "".join((whole, *args)):
        return "its arguments can't be told"
    if len(shell.cwds) != 1:
        return "the folder that it runs in can't be told"
    if found.odd:
        return f"`{found.odd}` stands before it"
    steering = _steering(shell, assigned)
    if steering:
        return f"{steering} is set before it"
    return _elsewhere(shell.proof.chosen) or _shadowed(shell, whole, found) or beside.doubt(shell.sink.stirs)


def _elsewhere(chosen: tuple[str, ...]) -> str:
    """Whether the runner gets the tool, or variables, from where its words say."""
    if chosen[:1] and chosen[0].rpartition("/")[2] in ("dotenv", "dotenvx", "doppler", "direnv"):
        return f"{chosen[0]} sets variables before it"
    for at, word in enumerate(chosen):
        name, given, value = word.partition("=")
        if name == "--env-file":
            return "--env-file sets variables before it"
        value = value if given else "".join(chosen[at + 1 : at + 2])
        if name.endswith("nbqa") and not "".join(chosen[at - 1 : at]).startswith("-"):
            return "nbqa runs it on other files"
        if name in _SOURCES and value.startswith(_PLACES):
            return f"{name} says where the tool comes from"
    return ""


def _steering(shell: "Shell", assigned: dict[str, str]) -> str:
    """A variable of the command's that decides what runs, "" for none."""
    names = [name for name, value in shell.variables.items() if value is not None]
    for name in [*assigned, *names]:
        if steers(name, assigned.get(name, shell.variables.get(name))):
            return name
        if name == "PATH" and not _is_usual(shell, assigned.get(name) or shell.variables.get(name)):
            return name
    return ""


def _is_usual(shell: "Shell", path: object) -> bool:
    """Whether a PATH has no folder but the old ones and those of tools."""
    before = shell.sink.where.variables.get("PATH", "").split(":")
    return isinstance(path, str) and all(
        entry and (entry in before or _is_tooled(shell, entry)) for entry in path.split(":")
    )


def _is_tooled(shell: "Shell", folder: str) -> bool:
    """Whether a folder holds programs that a package manager put there."""
    if not folder or UNKNOWN in folder:
        return False
    if folder in _STANDARD or any(part in f"/{folder}/" for part in _TOOLED):
        return True
    return any(shell.exists(f"{folder}/../{mark}") for mark in ("pyvenv.cfg", "conda-meta"))


def _shadowed(shell: "Shell", whole: str, found: Found) -> str:
    """Whether the program may be another than its name says."""
    folder, slash, base = whole.rpartition("/")
    if shell.sink.writes_file(base) or shell.sink.writes_file(f"{found.words[0].rpartition('/')[2]}.py"):
        return "the command writes a file of its program's name"
    if (
        found.named
        or not slash
        or base in _OF_THE_REPO
        or found.words[0].endswith(f"/{base}")
        or _is_tooled(shell, folder)
    ):
        return ""
    inside = not whole.startswith("/") or whole.startswith(_PASSING)
    if inside or any(whole.startswith(f"{cwd}/") for cwd in shell.cwds):
        return f"{_shown(whole)} is no tool that was installed"
    return ""


def _shown(word: str) -> str:
    return word.replace(UNKNOWN, "…")
