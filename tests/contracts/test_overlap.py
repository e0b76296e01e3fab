"""Whether two patterns have a path in common, against trying all short paths with the guard's own matching."""

import re
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.contracts.pattern_overlap import Undecided, claim, overlap
from interlock.doors.config import TEST_FILES
from interlock.words.contract import NOT_SOURCE, SOURCE, TESTS, covers

DEFAULT = list(TEST_FILES)
NAMES = st.text("ab*?.", min_size=1, max_size=4).filter(lambda name: name not in (".", "..")) | st.just("**")
PATTERNS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CLAIMS = PATTERNS | st.sampled_from([SOURCE, TESTS])
IGNORED = st.lists(
    st.builds(
        lambda start, names, end: start + "/".join(names) + end,
        st.sampled_from(["", "/"]),
        st.lists(NAMES | st.just(""), min_size=1, max_size=3),
        st.sampled_from(["", "/"]),
    ).filter(bool),
    max_size=2,
)
SHORT = 5


def sound(path: str) -> bool:
    """Whether it can be the path of a file in a checkout."""
    return all(name not in ("", ".", "..") for name in path.split("/"))


def paths() -> list[str]:
    """All short paths over two letters, one of them in the patterns."""
    found = ("".join(signs) for size in range(1, SHORT + 1) for signs in product("abz./", repeat=size))
    return [path for path in found if sound(path)]


ALL = paths()


def matches(pattern: str, path: str, below: bool) -> bool:
    """The pattern, from the checkout's top, as a regular expression."""
    rest = "".join(
        "(?:/[^/]+)*" if name == "**" else "/" + re.escape(name).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        for name in pattern.strip("/").split("/")
    )
    return re.fullmatch(rest + ("(?:/.*)?" if below else ""), "/" + path) is not None


def claimed(pattern: str, path: str, tests: list[str], other: str) -> bool:
    """Whether the path is claimed by the pattern, beside the other one."""
    if pattern in (SOURCE, TESTS):
        return covers(pattern, path, tests)
    a_file = "." in pattern.rpartition("/")[2][1:] and not other.startswith(pattern + "/")
    return matches(pattern, path, below=not a_file)


def common(one: str, other: str, tests: list[str]) -> list[str]:
    """The short paths that both claim."""
    return [path for path in ALL if claimed(one, path, tests, other) and claimed(other, path, tests, one)]


@given(CLAIMS, CLAIMS, IGNORED)
@settings(max_examples=200)
def test_as_brute_force_says(one: str, other: str, tests: list[str]) -> None:
    """What is found is a shortest path that both claim, and that the guard would let both write; where none is
    found, no short path is claimed by both."""
    found = overlap(claim(one, tests), claim(other, tests))
    if found:
        assert sound(found) and covers(one, found, tests) and covers(other, found, tests)
        assert claimed(one, found, tests, other) and claimed(other, found, tests, one)
    assert not [path for path in common(one, other, tests) if not found or len(path) < len(found)]


@given(CLAIMS, CLAIMS, IGNORED)
def test_the_order_does_not_matter(one: str, other: str, tests: list[str]) -> None:
    """Both ways round there is a path, or none."""
    ours, theirs = claim(one, tests), claim(other, tests)
    assert len(overlap(ours, theirs)) == len(overlap(theirs, ours))


@given(PATTERNS)
def test_long_proofs(one: str) -> None:
    """A pattern overlaps with what is below any of its folders, and with one that is wider."""
    assert overlap(claim(f"{one}/**", []), claim(f"{one}/aaaa/bbbb/aaaa", []))
    assert overlap(claim(f"aaaa/{one}/", []), claim(f"*/{one}/", []))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("docs/a.md", "docs/a.md", "docs/a.md"),
        ("docs/a.md", "docs/b.md", ""),
        ("docs", "docs/a.md", "docs/a.md"),
        ("docs/", "src/docs", ""),
        ("docs/*.md", "docs/a*", "docs/a.md"),
        ("docs/*.md", "docs/*.txt", ""),
        ("docs/**", "**/x.md", "docs/x.md"),
        ("a/**/b", "a/c/*", "a/c/b"),
        ("*.md", "docs/*.md", ""),
        (".runs/{run}/build/x.md", ".runs/{run}/build/x.md", ".runs/x/build/x.md"),
        (".runs/{run}/build/x.md", ".runs/{run}/plan/x.md", ""),
        (".runs/*/build/*_critique.md", ".runs/{run}/build/code_critique.md", ".runs/x/build/code_critique.md"),
        ("a?c", "ab*", "abc"),
        ("?", ".*", ""),
        ("??", "..*", ""),
        (SOURCE, TESTS, ""),
        (TESTS, SOURCE, ""),
        (SOURCE, SOURCE, "x"),
        (TESTS, TESTS, "e2e"),
        (SOURCE, "docs/**", "docs"),
        (SOURCE, "tests/**", ""),
        (SOURCE, "tests/*/a.py", ""),
        (SOURCE, "**/test_*.py", ""),
        (SOURCE, "src/test_a*", "src/test_a"),
        (SOURCE, ".runs/{run}/build/x.md", ""),
        (SOURCE, ".claude/agents/**", ""),
        (SOURCE, ".github/**", ".github"),
        (TESTS, "src/**", "src/e2e"),
        (TESTS, "src/*.py", "src/test_.py"),
        (TESTS, ".runs/*/tests/**", ""),
        (TESTS, "src/a.py", ""),
    ],
)
def test_patterns_that_people_write(one: str, other: str, expected: str) -> None:
    """What they have in common with the default patterns of tests; the path is a real one."""
    found = overlap(claim(one, DEFAULT), claim(other, DEFAULT))
    assert len(found) == len(expected)
    if found:
        assert covers(one, found, DEFAULT) and covers(other, found, DEFAULT)
        assert found.split("/")[0] not in NOT_SOURCE or not {SOURCE, TESTS} & {one, other}


def test_a_project_without_tests() -> None:
    """Where nothing is called a test, all is source and nobody owns tests."""
    assert overlap(claim(TESTS, []), claim("**", [])) == ""
    assert overlap(claim(SOURCE, []), claim("tests/a.py", [])) == "tests/a.py"


def test_a_file_is_no_folder() -> None:
    """What is named like a file has nothing below, but where somebody names just that."""
    assert overlap(claim("src/a.py", []), claim("**/tests", [])) == ""
    assert overlap(claim("docs/v1.2", []), claim("docs/v1.2/a.md", [])) == "docs/v1.2/a.md"
    assert overlap(claim("docs/v1.2/", []), claim("**/a.md", [])) == "docs/v1.2/a.md"
    assert overlap(claim("src", []), claim("**/tests", [])) == "src/tests"
    assert overlap(claim("Makefile", [], file=True), claim("**/tests", [])) == ""


def test_tangled_patterns_end() -> None:
    """Patterns made to take for ever are given up in time."""
    started = time.process_time()
    with pytest.raises(Undecided):
        overlap(claim("*a" + "?" * 30, []), claim("*b" + "?" * 30, []))
    assert time.process_time() - started < 20
