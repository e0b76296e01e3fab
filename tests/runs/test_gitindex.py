"""The look into an index file says what git says of it, or nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runs.gittruth import commit, git, init

from interlock.runs.gitindex import Listed, of_listed, special


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = init(tmp_path / "repo")
    for name in ("a", "b", "c/d", "x" * 200, "é", "line\nbreak"):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).write_text(name)
    (repo / "deep" / ("y" * 240) / ("z" * 240)).mkdir(parents=True)
    for number in range(20):
        (repo / "deep" / ("y" * 240) / ("z" * 240) / ("w" * number + "w" * 230)).write_text("x")
    commit(repo)
    return repo


def listed(repo: Path) -> Listed:
    found: Listed = {}
    for entry in git(repo, "ls-files", "-v", "-s", "-z").split(b"\0")[:-1]:
        facts, _, path = entry.decode("utf-8", "surrogateescape").partition("\t")
        tag, mode, name, _ = facts.split(" ")
        found[path] = (tag, mode, name)
    return found


def same(repo: Path) -> str:
    """The digest, having held the rest to git's word."""
    found, truth = special((repo / ".git/index").read_bytes()), of_listed(listed(repo))
    assert found is not None
    assert (found.links, sorted(found.flagged), found.sparse) == (truth.links, sorted(truth.flagged), truth.sparse)
    return found.digest


def test_it_says_what_git_says(repo: Path) -> None:
    """Flags, submodules, names long and short; the digest changes with the paths and flags, not with content."""
    digests = [same(repo)]
    (repo / "a").write_text("other")
    git(repo, "add", "a")
    assert same(repo) == digests[0]
    for words in (
        ("update-index", "--assume-unchanged", "b"),
        ("update-index", "--skip-worktree", "a"),
        ("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub"),
        ("rm", "-q", "--cached", "c/d"),
        ("add", "-N", "c/d"),
        ("mv", "é", "e"),
    ):
        git(repo, *words)
        digests.append(same(repo))
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("words", [("--index-version", "4"), ("--split-index",)])
def test_it_says_nothing_of_other_kinds(repo: Path, words: tuple[str, ...]) -> None:
    """Version 4 and split indexes are left to git."""
    git(repo, "update-index", *words)
    assert special((repo / ".git/index").read_bytes()) is None


def test_no_index_is_an_empty_one() -> None:
    """Before the first `git add` there is no file."""
    assert special(b"") == ("", {}, [], False)


@given(st.binary(max_size=200), st.integers(0, 3))
def test_any_bytes_have_an_answer_or_none(junk: bytes, count: int) -> None:
    """Cut, damaged, made up: no error."""
    special(junk)
    special(b"DIRC\0\0\0\2" + count.to_bytes(4) + junk)
