"""The project's config: checked, compiled once, and never able to stop the guard."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors.config import MAX_BYTES, RANGES, Config, load
from interlock.doors.config_source import check
from interlock.words.pattern import ignored

GOOD = 'mode = "strict"\nttl = 60\nwait = 0.5\nignore = ["*.log"]\n[mcp]\nmcp__x__y = ["where"]\n'


class Place:
    """A project and a state folder."""

    def __init__(self, base: Path) -> None:
        self.project, self.root = base / "project", base / "state"
        self.file = self.project / ".claude" / "interlock.toml"
        self.file.parent.mkdir(parents=True)
        self.root.mkdir()

    def load(self, text: str | bytes | None = None) -> Config:
        if text is not None:
            self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(str(self.project), str(self.root))

    def copy(self) -> Path:
        (found,) = (self.root / "config").glob("*.json")
        return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def plain(config: Config) -> tuple[object, ...]:
    return (config.mode, config.terms, config.wait, config.ignore, config.mcp)


DEFAULTS = plain(Config({}))


def test_no_file_is_the_defaults(place: Place) -> None:
    """Without a config the documented defaults are in force, and nothing is wrong."""
    found = place.load()
    assert plain(found) == DEFAULTS
    assert (found.mode, found.wait, found.terms.ttl, found.terms.grace, found.problem) == (
        "auto",
        2.0,
        900,
        15,
        "",
    )


def test_a_good_file_counts_at_once(place: Place) -> None:
    """Every key is taken, at the first load and from the compiled copy at the next; a change counts at once."""
    for _ in range(2):
        found = place.load(GOOD)
        assert (found.mode, found.terms.ttl, found.wait) == ("strict", 60.0, 0.5)
        assert (found.ignore, found.mcp, found.problem) == (["*.log"], {"mcp__x__y": ["where"]}, "")
        assert found.terms.grace == 15
    assert place.load(GOOD.replace("60", "61")).terms.ttl == 61.0
    assert place.load("").terms.ttl == 900


BAD = [
    "mode = ",
    "mode = strict",
    b"\xff\xfe",
    'mode = "loose"',
    "mode = []",
    "unknown = 1",
    "ttl = 9.9",
    "ttl = nan",
    "ttl = inf",
    "ttl = true",
    'ttl = "60"',
    "ttl = 1979-05-27",
    "wait = 20.1",
    "grace = -1",
    "place = 3601",
    'ignore = "*.log"',
    "ignore = [1]",
    'ignore = [""]',
    "mcp = 1",
    "[mcp]\nx = 1",
    '[mcp]\nx = [""]',
    "run_wait = 20.1",
    "freeze = 1",
    'reuse = "yes"',
    "validations = 1",
    "validations = [1]",
    '[[validations]]\nname = "x"',
    '[[validations]]\ncommand = "x"',
    '[[validations]]\nname = ""\ncommand = "x"',
    '[[validations]]\nname = "x"\ncommand = "x; y"',
    '[[validations]]\nname = "x"\ncommand = "x  y"',
    '[[validations]]\nname = "x"\ncommand = "x\\n"',
    '[[validations]]\nname = "x"\ncommand = "x"\nmutex = "a b"',
    '[[validations]]\nname = "x"\ncommand = "x"\nwrites = 1',
    '[[validations]]\nname = "x"\ncommand = "x"\nother = 1',
    "gate = true",
    "gate = { other = 1 }",
    'gate = { required = "pytest" }',
    'gate = { required = [""] }',
    'gate = { required = [" "] }',
    'gate = { required = ["pytest -k \'a"] }',
    'gate = { required = ["cd api && pytest -q"] }',
    'gate = { required = ["FOO=1 pytest -q"] }',
    'gate = { required = ["pytest -q | tail"] }',
    'gate = { pattern = "bd" }',
    "gate = { clean_tree = 1 }",
    "gate = { claims = [1] }",
    'gate = { neutral = [""] }',
    "contracts = true",
    "contracts = { other = 1 }",
    "contracts = { main = 1 }",
    'contracts = { tests = "tests" }',
    'contracts = { tests = [""] }',
    "a = " + "[" * 3000,
    "ttl = 1" + "0" * 5000,
    "a" + ".a" * 30000 + " = 1",
    "[a" + ".a" * 30000 + "]",
    "[a." + "'a.b'." * 9000 + "c]",
    '"\\"\\' * 16000,
]


@pytest.mark.parametrize("text", BAD)
def test_a_bad_file_changes_nothing(place: Place, text: str | bytes) -> None:
    """What is wrong is told in a sentence, and the last good settings stand, else the defaults."""
    first = place.load(text)
    assert plain(first) == DEFAULTS
    assert ".claude/interlock.toml" in first.problem
    good = plain(place.load(GOOD))
    for _ in range(2):
        found = place.load(text)
        assert plain(found) == good
        assert found.problem
    assert place.load(GOOD).problem == ""


RUNS = """
mode = "sequential"
run_wait = 3
freeze = true
reuse = true
[[validations]]
name = "our check"
command = "scripts/check --all"
[[validations]]
name = "shards"
command = "run-shards"
mutex = "database"
writes = true
[gate]
required = ["pytest -q", "ruff check ."]
pattern = "{issue}:"
neutral = ["*.md"]
clean_tree = true
full_rerun = true
every_owner = true
claims = ["e2e"]
"""


def test_what_runs_and_the_gate_are_told(place: Place) -> None:
    """The keys of validation runs and of the gate are taken, from the file and from its compiled copy."""
    for _ in range(2):
        found = place.load(RUNS)
        assert found.problem == ""
        assert (found.mode, found.run_wait, found.freeze, found.reuse) == ("sequential", 3.0, True, True)
        assert [(one.name, one.words, one.mutex, one.writes, one.demanded) for one in found.validations] == [
            ("our check", ("scripts/check", "--all"), "tests", False, False),
            ("shards", ("run-shards",), "database", True, False),
            ("pytest -q", ("pytest", "-q"), "tests", False, True),
            ("ruff check .", ("ruff", "check", "."), "tests", False, True),
        ]
        assert (found.gate_required, found.gate_pattern) == (["pytest -q", "ruff check ."], "{issue}:")
        assert (found.gate_neutral, found.gate_claims) == (["*.md"], ["e2e"])
        assert (found.gate_clean_tree, found.gate_full_rerun, found.gate_every_owner) == (True, True, True)


def test_runs_and_gate_without_a_file(place: Place) -> None:
    """Without a config a hook waits 15 s for a run, nothing is frozen or reused, and the gate demands nothing."""
    found = place.load()
    assert (found.run_wait, found.freeze, found.reuse, found.validations) == (15.0, False, False, ())
    assert (found.gate_required, found.gate_pattern, found.gate_neutral, found.gate_claims) == (
        [],
        "bd-{issue}",
        [],
        [],
    )
    assert (found.gate_clean_tree, found.gate_full_rerun, found.gate_every_owner) == (False, False, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[validations]]\nname = "x"\ncommand = "a"\n[[validations]]\nname = "y"', "validation 2: `command`"),
        ('[gate]\npattern = "x"', "gate: `pattern` must be a text with {issue} in it"),
        ("[gate]\nrequire = []", "gate: `require` is not known; known are claims, clean_tree"),
        ("[contracts]\ntest = []", "contracts: `test` is not known; known are main, tests"),
        ('mode = "serial"', '`mode` must be "auto" or "strict" or "sequential"'),
    ],
)
def test_where_it_is_wrong_is_told(place: Place, text: str, told: str) -> None:
    """A sentence about a table names the table, the key, and what it must be."""
    assert told in place.load(text).problem


def test_contracts_are_told(place: Place) -> None:
    """The keys of contracts are taken, from the file and from its compiled copy; without them tests are what is
    called so in common languages, and the main agent is free."""
    for _ in range(2):
        found = place.load('[contracts]\ntests = ["/checks", "*.t"]\nmain = true\n')
        assert (found.contracts_tests, found.contracts_main, found.problem) == (["/checks", "*.t"], True, "")
    found = place.load("")
    assert found.contracts_main is False and place.load("[contracts]").contracts_tests == found.contracts_tests
    assert place.load("[contracts]\ntests = []").contracts_tests == []


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_a.py", "test_a.py", "src/pkg/a_test.py", "conftest.py", "src/__tests__/a.js", "src/a.test.ts",
        "src/a.spec.tsx", "pkg/a_test.go", "pkg/testdata/x.json", "tests/it.rs", "src/parse/tests.rs",
        "src/test/java/a/ATest.java", "a/ATests.java", "a/AIT.java", "spec/a_spec.rb", "cypress/e2e/a.cy.js",
    ],
)  # fmt: skip
def test_what_is_called_a_test(path: str) -> None:
    """The usual places and names of tests are `@tests` without a config."""
    assert ignored(path, Config({}).contracts_tests)


@pytest.mark.parametrize(
    "path",
    [
        "src/a.py", "src/testing.py", "src/attest.py", "contest.py", "src/latest/a.js", "src/test.ts", "main.go",
        "src/lib.rs", "src/main/java/a/Testament.java", "docs/testing.md", "specification.md", "pytest.ini",
    ],
)  # fmt: skip
def test_what_is_called_source(path: str) -> None:
    """What only sounds like a test is source."""
    assert not ignored(path, Config({}).contracts_tests)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def huge(path: Path) -> None:
    path.write_bytes(b"#" * (MAX_BYTES + 1))


def a_circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [a_pipe, a_folder, huge, a_circle])
def test_something_else_in_its_place(place: Place, make: Callable[[Path], None]) -> None:
    """A pipe, a folder, a huge file or a circle of links is told, never waited for; the last good settings
    stand."""
    good = plain(place.load(GOOD))
    place.file.unlink()
    make(place.file)
    found = place.load()
    assert found.problem
    assert plain(found) == good


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b"60")
    data[at : at + 2] = b"99"
    path.write_bytes(data)


def replaced(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        path.unlink()
        make(path)

    return do


@pytest.mark.parametrize(
    "harm",
    [
        flipped,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-5]),
        lambda path: path.write_bytes(b"[1]"),
        lambda path: path.write_bytes(b"[" * 100_000),
        lambda path: path.unlink(),
        replaced(a_pipe),
        replaced(a_folder),
    ],
)
def test_a_damaged_compiled_copy_is_made_anew(place: Place, harm: Callable[[Path], None]) -> None:
    """The compiled copy is only a copy: damaged, gone or replaced by something that blocks, the file itself
    counts."""
    place.load(GOOD)
    harm(place.copy())
    assert place.load().terms.ttl == 60.0


def test_projects_have_settings_of_their_own(tmp_path: Path) -> None:
    """Two projects that share a state folder don't share settings."""
    one, two = Place(tmp_path / "1"), Place(tmp_path / "2")
    two.root = one.root
    one.load(GOOD)
    assert two.load("ttl = 70").terms.ttl == 70.0
    assert one.load().terms.ttl == 60.0


@given(st.sampled_from(sorted(RANGES)), st.floats(allow_nan=True) | st.integers())
def test_seconds_are_taken_just_in_their_range(name: str, value: float) -> None:
    """Each number of seconds is good from its least to its greatest, both included."""
    low, high = RANGES[name]
    assert (check({name: value}) == "") is (low <= value <= high)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("cd api && pytest -q", "'&&'"),
        ("pytest; ruff check", "';'"),
        ("pytest | tail", "'|'"),
        ("pytest || true", "'||'"),
        ("pytest > log", "'>'"),
        ("pytest &", "'&'"),
        ("(pytest)", "'('"),
        ("pytest $ARGS", "'$'"),
        ("x `date`", "'`'"),
        ('pytest -k "$X"', "'$'"),
        ("pytest\nruff check", "''"),
        ("FOO=1 pytest", "'FOO=1'"),
        ("cd api", "'cd'"),
        ("env FOO=1 pytest", "'env'"),
        ("timeout 60 pytest", "'timeout'"),
        ("! pytest", "'!'"),
        ("bash -c 'a && b'", "'bash'"),
        ("pytest # all", "'#'"),
    ],
)
def test_a_line_that_no_run_can_match_is_refused(line: str, what: str) -> None:
    """A required command stands by itself, so that a run's words are comparable; the sentence says what to do."""
    told = check({"gate": {"required": [line]}})
    assert what in told and "by itself" in told and len(told) <= 300


@pytest.mark.parametrize(
    "line",
    [
        "pytest -q",
        "./check.sh",
        "uv run pytest -q",
        "pytest -k 'a and (b or c)'",
        'pytest -k "a | b"',
        "pytest -k a\\&b",
        "python -m pytest --x=1",
        "npm run test:unit",
        "make A=1 test",
    ],
)
def test_a_command_by_itself_is_taken(line: str) -> None:
    """Quoted signs are no signs of the shell's."""
    assert check({"gate": {"required": [line]}}) == ""
