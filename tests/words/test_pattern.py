"""`ignore` patterns against a slow oracle of regular expressions."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.words.pattern import ignored


def oracle(path: str, pattern: str) -> bool:
    """The pattern as a regular expression over the whole path: names between slashes, `**` any number of
    them, and whatever lies below a match."""
    bare = pattern.strip("/")
    names = bare.split("/")
    if "/" not in pattern.rstrip("/"):
        names = ["**", *names]
    rest = "".join(
        "(?:/[^/]*)*" if name == "**" else "/" + re.escape(name).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        for name in names
    )
    return re.fullmatch(rest + "(?:/.*)?", "/" + path.strip("/"), re.DOTALL) is not None


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.log", "a.log", True),
        ("*.log", "deep/er/a.log", True),
        ("*.log", "a.log.txt", False),
        ("build", "build/x/y.o", True),
        ("build/", "src/build/y.o", True),
        ("/build", "build/y.o", True),
        ("/build", "src/build/y.o", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/sub/a.md", False),
        ("docs/**/*.md", "docs/sub/a.md", True),
        ("docs/**/*.md", "docs/a.md", True),
        ("**/gen/**", "a/gen/b", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
        ("**", "anything/at/all", True),
        ("a", "A", False),
        ("*", "x/y", True),
    ],
)
def test_the_documented_cases(pattern: str, path: str, expected: bool) -> None:
    """Patterns mean what the documentation says, and the oracle agrees."""
    assert ignored(path, [pattern]) is expected
    assert oracle(path, pattern) is expected


names = st.text("ab*?.", min_size=1, max_size=5)
patterns = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "/"]),
    st.lists(names | st.just("**"), min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)
paths = st.lists(st.text("ab.", min_size=1, max_size=5), min_size=1, max_size=5).map("/".join)


@given(paths, patterns)
@settings(max_examples=600)
def test_as_the_oracle_says(path: str, pattern: str) -> None:
    """Any pattern matches any path just when its regular expression does."""
    assert ignored(path, [pattern]) is oracle(path, pattern)


def test_any_of_several() -> None:
    """One fitting pattern is enough; no patterns ignore nothing."""
    assert ignored("a/b", ["x", "b"])
    assert not ignored("a/b", [])


def test_stars_do_not_explode() -> None:
    """A hostile pattern is answered at once."""
    assert not ignored("a" * 200, ["*a" * 60 + "b"])
    assert not ignored("/".join("a" * 30), ["**/" * 12 + "b"])
