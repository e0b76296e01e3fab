"""Which records a person asked for: by time, owner, event, path."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from interlock.doors import keys
from interlock.faces.rendering import paths, text, who
from interlock.shapes.record import SHAPES, Record
from interlock.words.faults import Fault, Unreadable
from interlock.words.pattern import ignored
from interlock.words.resource import TREE

_AGO = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([smhdw])")
_SPAN = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


class Misspelt(Fault):
    """An argument that means nothing."""


def moment(spelled: str, now: float) -> datetime:
    """10m, 2h, 3d ago; 2026-11-20, 2026-11-20T14:05; 14:05 today. Local time, unless it names a zone."""
    ago = _AGO.fullmatch(spelled)
    try:
        if ago:
            return datetime.fromtimestamp(now, UTC) - timedelta(seconds=float(ago[1]) * _SPAN[ago[2]])
        if _CLOCK.fullmatch(spelled):
            spelled = f"{time.strftime('%Y-%m-%d', time.localtime(now))}T{spelled:0>5}"
        return datetime.fromisoformat(spelled).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Misspelt(
            f"`{spelled[:40]}` is no time; say 10m or 2h (ago), 14:05, 2026-11-20 or 2026-11-20T14:05."
        ) from None


def events(spelled: str) -> frozenset[str]:
    """The event names in a list with commas."""
    named = {name.strip() for name in spelled.split(",") if name.strip()}
    unknown = sorted(named - SHAPES.keys())
    if unknown or not named:
        raise Misspelt(f"No event is called `{', '.join(unknown)}`; there are {', '.join(sorted(SHAPES))}.")
    return frozenset(named)


class Wanted:
    """The conditions together; an empty one lets everything through."""

    def __init__(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        owner: str = "",
        names: frozenset[str] = frozenset(),
        places: list[Place] | None = None,
    ) -> None:
        self.since = since
        self.until = until
        self.owner = owner.casefold()
        self.names = names
        self.places = places or []

    def fits(self, record: Record, kind: str) -> bool:
        """Whether the record, by an owner of that agent type, was asked for."""
        if (self.since and record.at < self.since) or (self.until and record.at >= self.until):
            return False
        if self.names and record.event not in self.names:
            return False
        if self.owner and not _named(text(record, "owner"), kind, self.owner):
            return False
        return not self.places or any(p.fits(path) for p in self.places for path in paths(record))


def _named(owner: str, kind: str, wanted: str) -> bool:
    return any(wanted in name.casefold() for name in (owner, kind, who(owner, kind) if owner else ""))


class Place:
    """A path in any spelling, a folder with all below it, `mutex:NAME`, or a pattern as in `ignore`."""

    def __init__(self, spelled: str, cwd: str, home: str, project: str) -> None:
        self.project = project.rstrip("/") + "/"
        self.pattern = ""
        self._shown: set[str] = set()
        self._keys: set[str] = set()
        self._folders: tuple[str, ...] = ()
        self._key_of = lru_cache(65536)(self._look_up)
        if spelled.startswith("mutex:"):
            self._shown = {keys.text(spelled)}
        elif set(spelled) & set("*?") and not os.path.lexists(os.path.join(cwd, spelled)):
            self.pattern = spelled.removeprefix("./")
        else:
            self._resolve(spelled, cwd, home)

    def _resolve(self, spelled: str, cwd: str, home: str) -> None:
        try:
            found = keys.resources(spelled, cwd, home)
        except Unreadable as problem:
            raise Misspelt(f"`{spelled[:80]}` is no path: {problem}.") from None
        self._shown = {one.shown for one in found}
        self._keys = {one.key for one in found}
        self._folders = tuple(one.shown.rstrip("/") + "/" for one in found if one.kind == TREE)

    def fits(self, path: str) -> bool:
        if self.pattern:
            return ignored(path.removeprefix(self.project), [self.pattern])
        if path in self._shown or path.startswith(self._folders or ("\0",)):
            return True
        return self._key_of(path) in self._keys

    def _look_up(self, path: str) -> str:
        """The key that the path has today: other spellings, links and folded names meet in it."""
        try:
            return keys.resources(keys.path_of(path), "/", "/")[0].key if path.startswith("/") else ""
        except Unreadable:
            return ""
