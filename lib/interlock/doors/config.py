"""Config for the guard: `.claude/interlock.toml` of the project, compiled once and known by its hash.

Reading TOML costs as much as the rest of the guard (``re``), so the first hook after a change writes a
compiled copy into the state folder. A file that is broken or out of range changes nothing: the last good
copy stands, else the defaults, and who starts a session is told.
"""

from interlock import system as os
from interlock.doors.plainfile import whole
from interlock.leases.terms import Terms
from interlock.words.faults import Unreadable
from interlock.words.jsontext import dumps, loads
from interlock.words.value import Value

NAME = ".claude/interlock.toml"
MAX_BYTES = 64 * 1024
AUTO, STRICT, SEQUENTIAL = "auto", "strict", "sequential"
RANGES = {
    "ttl": (10.0, 86400.0), "grace": (0.0, 3600.0), "wait": (0.0, 20.0), "run_wait": (0.0, 20.0),
    "place": (0.0, 3600.0),
}  # fmt: skip
"""Seconds. ``wait`` and ``run_wait`` stay below the guard's own deadline."""
WORDS = {
    "mode": (AUTO, STRICT, SEQUENTIAL),
    "shell_unread": ("allow", "ask", "deny"),
    "shell_uncontained": ("allow", "deny"),
}
"""What a key may say; its first word is the default."""
FLAGS = ("freeze", "reuse")
GATE_FLAGS = ("clean_tree", "full_rerun", "every_owner")
GATE_LISTS = ("required", "neutral", "claims")
PATTERN = "bd-{issue}"
TEST_FILES = (
    "tests", "test", "__tests__", "testdata", "__mocks__", "__snapshots__", "e2e", "spec",
    "test_*.py", "*_test.py", "conftest.py", "*.test.*", "*.spec.*", "*_test.go", "tests.rs",
    "*Test.java", "*Tests.java", "*IT.java", "*Test.kt", "*_spec.rb",
)  # fmt: skip
"""Patterns of test files where the config has none: of Python, JavaScript, Go, Rust, Java and the like."""
TESTS = "tests"
"""The mutex of a validation command for which the config names no other."""


class Added(Value):
    """A validation command that the config adds: a command is one if its words begin with ``words``.
    ``demanded``: the gate requires it; what is known of such a tool stands."""

    __slots__ = ("demanded", "mutex", "name", "words", "writes")

    def __init__(
        self, name: str, words: tuple[str, ...], mutex: str = TESTS, writes: bool = False, demanded: bool = False
    ) -> None:
        self.demanded = demanded
        self.name = name
        self.words = words
        self.mutex = mutex
        self.writes = writes


class Config:
    """``mode``: AUTO takes the lease at the first write, STRICT demands it before, SEQUENTIAL lets one owner
    write at a time. ``ttl``, ``grace``, ``place``: see Terms. ``wait``: seconds a hook waits for a held file,
    ``run_wait``: for a run's mutex. ``ignore``: patterns of paths let through. ``mcp``: path keys by MCP tool.
    ``shell_unread``: what becomes of a command that can neither be read nor contained; ``shell_uncontained``:
    of one that should be contained and can't be. ``validations``: commands that count as such beside the
    known ones. ``freeze``: writes of others wait while one runs; ``reuse``: one that passed on the same tree is
    not run again. ``gate_…``: the table ``[gate]``, what an issue's owner must bring before it may stop.
    ``contracts_…``: the table ``[contracts]``: patterns of the files that ``@tests`` stands for, and whether the
    main agent writes no more than an owner of source and tests. ``problem``: what is wrong with the file, "" if
    nothing."""

    __slots__ = (
        "contracts_main", "contracts_tests", "freeze", "gate_claims", "gate_clean_tree", "gate_every_owner",
        "gate_full_rerun", "gate_neutral", "gate_pattern", "gate_required", "ignore", "mcp", "mode", "problem",
        "reuse", "run_wait", "shell_uncontained", "shell_unread", "terms", "validations", "wait",
    )  # fmt: skip

    def __init__(self, values: dict[str, object], problem: str = "") -> None:
        self.mode, self.shell_unread, self.shell_uncontained = (
            str(values.get(name, words[0])) for name, words in WORDS.items()
        )
        self.wait = _seconds(values, "wait", 2.0)
        self.run_wait = _seconds(values, "run_wait", 15.0)
        defaults = Terms()
        self.terms = Terms(
            _seconds(values, "ttl", defaults.ttl),
            _seconds(values, "grace", defaults.grace),
            _seconds(values, "place", defaults.place),
        )
        ignore, mcp = values.get("ignore", []), values.get("mcp", {})
        self.ignore: list[str] = ignore if isinstance(ignore, list) else []
        self.mcp: dict[str, list[str]] = mcp if isinstance(mcp, dict) else {}
        self.freeze, self.reuse = (values.get(name) is True for name in FLAGS)
        added = values.get("validations", [])
        self.validations = tuple(map(_added, added)) if isinstance(added, list) else ()
        self._take_gate(values.get("gate", {}))
        contracts = values.get("contracts", {})
        table = contracts if isinstance(contracts, dict) else {}
        self.contracts_tests: list[str] = table.get("tests", list(TEST_FILES))
        self.contracts_main = table.get("main") is True
        self.validations += tuple(one for line in self.gate_required if (one := _demanded(line)).words)
        self.problem = problem

    def _take_gate(self, table: object) -> None:
        gate = table if isinstance(table, dict) else {}
        self.gate_pattern = str(gate.get("pattern", PATTERN))
        self.gate_clean_tree, self.gate_full_rerun, self.gate_every_owner = (
            gate.get(name) is True for name in GATE_FLAGS
        )
        lists: list[list[str]] = [gate.get(name, []) for name in GATE_LISTS]
        self.gate_required, self.gate_neutral, self.gate_claims = lists


def _added(table: dict[str, object]) -> Added:
    words = tuple(str(table["command"]).split())
    return Added(str(table["name"]), words, str(table.get("mutex", TESTS)), table.get("writes") is True)


def _demanded(line: str) -> Added:
    """A command that the gate requires; of one with quotes the script that it begins with, if it does."""
    words = line.split()
    if any(mark in line for mark in "'\"\\"):
        words = words[:1] if "/" in words[0] and not any(mark in words[0] for mark in "'\"\\") else []
    return Added(" ".join(words)[:40], tuple(words), demanded=True)


def load(project: str, root: str) -> Config:
    """The config of the project; the defaults where it has none."""
    copy = _copy_path(project, root)
    try:
        raw = whole(os.path.join(project, NAME), MAX_BYTES)
    except Unreadable as problem:
        told = f"{NAME} {problem}. Until it is mended the last good settings are in force."
        return Config(compiled(copy)[1], told)
    if raw is None:
        return Config({})
    digest = digest_of(raw)
    kept, values = compiled(copy)
    if kept == digest:
        return Config(values)
    from interlock.doors.config_source import compile_source

    return compile_source(raw, digest, copy, values)


def compiled(copy: str, limit: int = MAX_BYTES * 4) -> tuple[str, dict[str, object]]:
    """(digest of the source, values) of a compiled copy; ("", {}) where there is none to trust."""
    try:
        raw = whole(copy, limit) or b""
        data = loads(raw)
    except Unreadable:
        return "", {}
    if not isinstance(data, dict):
        return "", {}
    digest, values = data.get("digest"), data.get("values")
    if not isinstance(digest, str) or not isinstance(values, dict):
        return "", {}
    # the values' own text is what was sealed: to spell them again would cost more than all the rest
    head, tail = f'{{"digest":"{digest}","values":', f',"seal":"{data.get("seal")}"}}'
    text = raw[len(head) : -len(tail)].decode("ascii", "replace")
    intact = raw == f"{head}{text}{tail}".encode("utf-8", "replace")
    if not intact or data.get("seal") != digest_of(f"{digest}{text}".encode()):
        return "", {}
    return digest, values


def _copy_path(project: str, root: str) -> str:
    return os.path.join(root, "config", digest_of(os.fsencode(project)) + ".json")


def seal(digest: str, values: dict[str, object]) -> str:
    """What a compiled copy bears: damage is found by it."""
    return digest_of(f"{digest}{dumps(values)}".encode())


def digest_of(data: bytes) -> str:
    """Of a source; of the seal, too."""
    from _blake2 import blake2b

    return blake2b(data, digest_size=16).hexdigest()


def _seconds(values: dict[str, object], name: str, default: float) -> float:
    value = values.get(name, default)
    return float(value) if isinstance(value, int | float) else default
