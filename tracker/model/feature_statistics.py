"""Statistics of a network's pooled features in training, part of its contract: a fit to a person starts from them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EXPRESSIONS

Numbers = npt.NDArray[np.float64]
Row = tuple[float, ...]
"""One number for each feature, or for each expression."""


@dataclass(frozen=True, slots=True)
class HeadReadout:
    """The linear layer that makes a head's logits of EXPRESSIONS from standardised features.

    Attributes:
        weights: [7][width].
        biases: [7].
    """

    weights: tuple[Row, ...]
    biases: Row


@dataclass(frozen=True, slots=True)
class FeatureStatistics:
    """Statistics over training pictures, about as many of each expression. Widths that do not agree raise ValueError.

    Attributes:
        mean: [width], of each feature.
        std: [width], of each feature, above 0. All that follows is in features standardised by mean and std.
        typical: [7][width], the mean of each expression's pictures, in the order of EXPRESSIONS.
        weights: [7][width], of the shown head's readout.
        biases: [7], of the shown head's readout.
        second: The readout of the second head, where two heads are shown.
    """

    mean: Row
    std: Row
    typical: tuple[Row, ...]
    weights: tuple[Row, ...]
    biases: Row
    second: HeadReadout | None = None

    def __post_init__(self) -> None:
        if not all(value > 0 for value in self.std):
            raise ValueError("statistics.std should be above 0")
        by_feature = [self.mean, self.std, *self.typical, *(row for readout in self.readouts for row in readout.weights)]
        by_expression = [self.typical, *(part for readout in self.readouts for part in (readout.weights, readout.biases))]
        expressions = len(EXPRESSIONS)
        if {len(row) for row in by_feature} != {self.width} or {len(part) for part in by_expression} != {expressions}:
            raise ValueError(f"statistics should be of {self.width} features and {len(EXPRESSIONS)} expressions throughout")

    @property
    def width(self) -> int:
        """How many features there are."""
        return len(self.mean)

    def standardised(self, features: npt.NDArray[Any]) -> Numbers:
        """Bring [N, width] features to mean 0 and standard deviation 1."""
        return np.asarray((features.astype(np.float64) - self.mean) / self.std)

    @property
    def readouts(self) -> tuple[HeadReadout, ...]:
        """Of the shown head, and of the second one if there is one."""
        return (HeadReadout(self.weights, self.biases), *([] if self.second is None else [self.second]))

    def logits(self, standardised: Numbers) -> Numbers:
        """[heads, N, 7] logits of the shown heads, in the order of EXPRESSIONS, from standardised features [N, width]."""
        return np.stack([standardised @ np.array(readout.weights).T + readout.biases for readout in self.readouts])
