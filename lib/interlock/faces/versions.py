"""The versions that a file had, as `interlock restore` shows them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from interlock.doors import content, kept
from interlock.faces.rendering import clean, who
from interlock.guard.watch import BREACH, HELD, REPLACED

if TYPE_CHECKING:
    from interlock.faces.desk import Desk

_HOW = {HELD: "held by", BREACH: "changed by", REPLACED: "replaced by"}


class Version(NamedTuple):
    """A content that the file had. ``how``: its holder's, what another made of it, what a restore replaced."""

    number: int
    key: str
    digest: str
    mode: int
    size: int
    owners: str
    how: str
    wall: float


def line(desk: Desk, one: Version) -> str:
    """The version for people."""
    names = " or ".join(who(owner) for owner in one.owners.split("\n"))
    what = "no file" if one.digest == content.MISSING else f"{one.size} bytes, {one.digest[:12]}"
    lost = "" if one.digest == content.MISSING or kept.has(desk.root, one.digest) else ", not kept"
    return clean(f"{one.number}: {clock(one.wall)}, {what}{lost}, {_HOW.get(one.how, one.how)} {names}")


def shown(desk: Desk, one: Version) -> dict[str, object]:
    """The version for programs."""
    owners = one.owners.split("\n")
    facts = {"number": one.number, "digest": one.digest, "size": one.size, "how": one.how, "owners": owners}
    return {**facts, "at": round(one.wall, 3), "kept": kept.has(desk.root, one.digest)}


def clock(wall: float) -> str:
    """Seconds since 1970 as local time."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(wall))
