"""What log and file say of one thing, both as of one moment.

A command writes the log, then the file. Who reads the one and then the other may have a command in between, and
would call edited by hand what that has just written. So where they don't agree both are read again, under the lock
that commands take: then it is so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from interlock.artifacts import log_events, made_files
from interlock.artifacts.lock import alone
from interlock.artifacts.log_events import Event
from interlock.artifacts.made_files import Edited
from interlock.artifacts.spot import Spot

Answer = TypeVar("Answer")


def genuine(root: str, spot: Spot, name: str, told: list[Event], names: tuple[str, ...]) -> bool:
    """``made_files.genuine`` of the flow's file of that name. ``told``: the log's events, ``names``: those that
    make the file; ``root``: Interlock's state folder. Raises Edited."""
    try:
        if made_files.genuine(spot.take(name), spot.events(told, *names)):
            return True
    except Edited:
        pass
    with alone(root, spot.top):
        return made_files.genuine(spot.take(name), spot.events(log_events.told(root), *names))


def wrong(root: str, spot: Spot, told: list[Event], look: Callable[[Spot, list[Event]], str]) -> str:
    """What ``look`` finds wrong with a file of the run, "" for nothing."""
    if not look(spot, told):
        return ""
    with alone(root, spot.top):
        return look(spot, log_events.told(root))
