"""Figures: percentiles, ratios with their spread, verdicts."""

import pytest

from bench import figures


def test_percentile_is_a_time_that_was_measured() -> None:
    """The nearest rank: of 1 to 100, p50 is 50 and p99 is 99, in whatever order they came."""
    times = [float(n) for n in range(100, 0, -1)]
    assert (figures.median(times), figures.percentile(times, 0.99)) == (50.0, 99.0)


def test_percentile_of_one_time_is_that_time() -> None:
    """A single round has a median and a p99."""
    assert figures.percentile([7.0], 0.5) == figures.percentile([7.0], 0.99) == 7.0


def test_ratio_shows_a_disturbed_block() -> None:
    """Two blocks of eight that were slow don't move the ratio of medians, but stand in its spread."""
    calm, disturbed = [2.0] * 60, [6.0] * 20
    ratio = figures.ratio(calm + disturbed, [1.0] * 80)
    assert (ratio.value, ratio.low, ratio.high) == (2.0, 2.0, 6.0)


@pytest.mark.parametrize(("found", "met"), [(1.99, True), (2.0, True), (2.01, False)])
def test_limit_itself_is_met(found: float, met: bool) -> None:
    """At most 2 allows 2, and nothing above."""
    assert figures.at_most("x", found, 2.0).met is met


def test_missed_measure_stands_out() -> None:
    """A table of verdicts says "no" where a measure is missed, and only there."""
    shown = figures.verdicts([figures.at_most("a", 3.0, 2.0), figures.at_least("b", 3.0, 2.5)])
    assert shown.splitlines()[2:] == ["| a | 3.00 | at most 2 | **no** |", "| b | 3.00 | at least 2.5 | yes |"]
