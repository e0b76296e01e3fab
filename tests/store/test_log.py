"""The log on disk: every line once, in order, chained, whatever befell it."""

import hashlib
import json
import os
import re

import pytest

from interlock import system
from interlock.doors import audit

from .grounds import EmbeddedGround
from .play import A, Play, file


def chain(disk: EmbeddedGround) -> list[dict[str, object]]:
    """All records, their chain checked line by line with hashlib."""
    last, records = "0" * 32, []
    for line in disk.lines():
        assert line.endswith(b"\n")
        assert line.isascii()
        record = json.loads(line)
        assert record["prev"] == last, record["seq"]
        last = hashlib.blake2b(line, digest_size=16).hexdigest()
        records.append(record)
    return records


def note(disk: EmbeddedGround, *numbers: int) -> None:
    """One transaction with an event for each number."""
    with disk.embedded().transaction() as tx:
        for number in numbers:
            tx.event("note", number=number)
    disk.close()


def notes(disk: EmbeddedGround) -> list[object]:
    return [record["number"] for record in disk.events() if record["event"] == "note"]


def test_the_chain_holds_over_rotated_files(disk: EmbeddedGround, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many rotations by size all records are there once, numbered and chained over all files."""
    monkeypatch.setattr(audit, "MAX_BYTES", 600)
    for number in range(60):
        note(disk, number)
    names = sorted(path.name for path in disk.root.glob("audit-*.jsonl"))
    assert len(names) > 5
    assert all(re.fullmatch(r"audit-\d{4}-\d\d-\d\d-\d{12}\.jsonl", name) for name in names)
    records = chain(disk)
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert notes(disk) == list(range(60))
    for name in names:
        last = json.loads((disk.root / name).read_bytes().splitlines()[-1])
        assert name == f"audit-{last['at'][:10]}-{last['seq']:012d}.jsonl"


def test_a_new_day_is_a_new_file(disk: EmbeddedGround) -> None:
    """The first line of another day goes into a fresh file; the chain goes on."""
    disk.wall = 1.7e9
    note(disk, 1)
    assert not list(disk.root.glob("audit-*.jsonl"))
    disk.wall += 86_400
    note(disk, 2)
    note(disk, 3)
    assert [path.name[:17] for path in disk.root.glob("audit-*.jsonl")] == ["audit-2023-11-14-"]
    chain(disk)
    assert notes(disk) == [1, 2, 3]


@pytest.mark.parametrize("took", [0, 1, 40, -1])
def test_a_log_that_could_not_be_written_is_made_up_for(
    disk: EmbeddedGround, monkeypatch: pytest.MonkeyPatch, took: int
) -> None:
    """While the disk takes no line (or ``took`` bytes of it) transactions stand, the log shows no torn
    line, and the next transaction that can writes all of them in order."""
    note(disk, 1)
    real = os.pwrite

    def full(handle: int, data: bytes, at: int) -> int:
        if not data.startswith(b'{"v"'):
            return real(handle, data, at)
        monkeypatch.setattr(system, "pwrite", dead)
        return real(handle, data[:took], at)

    def dead(handle: int, data: bytes, at: int) -> int:
        if data.startswith(b"%d" % os.getpid()):  # the lock's own note
            return real(handle, data, at)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(system, "pwrite", full)
    note(disk, 2, 3)
    assert notes(disk) == [1]
    chain(disk)
    note(disk, 4)
    assert notes(disk) == [1]
    monkeypatch.setattr(system, "pwrite", real)
    note(disk, 5)
    assert notes(disk) == [1, 2, 3, 4, 5]
    chain(disk)
    assert "log_gap" not in [record["event"] for record in disk.events()]


def test_a_short_write_is_gone_on_with(disk: EmbeddedGround, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes a few bytes at a time gets whole lines all the same."""
    note(disk, 1)
    real = os.pwrite
    monkeypatch.setattr(system, "pwrite", lambda handle, data, at: real(handle, data[:7], at))
    note(disk, 2, 3)
    chain(disk)
    assert notes(disk) == [1, 2, 3]


def test_a_torn_last_line_is_written_again(disk: EmbeddedGround) -> None:
    """A last line without its newline (a crash, a full disk) is cut off and written whole."""
    note(disk, 1)
    note(disk, 2)
    path = disk.root / "audit.jsonl"
    whole = path.read_bytes()
    for torn in (whole[:-1], whole[:-20], whole[: whole.rindex(b"\n", 0, -1) + 2]):
        path.write_bytes(torn)
        note(disk)
        assert path.read_bytes() == whole


def test_rubbish_after_the_last_line_is_cut_off(disk: EmbeddedGround) -> None:
    """Bytes without a newline that somebody left at the end don't spoil the next line."""
    note(disk, 1)
    with (disk.root / "audit.jsonl").open("ab") as out:
        out.write(b'{"v":1,"seq":99,"event":"for')
    note(disk, 2)
    chain(disk)
    assert notes(disk) == [1, 2]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_cut_log_is_told(disk: EmbeddedGround, left: int) -> None:
    """Lines that somebody removed are missed: the log says how far it should have gone and went."""
    for number in range(5):
        note(disk, number)
    path = disk.root / "audit.jsonl"
    lines = disk.lines()
    path.write_bytes(b"".join(lines[:left]))
    note(disk, 9)
    gap = next(record for record in disk.events() if record["event"] == "log_gap")
    assert (gap["found"], gap["expected"]) == (left, len(lines) - 1), "the last line was still in the outbox"
    numbers = [record["seq"] for record in disk.events()]
    assert numbers == [*range(1, left + 1), *range(len(lines), len(lines) + 3)]
    assert notes(disk)[-2:] == [4, 9]
    note(disk, 10)
    assert [record["event"] for record in disk.events()].count("log_gap") == 1, "said once"


def test_lines_that_somebody_added_are_told(disk: EmbeddedGround) -> None:
    """Lines that Interlock did not write are noticed, and their numbers not used again."""
    note(disk, 1)
    with (disk.root / "audit.jsonl").open("ab") as out:
        out.write(b'{"v":1,"seq":50,"event":"forged"}\n')
    note(disk, 2)
    records = disk.events()
    gap = next(record for record in records if record["event"] == "log_gap")
    assert (gap["found"], gap["seq"]) == (50, 51)
    assert notes(disk) == [1, 2]


def test_the_log_of_a_new_store_goes_on(disk: EmbeddedGround) -> None:
    """After a reboot and a lost database the numbers go on where the log ends."""
    play = Play(disk)
    play.take(A, file("/p/a"))
    disk.reboot(1.0)
    (disk.root / "leases.db").unlink()
    note(disk, 1)
    numbers = [record["seq"] for record in chain(disk)]
    assert numbers == list(range(1, len(numbers) + 1))
