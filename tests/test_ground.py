"""The ground of all tests holds on a machine that is busy with other things."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st


@given(st.none())
@settings(max_examples=1)
def test_a_slow_moment_fails_no_property(_: None) -> None:
    """An example that takes longer than usual, as each may on a busy machine, is no failure."""
    time.sleep(0.25)  # hypothesis allows 0.2 s if not told otherwise


def drawn_slowly(draw: st.DrawFn) -> None:
    draw(st.integers())
    time.sleep(0.12)


@given(st.composite(drawn_slowly)())
@settings(max_examples=12)
def test_slow_drawing_fails_no_property(_: None) -> None:
    """Nor is slow generation, of which hypothesis allows a second."""
