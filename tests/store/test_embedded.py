"""What only the store on disk can suffer: damage, other versions, crashes, a full disk, a reboot."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.share import examples

from interlock.doors.store.ground import prepare
from interlock.words.faults import Fault, NewerState, StateFault, StorageFull
from interlock.words.lease import Granted

from .grounds import EmbeddedGround
from .play import A, B, Play, file


def database(disk: EmbeddedGround) -> sqlite3.Connection:
    """The database, opened by the standard library's own module."""
    return sqlite3.connect(disk.root / "leases.db", isolation_level=None)


def refused(disk: EmbeddedGround, fault: type[Fault] = StateFault) -> str:
    """The store must not open; returns what it says."""
    disk.close()
    with pytest.raises(fault) as caught, disk.embedded().transaction():
        pass
    assert type(caught.value) is fault
    return str(caught.value)


def test_a_newer_version_is_left_alone(disk: EmbeddedGround) -> None:
    """State of a newer version is refused, also after a reboot, and not one byte of it is touched."""
    Play(disk).take(A, file("/p/a"))
    disk.close()
    with database(disk) as db:
        db.execute("UPDATE meta SET version = 2")
    db.close()
    before = {path.name: path.read_bytes() for path in disk.root.iterdir() if path.is_file()}
    assert "Upgrade" in refused(disk, NewerState)
    disk.reboot(5.0)
    refused(disk, NewerState)
    after = {path.name: path.read_bytes() for path in disk.root.iterdir() if path.is_file()}
    assert {**after, "store.lock": b""} == {**before, "store.lock": b""}


def gone(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def nonsense(path: Path) -> None:
    path.write_bytes(b"\xff\x00 nonsense " * 400)


@pytest.mark.parametrize("harm", [gone, emptied, cut, a_folder, a_pipe, a_link, nonsense])
@pytest.mark.parametrize("name", ["leases.db", "epoch"])
def test_harm_in_the_same_boot_is_a_fault(disk: EmbeddedGround, name: str, harm: Callable[[Path], None]) -> None:
    """A database or an epoch that is gone, cut or replaced is never taken for an empty one while leases may
    stand; the sentence names the repair."""
    Play(disk).take(A, file("/p/a"))
    disk.close()
    harm(disk.root / name)
    assert "interlock doctor --repair" in refused(disk)
    assert "interlock doctor --repair" in refused(disk), "and it stays so"


@pytest.mark.parametrize("harm", [gone, emptied, cut, nonsense])
def test_harm_by_a_power_loss_mends_itself(disk: EmbeddedGround, harm: Callable[[Path], None]) -> None:
    """After a reboot a damaged database is set aside unasked: no lease stood anyway, and fences go on above
    all before."""
    (before,) = Play(disk).take(A, file("/p/a"))
    disk.reboot(5.0)
    harm(disk.root / "leases.db")
    (after,) = Play(disk).take(B, file("/p/a"))
    assert after.fence > before.fence
    numbers = [record["seq"] for record in disk.events()]
    assert numbers == list(range(1, len(numbers) + 1)), "nor are the log's numbers used twice"


@pytest.mark.parametrize("harm", [a_folder, a_pipe, a_link])
@pytest.mark.parametrize("name", ["audit.jsonl", "store.lock"])
def test_something_else_in_the_place_of(disk: EmbeddedGround, name: str, harm: Callable[[Path], None]) -> None:
    """A folder, pipe or symlink where the log or the lock belongs is refused at once, and never followed."""
    Play(disk).take(A, file("/p/a"))
    harm(disk.root / name)
    refused(disk)
    if (disk.root / "elsewhere").exists():
        assert b'"/p/b"' not in (disk.root / "elsewhere").read_bytes()


@pytest.mark.parametrize("make", ["shared", "link", "file"])
def test_a_state_folder_that_is_not_ours(tmp_path: Path, make: str) -> None:
    """A state folder that others can write, that is a symlink or no folder at all is refused."""
    root = tmp_path / "state"
    if make == "shared":
        root.mkdir()
        root.chmod(0o777)
    elif make == "link":
        (tmp_path / "real").mkdir(mode=0o700)
        root.symlink_to("real")
    else:
        root.write_text("")
    with pytest.raises(StateFault):
        prepare(str(root))


def test_the_state_folder_is_private(disk: EmbeddedGround) -> None:
    """Nobody else can read the state folder, or any file in it."""
    Play(disk).take(A, file("/p/a"))
    assert disk.root.stat().st_mode & 0o777 == 0o700


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedGround:
    """A store with a few leases, to be damaged in copies."""
    disk = EmbeddedGround(tmp_path_factory.mktemp("sample"))
    play = Play(disk)
    play.take(A, *(file(f"/p/{number}", f"1:{number}") for number in range(12)))
    disk.close()
    return disk


@given(at=st.integers(0, 1 << 20), bit=st.integers(0, 7))
@settings(max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_flipped_bit_opens_a_file(sample: EmbeddedGround, at: int, bit: int) -> None:
    """Whatever bit of the database flips, another owner isn't granted what is held: it is refused, or the
    transaction fails, which the guard answers with a refusal."""
    copy = EmbeddedGround(sample.root.parent / "copy")
    shutil.rmtree(copy.root, ignore_errors=True)
    shutil.copytree(sample.root, copy.root)
    data = bytearray((copy.root / "leases.db").read_bytes())
    data[at % len(data)] ^= 1 << bit
    (copy.root / "leases.db").write_bytes(data)
    try:
        for number in range(12):
            got = Play(copy).ask(B, file(f"/p/{number}"), hook=False)
            assert not isinstance(got, Granted), number
            got = Play(copy).ask(B, file(f"/q/{number}", f"1:{number}"), hook=False)
            assert not isinstance(got, Granted), f"alias of {number}"
    except AssertionError:
        raise
    except Exception:
        pass
    finally:
        copy.close()


def test_killed_in_a_transaction(disk: EmbeddedGround) -> None:
    """A process that dies before its commit leaves nothing, and the next one goes on at once."""
    play = Play(disk)
    play.take(A, file("/p/a"))
    disk.close()
    child = os.fork()
    if child == 0:
        try:
            with Play(disk).store.transaction() as tx:
                tx.run("lease_clear")
                tx.event("never")
                os._exit(9)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    play.again()
    assert play.holders() == {"/p/a": A}
    assert "never" not in play.told()


def test_killed_between_commit_and_log(disk: EmbeddedGround, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process committed but could not log any more, the next one logs first."""
    play = Play(disk)
    play.arrive(A)
    disk.close()
    child = os.fork()
    if child == 0:
        try:
            again = Play(disk)
            again.store.audit.append = lambda *_: os._exit(9)  # type: ignore[attr-defined]
            again.take(A, file("/p/a"))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert "granted" not in play.told()
    play.again()
    play.take(B, file("/p/b"))
    assert play.told()[-3:] == ["granted", "owner", "granted"]
    assert play.holders() == {"/p/a": A, "/p/b": B}


def test_a_full_disk_undoes_the_transaction(disk: EmbeddedGround) -> None:
    """When the database can't grow the transaction fails as a full disk, and nothing of it is left."""
    play = Play(disk)
    play.take(A, file("/p/a"))
    store = disk.embedded()
    play.store = store
    with store.transaction():
        pass
    pages = store.open().execute("PRAGMA page_count").fetchone()[0]
    store.open().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFull):
        play.take(B, *(file(f"/p/{number}-{'x' * 500}") for number in range(60)))
    store.open().execute("PRAGMA max_page_count = 100000")
    assert play.holders() == {"/p/a": A}
    assert play.told().count("granted") == 1
    play.take(B, file("/p/b"))
