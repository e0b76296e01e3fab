"""What is in an agent's way does not go by a `.git` of its own making, another checkout, or a folder above."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors import blocks
from interlock.doors.blocks import Block
from interlock.words.contract import covers, reaches_into

from .contracted import Contracted

CRITIC, IMPLEMENTER = "alpha/a1:critic", "alpha/a2:implementer"
REQUIREMENTS = ".runs/r1/signal/requirements.md"
BLOCK = Block("r1", ("src/pay/**",), "host|alpha|adv0cate", 1.0, "it loses money")


def git(folder: Path, *words: str) -> None:
    name = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "protocol.file.allow=always")
    env = {"HOME": str(folder), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *name, *words], cwd=folder, env=env, check=True, capture_output=True)


@pytest.fixture
def site(ground: Contracted) -> Contracted:
    """A real repository, all but its runs committed; both agents have read what they must."""
    ground.write(".gitignore", ".runs/\n.claude/\n")
    ground.write("src/pay/x.py", "x = 1\n")
    ground.write("tests/test_a.py", "t = 1\n")
    (ground.repo / ".git").rmdir()
    git(ground.repo, "init", "-q", "-b", "main")
    git(ground.repo, "add", ".")
    git(ground.repo, "commit", "-q", "-m", "one")
    ground.read(REQUIREMENTS, CRITIC)
    ground.read(REQUIREMENTS, IMPLEMENTER)
    return ground


def block(site: Contracted, top: Path | None = None) -> None:
    blocks.write(str(site.root), os.path.realpath(top or site.repo), [BLOCK])


@pytest.mark.parametrize("how", ["folder", "init", "file"])
def test_a_git_folder_takes_nothing_out(site: Contracted, how: str) -> None:
    """A folder of the checkout that became a repository, by whatever means, is held to contracts and verdicts."""
    block(site)
    if how == "folder":
        (site.repo / "src/.git").mkdir()
    elif how == "init":
        git(site.repo, "init", "-q", "src")
        git(site.repo / "src", "add", ".")
        git(site.repo / "src", "commit", "-q", "-m", "mine")
        git(site.repo, "rm", "-rq", "--cached", "src")
        git(site.repo, "add", "src")
    else:
        (site.repo / "src/.git").write_text("gitdir: ../.git\n")
    assert "src/a.py is implementer's" in site.put("src/a.py", "pwned\n", CRITIC)
    assert "is implementer's" in site.bash("echo x > src/a.py", CRITIC)
    assert "src/pay/x.py is under a BLOCK" in site.put("src/pay/x.py", "pwned\n", IMPLEMENTER)
    assert site.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""


def test_a_submodule_is_another_repository(site: Contracted) -> None:
    """What the commit that is checked out has as a submodule is none of the contract's."""
    other = site.base / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "b.py").write_text("b\n")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "b")
    git(site.repo, "submodule", "-q", "add", str(other), "lib")
    assert "lib/b.py is implementer's" in site.put("lib/b.py", "x\n", CRITIC), "not before it is committed"
    git(site.repo, "commit", "-q", "-m", "lib")
    assert site.put("lib/b.py", "x\n", CRITIC) == ""


def test_a_worktree_inside_the_checkout(site: Contracted) -> None:
    """One that git knows has its own top; one that only says so has not."""
    git(site.repo, "worktree", "add", "-q", ".claude/worktrees/w1", "-b", "w1")
    assert "Interlock: src/a.py is implementer's" in site.put(".claude/worktrees/w1/src/a.py", "x\n", CRITIC)
    (site.repo / "src/pay/.git").write_text(f"gitdir: {site.repo}/.git/worktrees/w1\n")
    assert "src/pay/x.py is implementer's" in site.put("src/pay/x.py", "x\n", CRITIC)


@pytest.mark.parametrize(
    "command",
    [
        "git init -q src", "cd src && git init", "git -C src init .", "mkdir -p src/.git",
        "mkdir -p src/.git/objects", "cp -r .git src/.git", "echo x > src/.git",
    ],
)  # fmt: skip
def test_making_a_repository_is_a_write_of_its_folder(site: Contracted, command: str) -> None:
    """It is for whoever may write all of the folder; elsewhere anybody makes one."""
    assert "src" in site.bash(command, CRITIC)
    assert site.bash(command, IMPLEMENTER) == ""
    assert site.bash(f"mkdir -p {site.base}/new && cd {site.base}/new && git init -q", CRITIC) == ""


@pytest.mark.parametrize(
    "command", ["rm -rf src", "mv src old", "git rm -rq src", "git mv src old", "ruff format src"]
)
def test_a_blocked_file_in_a_folder(site: Contracted, command: str) -> None:
    """A folder with something blocked in it is not taken away, moved or formatted."""
    assert site.bash(command, IMPLEMENTER) == ""
    block(site)
    assert "under a BLOCK verdict" in site.bash(command, IMPLEMENTER)
    assert site.reasons() == ["blocked"]


def test_anothers_file_in_a_folder(site: Contracted) -> None:
    """Nor is one with a file of another's, tracked or new; what git ignores is nobody's."""
    site.write("src/pay/test_x.py", "t\n")
    for command in ("rm -rf src", "mv src old", "git mv src old"):
        assert "src/pay/test_x.py is test-author's" in site.bash(command, IMPLEMENTER), command
    site.write(".gitignore", ".runs/\n.claude/\nnode_modules/\n")
    site.write("node_modules/b/test/test_b.py", "t\n")
    assert site.bash("rm -rf node_modules", IMPLEMENTER) == ""
    assert site.bash("ruff format .", IMPLEMENTER) == "", "a formatter takes nothing away"


def test_many_files_of_a_git_command(site: Contracted) -> None:
    """Every file that git would put back counts, however many come before it."""
    for number in range(100):
        site.write(f"src/g{number:03}.py", "g = 1\n")
    git(site.repo, "add", "src")
    git(site.repo, "commit", "-q", "-m", "many")
    for number in range(100):
        site.write(f"src/g{number:03}.py", "g = 2\n")
    assert site.bash("git checkout -- .", IMPLEMENTER) == ""
    site.write("tests/test_a.py", "t = 2\n")
    for command in ("git checkout -- .", "git restore .", "git stash", "git reset --hard"):
        assert "tests/test_a.py is test-author's" in site.bash(command, IMPLEMENTER), command


def test_a_worktree_that_is_done(site: Contracted) -> None:
    """A clean checkout of its own may be removed by who owns code: git has all that is in it."""
    git(site.repo, "worktree", "add", "-q", "../wt", "-b", "wt")
    assert site.bash("git worktree remove ../wt", IMPLEMENTER) == ""


def test_a_block_holds_in_all_checkouts(site: Contracted) -> None:
    """A BLOCK that was given in one checkout of the repository holds in the others; the refusal says where."""
    wt = site.base / "wt"
    git(site.repo, "worktree", "add", "-q", str(wt), "-b", "wt")
    block(site)
    given = {"file_path": str(wt / "src/pay/x.py"), "content": "x\n"}
    said = site.refused("Write", IMPLEMENTER, **given)
    assert "src/pay/x.py is under a BLOCK verdict of run r1 in " in said and "/repo by subagent" in said
    assert site.refused("Write", IMPLEMENTER, file_path=str(wt / "src/a.py"), content="x\n") == ""
    blocks.write(str(site.root), os.path.realpath(site.repo), [])
    block(site, wt)
    assert "under a BLOCK verdict" in site.put("src/pay/x.py", "x\n", IMPLEMENTER)


def test_runs_behind_a_link(site: Contracted) -> None:
    """Where `.runs` is a symlink agents with a contract neither write nor start: they could not be held to it."""
    (site.repo / ".runs").rename(site.base / "runs")
    (site.repo / ".runs").symlink_to(site.base / "runs")
    for name in (".runs/r1/build/code_critique.md", ".runs/r1/build/build_receipt.json", "src/a.py"):
        assert "`.runs` is a symlink" in site.put(name, "x", CRITIC), name
    assert "`.runs` is a symlink" in site.launch("implementer")
    assert set(site.reasons()) == {"linked"}
    assert site.put("src/a.py", "x", "alpha") == ""


names = st.sampled_from(["src", "pay", "a", "tests", "test_a.py", ".runs"])
folders = st.lists(names, max_size=3).map("/".join)
patterns = st.lists(names | st.sampled_from(["*", "**", "s*", "?"]), min_size=1, max_size=4).map("/".join)
TESTS = ["tests/", "test_*.py"]


@given(pattern=patterns | st.sampled_from(["@source", "@tests"]), folder=folders, below=folders)
def test_what_a_pattern_reaches(pattern: str, folder: str, below: str) -> None:
    """A pattern that has a path has something in every folder above it."""
    path = "/".join(part for part in (folder, below) if part)
    if path and covers(pattern, path, TESTS):
        assert reaches_into(pattern, folder, TESTS)


@pytest.mark.parametrize(
    ("pattern", "folder", "found"),
    [
        ("src/pay/**", "src", True), ("src/pay/**", "", True), ("src/pay/**", "src/pay/deep", True),
        ("src/pay/**", "lib", False), ("src/pay/**", "src/other", False), ("src/pay", "src/pay", True),
        ("*/pay", "src", True), ("src/a.py", "src", True), ("src/a.py", "src/b", False),
        ("**/x", "any/where", True),
        ("@source", "tests", False), ("@source", "src", True), ("@tests", ".runs", False), ("@tests", "src", True),
    ],
)  # fmt: skip
def test_what_it_does_not(pattern: str, folder: str, found: bool) -> None:
    """Folders that a pattern can't lead into stay free."""
    assert reaches_into(pattern, folder, TESTS) is found
