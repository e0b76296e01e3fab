"""Keys on file systems that don't tell case or normal forms apart, as a whole or folder by folder."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors.keys import resources
from interlock.words.faults import Unreadable
from interlock.words.resource import Resource

from .disks import FakeDisk, spelled

NFC, NFD = "caf\u00e9", "cafe\u0301"


def of(disk: FakeDisk, path: str) -> Resource:
    (found,) = resources(path, "/w", "/home/u", cast(Any, disk))
    return found


def same(disk: FakeDisk, one: str, other: str) -> bool:
    """Whether leases on both spellings exclude each other."""
    return of(disk, one).overlaps(of(disk, other))


def test_case_counts_where_it_counts() -> None:
    """On a disk that tells case apart, two spellings are two files, there or missing."""
    disk = FakeDisk()
    disk.file("/w/Readme")
    disk.file("/w/readme")
    assert not same(disk, "/w/Readme", "/w/readme")
    assert not same(disk, "/w/Missing", "/w/missing")
    assert not same(disk, f"/w/{NFC}", f"/w/{NFD}")


@pytest.mark.parametrize("path", ["/w/SRC/Main.py", "/W/src/main.PY", "SRC/main.py"])
def test_case_does_not_count_where_it_does_not(path: str) -> None:
    """On a disk that folds case every spelling of a file and of its folders has one key."""
    disk = FakeDisk("c")
    disk.file("/w/src/main.py")
    assert of(disk, path).key == of(disk, "/w/src/main.py").key


@pytest.mark.parametrize(
    ("one", "other"),
    [("/w/src/New.py", "/w/SRC/nEW.py"), ("/w/New/Dir/a.py", "/w/nEW/dIR/A.py"), ("/w/src/new", "/W/src/NEW")],
)
def test_missing_files_take_after_their_folder(one: str, other: str) -> None:
    """What is not there yet is keyed as its nearest folder would have it, missing folders too."""
    disk = FakeDisk("c")
    disk.file("/w/src/main.py")
    assert of(disk, one).key == of(disk, other).key


def test_a_file_keeps_its_key_when_it_is_made() -> None:
    """A missing file and the file it becomes have one key, however it was spelled at its making."""
    disk = FakeDisk("cn")
    disk.file("/w/src/main.py")
    before = of(disk, f"/w/src/NEW {NFD}.py")
    disk.file(f"/w/src/new {NFC}.py")
    assert of(disk, f"/w/src/New {NFC}.py").key == before.key


def test_normal_forms_are_one_name_where_they_are() -> None:
    """On a disk that normalises, both forms of a name are one file, there or missing; case still counts."""
    disk = FakeDisk("n")
    disk.file(f"/w/{NFC}/a.py")
    assert of(disk, f"/w/{NFC}/a.py").key == of(disk, f"/w/{NFD}/a.py").key
    assert of(disk, f"/w/{NFC}/{NFC}").key == of(disk, f"/w/{NFD}/{NFD}").key
    assert not same(disk, f"/w/{NFC}/x", f"/w/{NFC}/X")


def test_each_folder_for_itself() -> None:
    """Case may fold in one folder and count in the next, in either order."""
    disk = FakeDisk()
    disk.folder("/w/loose", "c")
    disk.file("/w/loose/a.py")
    disk.folder("/w/loose/strict", "")
    disk.file("/w/loose/strict/b.py")
    assert same(disk, "/w/loose/a.py", "/w/loose/A.PY")
    assert same(disk, "/w/loose/new.py", "/w/loose/NEW.py")
    assert same(disk, "/w/loose/STRICT/b.py", "/w/loose/strict/b.py")
    assert not same(disk, "/w/loose/strict/b.py", "/w/loose/strict/B.py")
    assert not same(disk, "/w/Loose/a.py", "/w/loose/a.py")
    assert not same(disk, "/w/loose/strict/New", "/w/loose/strict/new")


def test_a_symlink_leads_to_the_targets_folder() -> None:
    """A path through a symlink is keyed by the folder it ends in, not by the one the link lies in."""
    disk = FakeDisk()
    disk.folder("/data/loose", "c")
    disk.file("/data/loose/a.py")
    disk.link("/w/there", "/data/loose")
    assert of(disk, "/w/there/A.py").key == of(disk, "/data/loose/a.py").key
    assert same(disk, "/w/there/new", "/data/loose/NEW")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße.py", "STRAßE.py"), ("İstanbul.md", "İSTANBUL.md"), ("ﬁle.py", "ﬁLE.py"), ("ŉ.py", "ŉ.PY")],
)
@pytest.mark.parametrize("there", [True, False])
def test_letters_whose_other_case_is_longer(one: str, other: str, there: bool) -> None:
    """A letter whose capital is two letters does not hide that the rest of the name folds."""
    disk = FakeDisk("c")
    disk.file("/w/something.py")
    if there:
        disk.file(f"/w/{one}")
    assert same(disk, f"/w/{one}", f"/w/{other}")


def test_hard_links_that_differ_by_case_alone() -> None:
    """Two names of one inode overlap on a disk that tells case apart; a third file beside them does not."""
    disk = FakeDisk()
    node = disk.file("/w/a")
    disk.file("/w/A", same_as=node)
    disk.file("/w/b")
    assert same(disk, "/w/a", "/w/A")
    assert not same(disk, "/w/a", "/w/b")


ALPHABET = "aAbBéÉe\u0301E1ſKßs"
names = st.text(ALPHABET, min_size=1, max_size=4)


@given(st.sampled_from(["", "c", "n", "cn"]), names, names, st.booleans(), st.booleans())
def test_two_names_are_one_file_just_when_the_disk_says_so(
    folds: str, one: str, other: str, one_there: bool, other_there: bool
) -> None:
    """For any two names in a folder whose ways can be seen: leases collide if and only if the names are one
    file to the disk."""
    disk = FakeDisk(folds)
    disk.file("/w/witness-aé")
    for name, there in ((one, one_there), (other, other_there)):
        if there and disk._in(disk.folder("/w"), name) is None:
            disk.file(f"/w/{name}")
    assert same(disk, f"/w/{one}", f"/w/{other}") is (spelled(one, folds) == spelled(other, folds))


@pytest.mark.parametrize("call", ["lstat", "readlink"])
@pytest.mark.parametrize("problem", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_what_the_system_won_t_tell_is_a_sentence(
    call: str, problem: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that may not be read (another user's /proc/PID/cwd) or a disk that fails is Unreadable, with the
    system's reason; a name that may not be looked up counts as missing."""
    disk = FakeDisk()
    disk.folder("/p/q")
    disk.link("/p/cwd", "/q")

    def fail(path: str) -> Any:
        if path == "/p/cwd":
            raise problem
        return getattr(FakeDisk, call)(disk, path)

    monkeypatch.setattr(disk, call, fail)
    if call == "lstat" and isinstance(problem, PermissionError):
        assert [one.key for one in resources("/p/cwd/x", "/", "/", cast(Any, disk))] == ["/p/cwd/x"]
        return
    with pytest.raises(Unreadable, match=str(problem.strerror)):
        resources("/p/cwd/x", "/", "/", cast(Any, disk))
