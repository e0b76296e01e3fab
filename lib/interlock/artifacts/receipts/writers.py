"""Who wrote the checkout's files last, and when, as far as hooks saw it.

The store keeps of each file the last known writer and what the file was then (a month long). A file that is
something else now was written past the hooks, so its writer is not known.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from interlock.artifacts import files, made_files
from interlock.artifacts.flaw import Unfit
from interlock.doors import content, keys
from interlock.guard import sections, whichrun
from interlock.words.contract import RUNS, run_of
from interlock.words.faults import Unreadable
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

_MOST = 500
"""Files of a folder that a report names."""


class Author(NamedTuple):
    """``owner``: `host|session|agent`, "" where it is not known; ``kind``: its agent type, "" for none."""

    owner: str
    kind: str


NOBODY = Author("", "")
"""Not known."""


class Writers:
    """Of the checkout ``top``, its real path; paths are from there."""

    def __init__(self, desk: Desk, top: Path) -> None:
        self.top = top
        self._desk = desk
        self._low = keys.resources(f"{top}", "/", "/")[0].under()
        with desk.transaction() as tx:
            rows = tx.run("wrote_under", low=self._low, high=_after(self._low))
        self._rows = {str(row[0]): row[1:] for row in rows}
        self._known: dict[str, tuple[Author, float]] = {}

    def author(self, path: str) -> Author:
        """Who made the file what it is."""
        return self._last(path)[0]

    def at(self, path: str) -> float:
        """When hooks saw it become what it is, in seconds since 1970; 0 where they did not. Of a folder the last
        of its files counts."""
        return max(self._last(one)[1] for one in self.below(path))

    def knew(self, output: str, path: str) -> bool:
        """Whether who wrote the output was shown the file as it is now."""
        owner = self.author(output).owner
        with self._desk.transaction() as tx:
            rows = tx.run("seen_get", owner=owner, key=self._key(path)) if owner else []
        return bool(rows) and str(rows[0][0]) in self._digests(path)

    def below(self, path: str) -> list[str]:
        """The file, or those of the folder that hooks saw written."""
        low = f"{self._key(path)}/"
        inside = [key.removeprefix(self._low) for key in self._rows if key.startswith(low)]
        return [keys.path_of(one) for one in sorted(inside)[:_MOST]] or [path]

    def sections(self, path: str) -> list[str]:
        """The sections of the shared file that are not as their agents left them, as far as hooks know."""
        with self._desk.transaction() as tx:
            return sections.strange(tx, self._key(path))

    def runs_of(self, author: Author) -> set[str]:
        """The runs in which the owner works: that of its prompt, else those of which it has seen something."""
        low = f"{self._low}{RUNS}/"
        try:
            owner = parse(author.owner)
        except ValueError:
            return set()
        with self._desk.transaction() as tx:
            told = whichrun.named(tx, owner)
            seen = tx.run("seen_under", owner=author.owner, low=low, high=_after(low))
        found = {run_of(f"{RUNS}/{row[0][len(low) :]}") for row in seen if row[1] != content.MISSING}
        return {told} if told else found - {""}

    def _key(self, path: str) -> str:
        return keys.resources(f"{self.top}/{path}", "/", "/")[0].key

    def _last(self, path: str) -> tuple[Author, float]:
        if path not in self._known:
            self._known[path] = self._look(path)
        return self._known[path]

    def _look(self, path: str) -> tuple[Author, float]:
        try:
            row = self._rows.get(self._key(path))
        except Unreadable:
            row = None
        if row is None or str(row[2]) not in self._digests(path):
            return NOBODY, 0.0
        return Author(str(row[0]), str(row[1])), float(row[4])

    def _digests(self, path: str) -> set[str]:
        """What the store may call the file's content, however its lines end."""
        try:
            raw = files.take(self.top, path)
        except Unfit:
            return {content.look(f"{self.top}/{path}", time.time()).digest}
        plain = made_files.plain(raw)
        return set(map(content.digest, (raw, plain, plain.replace(b"\n", b"\r\n"))))


def _after(low: str) -> str:
    """The first key that is not below the folder."""
    return low[:-1] + chr(ord("/") + 1)
