"""What lies in a run's folder: which files, what is wrong with them, what they say, when they were written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from interlock.artifacts import files, made_files
from interlock.artifacts.flaw import Flaw, Unfit
from interlock.artifacts.reading.artifact import parse, validate
from interlock.artifacts.reported import named
from interlock.shapes.artifacts.base import FLOWS, Shape
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.made import Receipt
from interlock.words.contract import RUNS

MOST = 500
"""Files of a flow that are looked at."""


def unseen(path: str) -> float:
    """When hooks saw the file written, where nobody asks them."""
    return 0.0


def unknown(output: str, path: str) -> bool:
    """Whether the output's writer knew the file as it is, where nobody asks hooks."""
    return False


class RunFiles:
    """Taken once; ``paths`` (from the checkout's top) of all files of the run's flows, in their order.
    ``written``: when a file became what it is, as far as hooks saw it, in seconds since 1970, else 0; it counts
    before the file's own time, which anybody may set. ``known``: whether an output's writer was shown a file as it
    is now: then it is no newer, whatever time git or an archive has given it."""

    def __init__(
        self, top: Path, run: str, written: Callable[[str], float] = unseen,
        known: Callable[[str, str], bool] = unknown,
    ) -> None:  # fmt: skip
        self.top = top
        self._written = written
        self._known = known
        self.paths: list[str] = []
        self.flaws: dict[str, list[Flaw]] = {}
        self.values: dict[str, Shape] = {}
        self._times: dict[str, int] = {}
        self._digests: dict[str, str] = {}
        for folder in (f"{RUNS}/{run}", *(f"{RUNS}/{run}/{flow}" for flow in FLOWS)):
            self._folder(folder)

    def there(self, path: str) -> bool:
        """Whether there is such a file, valid or not; outside of the run's folder, too."""
        return self._time(path) > 0

    def good(self, path: str) -> bool:
        """Whether it is there and nothing is wrong with it."""
        return self.there(path) and not self.flaws.get(path)

    def fit(self, path: str) -> bool:
        """Whether an agent that needs it can start: it is good, and a receipt VERIFIED: so asks the guard."""
        value = self.values.get(path)
        return self.good(path) and not (isinstance(value, Receipt) and value.status != "VERIFIED")

    def newer(self, path: str, than: str) -> bool:
        """Whether the one was written after the other."""
        return self._time(path) > self._time(than)

    def newest(self, paths: Sequence[str], than: str) -> str:
        """The first of the paths that was written after that file; where such a report was not, the first of the
        files that it names. "" for none."""
        for path in paths:
            for one in (path, *named(self.values.get(path))):
                if self._when(one) > self._time(than) and (self._written(one) or not self._known(than, one)):
                    return one
        return ""

    def before(self, path: str, when: float) -> bool:
        """Whether the file was written before that time, in seconds since 1970."""
        return self._time(path) < when * 1e9

    def digest(self, path: str) -> str:
        """SHA-256 of the file, "" where it can't be read."""
        if path not in self._digests:
            try:
                self._digests[path] = made_files.digest(files.take(self.top, path))
            except Unfit:
                self._digests[path] = ""
        return self._digests[path]

    def _when(self, path: str) -> int:
        """The same of a folder: what hooks saw in it. Its own time changes with every cache in it."""
        if (self.top / path).is_dir():
            return int(self._written(path) * 1e9)
        return self._time(path)

    def _time(self, path: str) -> int:
        if path not in self._times:
            changed = files.changed(self.top, path)
            seen = self._written(path) if changed and not _is_made(path) else 0.0
            self._times[path] = int(seen * 1e9) or changed
        return self._times[path]

    def _folder(self, folder: str) -> None:
        try:
            found = files.names(self.top, folder)
        except Unfit as problem:
            self.flaws[folder] = [problem.flaw(folder)]
            return
        if len(found) > MOST:
            what = f"it holds {len(found)} files; {MOST} are looked at"
            self.flaws[folder] = [Flaw(folder, 0, what, "move away what no agent reads")]
        for name, is_folder in found[:MOST]:
            if not is_folder and not name.startswith("."):
                self._file(f"{folder}/{name}")

    def _file(self, path: str) -> None:
        self.paths.append(path)
        kind = kind_of(path)
        try:
            raw = files.take(self.top, path)
        except Unfit as problem:
            self.flaws[path] = [problem.flaw(path)]
            return
        self._digests[path] = made_files.digest(raw)
        if kind is None:
            self.flaws[path] = validate(self.top, path)
            return
        value, self.flaws[path] = parse(raw, path, kind)
        if value is not None and not self.flaws[path]:
            self.values[path] = value


def _is_made(path: str) -> bool:
    kind = kind_of(path)
    return kind is not None and bool(kind.made_by)
