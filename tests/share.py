"""A share of many alike cases, for CI's twenty minutes: which third it takes goes by the commit, and `./run tests`
by itself takes all."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def share(cases: Sequence[T]) -> list[T]:
    """All of the cases; where INTERLOCK_SHARE is "K/N", the K-th (from 0) and every N-th after it, of few cases
    the first: a proof of nothing would always hold."""
    first, _, step = os.environ.get("INTERLOCK_SHARE", "0/1").partition("/")
    return list(cases)[int(first) :: int(step)] or list(cases)[:1]


def ninth(cases: Sequence[T]) -> list[T]:
    """A share of the share, for what takes longest."""
    return share(share(cases))


def examples(many: int) -> int:
    """Of so many random examples the share: other ones each time, as they are random."""
    return len(share(range(many)))
