"""Labelled features: faces as the model's features, with what a person says they show; a fit is made from them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tracker.core.errors import UsageError
from tracker.core.vocabulary import EXPRESSIONS

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFeatures:
    """A person's verdicts.

    Attributes:
        features: [n, width] as the network gives them, not standardised.
        labels: [n] index into EXPRESSIONS.
        groups: [n] number of the moment. Faces of one moment, such as ten seconds before the camera, weigh as much as one
            verdict together, and are held out together.

    Raises:
        ValueError: Shapes do not match, or a label is out of range.
    """

    features: npt.NDArray[Any]
    labels: Integers
    groups: Integers

    def __post_init__(self) -> None:
        if self.features.ndim != 2 or {len(self.labels), len(self.groups)} != {len(self.features)}:
            raise ValueError(f"features {self.features.shape}, {len(self.labels)} labels, {len(self.groups)} groups")
        if len(self.labels) and not (self.labels.min() >= 0 and self.labels.max() < len(EXPRESSIONS)):
            raise ValueError(f"labels are indices into EXPRESSIONS, found {self.labels.min()} to {self.labels.max()}")

    @classmethod
    def of(
        cls, features: Sequence[npt.NDArray[Any]] | npt.NDArray[Any], labels: Sequence[int], groups: Sequence[int] | None = None
    ) -> Self:
        """From [n, width] features, n labels and n groups; without groups each face is a moment of its own.

        Raises:
            UsageError: There are no features.
        """
        if not len(features):
            raise UsageError("There is no verdict to learn from: confirm or correct some faces first.")
        numbers = np.arange(len(labels)) if groups is None else np.asarray(groups)
        return cls(np.stack(list(features)), np.asarray(labels, np.int64), numbers.astype(np.int64))

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, which: npt.NDArray[np.bool_]) -> "LabelledFeatures":
        """Those that a mask [n] selects."""
        return LabelledFeatures(self.features[which], self.labels[which], self.groups[which])

    @property
    def moments(self) -> dict[str, int]:
        """Expression -> how many moments it has, in the order of EXPRESSIONS; those without one are left out."""
        moments = {(int(label), int(group)) for label, group in zip(self.labels, self.groups, strict=True)}
        counts = Counter(label for label, _ in moments)
        return {EXPRESSIONS[label]: counts[label] for label in sorted(counts)}

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """[n] how much each counts: faces of one moment share the weight of one verdict."""
        _, index, counts = np.unique(self.groups, return_inverse=True, return_counts=True)
        return np.asarray(1.0 / counts[index])
