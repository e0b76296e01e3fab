"""A bound for what a person would wait for at the store's lock."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from interlock.doors import oslock
from interlock.doors.store.embedded import LOCK
from interlock.words.faults import Deadline

SECONDS = 10.0


@contextmanager
def patience(root: str, seconds: float = SECONDS) -> Iterator[None]:
    """Raises Deadline, naming the holder, if the block takes longer. Only the main thread can be woken;
    elsewhere, and where there are no alarms, there is no bound."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        holder = oslock.holder(os.path.join(root, LOCK))
        raise Deadline(
            f"Interlock's store has been locked for {seconds:g} s by process {holder}. "
            "If that process hangs, end it; its lock is then free at once."
        )

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
