"""find and fd: the files found are what the disk has, as far as the tests are of names and kinds; what is
done to them is read for each."""

from interlock.shell.globs import compiled, fits
from interlock.shell.sink import UNKNOWN, TooMuch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.state import Shell

_ACTS = ("-exec", "-execdir", "-ok", "-okdir")
_FILES = ("-fprint", "-fls", "-fprint0", "-fprintf")
_VALUED = frozenset(
    "-name -iname -path -ipath -wholename -regex -iregex -lname -ilname -type -xtype -maxdepth -mindepth -newer -anewer"
    " -cnewer -mtime -atime -ctime -mmin -amin -cmin -size -perm -user -group -uid -gid -links -inum -samefile -fstype"
    " -used -regextype -printf -context -newermt -newerat -newerct -newerBt".split()
)
_MOST = 200
_SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})


def run(call: "Call") -> None:
    if call.name.startswith("fd"):
        _fd(call)
        return
    args, at = call.args, 0
    while at < len(args) and args[at] in ("-L", "-P", "-H"):
        at += 1
    tops = []
    while at < len(args) and not args[at].startswith(("-", "(", "!", ")")):
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
    """The files that fit, None where that can't be told. Tests of time, size and content are taken to fit
    only where one may: then what was found can't be told."""
    names = [compiled(value) for name, value in tests if name in ("-name",)]
    others = [
        name for name, _ in tests if name not in ("-name", "-type", "-print", "-print0", "-maxdepth", "-a", "-and")
    ]
    kinds = [value for name, value in tests if name == "-type"]
    if others or len(names) > 1 or any(UNKNOWN in value for _, value in tests) or kinds not in ([], ["f"]):
        return None
    depth = [value for name, value in tests if name == "-maxdepth"]
    deepest = int(depth[0]) if depth and depth[0].isdigit() and len(depth[0]) < 3 else 24
    found: list[str] = []
    for top in tops:
        path = call.shell.path(top)
        if not path:
            return None
        if not call.shell.is_dir(top):
            found.append(top)
        elif not _walk(call.shell, path, top.rstrip("/") or "/", deepest, names[0] if names else None, found):
            return None
    return found


def _walk(
    shell: "Shell", folder: str, shown: str, left: int, name: "list[Element] | None", found: list[str]
) -> bool:
    """Gathers; False where it becomes too much."""
    if left <= 0:
        return True
    listed = shell.sink.where.disk.entries(folder)
    if listed is None:
        return True
    shell.sink.step(2 + len(listed) // 4)
    for entry, is_dir in listed:
        if is_dir:
            if not _walk(shell, f"{folder}/{entry}", f"{shown}/{entry}", left - 1, name, found):
                return False
        elif name is None or fits(name, entry):
            found.append(f"{shown}/{entry}")
            if len(found) > _MOST:
                return False
    return True


def _each(
    call: "Call", tops: list[str], tests: list[tuple[str, str]], use: "Callable[[str], object]", what: str
) -> None:
    """Each file found; or all below the places looked in, as far as they are known."""
    try:
        found = _found(call, tops, tests)
    except TooMuch:
        found = None
        raise
    if found is None:
        call.unread(what)
        return
    for path in found:
        use(path)


def _act(call: "Call", act: str, words: list[str], tops: list[str], tests: list[tuple[str, str]]) -> None:
    """Files that are found are read one by one; where they can't be, what is done is, with an unknown name."""
    from interlock.shell.sink import Sink

    probe = Sink(call.shell.sink.where)
    aside = call.shell.copy()
    aside.sink = probe
    aside.out = None
    call.again([word.replace("{}", "interlock-found") for word in words], aside)
    if probe.reading().quiet:
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

    from interlock.shell.globs import Element
