"""What a network's pooled features were like in training, as its contract tells: what a fit to a person starts from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EXPRESSIONS

Numbers = npt.NDArray[np.float64]
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of training pictures, as many of each expression as there were, at most.

    mean, std: [width] of each feature. All else counts in features that were brought to mean 0 and deviation 1 by these.
    typical: [7][width] the mean face of each expression, in the order of EXPRESSIONS. weights, biases: [7][width] and [7],
    how the shown head reads them: its logits of the seven.
    """

    mean: Row
    std: Row
    typical: tuple[Row, ...]
    weights: tuple[Row, ...]
    biases: Row

    def __post_init__(self) -> None:
        if not all(value > 0 for value in self.std):
            raise ValueError("statistics.std should be above 0")
        widths = {len(row) for row in (self.mean, self.std, *self.typical, *self.weights)}
        if widths != {self.width} or {len(self.typical), len(self.weights), len(self.biases)} != {len(EXPRESSIONS)}:
            raise ValueError(f"statistics should be of {self.width} features and {len(EXPRESSIONS)} expressions throughout")

    @property
    def width(self) -> int:
        """How many features there are."""
        return len(self.mean)

    def standardised(self, features: npt.NDArray[Any]) -> Numbers:
        """[N, width] features brought to mean 0 and deviation 1."""
        return np.asarray((features.astype(np.float64) - self.mean) / self.std)

    def logits(self, standardised: Numbers) -> Numbers:
        """[N, 7] what the shown head makes of standardised features, in the order of EXPRESSIONS."""
        return np.asarray(standardised @ np.array(self.weights).T + self.biases)
