"""Is this argument list a validation command? The table's answer."""

from interlock.shell.validations import INTERPRETERS
from interlock.shell.validations.harmless import odd
from interlock.shell.validations.options import never, only_files, partial, told, writes
from interlock.shell.validations.row import FREE, Row
from interlock.shell.validations.rows import ALIASES, ROWS, verb_of
from interlock.shell.validations.ways import WAYS, WRAPPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.where import Addition

TESTS = "tests"
_NONE = Row(FREE)
_PROGRAMS = frozenset(key.partition(" ")[0] for key in ROWS) | frozenset(WAYS)

INTERPRETED = frozenset(("python", "php", "node", "nodejs"))
"""Programs that may run one, of which most calls are none."""


class Ground:
    """What the answer depends on beside the words: ``is_dir`` of a path, whether ``ci`` is set, and what the
    config adds."""

    __slots__ = ("added", "ci", "is_dir")

    def __init__(
        self, is_dir: "Callable[[str], bool]", ci: bool = False, added: "tuple[Addition, ...]" = ()
    ) -> None:
        self.is_dir = is_dir
        self.ci = ci
        self.added = added


class Found:
    """A validation command: see ``reading.Validation``. ``odd``: what may keep its wrapper from running it.
    ``named``: the config names it by its path. ``late``: the gate requires it, and nothing else is known of it;
    what it runs may be known."""

    __slots__ = ("late", "mutex", "name", "named", "odd", "partial", "runner", "words", "writes")

    def __init__(self, name: str, words: list[str]) -> None:
        self.name = name
        self.late = self.named = False
        self.odd = ""
        self.words = words
        self.mutex = TESTS
        self.writes = False
        self.partial = ""
        self.runner = ""


def programs() -> frozenset[str]:
    """All that the table knows, by every name."""
    return _PROGRAMS | frozenset(WRAPPERS) | frozenset(ALIASES)


def known(program: str) -> str:
    """The name that the table has for a program, "" if it has none; pytest-3 goes without the version."""
    bare = program.rstrip("0123456789.").rstrip("-")
    for name in (program, bare):
        name = ALIASES.get(name, name)
        if name in _PROGRAMS or name in WRAPPERS:
            return name
    return ""


def find(spelled: str, words: list[str], ground: Ground) -> Found | None:
    """``words`` are the program's base name and its arguments; ``spelled`` is how it was called."""
    found = _known(spelled, words, ground)
    for one in ground.added:
        head = _as_demanded(spelled, words, one) if one.demanded else []
        if not head or (found is None and never(_NONE, words[1:])):
            continue
        if found is None:
            found = Found(one.name, head)
            found.late = True
        found.named = found.named or "/" in one.words[0]
    return found


def _as_demanded(spelled: str, words: list[str], one: "Addition") -> list[str]:
    """The call as the gate spells it, if it is one that the gate requires; [] if not. ``./`` says nothing, but a
    path is another program than a name."""
    asked = [word.removeprefix("./") for word in one.words]
    called = [spelled, *words[1:]]
    begins = [word.removeprefix("./") for word in called[: len(asked)]] == asked
    same = spelled == one.words[0] or ("/" in spelled and "/" in one.words[0])
    return [*one.words, *called[len(asked) :]] if begins and same else []


def _known(spelled: str, words: list[str], ground: Ground) -> Found | None:
    """By the table, or by what the config adds to it."""
    found = _find(words, ground)
    called = [spelled.removeprefix("./"), *words[1:]]
    heads = [called, words, called[1:]] if words[0] in INTERPRETERS else [called, words]
    for one in ground.added:
        head = None if one.demanded else next((head for head in heads if _begins(head, one.words)), None)
        if head is None or (found is None and never(_NONE, words[1:])):
            continue
        made = Found(one.name, found.words if found is not None else head)
        made.mutex, made.writes, made.named = one.mutex, one.writes, "/" in one.words[0] and "/" in spelled
        if found is not None:
            made.partial, made.runner, made.odd = found.partial, found.runner, found.odd
        return made
    return found


def _begins(words: list[str], with_words: tuple[str, ...]) -> bool:
    first = with_words[0].removeprefix("./") if with_words else ""
    return bool(first) and words[: len(with_words)] == [first, *with_words[1:]]


def _find(words: list[str], ground: Ground) -> Found | None:
    program, args = known(words[0]), words[1:]
    if not program:
        return None
    if program in WRAPPERS:
        at = WRAPPERS[program](args)
        found = _find(args[at:], ground) if at is not None and args[at:] else None
        strange = odd(program, args[:at]) if found is not None else ""
        if found is not None and strange:
            found.odd = f"{program} {strange}"
        return found
    way = WAYS.get(program)
    if way is not None:
        made = way(program, args, ground)
        if made is not None:
            name, row, rest = made
            return None if never(row, rest) else _found(name, row, words, rest, ground)
    key, rest = _key(program, args)
    if not key or never(ROWS[key], rest):
        return None
    return _found(key, ROWS[key], words, rest, ground)


def _key(program: str, args: list[str]) -> tuple[str, list[str]]:
    """(the row's name, the words behind it). Options that stand before the verb are left out."""
    _, verb, behind = verb_of(program, args)
    verbs = [verb, *behind] if verb else []
    for many in (2, 1):
        key = " ".join([program, *verbs[:many]])
        if len(verbs) >= many and key in ROWS:
            return key, verbs[many:]
    return (program, args) if program in ROWS else ("", [])


def _found(name: str, row: Row, words: list[str], rest: list[str], ground: Ground) -> Found:
    given = told(row, rest)
    made = Found(name, words)
    made.writes = writes(row, given)
    made.partial = partial(row, given, ground.is_dir)
    made.runner = row.runner
    if only_files(row, given, ground.is_dir):
        made.mutex = ""
    return made
