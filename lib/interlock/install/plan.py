"""What a settings file is to become: pure functions of its bytes and of what we remember of it.

Each raises ValueError, with a clause, where the file is broken or of a wrong shape.
"""

import json
from typing import Any, Literal, NamedTuple

from interlock.install import disk, merge, splice
from interlock.install.entries import Groups, own_entries
from interlock.install.prefix import VARIABLE, is_own
from interlock.install.receipt import Receipt

Action = Literal["installed", "updated", "unchanged", "covered", "restored", "removed", "absent"]

_REMEMBERED = 4


class Known(NamedTuple):
    """A settings file's bytes (None: there is no file), the receipt for it, if any, and the prefix that our
    program in it runs in turn, which tells the user's own where there is no receipt."""

    current: bytes | None
    receipt: Receipt | None
    chained: str = ""

    @property
    def untouched(self) -> bool:
        """Whether the file still holds what we wrote."""
        if self.current is None or self.receipt is None:
            return False
        return disk.digest(self.current) in self.receipt.written

    def original_settings(self) -> Any:
        """The settings from before the install, as a value; None where unknown or where there was no file."""
        if self.receipt is None:
            return {"env": {VARIABLE: self.chained}} if self.chained else None
        before = self.receipt.before
        return None if before is None else merge.read(before).value

    def own_prefix(self) -> object:
        """The shell prefix that the file sets, or set before ours took its place; None for none."""
        now = None if self.current is None else merge.prefix_in(merge.read(self.current).value)
        return merge.prefix_in(self.original_settings()) if is_own(now) else now


class Install(NamedTuple):
    """An install, thought through."""

    before: bytes | None
    """The file without us."""
    after: bytes
    action: Action
    written: tuple[str, ...]
    """The digests to remember."""


def installed(known: Known, wanted: Groups, prefix: str = "") -> Install:
    """The file with the entries ``wanted`` and the ``prefix``, in place of ours of any version."""
    current = known.current
    if current is None:
        after = merge.merged(None, wanted, prefix)
        return Install(None, after, "installed", (disk.digest(after),))
    if known.untouched and known.receipt is not None:
        before, history = known.receipt.before, known.receipt.written
    else:
        before, history = merge.stripped(current, known.original_settings()), ()
    value = merge.read(current).value
    had = own_entries(value)
    action: Action = "updated" if had else "installed"
    same = _told(had) == _told(own_entries(splice.parse(json.dumps({"hooks": wanted}))))
    if had and same and _ours(merge.prefix_in(value)) == prefix:
        after, action = current, "unchanged"
    else:
        after = merge.merged(before, wanted, prefix)
    digest = disk.digest(after)
    return Install(before, after, action, (*[one for one in history if one != digest][-_REMEMBERED:], digest))


def uninstalled(known: Known) -> tuple[bytes | None, Action]:
    """The file without us: the original bytes if only we wrote it since, else all but our entries."""
    current, kept = known.current, known.receipt
    if current is None:
        return None, "absent"
    found = own_entries(merge.read(current).value)
    if kept is not None and known.untouched:
        return kept.before, "restored" if kept.before != current else "absent"
    if not found and not _ours(merge.prefix_in(merge.read(current).value)):
        return current, "absent"
    rest = merge.stripped(current, known.original_settings())
    made_by_us = kept is not None and kept.before is None
    return (None if made_by_us and merge.read(rest).value == {} else rest), "removed"


def _ours(prefix: object) -> str:
    return prefix if isinstance(prefix, str) and is_own(prefix) else ""


def _told(entries: list[Any]) -> list[str]:
    return sorted(json.dumps([one.event, one.matcher, one.handler], sort_keys=True) for one in entries)
