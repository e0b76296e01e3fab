"""A share of many alike cases, for CI's twenty minutes: which third it takes goes by the commit's id, as good as
at random, so that over many commits all are taken. `./run tests` by itself takes all."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
COMMIT = os.environ.get("INTERLOCK_SHARE", "")
"""The beginning of the id of the commit whose share is to be taken, as a number; "" for all."""


def share(cases: Sequence[T], level: int = 0) -> list[T]:
    """All of the cases, or CI's third; of few cases the first, since a proof of nothing would always hold. A share
    of a share is of the next ``level``: another digit of the number, so that each case has its commits."""
    if not COMMIT:
        return list(cases)
    return list(cases)[int(COMMIT) // 3**level % 3 :: 3] or list(cases)[:1]


def ninth(cases: Sequence[T]) -> list[T]:
    """A share of the share, for what takes longest."""
    return share(share(cases), 1)


def examples(many: int) -> int:
    """Of so many random examples the share: other ones each time, as they are random."""
    return len(share(range(many)))
