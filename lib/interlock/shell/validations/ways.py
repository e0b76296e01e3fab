"""Programs that need more than a line of the table: script runners, build tools with targets, wrappers.

A way gets (program, arguments, ground) and gives (name, row, words to measure) or None: then the table counts.
"""

from interlock.shell.programs.options import options
from interlock.shell.validations import targets
from interlock.shell.validations.makers import ASKED, MAKERS, asked, made
from interlock.shell.validations.packages import package
from interlock.shell.validations.row import ALWAYS, FREE, PART, Row
from interlock.shell.validations.rows import ROWS, VALUED, verb_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.validations.find import Ground

    Made = tuple[str, Row, list[str]] | None
    Way = Callable[[str, list[str], "Ground"], Made]

_PHASES = frozenset(
    "validate compile test-compile test package verify install deploy integration-test process-classes"
    " process-test-classes prepare-package pre-integration-test generate-sources".split()
)
_SERVING = ("run", "dev", "start", "serve", "java", "exec", "test-run")
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
    if any(word.rpartition(":")[2] in _SERVING for word in given.operands if ":" in word):
        return None
    names = [
        word for word in given.operands
        if word in _PHASES or (":" in word and targets.is_target(word.rpartition(":")[2]))
    ]  # fmt: skip
    return (f"mvn {names[-1]}", _MAVEN, args) if names else None


def _unittest(program: str, args: list[str], ground: "Ground") -> "Made":
    row = Row(PART, "-k", "-k -s --start-directory -p --pattern -t --top-level-directory", "-h", runner="unittest")
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
    _, verb, rest = verb_of(program, args)
    row = Row(
        PART, "--files --from-ref -s --source --to-ref -o --origin", "-c --config --color --hook-stage", "-h"
    )
    if verb != "run":
        return None
    row = Row(row.operands, row.partial, f"{row.valued} --from-ref -s --to-ref -o --files", "-h", ALWAYS)
    whole = "-a" in rest or "--all-files" in rest
    return "pre-commit run", row, rest if whole else [*rest, "without --all-files"]


def _tox(program: str, args: list[str], ground: "Ground") -> "Made":
    _, verb, rest = verb_of("tox", args)
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
    "ddtrace-run": _wrapped(""),
    "c8": _wrapped("-r --reporter -o --reports-dir -x --exclude -n --include --src -c --config"),
    "nyc": _wrapped("-r --reporter -x --exclude -n --include --report-dir --temp-dir"),
}
"""Programs that run another in their own process or as its parent, and end as it does."""
WAYS: "dict[str, Way]" = {
    "npm": package, "pnpm": package, "yarn": package, "bun": package, "mvn": _maven, "unittest": _unittest,
    "vitest": _vitest, "ng": _watching, "karma": _watching, "pre-commit": _pre_commit, "tox": _tox, "node": _node,
    "cmake": _cmake, "python": _interpreted, "php": _interpreted, "manage.py": _script_of,
    "setup.py": _script_of, "artisan": _script_of,
    **dict.fromkeys([name for name in MAKERS if name not in ASKED], made), **dict.fromkeys(ASKED, asked),
}  # fmt: skip
