"""Calibration: are predictions with a confidence of 80 % right 80 % of the time?"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from tracker.core.text import counted, share
from tracker.health.rates import Flags, Numbers, Rate

BIN_EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Of confidence: few bins, so that some dozens of verdicts fill them; below one half there are few predictions."""
MIN_VERDICTS: Final = 30
"""It takes so many to say anything of all bins together."""
SIGNIFICANCE_LEVEL: Final = 0.05
"""Of a hundred models that are calibrated, five are called too sure or too modest."""
MIN_ECE_VERDICTS: Final = 300
"""With fewer, the expected calibration error of a perfect model is 5 points and more, by chance alone."""
ECE_BINS: Final = 15
"""As ``mien evaluate`` counts it."""
ECE_DRAWS: Final = 200
ECE_SEED: Final = 1
CALIBRATION_VERDICTS: Final = {
    "true": "its confidence is true as far as these verdicts can tell.",
    "too sure": "it is too sure of itself.",
    "too modest": "it could be surer of itself.",
}


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions with a confidence above ``low`` and up to ``high``; confidence: their mean, None without any."""

    low: float
    high: float
    confidence: float | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidence and accuracy compare; fields are named as in JSON.

    says: "true", "too sure", "too modest" or "not enough yet". n: verdicts. missing: how many more it takes. confidence: the
    mean, 0 to 1. p: how often so large a difference comes by chance. ece: expected calibration error, None if it takes
    ``ece_missing`` more verdicts. ece_by_chance: that of a calibrated model with as many verdicts.
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
    """From each prediction's confidence, [n] from 0 to 1, and whether it was right, [n] flags or shares."""
    n, missing = len(right), max(0, MIN_VERDICTS - len(right))
    enough_for_ece = n >= MIN_ECE_VERDICTS
    p = None if missing else poisson_binomial_p(confidence, round(float(right.sum())))
    mean, accuracy = (None, None) if missing else (float(confidence.mean()), float(right.mean()))
    if mean is None or accuracy is None or p is None:
        says = "not enough yet"
        sentence = f"Whether its confidence is true cannot be told yet: that takes {counted(missing, 'more verdict')}."
    else:
        says = "true" if p >= SIGNIFICANCE_LEVEL else "too sure" if mean > accuracy else "too modest"
        sentence = f"It says {share(mean)} on average and is right {share(accuracy)} of the time: {CALIBRATION_VERDICTS[says]}"
    return Calibration(
        says=says,
        sentence=sentence,
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
    """The predictions in bins by their confidence, [n] from 0 to 1; a bin includes its upper end."""
    found = []
    for low, high in pairwise(BIN_EDGES):
        inside = (low < confidence) & (confidence <= high)
        mean = float(confidence[inside].mean()) if inside.any() else None
        found.append(Bin(low, high, mean, Rate.of(right[inside])))
    return tuple(found)


def poisson_binomial_p(confidence: Numbers, right: int) -> float:
    """The probability of a number of right predictions at least as extreme if each confidence is true; two-sided, exact.

    The number is then Poisson-binomial; its distribution is multiplied out, one prediction after the other.

    Args:
        confidence: [n] of each prediction, 0 to 1.
        right: How many of them are right.
    """
    probability = np.zeros(len(confidence) + 1)
    probability[0] = 1.0
    for value in confidence:
        probability[1:] = probability[1:] * (1 - value) + probability[:-1] * value
        probability[0] *= 1 - value
    return float(min(1.0, 2 * min(probability[: right + 1].sum(), probability[right:].sum())))


def ece(confidence: Numbers, right: Flags | Numbers) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, over 15 bins of equal width; 0 to 1."""
    place = (np.ceil(confidence * ECE_BINS).astype(np.int64) - 1).clip(0)
    return float(np.abs(np.bincount(place, weights=confidence - right)).sum() / len(right))


def ece_by_chance(confidence: Numbers) -> float:
    """The mean ``ece`` of as many predictions whose confidence is true: what remains is due to their small number."""
    draws = np.random.default_rng(ECE_SEED).random((ECE_DRAWS, len(confidence))) < confidence
    return float(np.mean([ece(confidence, right) for right in draws]))
