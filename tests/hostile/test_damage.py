"""Truncations and flipped bits in every state file: a held file is never silently open, nothing is wedged,
and repair makes the state work again."""

import json
import random
import sqlite3
from _imp import source_hash
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.hostile.stage import Stage, answer, renewed, verdict
from tests.share import share

from interlock import image
from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store import epoch
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.repair import repair

CHANCE = random.Random(20261121)
FLIPS = 240
MEANINGLESS = ("store.lock", "config", "bells")
"""Damage there changes no answer."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A file held by another session, with everything in the state folder that there can be."""
    made = Stage(tmp_path_factory.mktemp("damage"))
    made.occupy()
    return made


@pytest.fixture(scope="module")
def old_lease(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A lease that stands by its owner's renewal alone."""
    made = Stage(tmp_path_factory.mktemp("renewed"))
    renewed(made)
    assert verdict(made.ask(made.write(made.held))) == "held"
    return made


def state_file(stage: Stage, name: str) -> Path:
    """The file's path inside the state folder."""
    if name in ("config", "bells"):
        return next(path for path in (stage.root / name).iterdir()).relative_to(stage.root)
    return Path(name)


def truncations(size: int) -> Sequence[int]:
    """Every length of a small file, many of a large one."""
    return range(size) if size <= 400 else sorted({*range(0, size, size // 150), *range(size - 40, size)})


def examine(stage: Stage, root: Path, name: str) -> str:
    """Asks for the held file; where the answer is a fault, repairs and asks again. Returns the first
    verdict."""
    first = verdict(stage.ask(stage.write(stage.held), root))
    assert first != "open", "a held file was silently open"
    if name in MEANINGLESS:
        assert first == "held", "damage without meaning changed the answer"
    if first == "fault":
        mend(root)
        if name != "audit.jsonl":
            assert verdict(stage.ask(stage.write(stage.held), root)) == "held", "repair lost a lease"
    assert verdict(stage.ask(stage.write(stage.free), root)) == "open", "wedged"
    return first


def mend(root: Path) -> None:
    """What `interlock doctor --repair` does."""
    store = Embedded(str(root), AuditFile(str(root)), clock.now, clock.wall, clock.boot_id())
    repair(store, 900.0)
    store.close()


def spoilt(stage: Stage, root: Path, name: str, data: bytes, what: str) -> str:
    """The verdict with ``data`` in the file's place."""
    stage.copy(root)
    (root / state_file(stage, name)).write_bytes(data)
    try:
        return examine(stage, root, name)
    except BaseException as problem:
        raise AssertionError(f"{name}, {what}: {problem}") from problem


FILES = ["leases.db", "epoch", "audit.jsonl", "store.lock", "config"]


@pytest.mark.parametrize("name", FILES)
def test_truncations(stage: Stage, tmp_path: Path, name: str) -> None:
    """However short a state file was cut, the held file is refused, and works again after repair."""
    data = (stage.root / state_file(stage, name)).read_bytes()
    seen = Counter(
        spoilt(stage, tmp_path / "s", name, data[:length], f"cut to {length}")
        for length in share(truncations(len(data)))
    )
    print(f"\n{name}: {sum(seen.values())} lengths, {dict(seen)}")


@pytest.mark.parametrize("name", FILES)
def test_flipped_bits(stage: Stage, tmp_path: Path, name: str) -> None:
    """Whichever bit of a state file flips, the held file is refused, and works again after repair."""
    data = (stage.root / state_file(stage, name)).read_bytes()
    bits = range(len(data) * 8) if len(data) < 40 else CHANCE.sample(range(len(data) * 8), FLIPS)
    seen = Counter(spoilt(stage, tmp_path / "s", name, flipped(data, bit), f"bit {bit}") for bit in share(bits))
    print(f"\n{name}: {sum(seen.values())} flips, {dict(seen)}")


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def structure(data: bytes) -> list[int]:
    """The bits of every page's header and first cell pointers, where one flip hides many rows."""
    starts = [page or 100 for page in range(0, len(data), 4096)]
    return [bit for start in starts for bit in range(start * 8, (start + 14) * 8)]


def test_flips_in_the_structure_of_the_database(old_lease: Stage, tmp_path: Path) -> None:
    """A bit flipped in a page's header or cell pointers never opens a file that is held, even where the
    lease stands by its owner's row alone."""
    data = (old_lease.root / "leases.db").read_bytes()
    opened, seen = [], Counter[str]()
    old_lease.copy(tmp_path / "s")
    for bit in share(structure(data)):
        for leftover in ("leases.db-journal", "audit.jsonl"):
            (tmp_path / "s" / leftover).unlink(missing_ok=True)
        (tmp_path / "s/audit.jsonl").write_bytes((old_lease.root / "audit.jsonl").read_bytes())
        (tmp_path / "s/leases.db").write_bytes(flipped(data, bit))
        found = verdict(old_lease.ask(old_lease.write(old_lease.held), tmp_path / "s"))
        seen[found] += 1
        if found == "open":
            opened.append(f"page {bit // 8 // 4096 + 1} byte {bit // 8 % 4096} bit {bit % 8}")
    print(f"\nstructure: {dict(seen)}")
    assert opened == []


def test_flips_never_lower_a_fence(stage: Stage, tmp_path: Path) -> None:
    """Whichever bit of the store's counters flips, no fence is granted that is not above all before it."""
    data = (stage.root / "leases.db").read_bytes()
    with closing(sqlite3.connect(stage.root / "leases.db")) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'meta'").fetchone()
        (before,) = database.execute("SELECT fence FROM meta").fetchone()
    bad = []
    row = range((page * 4096 - 80) * 8, page * 4096 * 8)  # the one row lies at the page's end
    for bit in share(row):
        root = stage.copy(tmp_path / "s")
        (root / "leases.db").write_bytes(flipped(data, bit))
        if verdict(stage.ask(stage.write(stage.free), root)) == "open":
            with closing(sqlite3.connect(root / "leases.db")) as database:
                (after,) = database.execute("SELECT max(fence) FROM lease").fetchone()
            if after <= before:
                bad.append(f"bit {bit}: {after} after {before}")
    assert bad == []


def test_a_damaged_image_is_not_used(stage: Stage, tmp_path: Path) -> None:
    """Any flip or truncation of the compiled guard is seen before any of it runs, and the hook answers as
    without it."""
    relative = Path(image.path(str(stage.root))).relative_to(stage.root)
    data = (stage.root / relative).read_bytes()
    spoils = [flipped(data, bit) for bit in CHANCE.sample(range(len(data) * 8), FLIPS)]
    spoils += [data[:length] for length in truncations(len(data))]
    assert source_hash(image.KEY, data[8:]) == data[:8]
    assert not any(source_hash(image.KEY, spoil[8:]) == spoil[:8] for spoil in spoils)
    root = stage.copy(tmp_path / "s")
    for spoil in CHANCE.sample(spoils, 40):
        (root / relative).write_bytes(spoil)
        done = stage.run(json_of(stage), root)
        assert (done.returncode, done.stderr) == (0, b"")
        assert verdict(answer(done.stdout.decode())) == "held"


@pytest.mark.parametrize("name", ["leases.db", "epoch", "audit.jsonl", "store.lock", "config", "image"])
def test_the_real_hook_on_damaged_state(stage: Stage, tmp_path: Path, name: str) -> None:
    """The hook as it is installed refuses the held file and exits 0, whatever was damaged."""
    relative = (
        Path(image.path(str(stage.root))).relative_to(stage.root)
        if name == "image" else state_file(stage, name)
    )  # fmt: skip
    data = (stage.root / relative).read_bytes()
    spoils = [flipped(data, bit) for bit in CHANCE.sample(range(len(data) * 8), 5)]
    for spoil in [*spoils, data[: len(data) // 2], b"", b"\0" * len(data), data * 2]:
        root = stage.copy(tmp_path / "s")
        (root / relative).write_bytes(spoil)
        done = stage.run(json_of(stage), root)
        assert (done.returncode, done.stderr) == (0, b"")
        assert verdict(answer(done.stdout.decode())) in ("held", "fault")


def json_of(stage: Stage) -> bytes:
    return json.dumps(stage.write(stage.held)).encode()


def test_a_lost_state_is_not_an_open_door(stage: Stage, tmp_path: Path) -> None:
    """With the database, the epoch or both gone under a living log, nothing is granted until repair."""
    for gone in (["leases.db"], ["epoch"], ["leases.db", "epoch"]):
        root = stage.copy(tmp_path / "s")
        for name in gone:
            (root / name).unlink()
        assert examine(stage, root, "leases.db") == "fault"


def schema_bits(data: bytes) -> list[int]:
    """One bit of every tenth letter of the text by which tables were made."""
    start, end = data.find(b"CREATE TABLE"), 4096
    return [at * 8 for at in range(start, end, 10)]


def test_a_shutdown_that_damaged_the_database(stage: Stage, tmp_path: Path) -> None:
    """After a reboot a damaged database is replaced unasked, whatever the damage: its leases are void
    anyway, and the next write passes."""
    data = (stage.root / "leases.db").read_bytes()
    spoils = [data[:length] for length in (1, 99, 100, 4096, 5000, len(data) - 1)]
    spoils += [flipped(data, bit) for bit in CHANCE.sample(range(len(data) * 8), 100)]
    spoils += [flipped(data, bit) for bit in schema_bits(data)]
    spoils += [b"\0" * len(data), CHANCE.randbytes(len(data)), data[:4096] + b"\xff" * (len(data) - 4096)]
    for number, spoil in enumerate(spoils):
        root = stage.copy(tmp_path / "s")
        epoch.write(str(root), 1, "an-earlier-boot")
        (root / "leases.db").write_bytes(spoil)
        told = stage.ask(stage.write(stage.held), root)
        newer = "Upgrade" in told.get("permissionDecisionReason", "")
        assert told == {} or newer, f"spoil {number}: {told}"
