"""Files that only `interlock` writes: what the audit log has of them decides, not what stands in them.

Each change is an event that carries the digest of the file as it then became. A file with the last digest is what
it should be; one with an older digest was put back, or its writer killed, and is made again from the events; any
other was edited by hand.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel

from interlock.artifacts.log_events import Event
from interlock.words.faults import Fault

UNKNOWN = "the log has nothing of it: it was made in another clone, or typed"


class Edited(Fault):
    """The file is not what `interlock` made it."""


def genuine(raw: bytes | None, events: list[Event]) -> bool:
    """Whether the file is what it was last made; False where the events should make it again. Raises Edited where
    somebody else wrote it."""
    if raw is None:
        return False
    if not events:
        raise Edited(UNKNOWN)
    known = [str(event.facts.get("digest", "")) for event in events]
    found = digest(raw)
    if found not in known:
        raise Edited("it is not as `interlock` wrote it: somebody edited it")
    return known[-1] == found


def digest(raw: bytes) -> str:
    """SHA-256, CRLF read as LF: git and editors may change how lines end."""
    return hashlib.sha256(plain(raw)).hexdigest()


def plain(raw: bytes) -> bytes:
    """The content, its lines ending as they were written."""
    return raw.replace(b"\r\n", b"\n")


def canonical(value: object) -> bytes:
    """JSON that has one spelling only: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def written(value: BaseModel) -> bytes:
    """The value as it stands in its file."""
    return (value.model_dump_json(indent=2) + "\n").encode()
