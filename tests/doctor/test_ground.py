"""The doctor's look at the ground: disk, clock, client, agents."""

import shutil
from pathlib import Path

import pytest

from interlock.doctor import ground
from interlock.doctor.agents import agents, problem
from interlock.doctor.replay import matches
from interlock.doors import clock, process
from interlock.install.entries import Entry


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs", "virtiofs"])
def test_remote_disks_are_bad(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """flock and SQLite can't be trusted on a file system that is not local."""
    monkeypatch.setattr(ground, "filesystem", lambda root: kind)
    assert next(ground.disk(str(tmp_path))).level == "bad"


def test_the_longest_mount_point_counts(tmp_path: Path) -> None:
    """The file system of a path is that of the nearest mount point above it; octal escapes are read."""
    folder = tmp_path / "a b" / "c"
    folder.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    escaped = str(tmp_path / "a b").replace(" ", "\\040")
    mounts.write_text(f"x / ext4 rw 0 0\ny {escaped} nfs rw 0 0\nz {tmp_path}/a tmpfs rw 0 0\n")
    assert ground.filesystem(str(folder), str(mounts)) == "nfs"
    assert ground.filesystem(str(tmp_path), str(mounts)) == "ext4"
    assert ground.filesystem(str(tmp_path), str(tmp_path / "none")) == ""


def test_a_full_disk_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little free space is told before writes are refused for it."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    assert [f.level for f in ground.disk(str(tmp_path))][-1] == "bad"


def test_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No boot id, or no way to watch processes, means less is promised; the finding says what."""
    assert next(ground.clocks()).level == "ok"
    monkeypatch.setattr(process, "namespace", lambda: "")
    assert "killed sessions" in next(ground.clocks()).todo
    monkeypatch.setattr(clock, "boot_id", lambda: "unknown-boot")
    assert "reboot" in next(ground.clocks()).todo


@pytest.mark.parametrize(
    ("says", "level"),
    [
        ("2.1.329 (Claude Code)", "ok"), ("2.1.200 (Claude Code)", "warn"), ("1.0.3", "bad"), ("hello", "warn"),
    ],
)  # fmt: skip
def test_client_versions(tmp_path: Path, says: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old client is told with what it does not do."""
    program = tmp_path / "claude"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert list(ground.versions())[-1].level == level


def test_no_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a client on PATH there is only a note."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list(ground.versions())[-1].level == "warn"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("---\nname: a\ndescription: b\n---\nbody", ""),
        ("\ufeff---\nname: a\ndescription: b\n---\n", ""),
        ("no frontmatter", "line 1"),
        ("---\nname: a\n", "no end"),
        ("---\nname: a\ndescription: c: d\n---\n", "line 3: not YAML"),
        ("---\n- a\n---\n", "not a mapping"),
        ("---\nname: a\n---\n", "`description` is missing"),
        ("---\nname: [a]\ndescription: b\n---\n", "`name` is missing"),
    ],
)
def test_frontmatter(tmp_path: Path, text: str, fault: str) -> None:
    """A frontmatter the client would not load is told with its line."""
    file = tmp_path / "agent.md"
    file.write_text(text, encoding="utf-8")
    assert (problem(file) == "") if fault == "" else (fault in problem(file))


def test_agent_folders(tmp_path: Path) -> None:
    """One finding for each broken agent; one that all are well; none where there are no agents."""
    assert list(agents([tmp_path / "none"])) == []
    (tmp_path / "a.md").write_text("---\nname: a\ndescription: b\n---\n")
    assert [f.level for f in agents([tmp_path])] == ["ok"]
    (tmp_path / "b.md").write_bytes(b"\xff\xfe")
    assert [f.level for f in agents([tmp_path])] == ["bad"]


@pytest.mark.parametrize(
    ("matcher", "tool", "fires"),
    [
        (None, "Write", True), ("*", "Write", True), ("Edit|Write", "Write", True),
        ("Edit", "NotebookEdit", False),
        ("Edit|mcp__.*", "NotebookEdit", True), ("^(Write)$", "TodoWrite", False), ("(", "Write", False),
    ],
)  # fmt: skip
def test_matchers(matcher: str | None, tool: str, fires: bool) -> None:
    """A matcher is read as the client reads it: plain names whole, all else searched for."""
    assert matches(Entry("PreToolUse", 0, 0, matcher, {}), tool) is fires
