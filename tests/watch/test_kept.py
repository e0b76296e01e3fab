"""What is kept: bounded, whole, ours alone; and a full disk is no reason to stop."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.guard.calls import settle

from interlock.doors import content, kept

from .repo import Watched


def names(root: Path) -> set[str]:
    return {path.name for path in (root / "kept").iterdir()}


@given(raws=st.lists(st.binary(max_size=200), max_size=6))
@settings(max_examples=40, deadline=None)
def test_content_is_kept_once(tmp_path_factory: pytest.TempPathFactory, raws: list[bytes]) -> None:
    """Equal content is one file of mode 0600, named by its digest; what was kept is what comes back."""
    root = tmp_path_factory.mktemp("kept")
    written = sum(kept.keep(str(root), content.digest(raw), raw) for raw in raws)
    assert written == sum(map(len, set(raws)))
    for raw in raws:
        assert kept.load(str(root), content.digest(raw)) == raw
    for path in (root / "kept").iterdir() if raws else ():
        assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_dead_process_left(tmp_path: Path) -> None:
    """A half-written file of a process that died, and content cut short by a power loss, are in nobody's way."""
    digest = content.digest(b"whole")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / f"{digest}.{os.getpid()}").write_bytes(b"wh")
    (tmp_path / "kept" / digest).write_bytes(b"")
    assert kept.keep(str(tmp_path), digest, b"whole") == 5
    assert names(tmp_path) == {digest} and kept.load(str(tmp_path), digest) == b"whole"


def test_the_bound(tmp_path: Path) -> None:
    """Over the bound the oldest of what nothing refers to goes first, then versions, then what holders know; below
    it nothing goes."""
    digests = []
    for number in range(8):
        raw = b"%03d" % number * 100
        digests.append(content.digest(raw))
        kept.keep(str(tmp_path), digests[-1], raw)
        os.utime(tmp_path / "kept" / digests[-1], (1000 + number, 1000 + number))
    ranks = {digests[0]: 1, digests[1]: 0}
    assert kept.sweep(str(tmp_path), ranks, 2400) == 2400 and len(names(tmp_path)) == 8
    assert kept.sweep(str(tmp_path), ranks, 2000) == 1500
    assert names(tmp_path) == {digests[0], digests[1], *digests[5:]}
    assert kept.sweep(str(tmp_path), ranks, 400) == 300
    assert names(tmp_path) == {digests[1]}


def test_digests_of_no_bytes_have_no_file(tmp_path: Path) -> None:
    """What stands for no bytes is never a name on disk."""
    for digest in (content.MISSING, "mark:1:2:3", "../../etc/passwd", ""):
        assert not kept.has(str(tmp_path), digest) and kept.load(str(tmp_path), digest) is None


def test_the_store_counts(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passing the bound sweeps at once; so does a session's start."""
    monkeypatch.setattr(kept, "BOUND", 4000)
    monkeypatch.setattr(kept.sweep, "__defaults__", (4000,))
    for number in range(12):
        watched.held("one.py", f"{number:03d}" * 300)
        assert sum(path.stat().st_size for path in (watched.root / "kept").iterdir()) <= 4900
    watched.hook("SessionStart", "gamma", source="startup")
    assert sum(path.stat().st_size for path in (watched.root / "kept").iterdir()) <= 4000


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_full_disk(watched: Watched, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Where content can't be kept the guard goes on, and the event says so."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    if when == "before":
        monkeypatch.setattr(kept, "keep", full)
    watched.held()
    monkeypatch.setattr(kept, "keep", full)
    assert "held.py" in watched.run("echo theirs > held.py")
    (breach,) = watched.breaches()
    assert (breach["old_kept"], breach["new_kept"]) == (when == "after", False)
    assert ("interlock restore" in watched.told()) is (when == "after")


def test_a_large_file(watched: Watched) -> None:
    """A file above 16 MiB is watched by its mark; its content is not kept."""
    settle(watched.held())
    watched.run("truncate -s 17M held.py", by="alpha")
    before = len(names(watched.root))
    watched.run("printf x >> held.py")
    (breach,) = watched.breaches()
    assert not breach["old_kept"] and not breach["new_kept"] and len(names(watched.root)) == before
