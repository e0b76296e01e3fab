"""Many git operations in one command: few questions, one patience, the same judgement."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors import spawn
from interlock.guard import gitjudge
from interlock.guard.gitjudge import judge_all
from interlock.guard.gittogether import together
from interlock.shell.gitwords import told_apart
from interlock.shell.reading import GitOperation

from .ground import GIT, Repo
from .test_conflicts import Site

EACH = ["git add f{}", "git stage -- f{}", "git commit -m 'no {}' f{}", "git restore f{}", "git rm -q f{}",
        "git checkout -- f{}", "git checkout HEAD -- f{}", "git restore --source=HEAD~0 -- f{}"]  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The processes that git is asked by, from here on."""
    found: list[list[str]] = []
    usual = spawn.run

    def counted(argv: list[str], *rest: Any) -> tuple[int, bytes]:
        found.append(argv)
        return usual(argv, *rest)

    monkeypatch.setattr("interlock.doors.git.run", counted)
    return found


def operations(repo: Path, command: str, count: int) -> list[GitOperation]:
    words = [tuple(word.replace("{}", str(n)) for word in command.split()) for n in range(count)]
    return [GitOperation(one, one[1], str(repo)) for one in words]


@pytest.mark.parametrize("command", EACH)
def test_a_loop_over_files_is_one_question(tmp_path: Path, asked: list[list[str]], command: str) -> None:
    """Forty operations cost as many processes as one, and find what each alone would."""
    repo = Repo(tmp_path / "repo")
    repo.commit(**{f"f{n}": "old\n" for n in range(40)})
    for n in range(0, 40, 3):
        repo.write(f"f{n}")
    each = [judge_all([one], GIT)[0] for one in operations(repo.top, command, 40)]
    asked.clear()
    judge_all(operations(repo.top, command, 1), GIT)
    cost = len(asked)
    asked.clear()
    (one,) = judge_all(operations(repo.top, command, 40), GIT)
    assert len(asked) <= cost
    assert set(one.paths) == {path for touched in each for path in touched.paths}
    assert set(one.changes) == {path for touched in each for path in touched.changes}


def test_operations_of_other_kinds_share_their_answers(site: Site, asked: list[list[str]]) -> None:
    """No question is asked twice; where the checkout is and how it is set is asked once for all its folders."""
    command = "git add a.py; git commit -qm x; git stash; git reset --hard; cd lib; git add -u; git stash"
    site.write(site.repo / "a.py", "alpha")
    site.asks(command)
    questions = [tuple(argv[1:]) for argv in asked]
    assert len(questions) == len(set(questions))
    assert sum("rev-parse" in argv and "--show-toplevel" in argv for argv in asked) == 1
    assert sum("config" in argv for argv in asked) == 1


@pytest.mark.parametrize("number", [0, 7])
def test_one_of_many_is_refused(site: Site, number: int) -> None:
    """The one file that somebody else holds is found among the others' names, with its verb."""
    for n in range(8):
        site.file(f"f{n}")
    site.write(site.repo / f"f{number}", "alpha")
    told = site.asks("for n in 0 1 2 3 4 5 6 7; do git add f$n; done")
    assert f"git add would stage f{number}: held since" in told


def test_what_git_cannot_answer_hides_nothing(site: Site) -> None:
    """A pathspec that git refuses, or one that takes away, leaves the others judged."""
    site.write(site.repo / "a.py", "alpha")
    for odd in ("../elsewhere", "':!a.py'", "':(bad)x'"):
        assert "a.py: held since" in site.asks(f"git add {odd}; git add a.py; git add b.py"), odd
        assert "a.py: held since" in site.asks(f"git add b.py; git add {odd}; git add a.py"), odd
    assert "a.py: held since" in site.asks("git add b.py; git add ':!b.py'")


def slow(site: Site, seconds: float) -> None:
    """git answers after a while."""
    real = site.environ["PATH"]
    folder = site.repo.parent / "bin"
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\nsleep {seconds}\nPATH={real} exec git "$@"\n')
    (folder / "git").chmod(0o755)
    site.environ["PATH"] = f"{folder}:{real}"


def test_one_patience_for_all(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many operations a command has, git is waited for once; what it spells is judged all the same."""
    monkeypatch.setattr(gitjudge, "PATIENCE", 0.5)
    slow(site, 0.2)
    site.write(site.repo / "a.py", "alpha")
    verbs = "; ".join(f"git checkout b{n}; git -C lib merge x{n}; git stash push f{n}" for n in range(20))
    began = time.monotonic()
    told = site.asks(f"{verbs}; sed -i s/1/2/ a.py")
    assert time.monotonic() - began < 4.0
    assert "a.py is held by session alpha" in told


def test_what_runs_out_of_time_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said of each operation that was not judged."""
    repo = Repo(tmp_path / "repo")
    repo.commit(a="x\n")
    monkeypatch.setattr(gitjudge, "PATIENCE", 0.0)
    found = judge_all(operations(repo.top, "git checkout b{}", 3), GIT)
    assert [bool(touched.unknown) for touched in found] == [True] * 3


words = st.lists(st.sampled_from("add commit -m x -- a b :!c -A checkout HEAD rm restore --source=x".split()))


@given(st.lists(words, max_size=8))
def test_none_is_lost(given: list[list[str]]) -> None:
    """Each operation is in one list, and those of one list have one verb and the same options."""
    ops = [GitOperation(("git", *one), one[0] if one else "", "/") for one in given]
    groups = together(ops)
    assert sorted(id(op) for group in groups for op in group) == sorted(map(id, ops))
    for group in groups:
        told = [told_apart(op.words) for op in group]
        assert len({(one.verb, frozenset(one.flags)) for one in told}) == 1
