"""`interlock log --verify` against a second reader of the chain, written from docs/log.md alone."""

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faces.site import Site, interlock

from interlock.log.verify import verify, verify_log

Out = pytest.CaptureFixture[str]


def sound(lines: list[bytes]) -> bool:
    """Whether the lines are a whole chain from the first."""
    prev = "0" * 32
    for number, line in enumerate(lines, 1):
        record = json.loads(line)
        if record["prev"] != prev or record["seq"] != number:
            return False
        prev = hashlib.blake2b(line, digest_size=16).hexdigest()
    return True


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with a log of three files."""
    for name in ("a", "b", "c"):
        site.write(f"src/{name}.py")
        site.write(f"src/{name}.py", "beta")
        if name != "c":
            site.rotate()
    return site


def verdict(capsys: Out) -> tuple[int, dict[str, object], str]:
    """(exit code, the verdict as JSON, as text); both forms give the same code."""
    capsys.readouterr()
    code = interlock("log", "--verify", "--json")
    found = json.loads(capsys.readouterr().out)
    assert interlock("log", "--verify") == code
    return code, found, capsys.readouterr().out


def test_a_whole_chain(busy: Site, capsys: Out) -> None:
    """An untouched log verifies, over all its files, as an independent reader says too."""
    lines = busy.lines()
    assert sound(lines)
    code, found, said = verdict(capsys)
    assert code == 0 and found == {
        "ok": True, "files": 3, "records": len(lines), "first": 1, "last": len(lines), "flaw": None, "gaps": [],
        "notes": [],
    }  # fmt: skip
    assert (
        said
        == f"The chain is whole: records 1 to {len(lines)} in 3 files, each with the hash of the one before.\n"
    )
    assert verify_log(str(busy.root)) == "" and busy.lines() == lines


Change = Callable[[list[bytes], int], list[bytes]]


def edited(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], lines[at].replace(b"alpha", b"gamma").replace(b"beta", b"zeta"), *lines[at + 1 :]]


def without(lines: list[bytes], at: int) -> list[bytes]:
    return lines[:at] + lines[at + 1 :]


def doubled(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[: at + 1], *lines[at:]]


def swapped(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def garbled(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], b"\x00" * 40 + b"\n", *lines[at + 1 :]]


def emptied(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], b"\n", *lines[at + 1 :]]


@pytest.mark.parametrize("file", [0, 1, 2])
@pytest.mark.parametrize("change", [edited, without, doubled, swapped, garbled, emptied])
def test_the_first_bad_line_is_named(busy: Site, capsys: Out, change: Change, file: int) -> None:
    """A line edited, cut out, doubled, swapped, garbled or emptied in any file is found, exit 1, and the place
    named is the line itself or the one after it."""
    files = [*sorted(busy.root.glob("audit-*.jsonl"), key=lambda f: f.name[-18:]), busy.log]
    lines = files[file].read_bytes().splitlines(keepends=True)
    at = 2
    files[file].write_bytes(b"".join(change(lines, at)))
    assert not _sound(busy)
    code, found, said = verdict(capsys)
    flaw = found["flaw"]
    assert isinstance(flaw, dict) and code == 1 and found["ok"] is False
    assert flaw["file"] == files[file].name and flaw["line"] in (at + 1, at + 2)
    assert said.startswith(f"BROKEN at line {flaw['line']} of {flaw['file']}: ")
    assert verify_log(str(busy.root)).startswith(f"line {flaw['line']} of {flaw['file']}: ")


def _sound(site: Site) -> bool:
    try:
        return sound(site.lines())
    except ValueError:
        return False


@pytest.mark.parametrize("seed", range(60))
def test_any_flipped_bit_but_in_the_last_line_is_found(
    tmp_path_factory: pytest.TempPathFactory, grown: Path, seed: int
) -> None:
    """Any one bit flipped anywhere before the last line is found, as the independent reader finds it."""
    root = tmp_path_factory.mktemp("flip") / "interlock"
    shutil.copytree(grown, root)
    chance = random.Random(seed)
    files = [*sorted(root.glob("audit-*")), root / "audit.jsonl"]
    file = chance.choice(files)
    data = bytearray(file.read_bytes())
    end = len(data) if file != files[-1] else data.rfind(b"\n", 0, -1) + 1
    at = chance.randrange(end)
    data[at] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(data))
    found = verify(str(root))
    assert not found.ok and found.flaw is not None
    assert abs(found.flaw.line - data[:at].count(b"\n") - 1) <= 1 or found.flaw.file != file.name


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a busy site."""
    site = Site(tmp_path_factory.mktemp("grown"))
    for name in ("a", "b"):
        site.write(f"src/{name}.py")
        site.rotate() if name == "a" else None
    return site.root


def test_a_file_that_is_gone(busy: Site, capsys: Out) -> None:
    """A missing file in the middle is found at the first line after it; a missing oldest one is noted."""
    first, middle = sorted(busy.root.glob("audit-*.jsonl"), key=lambda f: f.name[-18:])
    kept = middle.read_bytes()
    middle.unlink()
    code, found, _ = verdict(capsys)
    assert code == 1 and found["flaw"]["file"] == "audit.jsonl" and found["flaw"]["line"] == 1  # type: ignore[index]
    middle.write_bytes(kept)
    begins = int(first.name[-18:-6]) + 1
    first.unlink()
    code, found, said = verdict(capsys)
    assert code == 0 and found["first"] == begins
    assert f"The log begins with record {begins}; older files are not here any more." in said


def test_a_cut_end_is_found(busy: Site, capsys: Out) -> None:
    """Lines cut off at the end are missed, as the store has counted them; so is the whole active file."""
    lines = busy.log.read_bytes().splitlines(keepends=True)
    total = len(busy.lines())
    busy.log.write_bytes(b"".join(lines[:2]))
    code, found, _ = verdict(capsys)
    flaw = found["flaw"]
    assert code == 1 and isinstance(flaw, dict) and (flaw["file"], flaw["line"]) == ("audit.jsonl", 2)
    last = total - len(lines) + 2
    assert str(flaw["what"]).startswith(f"records {last + 1} to ")
    busy.log.unlink()
    code, found, _ = verdict(capsys)
    assert code == 1 and str(found["flaw"]["file"]).startswith("audit-")  # type: ignore[index]


def test_a_forged_end_is_found(busy: Site, capsys: Out) -> None:
    """A line added with the right number and hash is one more than the store has logged."""
    last = busy.lines()[-1]
    record = json.loads(last)
    record |= {"seq": record["seq"] + 1, "prev": hashlib.blake2b(last, digest_size=16).hexdigest()}
    with busy.log.open("ab") as file:
        file.write(json.dumps(record).encode() + b"\n")
    assert sound(busy.lines())
    code, _, said = verdict(capsys)
    assert code == 1 and f"but the store has logged {record['seq'] - 1} records only" in said


def test_a_noted_gap_is_told_and_no_flaw(busy: Site, capsys: Out) -> None:
    """Where Interlock found lines missing and said so, the chain is whole again, and the loss is told."""
    lines = busy.log.read_bytes().splitlines(keepends=True)
    busy.log.write_bytes(b"".join(lines[:2]))
    busy.hook("Stop")
    gap = next(r for r in busy.records() if r["event"] == "log_gap")
    code, found, said = verdict(capsys)
    assert code == 0 and found["gaps"] == [
        {"expected": gap["expected"], "found": gap["found"], "noted": gap["seq"]}
    ]
    lost = int(str(gap["expected"])) - int(str(gap["found"]))
    assert f"Record {gap['seq']} notes that the log ended at {gap['found']}" in said
    assert f"{lost} records were lost" in said
    busy.log.write_bytes(b"".join(without(busy.log.read_bytes().splitlines(keepends=True), 0)))
    assert interlock("log", "--verify") == 1


def test_a_torn_tail_is_no_flaw(busy: Site, capsys: Out) -> None:
    """Half a line at the end is what a crash leaves; it is noted and mended by the next hook."""
    with busy.log.open("ab") as file:
        file.write(b'{"v":1,"se')
    code, _, said = verdict(capsys)
    assert code == 0 and "The last 10 bytes are half a line; the next hook writes it anew." in said
    busy.write("src/d.py")
    assert sound(busy.lines()) and verdict(capsys)[1]["notes"] == []


def test_lines_that_the_store_still_keeps_are_not_lost(busy: Site, capsys: Out) -> None:
    """A writer that died between state and log left its lines with the store: nothing is missing yet."""
    lines = busy.log.read_bytes().splitlines(keepends=True)
    with sqlite3.connect(busy.root / "leases.db") as database:
        kept = [seq for (seq,) in database.execute("SELECT seq FROM outbox")]
    assert kept
    busy.log.write_bytes(b"".join(lines[: len(lines) - len(kept)]))
    assert verdict(capsys)[0] == 0
    busy.hook("Stop")
    assert sound(busy.lines())


def test_checking_changes_nothing(busy: Site, capsys: Out) -> None:
    """The check writes neither log nor store: evidence stays as it was found."""
    lines = busy.log.read_bytes().splitlines(keepends=True)
    busy.log.write_bytes(b"".join(lines[:1]))
    before = {
        file: file.read_bytes() for file in busy.root.rglob("*") if file.is_file() and "lock" not in file.name
    }
    verdict(capsys)
    after = {
        file: file.read_bytes() for file in busy.root.rglob("*") if file.is_file() and "lock" not in file.name
    }
    assert before == after


def test_without_the_store(busy: Site, capsys: Out) -> None:
    """Where the store is gone or damaged, that the end can't be known is said, exit 1."""
    database = busy.root / "leases.db"
    database.unlink()
    code, _, said = verdict(capsys)
    assert code == 1 and "whether records are missing after it can't be told: the store's own count" in said
    assert not database.exists()
    database.write_bytes(b"nonsense" * 1000)
    assert verdict(capsys)[0] == 1


def test_a_newer_store(busy: Site, capsys: Out) -> None:
    """The state of a newer version is not judged."""
    with sqlite3.connect(busy.root / "leases.db") as database:
        database.execute("UPDATE meta SET version = 99")
    assert interlock("log", "--verify") == 1
    assert "of a newer version. Upgrade Interlock on this machine." in capsys.readouterr().err


def test_after_a_restart_the_log_may_be_ahead(busy: Site, capsys: Out) -> None:
    """After a power loss the store may know less than the log; it goes on from the log, so that is no flaw."""
    with sqlite3.connect(busy.root / "leases.db") as database:
        database.execute("UPDATE meta SET boot = 'an earlier one', seq = seq - 4")
        database.execute("DELETE FROM outbox")
    assert verdict(capsys)[0] == 0


def test_a_state_folder_that_cannot_be_locked(busy: Site, capsys: Out) -> None:
    """A lock that can't be taken is a sentence and exit 1."""
    lock = busy.root / "store.lock"
    lock.unlink()
    lock.mkdir()
    assert interlock("log", "--verify") == 1
    assert capsys.readouterr().err.startswith("interlock: Interlock's lock can't be taken (")


def chained(records: list[dict[str, object]]) -> bytes:
    """The records as lines, each with the right hash of the one before."""
    out, prev = b"", str(records[0]["prev"])
    for record in records:
        line = json.dumps({**record, "prev": prev}).encode() + b"\n"
        prev = hashlib.blake2b(line, digest_size=16).hexdigest()
        out += line
    return out


@pytest.mark.parametrize(
    ("numbers", "first", "line", "what"),
    [
        ([1, 2, 2, 3], "0" * 32, 3, "its number is 2, though the line before is number 2"),
        ([1, 2, 5, 6], "0" * 32, 3, "records 3 to 4 are missing before it"),
        ([3, 4], "0" * 32, 1, "the log begins with number 3 instead of 1"),
        ([1, 2], "ab" * 16, 1, "the very first record names a line before it"),
        ([1, 2], "0" * 32, 2, "records 3 to 9 are missing after it"),
    ],
)
def test_numbers_that_are_wrong_under_right_hashes(
    site: Site, capsys: Out, numbers: list[int], first: str, line: int, what: str
) -> None:
    """A chain whose hashes are right is still held to its numbers; the sentence says what is wrong with them."""
    site.hook("SessionStart")
    base = site.records()[0]
    with sqlite3.connect(site.root / "leases.db") as database:
        database.execute("UPDATE meta SET seq = 9")
        database.execute("DELETE FROM outbox")
    site.log.write_bytes(chained([{**base, "seq": number, "prev": first} for number in numbers]))
    code, found, said = verdict(capsys)
    assert code == 1 and found["flaw"] == {"file": "audit.jsonl", "line": line, "what": what}
    assert said.startswith(f"BROKEN at line {line} of audit.jsonl: {what}.\n")


def test_an_archive_with_half_a_line(busy: Site, capsys: Out) -> None:
    """A rotated file is whole: half a line at its end is a flaw."""
    file = min(busy.root.glob("audit-*.jsonl"), key=lambda f: f.name[-18:])
    file.write_bytes(file.read_bytes()[:-5])
    code, found, _ = verdict(capsys)
    assert code == 1 and found["flaw"]["file"] == file.name  # type: ignore[index]
    assert found["flaw"]["what"] == "the line is torn: its end is missing"  # type: ignore[index]
