"""Whether one of two models is right more often on the same pictures, and whether the difference could be chance."""

from typing import Final

import numpy as np

from exporter.evaluation.metrics import (
    BOOTSTRAP_RESAMPLES,
    BOOTSTRAP_SEED,
    CONFIDENCE_LEVEL_PERCENTILES,
    Guesses,
    rounded,
    rounded_interval,
    share,
)
from exporter.evaluation.scores import PairedScores
from tracker.core.errors import DataError

P_VALUE_DIGITS: Final = 3
"""Significant digits: a p-value may be tiny."""


def paired(this: Guesses, other: Guesses) -> PairedScores:
    """The guesses of two models on the same pictures, in the same order, compared; differences are this minus other.

    Raises:
        DataError: The truths differ, so the pictures do.
    """
    if not np.array_equal(this.truth, other.truth):
        raise DataError("The two models were not judged on the same pictures: compare them without --skip-missing.")
    only_this, only_other = int((this.right & ~other.right).sum()), int((other.right & ~this.right).sum())
    return PairedScores(
        n=len(this),
        accuracy=rounded(share(other.right)),
        difference=rounded(share(this.right) - share(other.right)),
        interval=rounded_interval(difference_interval(only_this, only_other, len(this))),
        only_this=only_this,
        only_other=only_other,
        mcnemar=float(f"{mcnemar(only_this, only_other):.{P_VALUE_DIGITS}g}"),
        agreement=rounded(share(this.guess == other.guess)),
    )


def difference_interval(only_this: int, only_other: int, n: int) -> tuple[float, float]:
    """95 % bootstrap interval of the difference in accuracy, drawing pictures with both models' answers.

    Args:
        only_this: Pictures that only the first model got right.
        only_other: Pictures that only the other got right.
        n: All pictures.

    Returns:
        Both ends, -1 to 1, the same at each call; NaN when n is 0.
    """
    if not n:
        return np.nan, np.nan
    # Each picture counts +1, -1 or 0: drawing n of them with replacement is one multinomial draw.
    shares = np.array([only_this, only_other, n - only_this - only_other]) / n
    draws = np.random.default_rng(BOOTSTRAP_SEED).multinomial(n, shares, BOOTSTRAP_RESAMPLES)
    low, high = np.percentile((draws[:, 0] - draws[:, 1]) / n, CONFIDENCE_LEVEL_PERCENTILES)
    return float(low), float(high)


def mcnemar(only_this: int, only_other: int) -> float:
    """The p-value of McNemar's test, exact and two-sided (Psychometrika 12, 1947).

    Args:
        only_this: Pictures that only the first model got right.
        only_other: Pictures that only the other got right.

    Returns:
        0 to 1; 1 where nothing speaks for a difference.
    """
    n, fewer = only_this + only_other, min(only_this, only_other)
    ways = total = 1
    for k in range(fewer):
        ways = ways * (n - k) // (k + 1)
        total += ways
    # Integers of any size, because 2**n is too large for a float.
    return min(1.0, total / (1 << n) * 2)
