"""`ignore` in the config: what it lets through, and where it ends."""

from pathlib import Path

import pytest

from interlock.doors import repo

from .calls import Guard


def worktree(guard: Guard, top: Path, name: str = "x") -> Path:
    """A worktree of the guard's repository at ``top``, as git lays it out."""
    git = guard.repo / ".git" / "worktrees" / name
    git.mkdir(parents=True)
    (git / "commondir").write_text("../..\n")
    top.mkdir(parents=True)
    (top / ".git").write_text(f"gitdir: {git}\n")
    return top


def ignores(guard: Guard, path: Path) -> bool:
    """Whether two sessions may write the path side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return guard.write(path, "alpha") == "" and guard.write(path, "beta") == ""


def test_patterns_count_from_the_project(guard: Guard) -> None:
    """Anchored and free patterns match below the project as in .gitignore."""
    guard.config('wait = 0\nignore = ["/build", "*.log"]')
    assert ignores(guard, guard.repo / "build" / "a.o")
    assert ignores(guard, guard.repo / "deep" / "a.log")
    assert not ignores(guard, guard.repo / "src" / "build" / "a.o")


@pytest.mark.parametrize("pattern", ["tmp", "*.log", "**", "/tmp", "tmp/**"])
def test_nothing_outside_is_ignored(guard: Guard, tmp_path: Path, pattern: str) -> None:
    """No pattern of the project's reaches a file outside it: not by a folder far above, not in a folder beside
    it, not in somebody else's checkout."""
    guard.config(f'wait = 0\nignore = ["{pattern}"]')
    assert not ignores(guard, tmp_path / "tmp" / "a.log")
    assert not ignores(guard, tmp_path / "repo-two" / "tmp" / "a.log")
    (tmp_path / "other" / ".git").mkdir(parents=True)
    assert not ignores(guard, tmp_path / "other" / "tmp" / "a.log")


@pytest.mark.parametrize("place", ["repo/.claude/worktrees/x", "beside"])
def test_patterns_count_from_a_worktree_s_top(guard: Guard, tmp_path: Path, place: str) -> None:
    """In a subagent's worktree the anchored patterns count from its own top, wherever it lies."""
    top = worktree(guard, tmp_path / place)
    guard.config('wait = 0\nignore = ["/build", "docs/*.md"]')
    assert ignores(guard, top / "build" / "a.o")
    assert ignores(guard, top / "docs" / "a.md")
    assert not ignores(guard, top / "src" / "build" / "a.o")


def test_a_checkout_within_is_the_project_s_too(guard: Guard) -> None:
    """What the project's pattern covers is let through in a checkout of another repository below it."""
    guard.config('wait = 0\nignore = ["/vendor"]')
    (guard.repo / "vendor" / "lib" / ".git").mkdir(parents=True)
    assert ignores(guard, guard.repo / "vendor" / "lib" / "a.c")


def test_the_project_under_another_name(guard: Guard, tmp_path: Path) -> None:
    """Patterns match where the client knows the project by a symlink, and where its name needs escaping."""
    guard.config('wait = 0\nignore = ["/build"]')
    (tmp_path / "link").symlink_to(guard.repo)
    guard.environ["CLAUDE_PROJECT_DIR"] = str(tmp_path / "link")
    assert ignores(guard, guard.repo / "build" / "a.o")
    assert ignores(guard, tmp_path / "link" / "build" / "b.o")
    odd = guard.repo.rename(tmp_path / "back\\slash")
    guard.repo = odd
    guard.environ["CLAUDE_PROJECT_DIR"] = str(odd)
    assert ignores(guard, odd / "build" / "c.o")
    assert not ignores(guard, odd / "src.c")


def test_without_patterns_nothing_is_looked_up(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A config without `ignore` costs a write no look for checkouts."""
    looks: list[str] = []
    path = guard.file("a.py")
    guard.write(path)  # who comes first notes its repository
    monkeypatch.setattr(repo, "checkout", looks.append)
    monkeypatch.setattr(repo, "common_dir", looks.append)
    assert guard.write(path) == ""
    assert looks == []
