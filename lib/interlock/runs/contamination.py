"""Who changed what while a run went on.

Known are: who wrote a file through the guard or by a shell command that was attributed (table ``wrote``), who
holds it, whose shell commands ran. What nobody known changed is the run's own doing where the run writes sources
(a formatter), and where the file is untracked (a coverage file, a report, caches). A tracked file is not a test's
to change: it counts as changed from outside, by an owner that is not known ("").
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from interlock.doors import keys
from interlock.guard.watched import SLACK, Run
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, Resource

if TYPE_CHECKING:
    from interlock.leases.port import Row, Tx

_MOST = 512
"""Files that are looked up; of a run that changed more, the rest counts by the same rules as what nobody knows."""


class Window(NamedTuple):
    """The run: when it began on the store's clock and on the wall, whose it is, where, and whether it writes."""

    began: float
    wall: float
    owner: str
    checkout: str
    writes: bool


class Found(NamedTuple):
    """``others``: (path, owner); ``own``: tracked files that the owner itself is known to have written;
    ``undone``: as ``others``, of what is again as it was: the paths may be ignored ones."""

    others: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    undone: tuple[tuple[str, str], ...]


def find(tx: Tx, window: Window, paths: Iterable[str], tracked: Callable[[str], bool]) -> Found:
    """Sorts ``paths`` (relative to the checkout), which differ between the trees before and after."""
    commands = [Run(row) for row in tx.run("shell_all") if row[1] != window.owner]
    during = [one for one in commands if one.ran(window.began, tx.now)]
    others: list[tuple[str, str]] = []
    own: list[str] = []
    paths = sorted(paths)
    for number, path in enumerate(paths):
        known = _known(tx, window, path) if number < _MOST else ""
        if known and known != window.owner:
            others.append((path, known))
        elif window.writes or not tracked(path):
            continue
        elif known:
            own.append(path)
        else:
            others += [(path, name) for name in sorted({one.owner for one in during})] or [(path, "")]
    return Found(tuple(others), tuple(own), tuple(_undone(tx, window, set(paths))))


def _known(tx: Tx, window: Window, path: str) -> str:
    """Who is known to have written it since the run began, or holds it now; "" for nobody."""
    target = resource(window.checkout, path)
    if target is None:
        return ""
    for owner, _kind, _digest, at, _wall in tx.run("wrote_get", key=target.key):
        if at >= window.began - SLACK:
            return str(owner)
    held: list[Row] = tx.run("lease_on", keys=_json([target.key, *target.ancestors()]))
    return next((str(row[5]) for row in held if row[5] != window.owner), "")


def _undone(tx: Tx, window: Window, differing: set[str]) -> list[tuple[str, str]]:
    """What others wrote while it ran, and is again as it was: by its ctime, as a note may follow much later."""
    top = keys.text(window.checkout.rstrip("/") + "/")
    found = []
    for key, owner, _kind, _digest, at, _wall in tx.run("wrote_under", low=top, high=top[:-1] + "0"):
        path = keys.path_of(key)[len(window.checkout.rstrip("/")) + 1 :]
        if owner == window.owner or at < window.began - SLACK or path in differing:
            continue
        try:
            if os.lstat(os.path.join(window.checkout, path)).st_ctime >= window.wall:
                found.append((path, str(owner)))
        except OSError:
            continue
    return found


def resource(checkout: str, path: str) -> Resource | None:
    """The file itself, as the guard names it: of a symlink the link, not where it leads."""
    full = os.path.join(checkout, path)
    try:
        if not os.path.islink(full):
            return keys.resources(full, "/", "/")[0]
        folder = keys.resources(os.path.dirname(full), "/", "/")[0]
        return Resource(FILE, folder.under() + keys.text(os.path.basename(full)))
    except Unreadable:
        return None


def _json(names: list[str]) -> str:
    import json

    return json.dumps(names)
