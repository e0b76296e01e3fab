"""One command at a time changes what commands make in a checkout's `.runs/`: one lock for each checkout.

The lock lies in the state folder, never in the repository; the kernel frees that of the dead. Take it before the
store's: whoever holds the store's lock waits for nobody.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from interlock.words.faults import Deadline, StorageFull

PATIENCE = 10.0
"""Seconds to wait for another command."""


@contextmanager
def alone(root: str, top: Path) -> Iterator[None]:
    """Nobody else of this user changes them meanwhile in the checkout whose top is ``top``. Who has the lock may
    take it again. ``root``: Interlock's state folder. Raises Deadline, StorageFull."""
    place = hashlib.sha256(os.fsencode(os.path.realpath(top))).hexdigest()[:32]
    folder = Path(root) / "artifacts"
    # one object for each path: taken again in the same thread it counts, where a second object would wait for ever
    lock = FileLock(folder / f"{place}.lock", mode=0o600, is_singleton=True)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        told = f"Another command has been changing runs or their files here for {PATIENCE:.0f} s. Try again."
        raise Deadline(told) from None
    except OSError as problem:
        raise StorageFull(f"Interlock's state folder can't be written ({problem.strerror}).") from None
    try:
        yield
    finally:
        lock.release()
