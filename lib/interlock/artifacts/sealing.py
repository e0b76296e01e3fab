"""Files that only `interlock` writes: what the audit log has of them decides, not what stands in them.

Each change is an event that carries the digest of the file as it then became. A file with the last digest is what
it should be; one with an older digest was put back, or its writer killed, and is made again from the events; any
other was edited by hand.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from interlock.artifacts import files
from interlock.artifacts.flaw import Unfit
from interlock.artifacts.ledger import Event
from interlock.doors import keys
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault

UNKNOWN = "the log has nothing of it: it was made in another clone, or typed"


class Edited(Fault):
    """The file is not what `interlock` made it."""


class Spot(NamedTuple):
    """A flow of a run. ``top``: the checkout, by its real path; ``started``: when the run was, in seconds since
    1970: what the log has of an earlier run of that name does not count. ``home``: the checkout whose events are
    this flow's, as the log spells it; "" for this one."""

    top: Path
    run: str
    flow: str
    started: float
    home: str = ""

    @classmethod
    def of(cls, top: Path, meta: RunMeta, flow: str) -> Spot:
        """The flow of the run."""
        return cls(Path(os.path.realpath(top)), meta.run_id, flow, meta.started)

    @property
    def checkout(self) -> str:
        """As the log spells the checkout that its events name."""
        return self.home or keys.text(str(self.top))

    def path(self, name: str) -> str:
        """A file of the flow, from the checkout's top."""
        return f"{RUNS}/{self.run}/{self.flow}/{name}"

    def facts(self) -> dict[str, str]:
        """What an event says of where it belongs."""
        return {"checkout": self.checkout, "run": self.run, "flow": self.flow}

    def events(self, told: list[Event], *names: str) -> list[Event]:
        """Those with these names that are about this flow."""
        mine = [event for event in told if event.name in names and event.of(self.checkout, self.run, self.flow)]
        return [event for event in mine if event.facts.get("when", event.at) >= self.started]

    def take(self, name: str) -> bytes | None:
        """The file's content, None where there is none. Raises Edited for what is no plain file."""
        path = self.path(name)
        if not os.path.lexists(self.top / path):
            return None
        try:
            return files.take(self.top, path)
        except Unfit as problem:
            raise Edited(str(problem.flaw(path))) from None

    def put(self, name: str, raw: bytes) -> None:
        """Replaces the file. Raises Fault."""
        try:
            files.put(self.top, self.path(name), raw)
        except Unfit as problem:
            raise Fault(str(problem.flaw(self.path(name)))) from None


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
