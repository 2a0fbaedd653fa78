"""Computes calibration: whether predictions with a confidence of 80 % are right 80 % of the time."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from tracker.core.text import counted, share
from tracker.health.rates import Flags, Numbers, Rate

BIN_EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Edges of the bins of confidence; they are few, so that some dozens of verdicts fill them."""
MIN_VERDICTS: Final = 30
"""With fewer, nothing is said about calibration."""
SIGNIFICANCE_LEVEL: Final = 0.05
"""Of the test whether a model is too sure or too modest: five of a hundred calibrated models fail it by chance."""
MIN_ECE_VERDICTS: Final = 300
"""With fewer, the expected calibration error of a perfect model is 5 points and more, by chance alone."""
ECE_BINS: Final = 15
"""Bins of the expected calibration error, as in ``mien evaluate``."""
ECE_DRAWS: Final = 200
"""Random draws for ``ece_by_chance``."""
ECE_SEED: Final = 1
CALIBRATION_VERDICTS: Final = {
    "true": "its confidence is true as far as these verdicts can tell.",
    "too sure": "it is too sure of itself.",
    "too modest": "it could be surer of itself.",
}


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions with a confidence above ``low`` and up to ``high``; confidence: their mean, or None if there are none."""

    low: float
    high: float
    confidence: float | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidence and accuracy compare; attributes are named as in JSON.

    Attributes:
        says: "true", "too sure", "too modest" or "not enough yet".
        sentence: The same for people.
        n: How many verdicts.
        missing: How many more are needed; as long as it is not 0, confidence, accuracy and p are None.
        confidence: The mean, 0 to 1.
        accuracy: 0 to 1.
        p: The probability that a calibrated model differs so much, 0 to 1, see ``poisson_binomial_p``.
        ece: Expected calibration error, 0 to 1; None as long as more verdicts are needed.
        ece_by_chance: The mean error of a calibrated model with as many verdicts; None likewise.
        ece_missing: How many more verdicts the error needs.
        bins: The predictions by their confidence.
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
    """Compare confidence and accuracy.

    Args:
        confidence: [n] of each prediction, 0 to 1.
        right: [n] whether it was right, as flags or as shares from 0 to 1.
    """
    n, missing = len(right), max(0, MIN_VERDICTS - len(right))
    enough_for_ece = n >= MIN_ECE_VERDICTS
    p = None if missing else poisson_binomial_p(confidence, round(float(right.sum())))
    mean, accuracy = (None, None) if missing else (float(confidence.mean()), float(right.mean()))
    if mean is None or accuracy is None or p is None:
        says = "not enough yet"
        sentence = f"It is too early to say: {counted(missing, 'more verdict')} needed."
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
    """Divide predictions into bins by their confidence; arguments as in ``calibration``; a bin includes its upper end."""
    found = []
    for low, high in pairwise(BIN_EDGES):
        inside = (low < confidence) & (confidence <= high)
        mean = float(confidence[inside].mean()) if inside.any() else None
        found.append(Bin(low, high, mean, Rate.of(right[inside])))
    return tuple(found)


def poisson_binomial_p(confidence: Numbers, right: int) -> float:
    """The p-value of a number of right predictions if each confidence is true: two-sided and exact, 0 to 1.

    The number then has a Poisson binomial distribution, which is computed by convolution, one prediction after the other.

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
    """Expected calibration error over 15 bins of equal width, 0 to 1; arguments as in ``calibration``.

    Source: Naeini, Cooper and Hauskrecht, AAAI 2015.
    """
    bin_index = (np.ceil(confidence * ECE_BINS).astype(np.int64) - 1).clip(0)
    return float(np.abs(np.bincount(bin_index, weights=confidence - right)).sum() / len(right))


def ece_by_chance(confidence: Numbers) -> float:
    """The mean ``ece`` of predictions with these confidences [n] if each is true; it is above 0 only because n is finite."""
    draws = np.random.default_rng(ECE_SEED).random((ECE_DRAWS, len(confidence))) < confidence
    return float(np.mean([ece(confidence, right) for right in draws]))
