"""What a classifier says of a face: a distribution over named expressions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EMOJI, UNCLEAR


@dataclass(frozen=True, slots=True)
class Scores:
    """Probabilities of named expressions, 0 to 1, summing to 1."""

    labels: tuple[str, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.values):
            raise ValueError(f"{len(self.labels)} labels and {len(self.values)} values")
        if not (min(self.values) >= 0 and abs(sum(self.values) - 1) <= 1e-3):
            raise ValueError(f"not a distribution: {self.values}")

    @classmethod
    def of(cls, labels: tuple[str, ...], values: npt.ArrayLike) -> "Scores":
        """From any row of numbers, which is brought to sum 1."""
        row = np.asarray(values, np.float64)
        return cls(labels, tuple((row / row.sum()).tolist()))

    def ranked(self, most: int | None = None) -> list[tuple[str, float]]:
        """(label, probability), likeliest first."""
        pairs = sorted(zip(self.labels, self.values, strict=True), key=lambda pair: -pair[1])
        return pairs[:most]

    @property
    def top(self) -> tuple[str, float]:
        """The likeliest label and its probability."""
        return self.ranked(1)[0]

    def as_dict(self, digits: int = 4) -> dict[str, float]:
        """Label -> probability, in the labels' order."""
        return {label: round(value, digits) for label, value in zip(self.labels, self.values, strict=True)}

    def blended(self, newer: "Scores", weight: float) -> "Scores":
        """This one moved towards a newer one: 0 stays, 1 is the newer."""
        pairs = zip(self.values, newer.values, strict=True)
        return Scores.of(self.labels, [(1 - weight) * old + weight * new for old, new in pairs])


class Doubt(StrEnum):
    """Why a face that can be judged is ``unclear``."""

    CHANGING = "changing"
    """Its newest frame names an expression, and the frames before it do not agree."""
    BETWEEN = "between two expressions"
    UNSURE = "not sure enough"


MIN_TWO_TOGETHER: Final = 0.7
"""Probability that two expressions have together when a face is between them, and no third one matters."""
MAX_RATIO_BETWEEN: Final = 2.0
"""How many times as likely as the second expression the first one is at most, when a face is between them."""


@dataclass(frozen=True, slots=True)
class Verbal:
    """A distribution put into words. doubt: why it is ``unclear``; None where it is not, or where the face can't be judged."""

    expression: str
    emoji: str
    confidence: float
    doubt: Doubt | None = None


def put_into_words(scores: Scores, threshold: float) -> Verbal:
    """The best guess, or ``unclear`` when its probability is below the threshold; confidence is the best guess's."""
    label, value = scores.top
    if value >= threshold:
        return Verbal(label, EMOJI[label], value)
    return Verbal(UNCLEAR, EMOJI[UNCLEAR], value, doubt_of(scores))


def doubt_of(scores: Scores) -> Doubt:
    """Why scores without a clear best guess are unclear: two expressions share most of the probability, or they do not."""
    (_, first), (_, second) = scores.ranked(2)
    return Doubt.BETWEEN if bool(are_close(np.array(first), np.array(second))) else Doubt.UNSURE


def are_close(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether the two likeliest expressions, by their probabilities, leave no room for a third, and neither is far ahead."""
    return np.asarray((first + second >= MIN_TWO_TOGETHER) & (first <= MAX_RATIO_BETWEEN * second))
