"""Where runs lie: `.runs/RUN/`, each with a `run_meta.json`, and `.runs/index.json`, which is derived from these.

A run is started by whoever makes its `run_meta.json`, a step that only one can do; a folder without one, as a
killed starter leaves, or an agent that wrote before, is taken over by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from interlock.artifacts import files
from interlock.artifacts.flaw import Flaw, Gone, Unfit, clean
from interlock.artifacts.lock import alone
from interlock.artifacts.reading import shape_flaws
from interlock.artifacts.reading.artifact import NO_RUNS, parse
from interlock.doors.place import state_root
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.runs import Entry, Index, RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault, Unreadable
from interlock.words.issue import is_issue

INDEX = f"{RUNS}/index.json"
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
        meta, flaws = self._read(run) if is_run(run) else (None, [])
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
                meta, flaws = self._read(name)
                found.flaws.extend(flaws)
                found.runs.extend([meta] if meta else [])
                found.unstarted.extend([] if meta or flaws else [name])
        found.flaws.extend([flaw] if (flaw := self._foreign()) else [])
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
        meta = _meta(
            run_id=run, title=title, issue=issue or None, state="open", started=now, started_by=by, closed=None,
            base=commit or None,
        )  # fmt: skip
        with alone(self._root, self.top):
            if there := self.get(run):
                return Taken(there)
            if log:
                log(meta)
            with _told(self._meta(run)):
                won = files.claim(self.top, self._meta(run), _json(meta))
            there = None if won else self.get(run)
            self._follow()
        if won:
            return meta
        if there is None:
            raise Fault(f"{self._meta(run)} came and went meanwhile. Try again.")
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
                with _told(self._meta(run)):
                    files.put(self.top, self._meta(run), _json(meta))
            self._follow()
        return meta

    def rebuild(self) -> Index:
        """Writes the index anew, if it is not what the runs say. Raises Fault."""
        with alone(self._root, self.top):
            return self._rebuild()

    def index(self) -> Index:
        """What the index should hold."""
        shared = ("run_id", "title", "issue", "state", "started")
        entries = [Entry(**{name: getattr(meta, name) for name in shared}) for meta in self.all()]
        return Index(version=1, runs=entries)

    def _follow(self) -> None:
        """The index after a change that holds whatever becomes of it: the next change makes it again, and
        `interlock runs list` says what is in its way."""
        with suppress(Fault):
            self._rebuild()

    def _rebuild(self) -> Index:
        index = self.index()
        raw = _json(index)
        if flaw := self._foreign():
            raise Fault(str(flaw))
        try:
            same = files.take(self.top, INDEX) == raw
        except Unfit:
            same = False
        if not same:
            with _told(INDEX):
                files.put(self.top, INDEX, raw)
        return index

    def _foreign(self) -> Flaw | None:
        """What is said of an index that `interlock runs` did not make: it is somebody's, and stays."""
        kind = kind_of(INDEX)
        assert kind is not None
        try:
            flaws = parse(files.take(self.top, INDEX), INDEX, kind)[1]
        except Gone:
            return None
        except Unfit as problem:
            return problem.flaw(INDEX)
        if not flaws:
            return None
        what = f"it is not as `interlock runs` makes it ({flaws[0].what}), so it stays as it is"
        return Flaw(INDEX, flaws[0].line, what, "move it away; the next run that is started or closed makes one")

    def _meta(self, run: str) -> str:
        return f"{RUNS}/{run}/run_meta.json"

    def _read(self, run: str) -> tuple[RunMeta | None, list[Flaw]]:
        """The run, or what is wrong with it; neither where it was not started."""
        path = self._meta(run)
        kind = kind_of(path)
        assert kind is not None
        try:
            value, flaws = parse(files.take(self.top, path), path, kind)
        except Gone:
            return None, []
        except Unfit as problem:
            return None, [problem.flaw(path)]
        return (value if isinstance(value, RunMeta) and not flaws else None), flaws


def is_run(name: str) -> bool:
    """Whether the name can be a run's."""
    return is_issue(name) and name.lower() not in NO_RUNS


@contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except Unfit as problem:
        raise Fault(str(problem.flaw(path))) from None


def _meta(**facts: object) -> RunMeta:
    try:
        return RunMeta.model_validate({"version": 1, **facts})
    except ValidationError as problem:
        flaw = shape_flaws.flaws("a run", RunMeta, problem, {})[0]
        raise Fault(f"{flaw.what}; {flaw.mend}") from None


def _json(value: RunMeta | Index) -> bytes:
    return (value.model_dump_json(indent=2) + "\n").encode()
