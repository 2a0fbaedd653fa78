"""Intervals are Wilson's, and too few verdicts have none."""

import numpy as np
import pytest

from tracker.core.text import counted
from tracker.health.rates import MIN_VERDICTS, Rate, format_interval, wilson


@pytest.mark.parametrize(
    ("right", "n", "interval"),
    [
        # (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), by hand; the last is in Newcombe (1998), table I.
        (8, 10, (0.4902, 0.9433)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (81, 263, (0.2553, 0.3662)),
    ],
)
def test_intervals_are_wilsons(right: int, n: int, interval: tuple[float, float]) -> None:
    """Four shares whose interval is known, 0 and 1 among them."""
    assert wilson(right, n) == pytest.approx(interval, abs=1e-4)


def test_an_interval_covers_the_truth_as_often_as_it_promises() -> None:
    """Of 4,000 models that are right between 60 and 95 % of the time, 40 verdicts on each, 95 % of the intervals hold it."""
    rng = np.random.default_rng(0)
    truths = rng.uniform(0.6, 0.95, 4000)
    intervals = [wilson(int(right), 40) for right in rng.binomial(40, truths)]
    covered = np.mean([low <= truth <= high for truth, (low, high) in zip(truths, intervals, strict=True)])

    assert covered == pytest.approx(0.95, abs=0.015)


def test_too_few_have_no_figure() -> None:
    """Nine verdicts say how many more it takes; ten have a figure."""
    nine, ten = Rate.of(np.ones(MIN_VERDICTS - 1, bool)), Rate.of(np.ones(MIN_VERDICTS, bool))

    assert (nine.n, nine.right, nine.accuracy, nine.interval, nine.enough, nine.missing) == (9, 9, None, None, False, 1)
    assert (ten.accuracy, ten.enough, ten.missing) == (1.0, True, 0)
    assert Rate.of(np.empty(0, bool)).missing == MIN_VERDICTS


def test_intervals_and_counts_are_formatted_plainly() -> None:
    """An interval is in whole per cent; one verdict is in the singular."""
    assert format_interval((0.6903, 0.8861)) == "69 to 89"
    assert (counted(1, "verdict"), counted(2, "verdict")) == ("1 verdict", "2 verdicts")
