"""The runs of a checkout: listed, started, closed.

A run is started by whoever makes its `run_meta.json`, a step that only one can do; a folder without one, as a
killed starter leaves, or an agent that wrote before, is taken over by the next.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from interlock.artifacts import files
from interlock.artifacts.flaw import Flaw, Unfit, clean
from interlock.artifacts.lock import alone
from interlock.artifacts.made_files import written
from interlock.artifacts.reading.artifact import NO_RUNS
from interlock.artifacts.runs import index
from interlock.artifacts.runs.meta import is_run, meta_path, new, read
from interlock.doors.place import state_root
from interlock.shapes.artifacts.runs import Index, RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault, Unreadable

Log = Callable[[RunMeta], None]
"""Notes an event before it happens: what could not be noted does not happen."""


class Taken(NamedTuple):
    """There is such a run already."""

    meta: RunMeta


class Found(NamedTuple):
    """What is in `.runs/`: the runs, oldest first; folders that nobody started; metas that can't be read."""

    runs: list[RunMeta]
    unstarted: list[str]
    flaws: list[Flaw]


class Runs:
    """The runs of the checkout whose top is ``top``. ``root``: Interlock's state folder, the user's by default."""

    def __init__(self, top: Path, root: str = "") -> None:
        self.top = top
        self._root = root or state_root()

    def path(self, run: str) -> Path:
        """The run's folder, whether it exists or not."""
        return self.top / RUNS / run

    def all(self) -> list[RunMeta]:
        """Every run, oldest first."""
        return self.look().runs

    def open(self) -> list[RunMeta]:
        """Those that are not closed."""
        return [meta for meta in self.all() if meta.state == "open"]

    def get(self, run: str) -> RunMeta | None:
        """The run, None where it was not started. Raises Unreadable."""
        meta, flaws = read(self.top, run) if is_run(run) else (None, [])
        if flaws:
            raise Unreadable(str(flaws[0]))
        return meta

    def look(self) -> Found:
        """All that is there. Raises Unreadable where `.runs` itself can't be read."""
        found = Found([], [], [])
        try:
            names = files.names(self.top, RUNS)
        except Unfit as problem:
            raise Unreadable(str(problem.flaw(RUNS))) from None
        for name, folder in names:
            if name in NO_RUNS or name.startswith("."):
                continue
            if not folder or not is_run(name):
                what = "it is no folder" if not folder else "its name is no run's id"
                found.flaws.append(Flaw(clean(f"{RUNS}/{name}"), 0, what, "move it away: only runs lie here"))
            else:
                meta, flaws = read(self.top, name)
                found.flaws.extend(flaws)
                found.runs.extend([meta] if meta else [])
                found.unstarted.extend([] if meta or flaws else [name])
        found.flaws.extend([flaw] if (flaw := index.foreign(self.top)) else [])
        found.runs.sort(key=lambda meta: (meta.started, meta.run_id))
        return found

    def start(
        self, run: str, title: str, issue: str, by: str, commit: str, now: float, log: Log | None = None
    ) -> RunMeta | Taken:
        """Starts the run, or says that there is one. ``issue`` and ``commit``: "" for none. Raises Fault."""
        if not is_run(run):
            raise Fault(
                f"`{clean(run, 70)}` can't be a run's id: 1 to 64 letters, digits, dots, - and _, not an index."
            )
        meta = new(
            run_id=run, title=title, issue=issue or None, state="open", started=now, started_by=by, closed=None,
            base=commit or None,
        )  # fmt: skip
        with alone(self._root, self.top):
            if there := self.get(run):
                return Taken(there)
            if log:
                log(meta)
            try:
                won = files.claim(self.top, meta_path(run), written(meta))
            except Unfit as problem:
                raise Fault(str(problem.flaw(meta_path(run)))) from None
            there = None if won else self.get(run)
            self._follow()
        if won:
            return meta
        if there is None:
            raise Fault(f"{meta_path(run)} came and went meanwhile. Try again.")
        return Taken(there)

    def close(self, run: str, now: float, log: Log | None = None) -> RunMeta:
        """Closes the run; one that is closed stays as it is. Raises Fault."""
        with alone(self._root, self.top):
            meta = self.get(run)
            if meta is None:
                raise Fault(f"There is no run `{clean(run, 70)}` here. `interlock runs list` names them.")
            if meta.state == "open":
                meta = meta.model_copy(update={"state": "closed", "closed": now})
                if log:
                    log(meta)
                try:
                    files.put(self.top, meta_path(run), written(meta))
                except Unfit as problem:
                    raise Fault(str(problem.flaw(meta_path(run)))) from None
            self._follow()
        return meta

    def rebuild(self) -> Index:
        """Writes the index anew, if it is not what the runs say. Raises Fault."""
        with alone(self._root, self.top):
            return index.write(self.top, self.all())

    def _follow(self) -> None:
        """The index after a change that holds whatever becomes of it: the next change makes it again, and
        `interlock runs list` says what is in its way."""
        with suppress(Fault):
            index.write(self.top, self.all())
