"""Whose records `interlock log` shows: one repository's, wherever its worktrees lie, or all."""

import subprocess
from pathlib import Path

import pytest
from tests.faces.site import Out, Site, ask, interlock


def test_default_is_this_repository(site: Site, capsys: Out, tmp_path: Path) -> None:
    """Without --all only this repository's records show: its sessions', its files', and its owners' elsewhere."""
    other = site.checkout(tmp_path / "other")
    site.write("src/a.py")
    site.write("src/b.py", "beta", repo=other)
    site.write(str(other / "src/c.py"))
    site.write(str(site.repo / "src/d.py"), "gamma", repo=other)
    mine = ask(capsys)
    assert {str(r["owner"]).split("|")[1] for r in mine if "owner" in r} == {"alpha", "gamma"}
    paths = {path for r in mine for path in r.get("paths", [])}  # type: ignore[attr-defined]
    assert paths == {f"{site.repo}/src/a.py", f"{other}/src/c.py", f"{site.repo}/src/d.py"}
    assert {r["event"] for r in mine if "owner" not in r} == {"new_boot"}
    assert len(ask(capsys, "--all")) == len(site.lines()) > len(mine)


def test_worktrees_are_one_repository(
    site: Site, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From any worktree one sees the records of all of them."""
    tree = tmp_path / "tree"
    subprocess.run(["git", "init", "-q", tmp_path / "real"], check=True)
    git: list[str | Path] = ["git", "-C", tmp_path / "real", "-c", "user.name=n", "-c", "user.email=e@x"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "m"], check=True)
    subprocess.run([*git, "worktree", "add", "-q", tree], check=True)
    site.write("a.py", repo=tmp_path / "real")
    site.write("b.py", "beta", repo=tree)
    site.write("c.py", "gamma")
    for folder in (tmp_path / "real", tree):
        monkeypatch.chdir(folder)
        assert {str(r["owner"]).split("|")[1] for r in ask(capsys) if "owner" in r} == {"alpha", "beta"}


def test_a_persons_records_go_by_what_they_touched(
    site: Site, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person works in many repositories: their locks show where the files lie."""
    other = site.checkout(tmp_path / "other")
    assert interlock("lock", "try", "src/mine.py") == 0
    monkeypatch.chdir(other)
    assert interlock("lock", "try", "src/theirs.py") == 0
    assert [r["path"] for r in ask(capsys, "--event", "granted")] == [f"{other}/src/theirs.py"]
    monkeypatch.chdir(site.repo)
    assert [r["path"] for r in ask(capsys, "--event", "granted")] == [f"{site.repo}/src/mine.py"]


def test_outside_a_repository_the_folder_counts(
    site: Site, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that is no checkout, its own records show, those of folders below with them."""
    plain = tmp_path / "plain"
    (plain / "deep").mkdir(parents=True)
    site.write("deep/a.txt", repo=plain)
    site.write("src/b.py", "beta")
    monkeypatch.chdir(plain)
    assert {str(r["owner"]).split("|")[1] for r in ask(capsys) if "owner" in r} == {"alpha"}
    assert ask(capsys, "--path", "deep")
