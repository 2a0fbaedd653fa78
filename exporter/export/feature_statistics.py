"""Statistics of a network's features on training pictures; a fit to a person starts from them."""

from typing import Final

import numpy as np
import numpy.typing as npt

from exporter.data.dataset import LabelledFaces, usable
from exporter.data.labels import shown_truth
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.feature_statistics import FeatureStatistics, HeadReadout
from tracker.model.prior import Numbers

PICTURES_PER_EXPRESSION: Final = 1000
"""At most; the standard error of a mean is then a thirtieth of a standard deviation."""
SAMPLE_SEED: Final = 1
LINEARITY_TOLERANCE: Final = 1e-2
"""A linear function of the features may differ from a logit by so much; if by more, the head is not linear."""
STATISTICS_DIGITS: Final = 6
"""Significant digits in the contract."""


def sample_per_expression(training: LabelledFaces) -> LabelledFaces:
    """Up to PICTURES_PER_EXPRESSION usable pictures of each expression, the same at each call."""
    good = training.take(usable(training))
    truth, rng = shown_truth(good), np.random.default_rng(SAMPLE_SEED)
    chosen = [rng.permutation(np.flatnonzero(truth == label))[:PICTURES_PER_EXPRESSION] for label in range(len(EXPRESSIONS))]
    return good.take(np.sort(np.concatenate(chosen)))


def feature_statistics(
    features: npt.NDArray[np.float32], seven: npt.NDArray[np.float32], truth: npt.NDArray[np.int64]
) -> FeatureStatistics | None:
    """Mean, deviation and typical values of the features, and the heads' weights on them.

    Args:
        features: [N, width] of the training pictures.
        seven: [heads, N, 7] logits of the heads that are shown, one or two, in the order of EXPRESSIONS.
        truth: [N] index into EXPRESSIONS, or NO_LABEL.

    Returns:
        None where an expression does not occur, or a head is not a linear function of the features.
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
