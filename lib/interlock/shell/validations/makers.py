"""Build tools and task runners: what they do is in the names of their targets."""

from interlock.shell.programs.options import options
from interlock.shell.validations import targets
from interlock.shell.validations.row import ALWAYS, FREE, Row
from interlock.shell.validations.rows import VALUED, verb_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.validations.find import Ground

    Made = tuple[str, Row, list[str]] | None


def made(program: str, args: list[str], ground: "Ground") -> "Made":
    """make and its like: the targets that are asked for; none asked for is the first, a build most likely."""
    given = options(args, VALUED.get(program, ""), single=program == "ant")
    off, loose = MAKERS[program]
    if any(word in given.flags for word in off.split()):
        return None
    names = [word for word in given.operands if "=" not in word and not word.isdigit()]
    if program == "nx":
        names += [name for value in given.values("-t", "--target", "--targets") for name in value.split(",")]
    if any(name.startswith("~") or targets.serves(name.rpartition(":")[2] or name) for name in names):
        return None
    if not names:
        return (program, Row(FREE, loose, VALUED.get(program, "")), args) if program in _DEFAULT else None
    name = next((name for name in names if targets.is_target(name.rpartition(":")[2] or name)), "")
    if not name:
        return None
    row = Row(FREE, loose, VALUED.get(program, ""), writes=ALWAYS * targets.writes(name))
    return f"{program} {name}", row, args


MAKERS = {
    # (options that make it something else, options with which its status says less)
    "make": (
        "-n --dry-run --just-print --recon -q --question -p --print-data-base -v -h",
        "-i --ignore-errors -t --touch",
    ),
    "ninja": ("-n -t -h", ""),
    "just": ("-n --dry-run -l --list -s --show --summary --evaluate --choose -e --edit --dump -h -V", ""),
    "task": ("-l --list -a --list-all -n --dry --summary -w -h -i --init", ""),
    "rake": ("-T --tasks -n --dry-run -P --prereqs -D -W -h -V", ""),
    "invoke": ("-l --list -R --dry -h -V", "-w"),
    "poe": ("-h -d --dry-run", ""),
    "mage": ("-l -h -init -clean -compile", ""),
    "doit": ("list help info", ""),
    "ant": ("-p -projecthelp -version -h -diagnostics", "-k -keep-going"),
    "gradle": ("-m --dry-run -t --continuous -v -h --status --stop", "-x --exclude-task --tests -a"),
    "lerna": ("-h ls list", "--scope --ignore --since"),
    "nx": ("--graph -h", "-p --projects --exclude"),
    "turbo": ("-h --dry --dry-run", "-F --filter --affected"),
    "rush": ("-h", "-o -t -f --to --only --from"),
    "moon": ("-h", "--affected"),
    **dict.fromkeys("sbt mise pixi rye hatch pdm composer deno".split(), ("-h", "")),
}
_DEFAULT = frozenset(("make", "ninja", "rake", "ant"))
ASKED = {
    # the verbs that run targets, of programs that do other things, too
    "lerna": "run",
    "nx": "run run-many affected test build lint e2e typecheck",
    "turbo": "run",
    "moon": "run ci check",
    "mise": "run r",
    "pixi": "run",
    "rye": "run",
    "hatch": "run",
    "pdm": "run",
    "composer": "run run-script test",
    "deno": "task",
    "rush": "build rebuild install update test",
}


def asked(program: str, args: list[str], ground: "Ground") -> "Made":
    """Programs of which only some verbs run targets: ``turbo run build test``."""
    from interlock.shell.validations.find import known

    before, verb, rest = verb_of(program, args)
    if verb not in ASKED[program].split():
        if program in ("turbo",) and targets.is_target(verb):
            return _named(made(program, args, ground), "")
        return None
    if targets.is_target(verb):
        return _named(made(program, args, ground), "")
    names = [word for word in rest if not word.startswith("-")]
    if names and program in ("rye", "pdm", "hatch", "mise", "pixi") and known(names[0]):
        return None
    return _named(made(program, before + rest, ground), verb)


def _named(made: "Made", verb: str) -> "Made":
    if made is None or not verb:
        return made
    program, _, target = made[0].partition(" ")
    return f"{program} {verb} {target}", made[1], made[2]
