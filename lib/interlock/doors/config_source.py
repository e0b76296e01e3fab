"""The source of the config: TOML read, checked, and compiled for the guard. Runs once per change."""

import os
import re
import shlex
import tomllib

from interlock.doors.config import FLAGS, GATE_FLAGS, GATE_LISTS, NAME, PATTERN, RANGES, WORDS, Config, seal
from interlock.words.jsontext import dumps

_ADDED = ("name", "command", "mutex", "writes")
_NAME = re.compile(r"[\w:./+@-]+( [\w:./+@-]+)*", re.ASCII)
_MUTEX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_EXPANDED = re.compile(r"(?<!\\)[$`]")
_SIGNS = re.compile(r"&&|\|\||[;&|<>()$`\n]|(?:^|\s)[#!](?=\s|$)|(?:^|\s)#")
_SET = re.compile(r"\s*[A-Za-z_]\w*(\[.*?\])?\+?=")
_BEFORE = frozenset(
    "cd pushd env genv export set unset time timeout gtimeout nice ionice nohup stdbuf sudo doas command builtin"
    " exec eval source . if while until for case { interlock".split()
)
"""What stands before a command and is no word of the run's own."""
TEXTS = re.compile(
    r'"""(?>\\.|.)*?(?:"{3,5}|\Z)' r"|'''.*?(?:'{3,5}|\Z)" r'|"(?>\\[^\n]|[^"\n])*"?' r"|'[^'\n]*'?" r"|#[^\n]*",
    re.DOTALL,
)
"""TOML's strings of all four kinds, and comments. One that is not closed goes on to the end: to try again behind
each of its quotes would take quadratic time."""
DOTS = 20
"""In a name: ``tomllib`` takes quadratic time on many, a quarter of a minute on 64 KiB of them."""
_LONGEST = {"name": 40, "mutex": 40, "command": 200, "pattern": 80}


def compile_source(raw: bytes, digest: str, copy: str, last: dict[str, object]) -> Config:
    """The config that ``raw`` spells, kept compiled in ``copy``; the ``last`` good values if it is wrong."""
    try:
        text = raw.decode("utf-8")
        if dotted(text):
            raise ValueError("a name with too many dots")
        values = tomllib.loads(text)
        problem = check(values)
    except (ValueError, RecursionError) as fault:
        values, problem = {}, f"{NAME} is not TOML ({fault})"
    if problem:
        return Config(last, f"{problem}. Until it is mended the last good settings are in force.")
    try:
        keep(copy, digest, values)
    except (OSError, TypeError):
        pass  # the next hook compiles it again
    return Config(values)


def keep(copy: str, digest: str, values: dict[str, object]) -> None:
    """Writes what ``compiled`` reads: sealed, at once or not at all. Raises OSError, TypeError."""
    os.makedirs(os.path.dirname(copy), mode=0o700, exist_ok=True)
    fresh = f"{copy}.{os.getpid()}"
    with open(fresh, "w", encoding="ascii") as file:
        file.write(dumps({"digest": digest, "values": values, "seal": seal(digest, values)}))
    os.replace(fresh, copy)


def dotted(text: str) -> int:
    """The line of a name with more than DOTS parts, 0 for none; the text need not be TOML."""
    bare = TEXTS.sub(lambda found: "\n" * found[0].count("\n"), text)
    return next((at for at, line in enumerate(bare.split("\n"), 1) if line.count(".") > DOTS), 0)


def check(values: dict[str, object]) -> str:
    """What is wrong with the values, in a sentence; "" if nothing."""
    wrong = _unknown(
        values, {"contracts", "gate", "ignore", "mcp", "validations", *FLAGS, *WORDS, *RANGES}
    ) or _simple(values)
    return f"{NAME}: {wrong}" if wrong else ""


def _simple(values: dict[str, object]) -> str:
    for name, words in WORDS.items():
        if values.get(name, words[0]) not in words:
            told = " or ".join(f'"{word}"' for word in words)
            return f"`{name}` must be {told}"
    for name, (low, high) in RANGES.items():
        value = values.get(name, low)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            return f"`{name}` must be a number of seconds from {low:g} to {high:g}"
    if not _texts(values.get("ignore", [])):
        return "`ignore` must be a list of patterns"
    mcp = values.get("mcp", {})
    if not isinstance(mcp, dict) or not all(_texts(keys) for keys in mcp.values()):
        return "`mcp` must map a tool's name to the list of its path keys"
    return (
        _flags(values, FLAGS)
        or _validations(values.get("validations", []))
        or _gate(values.get("gate", {}))
        or _contracts(values.get("contracts", {}))
    )


def _validations(tables: object) -> str:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return "`validations` must be a list of tables, each with `name` and `command`"
    for place, table in enumerate(tables, 1):
        wrong = _unknown(table, set(_ADDED)) or _validation(table)
        if wrong:
            return f"validation {place}: {wrong}"
    return ""


def _validation(table: dict[str, object]) -> str:
    for name in ("name", "command"):
        if not _fits(table.get(name), _NAME, _LONGEST[name]):
            return f"`{name}` must be plain words with one space between, no shell signs, at most {_LONGEST[name]}"
    if not _fits(table.get("mutex", "tests"), _MUTEX, _LONGEST["mutex"]):
        return "`mutex` must be a name of letters, digits, dots, - and _, at most 40"
    return _flags(table, ("writes",))


def _gate(gate: object) -> str:
    if not isinstance(gate, dict):
        return "`gate` must be a table"
    wrong = _unknown(gate, {"pattern", *GATE_FLAGS, *GATE_LISTS}) or _flags(gate, GATE_FLAGS)
    pattern = gate.get("pattern", PATTERN)
    most = _LONGEST["pattern"]
    if not isinstance(pattern, str) or "{issue}" not in pattern or len(pattern) > most:
        wrong = wrong or f"`pattern` must be a text with {{issue}} in it, at most {most} characters"
    for name in GATE_LISTS:
        if not _texts(gate.get(name, [])):
            wrong = wrong or f"`{name}` must be a list of texts, none empty"
    if not wrong:
        wrong = next((told for line in gate.get("required", []) if (told := unfit(line))), "")
    return f"gate: {wrong}" if wrong else ""


def _contracts(table: object) -> str:
    if not isinstance(table, dict):
        return "`contracts` must be a table"
    wrong = _unknown(table, {"main", "tests"}) or _flags(table, ("main",))
    if not wrong and not _texts(table.get("tests", [])):
        wrong = "`tests` must be a list of patterns, none empty"
    return f"contracts: {wrong}" if wrong else ""


def _is_text(words: list[str]) -> bool:
    """``bash -c TEXT``: what is in the text runs, each by itself."""
    return (
        words[0].rpartition("/")[2] in ("sh", "bash", "zsh", "dash") and words[1][:1] == "-"
        if words[1:]
        else False
    )


def unfit(line: str) -> str:
    """Why a line can't be required: no run would ever match it. "" if it can."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    if not words:
        return "`required` must be a list of commands, with their quotes in pairs"
    plain = _QUOTED.sub(lambda found: "$" if found[0][0] == '"' and _EXPANDED.search(found[0]) else "q", line)
    sign = _SIGNS.search(plain)
    if sign is None and not _SET.match(plain) and words[0] not in _BEFORE and not _is_text(words):
        return ""
    why = f"has {sign[0].strip()!r} in it" if sign else f"begins with {words[0][:20]!r}"
    return (
        f"`required` has a line that no run can match, for it {why}: {line[:60]!r}. Name one command by itself, as"
        " it is typed at the checkout's top; what needs more goes into a script"
    )


def _unknown(values: dict[str, object], known: set[str]) -> str:
    name = next((name for name in values if name not in known), None)
    return "" if name is None else f"`{name}` is not known; known are {', '.join(sorted(known))}"


def _flags(values: dict[str, object], names: tuple[str, ...]) -> str:
    name = next((name for name in names if not isinstance(values.get(name, False), bool)), None)
    return "" if name is None else f"`{name}` must be true or false"


def _fits(value: object, shape: "re.Pattern[str]", longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and shape.fullmatch(value) is not None


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
