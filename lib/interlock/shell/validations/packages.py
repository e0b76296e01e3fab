"""npm, pnpm, yarn, bun: tests, installs, and a package's scripts by their names."""

from interlock.shell.validations import targets
from interlock.shell.validations.row import ALWAYS, FREE, PART, Row
from interlock.shell.validations.rows import ROWS, verb_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.validations.find import Ground

    Made = tuple[str, Row, list[str]] | None

_SCRIPT = Row(
    PART,
    ROWS["jest"].partial + " --if-present -w --workspace -F --filter --grep -g",
    ROWS["jest"].valued + " -w --workspace -F --filter --prefix -C --dir --cwd",
    "-h --listTests --list --ui",
    on=True,
)  # fmt: skip
"""A package's script: what is handed on to it is most likely for a test runner."""
_INSTALL = Row(FREE, never="-g --global --location --dry-run -h")
_ADDS = Row(
    FREE, never="-g --global --location --dry-run -h", writes=ALWAYS, looks="--frozen-lockfile --immutable"
)
_INSTALLS = {
    "npm": "install i in ci clean-install ic install-test it cit",
    "pnpm": "install i install-test it", "yarn": "install", "bun": "install i",
}  # fmt: skip
_CHANGES = {
    "npm": "add update up upgrade uninstall unlink remove rm r un dedupe ddp",
    "pnpm": "add update up upgrade remove rm uninstall un dedupe", "yarn": "add up upgrade remove dedupe",
    "bun": "add a remove rm update",
}  # fmt: skip
_TESTS = {"npm": "test t tst", "pnpm": "test t", "yarn": "test", "bun": ""}
_RUN = ("run", "run-script", "rum", "urn")
_BARE = ("pnpm", "yarn", "bun")
_OWN = "exec dlx x create init publish pack audit why outdated list ls info config link unlink cache store patch"


def package(program: str, args: list[str], ground: "Ground") -> "Made":
    """npm, pnpm, yarn, bun."""
    before, verb, rest = verb_of(program, args)
    if program == "yarn" and not verb and not any(arg in ("--version", "-v", "--help", "-h") for arg in args):
        return "yarn install", _ADDS, args
    if program == "yarn" and verb in ("workspace", "workspaces"):
        return _workspace(verb, rest)
    if verb in _INSTALLS[program].split():
        row = _INSTALL if verb in ("ci", "clean-install", "ic", "cit") else _ADDS
        return f"{program} {'ci' if row is _INSTALL else 'install'}", row, before + rest
    if verb in _CHANGES[program].split():
        return f"{program} {verb}", _ADDS, before + rest
    if verb in _TESTS[program].split():
        return f"{program} test", _SCRIPT, before + rest
    script = verb
    if verb in _RUN:
        _, script, rest = verb_of(program, rest)
    elif program not in _BARE or verb in _OWN.split():
        return None
    return _script(program, script, before + rest, verb in _RUN)


def _script(program: str, script: str, rest: list[str], is_run: bool) -> "Made":
    """A script by its name. Where that is a program's, it is read as one, at its own call."""
    from interlock.shell.validations.find import known

    inner = known(script) and (program in _BARE) and not (program == "bun" and is_run)
    if inner or not targets.is_target(script):
        return None
    row = Row(PART, _SCRIPT.partial, _SCRIPT.valued, _SCRIPT.never, ALWAYS * targets.writes(script), on=True)
    return f"{program} run {script}" if is_run else f"{program} {script}", row, rest


def _workspace(verb: str, rest: list[str]) -> "Made":
    words = [word for word in rest if not word.startswith("-") and word not in ("run", "foreach")]
    script = next((word for word in words[verb == "workspace" :] if targets.is_target(word)), "")
    return (f"yarn {verb} {script}", Row(FREE, "" if verb == "workspaces" else "--"), []) if script else None
