"""What a network's pooled features were like in training, as its contract tells: what a fit to a person starts from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EXPRESSIONS

Numbers = npt.NDArray[np.float64]
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a head reads features of mean 0 and deviation 1: [7][width] weights and [7] biases of its logits of the seven."""

    weights: tuple[Row, ...]
    biases: Row


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of training pictures, as many of each expression as there were, at most.

    mean, std: [width] of each feature. All else counts in features that were brought to mean 0 and deviation 1 by these.
    typical: [7][width] the mean face of each expression, in the order of EXPRESSIONS. weights, biases: [7][width] and [7],
    how the shown head reads them: its logits of the seven. second: how the second head does, where two are shown.
    """

    mean: Row
    std: Row
    typical: tuple[Row, ...]
    weights: tuple[Row, ...]
    biases: Row
    second: Reading | None = None

    def __post_init__(self) -> None:
        if not all(value > 0 for value in self.std):
            raise ValueError("statistics.std should be above 0")
        rows = [self.typical, *(part for reading in self.readings for part in (reading.weights, reading.biases))]
        wide = [self.mean, self.std, *self.typical, *(row for reading in self.readings for row in reading.weights)]
        if {len(row) for row in wide} != {self.width} or {len(part) for part in rows} != {len(EXPRESSIONS)}:
            raise ValueError(f"statistics should be of {self.width} features and {len(EXPRESSIONS)} expressions throughout")

    @property
    def width(self) -> int:
        """How many features there are."""
        return len(self.mean)

    def standardised(self, features: npt.NDArray[Any]) -> Numbers:
        """[N, width] features brought to mean 0 and deviation 1."""
        return np.asarray((features.astype(np.float64) - self.mean) / self.std)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Of the shown head, and of the second one if there is one."""
        return (Reading(self.weights, self.biases), *([] if self.second is None else [self.second]))

    def logits(self, standardised: Numbers) -> Numbers:
        """[heads, N, 7] what these heads make of standardised features, in the order of EXPRESSIONS."""
        return np.stack([standardised @ np.array(reading.weights).T + reading.biases for reading in self.readings])
