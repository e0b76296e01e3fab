"""Issue ids in prompts, branches and first lines; what a checkout has checked out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors import head
from interlock.gate.rules import Rules
from interlock.words.issue import LONGEST, in_prompt, is_issue, of_branch

from .ground import Ground

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)


@given(IDS)
def test_every_id_is_one(issue: str) -> None:
    """What fits the documented shape is an id, and is found in a prompt."""
    assert is_issue(issue)
    assert in_prompt(f"Do this.\n\n  ISSUE: {issue}  \nISSUE: other\n") == issue


@given(st.text(max_size=80))
def test_nothing_else_is(text: str) -> None:
    """No other text is: it could not be a file's name, or would be an option."""
    if is_issue(text):
        assert text.isascii() and 1 <= len(text) <= LONGEST
        assert text == Path(text).name and not text.startswith(("-", "."))
    assert in_prompt(text) == "" or "ISSUE:" in text


@pytest.mark.parametrize(
    "prompt", ["**ISSUE: 12**", "`ISSUE: 12`", "**ISSUE:** 12", 'ISSUE: "12"', "Do it.\n'ISSUE: 12'\n"]
)
def test_markdown_around_an_issue(prompt: str) -> None:
    """Emphasis and quotes around the line are no part of it."""
    assert in_prompt(prompt) == "12"


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "ISSUE:",
        "ISSUE: ",
        "ISSUE: a b",
        "issue: 12",
        "the ISSUE: 12",
        "ISSUE: ../x",
        "ISSUE12",
        "> ISSUE: 12",
        "- ISSUE: 12",
        "* ISSUE: 12",
    ],
)
def test_prompts_that_name_none(prompt: str) -> None:
    """The line must be just that."""
    assert in_prompt(prompt) == ""


@pytest.mark.parametrize(
    ("branch", "pattern", "issue"),
    [
        ("bd-12", "bd-{issue}", "12"), ("feature/bd-12-login", "bd-{issue}", "12"),
        ("bd-a1b2", "bd-{issue}", "a1b2"),
        ("bd-a1b2.3-x", "bd-{issue}", "a1b2.3"), ("main", "bd-{issue}", ""), ("abd-12", "bd-{issue}", ""),
        ("bd-", "bd-{issue}", ""), ("bd--x", "bd-{issue}", ""), ("fix/bd-12_x", "bd-{issue}", "12"),
        ("GH12", "GH{issue}", "12"), ("i/12/x", "i{issue}x", ""), ("i12x", "i{issue}x", "12"),
        ("", "bd-{issue}", ""),
    ],
)  # fmt: skip
def test_branches(branch: str, pattern: str, issue: str) -> None:
    """The id is what stands in the pattern's place in one part of the name, up to a separator."""
    assert of_branch(branch, pattern) == issue


@given(IDS, st.sampled_from(["bd-{issue}", "{issue}:", "fixes #{issue}", "[{issue}]"]))
def test_a_line_with_the_mark_names_the_issue(issue: str, pattern: str) -> None:
    """What the rules ask for is what the rules find, at any place of the line."""
    rules = Rules(pattern=pattern)
    assert rules.names(f"{rules.mark(issue)} x", issue)
    assert rules.names(f"more ({rules.mark(issue)})", issue)
    assert not rules.names("nothing of it", f"{issue}")


def test_both_spellings_are_one_issue() -> None:
    """bd-12 is issue 12 by the default pattern."""
    assert Rules().mark("12") == Rules().mark("bd-12") == "bd-12"


def test_the_head_is_what_git_says(ground: Ground, tmp_path: Path) -> None:
    """On a branch, on a packed one, detached, in a worktree, and before the first commit."""

    def check(top: Path) -> None:
        said = head.read(str(top))
        asked = (["rev-parse", "-q", "--verify", "HEAD"], ["symbolic-ref", "-q", "--short", "HEAD"])
        told = [subprocess.run(["git", *words], cwd=top, capture_output=True, text=True) for words in asked]
        assert [said.commit, said.branch] == [one.stdout.strip() for one in told]

    check(ground.repo)
    ground.git("checkout", "-q", "-b", "feature/bd-12-x")
    check(ground.repo)
    ground.git("pack-refs", "--all")
    check(ground.repo)
    ground.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    check(tmp_path / "side")
    ground.git("checkout", "-q", "--detach")
    check(ground.repo)
    ground.git("checkout", "-q", "--orphan", "empty")
    check(ground.repo)


@pytest.mark.parametrize(
    "content", ["", "ref: ", "ref: ../../etc/passwd", "ref: refs/heads/../x", "junk", "\0", "g" * 40]
)
def test_a_hostile_head_says_nothing(tmp_path: Path, content: str) -> None:
    """What is no head names no branch and no commit."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(content)
    said = head.read(str(tmp_path))
    assert (said.commit, ".." in said.branch) == ("", False)
