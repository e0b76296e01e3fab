"""Interlock's own files are not swept away by a git command that doesn't name them, in a lone session either."""

from pathlib import Path

import pytest

from .test_conflicts import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.file(".git/info/exclude", "build/\n")
    (site.repo / "build").mkdir()
    site.file("build/x")
    site.file("new.py")
    return site


def ignored(site: Site) -> None:
    site.file(".git/info/exclude", "build/\n.claude\n")


@pytest.mark.parametrize(
    "command",
    ["git clean -fdx", "git clean -ffdX", "git stash -a", "git stash push --all", "make; git clean -fxd"],
)
def test_what_is_ignored(site: Site, command: str) -> None:
    """An ignored .claude goes with all that is ignored: refused as its removal by name is, with a way on."""
    ignored(site)
    told = site.asks(command)
    assert ".claude" in told and "belongs to Interlock itself" in told
    assert len(told) <= 400
    assert site.records("decision")[-1]["reason"] == "own_files"


@pytest.mark.parametrize(
    "command", ["git clean -fd", "git stash -u", "git clean -fdx .", "git -C lib clean -fd ../.claude"]
)
def test_what_is_new(site: Site, command: str) -> None:
    """So it is for what nobody has committed yet."""
    assert "belongs to Interlock itself" in site.asks(command)


@pytest.mark.parametrize("command", ["git stash", "git clean -fd -e .claude", "git clean -fdx -e .claude",
                                     "git clean -fdX build", "git clean -n", "git stash push -u -- new.py",
                                     "git clean -f -- new.py", "git stash list"])  # fmt: skip
def test_what_leaves_it_alone(site: Site, command: str) -> None:
    """What leaves .claude where it is passes, the step that the refusal names among it."""
    assert site.asks(command) == ""


def test_the_refusals_steps(site: Site) -> None:
    """The sentence says what to leave out, or that files are to be named."""
    assert site.asks("git clean -fd").endswith("Leave it out with `-e .claude`.")
    assert site.asks("git stash -u").endswith("Name your own files: `git stash push -u -- FILE`.")


def test_committed_and_changed(site: Site) -> None:
    """A committed config that was changed since goes with a stash, an unchanged one doesn't."""
    site.git("add .claude")
    site.git("commit -q -m config")
    assert site.asks("git stash -u") == site.asks("git clean -fdx") == ""
    site.config("wait = 1")
    assert ".claude/interlock.toml" in site.asks("git stash")


def test_among_many(site: Site) -> None:
    """Of hundreds of names those that speak of it are looked at."""
    ignored(site)
    for n in range(300):
        site.file(f"n{n}.py")
    assert "belongs to Interlock itself" in site.asks("git clean -fdx")
