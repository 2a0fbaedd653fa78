"""Fits a correction to a person's verdicts, by regularised multinomial logistic regression with the model's logits as offset.

The correction stays small where the model was right. The average face of each expression is added to the verdicts, so that
expressions without a verdict are not forgotten. models/PERSONAL.md says how the constants were chosen.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.errors import ModelError, UsageError
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.correction import LogitCorrection
from tracker.model.feature_statistics import FeatureStatistics
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.lbfgs import lbfgs

WEIGHT_PENALTY: Final = 0.3
"""Factor of the squared weights of standardised features; the loss is a sum over verdicts."""
BIAS_PENALTY: Final = 3.0
"""Factor of the squared biases: few verdicts say little about how often a person shows what."""
TYPICAL_WEIGHT: Final = 3.0
"""The average face of an expression counts as so many verdicts."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """What the regression is computed on.

    Attributes:
        features: [n, width] standardised.
        logits: [n, 7] calibrated logits of the released model.
        labels: [n] index into EXPRESSIONS.
        weights: [n] how much each counts; a verdict counts 1.
    """

    features: Numbers
    logits: Numbers
    labels: npt.NDArray[np.int64]
    weights: Numbers


def fit(labelled: LabelledFeatures, contract: ModelContract) -> LogitCorrection:
    """Fit a correction.

    Args:
        labelled: The verdicts.
        contract: Of the released model; its prior for pictures is applied to the logits.

    Returns:
        The correction, for features that are not standardised.

    Raises:
        ModelError: The model has no statistics of its features.
        UsageError: The features are another model's.
    """
    statistics = require_statistics(contract)
    if labelled.features.shape[1] != statistics.width:
        raise UsageError(
            f"These verdicts were given on {labelled.features.shape[1]} features, the model has {statistics.width}: they are"
            " another model's. Judge their crops again with this one."
        )
    weights, biases = _regress(_training_set(labelled, contract, statistics))
    raw = weights / np.array(statistics.std)
    return LogitCorrection(raw, biases - raw @ np.array(statistics.mean))


def require_statistics(contract: ModelContract) -> FeatureStatistics:
    """The statistics of a model's features; ModelError if its file has none."""
    if contract.statistics is None:
        raise ModelError(
            f"The model {contract.name} {contract.version} has no statistics of its features, so it cannot be fitted to a"
            " person. Take a newer file, or write it again with 'mien export --data'."
        )
    return contract.statistics


def released_logits(labelled: LabelledFeatures, contract: ModelContract) -> Numbers:
    """[n, 7] calibrated logits of the released model with its prior for pictures; ModelError if it has no statistics."""
    statistics = require_statistics(contract)
    return contract.calibrated(statistics.logits(statistics.standardised(labelled.features)), contract.shown.picture)


def released_guesses(labelled: LabelledFeatures, contract: ModelContract) -> dict[str, int]:
    """The released model's guesses: expression -> how many faces, most first; ModelError if it has no statistics."""
    guesses = released_logits(labelled, contract).argmax(axis=1).tolist()
    return dict(Counter(EXPRESSIONS[guess] for guess in guesses).most_common())


def _training_set(labelled: LabelledFeatures, contract: ModelContract, statistics: FeatureStatistics) -> TrainingSet:
    """The verdicts, and the average face of each expression, moved by what this person's faces have in common."""
    features, typical = statistics.standardised(labelled.features), np.array(statistics.typical)
    weights = labelled.weights
    # + 1 shrinks it, as one more face without a difference would.
    own_difference = weights @ (features - typical[labelled.labels]) / (weights.sum() + 1)
    own_typical = typical + own_difference
    return TrainingSet(
        np.concatenate([features, own_typical]),
        contract.calibrated(statistics.logits(np.concatenate([features, own_typical])), contract.shown.picture),
        np.concatenate([labelled.labels, np.arange(len(EXPRESSIONS))]),
        np.concatenate([weights, np.full(len(EXPRESSIONS), TYPICAL_WEIGHT)]),
    )


def _regress(training: TrainingSet) -> tuple[Numbers, Numbers]:
    """[7, width] weights and [7] biases of standardised features.

    By the representer theorem the best weights lie in the span of the features, so the search has few dimensions.
    """
    left, singular_values, axes = np.linalg.svd(training.features, full_matrices=False)
    coordinates = left * singular_values
    rows, seven = len(singular_values), len(EXPRESSIONS)
    targets = np.eye(seven)[training.labels]

    def loss(point: Numbers) -> tuple[float, Numbers]:
        weights, biases = point[: rows * seven].reshape(rows, seven), point[rows * seven :]
        logits = training.logits + coordinates @ weights + biases
        highest = logits.max(axis=1, keepdims=True)
        sums = highest + np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
        errors = training.weights[:, None] * (np.exp(logits - sums) - targets)
        value = training.weights @ (sums[:, 0] - logits[targets.astype(bool)])
        value += WEIGHT_PENALTY * (weights**2).sum() + BIAS_PENALTY * (biases**2).sum()
        gradients = [coordinates.T @ errors + 2 * WEIGHT_PENALTY * weights, errors.sum(axis=0) + 2 * BIAS_PENALTY * biases]
        return float(value), np.concatenate([gradient.ravel() for gradient in gradients])

    minimum = lbfgs(loss, np.zeros((rows + 1) * seven))
    return (minimum[: rows * seven].reshape(rows, seven).T @ axes), minimum[rows * seven :]
