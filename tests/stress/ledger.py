"""A resource that knows fences, as a lock's user should: it shows its value to a holder who presents one,
and takes a new value only from the highest fence it has seen.

It locks each single step, never the time between reading and writing: two holders at once lose an update,
and then the value falls behind the number of accepted writes. Both stand in one record, written in one call,
so a kill can't part them. Shares no code with the package.
"""

import fcntl
import os

_WIDTH = 20


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[int, int, int], tuple[int, int, int] | None]


class Ledger:
    """One resource's record: (highest fence seen, value, accepted writes)."""

    def __init__(self, desk: str, key: str) -> None:
        self.path = os.path.join(desk, "ledgers", key.replace("/", "_"))

    def open(self, fence: int) -> int | None:
        """The value, and nobody of a lower fence may write from now on; None for a superseded holder."""
        return self._step(lambda top, value, count: (fence, value, count) if fence >= top else None)

    def write(self, fence: int, value: int) -> str:
        """ "accepted", or "stale" where a higher fence was seen."""
        done = self._step(lambda top, _, count: (fence, value, count + 1) if fence >= top else None)
        return "stale" if done is None else "accepted"

    def record(self) -> tuple[int, int, int]:
        with open(self.path, "rb") as file:
            return _parsed(file.read())

    def _step(self, change: "Change") -> int | None:
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            new = change(*_parsed(os.pread(handle, 100, 0)))
            if new is None:
                return None
            os.pwrite(handle, b"".join(b"%*d" % (_WIDTH, number) for number in new), 0)
            return new[1]
        finally:
            os.close(handle)


def _parsed(data: bytes) -> tuple[int, int, int]:
    if not data:
        return (0, 0, 0)
    top, value, count = (int(data[at : at + _WIDTH]) for at in range(0, 3 * _WIDTH, _WIDTH))
    return top, value, count
