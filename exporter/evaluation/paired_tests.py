"""Two models on the same pictures: by how much one is right more often, and whether that could be chance."""

from typing import Any, Final

import numpy as np

from exporter.evaluation.metrics import RESAMPLES, SEED, Guesses, rounded, share
from tracker.core.errors import DataError

DIGITS_OF_P: Final = 3
"""Significant ones: a probability may be tiny."""


def paired(this: Guesses, other: Guesses) -> dict[str, Any]:
    """How two lists of guesses on the same pictures differ; differences are this minus other.

    accuracy: the other's. interval: of the difference. mcnemar: how probable so uneven a split of the pictures that only
    one of them got right would be if both were equally good. agreement: share of pictures with the same guess.
    """
    if not np.array_equal(this.truth, other.truth):
        raise DataError("The two models were not judged on the same pictures: compare them without --skip-missing.")
    only_this, only_other = int((this.right & ~other.right).sum()), int((other.right & ~this.right).sum())
    return {
        "n": len(this),
        "accuracy": rounded(share(other.right)),
        "difference": rounded(share(this.right) - share(other.right)),
        "interval": [rounded(end) for end in difference_interval(only_this, only_other, len(this))],
        "only_this": only_this,
        "only_other": only_other,
        "mcnemar": float(f"{mcnemar(only_this, only_other):.{DIGITS_OF_P}g}"),
        "agreement": rounded(share(this.guess == other.guess)),
    }


def difference_interval(only_this: int, only_other: int, n: int) -> tuple[float, float]:
    """95 % bootstrap interval of the difference in accuracy, pictures drawn in pairs."""
    if not n:
        return np.nan, np.nan
    # Each picture counts +1, -1 or 0: drawing N of them with replacement is one multinomial draw.
    shares = np.array([only_this, only_other, n - only_this - only_other]) / n
    draws = np.random.default_rng(SEED).multinomial(n, shares, RESAMPLES)
    low, high = np.percentile((draws[:, 0] - draws[:, 1]) / n, [2.5, 97.5])
    return float(low), float(high)


def mcnemar(only_this: int, only_other: int) -> float:
    """McNemar's test, exact and two-sided (Psychometrika 12, 1947): 1 where nothing speaks for a difference."""
    n, fewer = only_this + only_other, min(only_this, only_other)
    ways = total = 1
    for k in range(fewer):
        ways = ways * (n - k) // (k + 1)
        total += ways
    # Whole numbers of any size: 2**n is beyond any float.
    return min(1.0, total / (1 << n) * 2)


def lines(compared: dict[str, Any]) -> list[str]:
    """A comparison for people."""
    parts = {part: scores for part, scores in compared.items() if part != "model"}
    return [f"compared with model {compared['model'][:12]}, on the same pictures:"] + [
        f"{part:9}{scores['difference'] * 100:+7.2f} points ({scores['interval'][0] * 100:+.2f} to"
        f" {scores['interval'][1] * 100:+.2f}), right alone {scores['only_this']} : {scores['only_other']},"
        f" p = {scores['mcnemar']:.2g}, same guess {scores['agreement']:.1%}"
        for part, scores in parts.items()
        if scores["n"]
    ]
