"""Disks that are full in truth: short writes by a file size limit, no space by a small tmpfs."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.crash import states
from tests.crash.faults import Run
from tests.crash.test_points import command

pytestmark = pytest.mark.crash
PAGE = 4096


def run(root: Path, start: Callable[[Path], list[str]]) -> Run:
    """The operation without meddling: what stands in its way is real."""
    done = subprocess.run(
        start(root), env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return Run(root, None, done.returncode, done.stdout, done.stderr, "")


@pytest.mark.parametrize("operation", ["take", "give"])
def test_short_writes(tmp_path: Path, lib: Path, operation: str) -> None:
    """Wherever the kernel stops a write short, for the log in the middle of a line, nothing acknowledged is
    lost, and the log is whole when there is room again."""
    build = states.in_use if operation == "take" else states.held_by_me
    check, start = states.checker(build, tmp_path), command(lib, operation)
    build(tmp_path / "template")
    log = (tmp_path / "template/audit.jsonl").stat().st_size
    database = (tmp_path / "template/leases.db").stat().st_size
    limits = [*range(0, 40, 13), *range(log, log + 700, 37), *range(512, database + 8192, 3001)]
    told = set()
    for number, limit in enumerate(limits):
        root = tmp_path / f"run{number}"
        shutil.copytree(tmp_path / "template", root)
        (root / "limit").write_text(str(limit))
        (tmp_path / f"run{number}-warm").mkdir()
        done = run(root, start)
        told.add(" ".join(done.out.split()[:2]))
        check(done)
    print(f"\n{operation}: {len(limits)} limits, answers {sorted(told)}")
    assert any(text.startswith("ack") for text in told) and any(text.startswith("fault") for text in told)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 1 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={1024 * 1024},mode=0700", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small tmpfs can't be mounted here (that takes root), so no disk can be filled")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def near_page_end(short: int) -> Callable[[Path], None]:
    """A state whose log ends ``short`` bytes before a page does: the next line is torn there."""

    def build(root: Path) -> None:
        store = states.lived_in(root)
        with store.transaction() as tx:
            tx.event("filler", text="")
        left = -(os.path.getsize(root / "audit.jsonl") + short) % PAGE
        with store.transaction() as tx:
            tx.event("filler", text="")
        line = len((root / "audit.jsonl").read_bytes().splitlines(keepends=True)[-1])
        with store.transaction() as tx:
            tx.event("filler", text="x" * ((left - 2 * line) % PAGE))
        store.close()
        assert -os.path.getsize(root / "audit.jsonl") % PAGE == short

    return build


@pytest.mark.parametrize("short", [1, 7, 100])
def test_no_space_left(tmp_path: Path, lib: Path, small_disk: Path, short: int) -> None:
    """With any number of free pages on a full disk, an acquire is granted or refused whole; what is
    acknowledged is in the log when there is room again."""
    build = near_page_end(short)
    check, start = states.checker(build, tmp_path), command(lib, "take")
    build(tmp_path / "template")
    told = []
    for pages in range(0, 28, 2):
        root = small_disk / "state"
        shutil.copytree(tmp_path / "template", root)
        (small_disk / "state-warm").symlink_to(tmp_path / f"warm{pages}")
        (tmp_path / f"warm{pages}").mkdir()
        fill(small_disk / "filler", pages)
        done = run(root, start)
        told.append(done.out.split()[0])
        (small_disk / "filler").unlink()
        check(done)
        shutil.rmtree(root)
        (small_disk / "state-warm").unlink()
    print(f"\n{short} bytes before a page's end, 0 to 26 pages free: {told}")
    assert {"ack", "fault"} == set(told)


def fill(path: Path, pages: int) -> None:
    """Takes all space but ``pages`` pages, or a few less: the kernel may take some in advance."""
    with path.open("wb", buffering=0) as file:
        while os.statvfs(path.parent).f_bavail > pages:
            file.write(b"\0" * PAGE)
