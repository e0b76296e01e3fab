"""find and fd: the files found are what the disk has, as far as the tests are of names and kinds; what is
done to them is read for each."""

from interlock.shell.globs import compiled, fits
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.sink import Sink
    from interlock.shell.state import Shell

_ACTS = ("-exec", "-execdir", "-ok", "-okdir")
_FILES = ("-fprint", "-fls", "-fprint0", "-fprintf")
_VALUED = frozenset(
    "-name -iname -path -ipath -wholename -regex -iregex -lname -ilname -type -xtype -maxdepth -mindepth -newer -anewer"
    " -cnewer -mtime -atime -ctime -mmin -amin -cmin -size -perm -user -group -uid -gid -links -inum -samefile -fstype"
    " -used -regextype -printf -context -newermt -newerat -newerct -newerBt".split()
)
_MOST = 200
_SKIPPED = frozenset({".git", "node_modules", ".venv"})
"""Nobody holds what lies in these, and they are large."""


_SIGNS = ("(", "!", ")", ",")


def run(call: "Call") -> None:
    if call.name.startswith("fd"):
        _fd(call)
        return
    args, at = call.args, 0
    while at < len(args) and args[at] in ("-L", "-P", "-H"):
        at += 1
    tops = []
    while at < len(args) and not args[at].startswith("-") and args[at] not in _SIGNS:
        tops.append(args[at])
        at += 1
    tests, acts = _expression(call, args[at:])
    if not acts:
        call.says(
            "".join(f"{path}\n" for path in found) if (found := _found(call, tops or ["."], tests)) else UNKNOWN
        )
        return
    for act, words in acts:
        if act == "-delete":
            _each(
                call,
                tops or ["."],
                tests,
                lambda path: call.write(path, "find -delete", blind=True),
                "find -delete",
            )
        elif any("{}" in word for word in words):
            _act(call, act, words, tops or ["."], tests)
        else:
            call.again(words)


def _expression(call: "Call", words: list[str]) -> tuple[list[tuple[str, str]], list[tuple[str, list[str]]]]:
    """(tests as (name, value), actions with their words)."""
    tests: list[tuple[str, str]] = []
    acts: list[tuple[str, list[str]]] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in _ACTS:
            end = at
            while end < len(words) and words[end] != ";" and not (words[end] == "+" and words[end - 1] == "{}"):
                end += 1
            acts.append((word, words[at:end]))
            at = end + 1
        elif word == "-delete":
            acts.append((word, []))
        elif word in _FILES:
            call.write(words[at] if at < len(words) else UNKNOWN, f"find {word}", blind=True)
            at += 2 if word == "-fprintf" else 1
        elif word in _VALUED:
            tests.append((word, words[at] if at < len(words) else ""))
            at += 1
        else:
            tests.append((word, ""))
    return tests, acts


def _found(call: "Call", tops: list[str], tests: list[tuple[str, str]]) -> list[str] | None:
    """The paths that fit, None where that can't be told: tests of time, size or content."""
    if any(UNKNOWN in value for _, value in tests):
        return None
    flat = [
        (name, value)
        for name, value in tests
        if name not in ("-print", "-print0", "-maxdepth", "-mindepth", "-depth")
    ]
    test, rest = _either(flat)
    depth = [value for name, value in tests if name == "-maxdepth"]
    deepest = int(depth[0]) if depth and depth[0].isdigit() and len(depth[0]) < 3 else 24
    found: list[str] = []
    for top in tops:
        path = call.shell.path(top)
        if test is None or rest or not path:
            return None
        is_dir = call.shell.is_dir(top)
        if test(top, is_dir):
            found.append(top)
        if is_dir and not _walk(call.shell, path, top.rstrip("/") or "/", deepest, test, found):
            return None
    return found


def _either(tests: list[tuple[str, str]]) -> "tuple[Test | None, list[tuple[str, str]]]":
    """An expression up to its closing bracket: (what it says of a path, what is left). Tests joined by -o."""
    ways: list[Test] = []
    both: list[Test] = []
    negated = False
    while tests:
        (name, value), tests = tests[0], tests[1:]
        if name == ")":
            tests = [(")", ""), *tests]
            break
        if name in ("!", "-not"):
            negated = not negated
            continue
        if name in ("-a", "-and"):
            continue
        if name in ("-o", "-or"):
            ways.append(_all_of(both))
            both = []
            continue
        if name == "(":
            test, tests = _either(tests)
            if test is None or not tests:
                return None, []
            tests = tests[1:]
        else:
            test = _primary(name, value)
        if test is None:
            return None, []
        both.append(_not(test) if negated else test)
        negated = False
    ways.append(_all_of(both))
    return (lambda path, is_dir: any(way(path, is_dir) for way in ways)), tests


def _all_of(tests: "list[Test]") -> "Test":
    return lambda path, is_dir: all(test(path, is_dir) for test in tests)


def _not(test: "Test") -> "Test":
    return lambda path, is_dir: not test(path, is_dir)


def _primary(name: str, value: str) -> "Test | None":
    """A test of a name, a path or a kind; None for others."""
    if name in ("-iname", "-ipath"):
        name, value, low = name.replace("-i", "-"), value.lower(), True
    else:
        low = False
    elements = compiled(value)
    if name == "-name":
        return lambda path, _: fits(elements, _base(path).lower() if low else _base(path))
    if name in ("-path", "-wholename"):
        return lambda path, _: fits(elements, path.lower() if low else path)
    if name == "-type":
        return lambda _, is_dir: ("d" if is_dir else "f") in value
    return {"-true": lambda _path, _is_dir: True}.get(name)


def _base(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _walk(shell: "Shell", folder: str, shown: str, left: int, test: "Test", found: list[str]) -> bool:
    """Gathers what lies below; False where it becomes too much."""
    listed = shell.sink.where.disk.entries(folder) if left > 0 else None
    if listed is None:
        return True
    shell.sink.step(2 + len(listed))
    for entry, is_dir in listed:
        path = f"{shown.rstrip('/')}/{entry}"
        if test(path, is_dir):
            found.append(path)
            if len(found) > _MOST:
                return False
        if is_dir and entry not in _SKIPPED and not _walk(shell, f"{folder}/{entry}", path, left - 1, test, found):
            return False
    return True


def _each(
    call: "Call", tops: list[str], tests: list[tuple[str, str]], use: "Callable[[str], object]", what: str
) -> None:
    """Each file found; or all below the places looked in, as far as they are known."""
    found = _found(call, tops, tests)
    if found is None:
        call.unread(what)
        return
    if not found and what != "find -delete":
        call.unread(what)  # the command may make the files first
    for path in found:
        use(path)


def _act(call: "Call", act: str, words: list[str], tops: list[str], tests: list[tuple[str, str]]) -> None:
    """Files that are found are read one by one; where they can't be, what is done is, with an unknown name."""
    aside = call.shell.copy()
    aside.out = None

    def probe(sink: "Sink") -> None:
        aside.sink = sink
        call.again([word.replace("{}", "interlock-found") for word in words], aside)

    if call.shell.sink.quiet(probe):
        return  # whatever is found, it is only looked at

    def use(path: str) -> None:
        shell = call.shell.copy()
        folder, slash, base = path.rpartition("/")
        if act in ("-execdir", "-okdir") and slash:
            shell.cwds = tuple(shell.paths(folder or "/"))
            path = f"./{base}"
        call.again([word.replace("{}", path) for word in words], shell)

    _each(call, tops, tests, use, f"find {act} {words[0]}")


def _fd(call: "Call") -> None:
    """fd only looks, unless -x or -X runs something: that is read with an unknown name."""
    for at, word in enumerate(call.args):
        if word in ("-x", "-X", "--exec", "--exec-batch"):
            words = call.args[at + 1 :]
            named = [UNKNOWN if word in ("{}", "{/}", "{//}", "{.}", "{/.}") else word for word in words]
            call.again(named if UNKNOWN in named else [*named, UNKNOWN])
            return


if TYPE_CHECKING:
    from collections.abc import Callable

    Test = Callable[[str, bool], bool]
