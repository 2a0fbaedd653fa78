"""A correction from a person's verdicts: regularised multinomial regression on top of the model's own logits.

The correction is small where the model was right. One average face of each expression is learnt from, too, so that expressions
without a verdict are not forgotten. models/PERSONAL.md tells how the numbers here were chosen.
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
"""On squared weights of standardised features, beside the sum of the verdicts' losses."""
BIAS_PENALTY: Final = 3.0
"""On squared biases: seven verdicts say little of how often a person shows what."""
TYPICAL_WEIGHT: Final = 3.0
"""The average face of an expression counts as so many verdicts."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """What is regressed: features [n, width] standardised, what the model says [n, 7], labels and weights [n]."""

    features: Numbers
    logits: Numbers
    labels: npt.NDArray[np.int64]
    weights: Numbers


def fit(labelled: LabelledFeatures, contract: ModelContract) -> LogitCorrection:
    """The correction that verdicts ask for, with the prior taken out as it is for pictures; ModelError without statistics."""
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
    """The card's, or a sentence why it cannot be fitted to a person."""
    if contract.statistics is None:
        raise ModelError(
            f"The model {contract.name} {contract.version} tells nothing of its features, so it cannot be fitted to a person."
            " Take a newer file, or write it again with 'mien export --data'."
        )
    return contract.statistics


def released_logits(labelled: LabelledFeatures, contract: ModelContract) -> Numbers:
    """[n, 7] calibrated logits of the released model for a person's verdicts, as it judges pictures."""
    statistics = require_statistics(contract)
    return contract.calibrated(statistics.logits(statistics.standardised(labelled.features)), contract.shown.picture)


def released_guesses(labelled: LabelledFeatures, contract: ModelContract) -> dict[str, int]:
    """What the released model takes these faces for: expression -> how many of them, most first."""
    guesses = released_logits(labelled, contract).argmax(axis=1).tolist()
    return dict(Counter(EXPRESSIONS[guess] for guess in guesses).most_common())


def _training_set(labelled: LabelledFeatures, contract: ModelContract, statistics: FeatureStatistics) -> TrainingSet:
    """The verdicts, and an average face of each expression that has what this person's faces have in common."""
    features, typical = statistics.standardised(labelled.features), np.array(statistics.typical)
    weights = labelled.weights
    # Shrunk as if one more face had told of nothing special.
    own = weights @ (features - typical[labelled.labels]) / (weights.sum() + 1)
    everybody = typical + own
    return TrainingSet(
        np.concatenate([features, everybody]),
        contract.calibrated(statistics.logits(np.concatenate([features, everybody])), contract.shown.picture),
        np.concatenate([labelled.labels, np.arange(len(EXPRESSIONS))]),
        np.concatenate([weights, np.full(len(EXPRESSIONS), TYPICAL_WEIGHT)]),
    )


def _regress(lesson: TrainingSet) -> tuple[Numbers, Numbers]:
    """[7, width] weights and [7] biases of standardised features.

    The best weights lie in the span of the features (the representer theorem), so that a few numbers are searched.
    """
    left, sizes, axes = np.linalg.svd(lesson.features, full_matrices=False)
    places = left * sizes
    rows, seven = len(sizes), len(EXPRESSIONS)
    wanted = np.eye(seven)[lesson.labels]

    def loss(point: Numbers) -> tuple[float, Numbers]:
        weights, biases = point[: rows * seven].reshape(rows, seven), point[rows * seven :]
        logits = lesson.logits + places @ weights + biases
        highest = logits.max(axis=1, keepdims=True)
        sums = highest + np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
        missed = lesson.weights[:, None] * (np.exp(logits - sums) - wanted)
        value = lesson.weights @ (sums[:, 0] - logits[wanted.astype(bool)])
        value += WEIGHT_PENALTY * (weights**2).sum() + BIAS_PENALTY * (biases**2).sum()
        slopes = [places.T @ missed + 2 * WEIGHT_PENALTY * weights, missed.sum(axis=0) + 2 * BIAS_PENALTY * biases]
        return float(value), np.concatenate([slope.ravel() for slope in slopes])

    found = lbfgs(loss, np.zeros((rows + 1) * seven))
    return (found[: rows * seven].reshape(rows, seven).T @ axes), found[rows * seven :]
