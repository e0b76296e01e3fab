"""The audit log read and replayed by a model of its own: shares no code with the package.

``read`` checks what the log promises of itself (whole lines, numbers without a gap, the chain of hashes over
all files), ``replay`` what leases promise (one holder at a time, fences that only grow).
"""

import hashlib
import json
from pathlib import Path
from typing import Any

ENDS = ("released", "lapsed", "taken_over")
SPAN = 1_000_000_000
"""Fences of one boot; with the next one all leases are void."""


class BrokenHistory(AssertionError):
    """The log breaks one of its promises."""


class Held:
    """One lease as the log tells it. ``ended`` is the closing record, None while it is held."""

    def __init__(self, granted: dict[str, Any]) -> None:
        self.granted = granted
        self.ended: dict[str, Any] | None = None
        self.key: str = granted["key"]
        self.owner: str = granted["owner"]
        self.fence: int = granted["fence"]


def files(root: Path) -> list[Path]:
    """All files of the log, oldest first."""
    rotated = sorted(root.glob("audit-*.jsonl"), key=lambda path: int(path.stem.rpartition("-")[2]))
    active = root / "audit.jsonl"
    return [*rotated, active] if active.exists() else rotated


def read(root: Path) -> list[dict[str, Any]]:
    """Every record in order. Raises BrokenHistory."""
    records: list[dict[str, Any]] = []
    expected = "0" * 32
    for path in files(root):
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            raise BrokenHistory(f"{path.name} ends in a torn line")
        for line in data.splitlines(keepends=True):
            record = json.loads(line)
            if record["seq"] != len(records) + 1:
                raise BrokenHistory(f"{path.name}: line {len(records) + 1} has number {record['seq']}")
            if record["prev"] != expected:
                raise BrokenHistory(f"{path.name}: line {record['seq']} does not follow its predecessor")
            expected = hashlib.blake2b(line, digest_size=16).hexdigest()
            records.append(record)
    return records


def replay(records: list[dict[str, Any]]) -> list[Held]:
    """Every lease there was, in the order of granting. Raises BrokenHistory."""
    leases: list[Held] = []
    current: dict[str, Held] = {}
    for record in records:
        if record["event"] == "granted":
            lease = Held(record)
            if leases and lease.fence <= leases[-1].fence:
                raise BrokenHistory(f"fence {lease.fence} was granted after {leases[-1].fence}")
            if leases and lease.fence // SPAN != leases[-1].fence // SPAN:
                current.clear()
            if lease.key in current:
                raise BrokenHistory(
                    f"{lease.key} was granted to {lease.owner} while {current[lease.key].owner} held it"
                )
            current[lease.key] = lease
            leases.append(lease)
        elif record["event"] in ENDS:
            ended = current.pop(record["key"], None)
            if ended is None or (ended.fence, ended.owner) != (record["fence"], record["owner"]):
                raise BrokenHistory(f"line {record['seq']} ends a lease that nobody held")
            ended.ended = record
    return leases
