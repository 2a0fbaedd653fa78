"""What a network's features are like in training, for its contract: what a fit to a person starts from."""

from typing import Final

import numpy as np
import numpy.typing as npt

from exporter.data.dataset import LabelledFaces, usable
from exporter.data.labels import shown_truth
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.feature_statistics import FeatureStatistics, HeadReadout
from tracker.model.prior import Numbers

PICTURES_PER_EXPRESSION: Final = 1000
"""Pictures of each expression, or all where there are fewer: means within a thirtieth of a deviation."""
SAMPLE_SEED: Final = 1
LINEARITY_TOLERANCE: Final = 1e-2
"""How far a linear reading of the features may miss a logit: more, and something else lies between them."""
STATISTICS_DIGITS: Final = 6
"""Significant ones of what goes into the contract."""


def sample_per_expression(training: LabelledFaces) -> LabelledFaces:
    """Up to a thousand usable pictures of each expression."""
    good = training.take(usable(training))
    truth, rng = shown_truth(good), np.random.default_rng(SAMPLE_SEED)
    chosen = [rng.permutation(np.flatnonzero(truth == label))[:PICTURES_PER_EXPRESSION] for label in range(len(EXPRESSIONS))]
    return good.take(np.sort(np.concatenate(chosen)))


def feature_statistics(
    features: npt.NDArray[np.float32], seven: npt.NDArray[np.float32], truth: npt.NDArray[np.int64]
) -> FeatureStatistics | None:
    """From [N, width] features, [heads, N, 7] logits of the seven of the head that is shown or of two, and [N] the truth.

    None where an expression is missing, or the logits are not a linear reading of the features.
    """
    if len(np.unique(truth)) != len(EXPRESSIONS):
        return None
    mean, std = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    # A feature that never moved in training says nothing: as it is, it would be divided by nothing.
    std[std < np.finfo(np.float32).eps] = 1.0
    standard = (features - mean) / std
    known = np.column_stack([standard, np.ones(len(standard))])
    found = [np.linalg.lstsq(known, logits.astype(np.float64), rcond=None)[0] for logits in seven]
    if max(np.abs(known @ read - logits).max() for read, logits in zip(found, seven, strict=True)) > LINEARITY_TOLERANCE:
        return None
    first, *others = (HeadReadout(_rows(read[:-1].T), _row(read[-1])) for read in found)
    typical = np.stack([standard[truth == label].mean(axis=0) for label in range(len(EXPRESSIONS))])
    return FeatureStatistics(_row(mean), _row(std), _rows(typical), first.weights, first.biases, *others)


def _row(values: Numbers) -> tuple[float, ...]:
    return tuple(float(f"{value:.{STATISTICS_DIGITS}g}") for value in values)


def _rows(values: Numbers) -> tuple[tuple[float, ...], ...]:
    return tuple(_row(row) for row in values)
