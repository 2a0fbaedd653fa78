"""What a classifier says of a face: a distribution over named expressions."""

from dataclasses import dataclass

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
        return cls(labels, tuple(float(value) for value in row / row.sum()))

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


@dataclass(frozen=True, slots=True)
class Verbal:
    """A distribution put into words."""

    expression: str
    emoji: str
    confidence: float


def put_into_words(scores: Scores, threshold: float) -> Verbal:
    """The best guess, or ``unclear`` when its probability is below the threshold; confidence is the best guess's."""
    label, value = scores.top
    expression = label if value >= threshold else UNCLEAR
    return Verbal(expression, EMOJI[expression], value)
