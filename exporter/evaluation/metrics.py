"""The numbers of ``mien evaluate``, computed from guesses and the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from exporter.data.labels import NO_LABEL
from exporter.evaluation.scores import Abstention, GroupScores, PartScores

ECE_BINS: Final = 15
"""As in Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017)."""
BOOTSTRAP_RESAMPLES: Final = 10_000
BOOTSTRAP_SEED: Final = 1
CONFIDENCE_LEVEL_PERCENTILES: Final = (2.5, 97.5)
"""Both ends of a 95 % interval."""
CONFIDENT_SHARE: Final = 0.8
"""``coverage`` reports the accuracy of this share of the guesses, the most confident ones."""
REPORTED_DIGITS: Final = 4
"""Decimal places of reported numbers: a hundredth of a percent, far below the width of any interval here."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """One guess for each picture, and the truth.

    Attributes:
        truth: [N] index into some labels.
        guess: [N] index into the same labels; NO_LABEL where no face was found, which counts as wrong.
        confidence: [N] the guess's probability, 0 to 1.
    """

    truth: npt.NDArray[np.int64]
    guess: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]

    @classmethod
    def of(cls, probabilities: npt.NDArray[np.float64], truth: npt.NDArray[np.int64]) -> "Guesses":
        """The likeliest label of each row.

        Args:
            probabilities: [N, labels], 0 to 1.
            truth: [N] index into the labels; rows where it is NO_LABEL are left out.
        """
        known = truth != NO_LABEL
        rows = probabilities[known]
        return cls(truth[known], rows.argmax(axis=1), rows.max(axis=1))

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, which: npt.NDArray[np.bool_]) -> "Guesses":
        """The guesses that a mask [N] selects."""
        return Guesses(self.truth[which], self.guess[which], self.confidence[which])

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """[N] whether the guess is the truth."""
        return np.asarray(self.guess == self.truth)


def part_scores(guesses: Guesses, labels: Sequence[str]) -> PartScores:
    """All scores of one part of a model; ``without_leaks`` is UNSET.

    Args:
        guesses: Of the part, on pictures whose truth is known.
        labels: What the indices in the guesses mean, in order.
    """
    recall_of_labels = recalls(guesses, len(labels))
    return PartScores(
        n=len(guesses),
        accuracy=rounded(share(guesses.right)),
        interval=rounded_interval(interval(guesses.right)),
        uar=rounded(uar(guesses, len(labels))),
        macro_f1=rounded(macro_f1(guesses, len(labels))),
        ece=rounded(ece(guesses)),
        coverage={str(CONFIDENT_SHARE): rounded(share(most_confident(guesses, CONFIDENT_SHARE)))},
        recall={label: rounded(value) for label, value in zip(labels, recall_of_labels, strict=True)},
        confusion=confusion(guesses, len(labels)).tolist(),
    )


def group_scores(guesses: Guesses, names: npt.NDArray[np.str_], labels: int) -> dict[str, GroupScores]:
    """Scores of each group, by its name.

    Args:
        guesses: N guesses.
        names: [N] the group of each picture; "" is no group.
        labels: How many labels there are.
    """
    scores = {}
    for name in np.unique(names[names != ""]):
        members = guesses.take(names == name)
        scores[str(name)] = GroupScores(
            n=len(members),
            accuracy=rounded(share(members.right)),
            interval=rounded_interval(interval(members.right)),
            uar=rounded(uar(members, labels)),
        )
    return scores


def rounded(value: float) -> float | None:
    """A number to report; None for NaN, which JSON does not have."""
    return None if np.isnan(value) else round(float(value), REPORTED_DIGITS)


def rounded_interval(ends: tuple[float, float]) -> tuple[float | None, float | None]:
    """Both ends of an interval, to report."""
    low, high = ends
    return rounded(low), rounded(high)


def share(right: npt.NDArray[np.bool_]) -> float:
    """The share of [N] that is true, 0 to 1; NaN when N is 0."""
    return float(right.mean()) if len(right) else np.nan


def interval(right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """95 % bootstrap interval of the accuracy (percentile method; Efron, Annals of Statistics 7(1), 1979).

    Args:
        right: [N] whether each guess is right.

    Returns:
        Both ends, 0 to 1, the same at each call; NaN when N is 0.
    """
    if not len(right):
        return np.nan, np.nan
    # Drawing N of the guesses with replacement and counting the right ones is one binomial draw.
    draws = np.random.default_rng(BOOTSTRAP_SEED).binomial(len(right), right.mean(), BOOTSTRAP_RESAMPLES) / len(right)
    low, high = np.percentile(draws, CONFIDENCE_LEVEL_PERCENTILES)
    return float(low), float(high)


def confusion(guesses: Guesses, labels: int) -> npt.NDArray[np.int64]:
    """[labels, labels] counts: a row for each true label, a column for each guess. A picture without a guess is not counted."""
    made = guesses.guess != NO_LABEL
    pairs = guesses.truth[made] * labels + guesses.guess[made]
    return np.bincount(pairs, minlength=labels * labels).reshape(labels, labels)


def recalls(guesses: Guesses, labels: int) -> list[float]:
    """For each label the share of its pictures that were recognised; NaN for a label without pictures."""
    return [share(guesses.right[guesses.truth == label]) for label in range(labels)]


def uar(guesses: Guesses, labels: int) -> float:
    """Unweighted average recall: the mean over the labels that occur in the truth; NaN without pictures."""
    present = [value for value in recalls(guesses, labels) if not np.isnan(value)]
    return float(np.mean(present)) if present else np.nan


def macro_f1(guesses: Guesses, labels: int) -> float:
    """The mean F1 of the labels that occur in the truth or among the guesses, as scikit-learn counts it; NaN without any."""
    counts = confusion(guesses, labels)
    true, guessed = np.bincount(guesses.truth, minlength=labels), counts.sum(axis=0)
    occurs = true + guessed > 0
    return float((2 * counts.diagonal()[occurs] / (true + guessed)[occurs]).mean()) if occurs.any() else np.nan


def ece(guesses: Guesses) -> float:
    """Expected calibration error (Guo et al. 2017): the mean gap between confidence and accuracy; NaN without pictures.

    The gap is taken in each of ECE_BINS bins of equal width, and weighed by the bin's guesses.
    """
    if not len(guesses):
        return np.nan
    gaps = np.bincount(confidence_bins(guesses), weights=guesses.confidence - guesses.right)
    return float(np.abs(gaps).sum() / len(guesses))


def confidence_bins(guesses: Guesses) -> npt.NDArray[np.int64]:
    """[N] the bin of each confidence, 0 to ECE_BINS - 1; a bin includes its upper end, so a confidence of 1 is in the last."""
    return (np.ceil(guesses.confidence * ECE_BINS).astype(np.int64) - 1).clip(0)


def most_confident(guesses: Guesses, part: float) -> npt.NDArray[np.bool_]:
    """Whether each of the most confident guesses is right; part: which share of the guesses is taken, 0 to 1."""
    order = np.argsort(-guesses.confidence, kind="stable")
    return guesses.right[order[: round(part * len(guesses))]]


def abstention(guesses: Guesses, threshold: float) -> Abstention:
    """How many guesses reach a threshold of confidence, and how many of those are right."""
    clear = guesses.confidence >= threshold
    return Abstention(
        threshold=rounded(threshold), coverage=rounded(share(clear)), accuracy=rounded(share(guesses.right[clear]))
    )
