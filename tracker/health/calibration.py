"""Whether confidence is true: are those predictions right 80 % of the time that say 80 %?"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from tracker.core.text import counted, share
from tracker.health.rates import Flags, Numbers, Rate

BIN_EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Few bins, so that some dozens of verdicts fill them; below one half there are few readings and they mean the same."""
MIN_VERDICTS: Final = 30
"""Verdicts before anything is said of all bins together."""
SIGNIFICANCE_LEVEL: Final = 0.05
"""Of a hundred models whose confidence is true, five are blamed."""
MIN_ECE_VERDICTS: Final = 300
"""Below it, the expected calibration error of a perfect model is 5 points and more, by chance alone."""
ECE_BINS: Final = 15
"""As ``mien evaluate`` counts it."""
ECE_DRAWS: Final = 200
ECE_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of about the same confidence, above ``low`` up to ``high``; confidence: their mean, None without any."""

    low: float
    high: float
    confidence: float | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """Said and kept.

    says: "true", "too sure", "too modest" or "not enough yet". confidence: the mean. p: how often so large a difference comes
    by chance. ece_by_chance: what it would be of a model whose confidence is true, with as many verdicts.
    """

    says: str
    sentence: str
    n: int
    missing: int
    confidence: float | None
    accuracy: float | None
    p: float | None
    ece: float | None
    ece_by_chance: float | None
    ece_missing: int
    bins: tuple[Bin, ...]


def calibration(confidence: Numbers, right: Flags | Numbers) -> Calibration:
    """From each prediction's confidence, 0 to 1, and whether it was right."""
    n, missing = len(right), max(0, MIN_VERDICTS - len(right))
    enough_for_ece = n >= MIN_ECE_VERDICTS
    p = None if missing else poisson_binomial_p(confidence, round(float(right.sum())))
    mean, accuracy = (None, None) if missing else (float(confidence.mean()), float(right.mean()))
    says = _says(mean, accuracy, p)
    return Calibration(
        says=says,
        sentence=_sentence(says, mean, accuracy, missing),
        n=n,
        missing=missing,
        confidence=mean,
        accuracy=accuracy,
        p=p,
        ece=ece(confidence, right) if enough_for_ece else None,
        ece_by_chance=ece_by_chance(confidence) if enough_for_ece else None,
        ece_missing=max(0, MIN_ECE_VERDICTS - n),
        bins=bins(confidence, right),
    )


def bins(confidence: Numbers, right: Flags | Numbers) -> tuple[Bin, ...]:
    """A bin includes its upper end."""
    found = []
    for low, high in pairwise(BIN_EDGES):
        inside = (low < confidence) & (confidence <= high)
        mean = float(confidence[inside].mean()) if inside.any() else None
        found.append(Bin(low, high, mean, Rate.of(right[inside])))
    return tuple(found)


def poisson_binomial_p(confidence: Numbers, right: int) -> float:
    """How often so many rights or so few come about if every confidence is true, two-sided, exact.

    The number of rights is then Poisson-binomial; its distribution is multiplied out, one prediction after the other.
    """
    share = np.zeros(len(confidence) + 1)
    share[0] = 1.0
    for value in confidence:
        share[1:] = share[1:] * (1 - value) + share[:-1] * value
        share[0] *= 1 - value
    return float(min(1.0, 2 * min(share[: right + 1].sum(), share[right:].sum())))


def ece(confidence: Numbers, right: Flags | Numbers) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, over 15 bins of equal width."""
    place = (np.ceil(confidence * ECE_BINS).astype(np.int64) - 1).clip(0)
    return float(np.abs(np.bincount(place, weights=confidence - right)).sum() / len(right))


def ece_by_chance(confidence: Numbers) -> float:
    """The mean of it where every confidence is true: what is left is the price of few verdicts."""
    draws = np.random.default_rng(ECE_SEED).random((ECE_DRAWS, len(confidence))) < confidence
    return float(np.mean([ece(confidence, right) for right in draws]))


def _says(mean: float | None, accuracy: float | None, p: float | None) -> str:
    if mean is None or accuracy is None or p is None:
        return "not enough yet"
    if p >= SIGNIFICANCE_LEVEL:
        return "true"
    return "too sure" if mean > accuracy else "too modest"


def _sentence(says: str, mean: float | None, accuracy: float | None, missing: int) -> str:
    if mean is None or accuracy is None:
        return f"Whether its confidence is true cannot be told yet: that takes {counted(missing, 'more verdict')}."
    told = f"It says {share(mean)} on average and is right {share(accuracy)} of the time"
    return (
        f"{told}: "
        + {
            "true": "its confidence is true as far as these verdicts can tell.",
            "too sure": "it is too sure of itself.",
            "too modest": "it could be surer of itself.",
        }[says]
    )
