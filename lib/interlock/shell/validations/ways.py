"""Programs that need more than a line of the table: script runners, build tools with targets, wrappers.

A way gets (program, arguments, ground) and gives (name, row, words to measure) or None: then the table counts.
"""

from interlock.shell.programs.options import options
from interlock.shell.validations import targets
from interlock.shell.validations.rows import ALWAYS, FREE, PART, ROWS, VALUED, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.validations.find import Ground

    Made = tuple[str, Row, list[str]] | None
    Way = Callable[[str, list[str], "Ground"], Made]

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
_OWN = "exec dlx x create init publish pack audit why outdated list ls info config link unlink cache store patch import"


def _package(program: str, args: list[str], ground: "Ground") -> "Made":
    """npm, pnpm, yarn, bun."""
    before, verb, rest = _verb(program, args)
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
        _, script, rest = _verb(program, rest)
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


def _verb(program: str, args: list[str]) -> tuple[list[str], str, list[str]]:
    """(options before the verb, verb, the rest)."""
    at, valued = 0, VALUED.get(program, "").split()
    while at < len(args) and args[at][:1] == "-" and args[at] != "--":
        at += 2 if args[at] in valued else 1
    return args[:at], args[at] if at < len(args) else "", args[at + 1 :]


def _made(program: str, args: list[str], ground: "Ground") -> "Made":
    """make and its like: the targets that are asked for; none asked for is the first, a build most likely."""
    given = options(args, VALUED.get(program, ""))
    off, loose = _MAKERS[program]
    if any(word in given.flags for word in off.split()):
        return None
    names = [word for word in given.operands if "=" not in word and not word.isdigit()]
    if not names:
        return (program, Row(FREE, loose, VALUED.get(program, "")), args) if program in _DEFAULT else None
    name = next((name for name in names if targets.is_target(name.rpartition(":")[2] or name)), "")
    if not name:
        return None
    row = Row(FREE, loose, VALUED.get(program, ""), writes=ALWAYS * targets.writes(name))
    return f"{program} {name}", row, args


_MAKERS = {
    # (options that make it something else, options with which its status says less)
    "make": ("-n --dry-run --just-print --recon -q --question -p --print-data-base -v -h", "-i --ignore-errors -t --touch"),
    "ninja": ("-n -t -h", ""), "just": ("-n --dry-run -l --list -s --show --summary --evaluate --choose -e --edit --dump -h -V", ""),
    "task": ("-l --list -a --list-all -n --dry --summary -w -h -i --init", ""), "rake": ("-T --tasks -n --dry-run -P --prereqs -D -W -h -V", ""),
    "invoke": ("-l --list -R --dry -h -V", "-w"), "poe": ("-h -d --dry-run", ""), "mage": ("-l -h -init -clean -compile", ""), "doit": ("list help info", ""),
    "ant": ("-p -projecthelp -version -h -diagnostics", "-k -keep-going"), "gradle": ("-m --dry-run -t --continuous -v -h --status --stop", "-x --exclude-task --tests -a"),
    "lerna": ("-h ls list", "--scope --ignore --since"), "nx": ("--graph -h", "-p --projects --exclude"), "turbo": ("-h --dry --dry-run", "-F --filter --affected"), "rush": ("-h", "-o -t -f --to --only --from"), "moon": ("-h", "--affected"),
    "sbt": ("-h", ""), "mise": ("-h", ""), "pixi": ("-h", ""), "rye": ("-h", ""), "hatch": ("-h", ""), "pdm": ("-h", ""), "composer": ("-h", ""), "deno": ("-h", ""),
}  # fmt: skip
_DEFAULT = frozenset(("make", "ninja", "rake", "ant"))
_ASKED = {
    # the words before the targets, for programs that do other things, too
    "lerna": "run", "nx": "run run-many affected test build lint e2e typecheck", "turbo": "run", "moon": "run ci check", "mise": "run r", "pixi": "run",
    "rye": "run", "hatch": "run", "pdm": "run", "composer": "run run-script test", "deno": "task", "rush": "build rebuild install update test",
}  # fmt: skip


def _asked(program: str, args: list[str], ground: "Ground") -> "Made":
    """Programs of which only some verbs run targets: ``turbo run build test``."""
    from interlock.shell.validations.find import known

    before, verb, rest = _verb(program, args)
    if verb not in _ASKED[program].split():
        if program in ("turbo",) and targets.is_target(verb):
            return _named(_made(program, args, ground), "")
        return None
    if targets.is_target(verb):
        return _named(_made(program, args, ground), "")
    names = [word for word in rest if not word.startswith("-")]
    if names and program in ("rye", "pdm", "hatch", "mise", "pixi") and known(names[0]):
        return None
    return _named(_made(program, before + rest, ground), verb)


def _named(made: "Made", verb: str) -> "Made":
    if made is None or not verb:
        return made
    program, _, target = made[0].partition(" ")
    return f"{program} {verb} {target}", made[1], made[2]


_PHASES = frozenset(
    "validate compile test-compile test package verify install deploy integration-test process-classes"
    " process-test-classes prepare-package pre-integration-test generate-sources".split()
)
_MAVEN = Row(
    FREE,
    "-fn --fail-never -pl --projects -rf --resume-from -DskipTests -DskipITs -Dmaven.test.skip -Dtest -Dit.test"
    " -Dmaven.test.failure.ignore -DskipUTs -DfailIfNoTests",
    VALUED["mvn"],
    "-v -h",
    single=True,
)


def _maven(program: str, args: list[str], ground: "Ground") -> "Made":
    given = options(args, VALUED["mvn"], single=True)
    names = [
        word for word in given.operands
        if word in _PHASES or (":" in word and targets.is_target(word.rpartition(":")[2]))
    ]  # fmt: skip
    return (f"mvn {names[-1]}", _MAVEN, args) if names else None


def _unittest(program: str, args: list[str], ground: "Ground") -> "Made":
    row = Row(PART, "-k", "-k -s --start-directory -p --pattern -t --top-level-directory", "-h")
    at = next((at for at, word in enumerate(args) if not word.startswith("-")), -1)
    if at < 0 or args[at] != "discover":
        return "unittest", row, args
    given = options(args[:at] + args[at + 1 :], row.valued)
    shape = given.last("-p", "--pattern") or "".join(given.operands[1:2]) or "test*.py"
    usual = shape in ("test*.py", "test_*.py", "*_test.py", "*test*.py", "tests.py")
    extra = [] if usual else [shape]
    return "unittest", row, [*args[:at], *(a for a in args[at + 1 :] if a not in given.operands), *extra]


def _vitest(program: str, args: list[str], ground: "Ground") -> "Made":
    """Without ``run`` it watches, unless told not to or in CI."""
    row = ROWS["vitest run"]
    verb = next((word for word in args if not word.startswith("-")), "")
    if verb in ("watch", "dev", "list", "init", "bench", "typecheck"):
        return "vitest", Row(never=ALWAYS), args
    once = ground.ci or "--run" in args or "--watch=false" in args or "--no-watch" in args or verb == "related"
    if verb == "run":
        args = list(args)
        args.remove("run")
    elif not once or "--watch" in args or "-w" in args:
        return "vitest", Row(never=ALWAYS), args
    return "vitest", row, args


def _watching(program: str, args: list[str], ground: "Ground") -> "Made":
    """``ng test`` and ``karma start`` watch unless told not to."""
    if program == "ng" and args[:1] != ["test"]:
        return None
    once = ground.ci or any(w in args for w in ("--watch=false", "--no-watch", "--single-run", "--singleRun"))
    return None if once else (program, Row(never=ALWAYS), args)


def _pre_commit(program: str, args: list[str], ground: "Ground") -> "Made":
    _, verb, rest = _verb(program, args)
    row = Row(
        PART, "--files --from-ref -s --source --to-ref -o --origin", "-c --config --color --hook-stage", "-h"
    )
    if verb != "run":
        return None
    row = Row(row.operands, row.partial, f"{row.valued} --from-ref -s --to-ref -o --files", "-h", ALWAYS)
    whole = "-a" in rest or "--all-files" in rest
    return "pre-commit run", row, rest if whole else [*rest, "without --all-files"]


def _tox(program: str, args: list[str], ground: "Ground") -> "Made":
    _, verb, rest = _verb("tox", args)
    row = ROWS["tox"]
    if verb in (
        "list",
        "l",
        "config",
        "c",
        "devenv",
        "d",
        "quickstart",
        "q",
        "depends",
        "de",
        "exec",
        "man",
        "schema",
    ):
        return "tox", Row(never=ALWAYS), args
    if verb in ("run", "r", "run-parallel", "p", "legacy", "le"):
        return "tox", row, rest
    return None


def _script_of(program: str, args: list[str], ground: "Ground") -> "Made":
    """``manage.py test``, ``artisan test``, ``setup.py test``: the program is a script of the project."""
    row = Row(
        PART,
        "-k --tag --exclude-tag -p --pattern --filter --group --testsuite",
        "-k --tag --exclude-tag -p --pattern --settings --filter --group --testsuite -v --verbosity",
        "-h",
    )
    return (f"{program} {args[0]}", row, args[1:]) if args[:1] in (["test"], ["check"]) else None


def _interpreted(program: str, args: list[str], ground: "Ground") -> "Made":
    """``python manage.py test``, ``php artisan test``."""
    at = next((at for at, word in enumerate(args) if not word.startswith("-")), -1)
    base = args[at].rpartition("/")[2] if at >= 0 else ""
    if base not in ("manage.py", "setup.py", "artisan") or "-m" in args[:at] or "-c" in args[:at]:
        return None
    return _script_of(base, args[at + 1 :], ground)


def _node(program: str, args: list[str], ground: "Ground") -> "Made":
    row = Row(PART, "--test-name-pattern --test-only --test-skip-pattern --test-shard", "--import -r --require")
    return ("node --test", row, args) if any(word == "--test" for word in args) else None


def _cmake(program: str, args: list[str], ground: "Ground") -> "Made":
    return ("cmake --build", Row(FREE, "--target -t", "--target -t"), args) if "--build" in args else None


def _wrapped(valued: str, verb: str = "") -> "Callable[[list[str]], int | None]":
    """Where the inner command begins."""

    def where(args: list[str]) -> int | None:
        at, takes = 0, valued.split()
        if verb:
            if args[:1] != [verb]:
                return None
            at = 1
        while at < len(args) and args[at].startswith("-"):
            if args[at] in ("--", "-m", "--module"):
                return at + 1
            at += 2 if args[at] in takes else 1
        return at

    return where


WRAPPERS: "dict[str, Callable[[list[str]], int | None]]" = {
    "coverage": _wrapped("--rcfile --source --include --omit --data-file --context --concurrency", "run"),
    "ddtrace-run": _wrapped(""), "c8": _wrapped("-r --reporter -o --reports-dir -x --exclude -n --include"),
    "nyc": _wrapped("-r --reporter -x --exclude -n --include --report-dir --temp-dir"),
}  # fmt: skip
"""Programs that run another in their own process or as its parent, and end as it does."""
WAYS: "dict[str, Way]" = {
    "npm": _package, "pnpm": _package, "yarn": _package, "bun": _package, "mvn": _maven, "unittest": _unittest,
    "vitest": _vitest, "ng": _watching, "karma": _watching, "pre-commit": _pre_commit, "tox": _tox, "node": _node,
    "cmake": _cmake, "python": _interpreted, "php": _interpreted, "manage.py": _script_of, "setup.py": _script_of, "artisan": _script_of,
    **dict.fromkeys([name for name in _MAKERS if name not in _ASKED], _made), **dict.fromkeys(_ASKED, _asked),
}  # fmt: skip
