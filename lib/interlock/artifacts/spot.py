"""A flow of a run: where its files lie, and which events of the log are about it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from interlock.artifacts import files
from interlock.artifacts.flaw import Unfit
from interlock.artifacts.log_events import Event
from interlock.artifacts.made_files import Edited
from interlock.doors import keys
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault


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

    def beside(self, path: str) -> Spot | None:
        """The flow of the same run in whose folder the file lies, None for none."""
        parts = path.split("/")
        return self._replace(flow=parts[2]) if len(parts) == 4 and parts[:2] == [RUNS, self.run] else None

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
