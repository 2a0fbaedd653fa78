"""How good a set of guesses is: the numbers that ``mien evaluate`` reports, each computed here in a line or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from exporter.data.labels import NONE

ECE_BINS: Final = 15
"""As in Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017)."""
RESAMPLES: Final = 10_000
SEED: Final = 1
COVERED: Final = 0.8
DIGITS: Final = 4
"""Of reported numbers: a hundredth of a percent, far below any interval here."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """One guess a picture, beside the truth.

    truth: [N] index into some labels. guess: [N] the same, NONE where there was nothing to guess from, which is wrong.
    confidence: [N] the guess's probability, 0 to 1.
    """

    truth: npt.NDArray[np.int64]
    guess: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]

    @classmethod
    def of(cls, probabilities: npt.NDArray[np.float64], truth: npt.NDArray[np.int64]) -> "Guesses":
        """The likeliest label of each row of [N, labels] probabilities; rows whose truth is NONE are left out."""
        known = truth != NONE
        rows = probabilities[known]
        return cls(truth[known], rows.argmax(axis=1), rows.max(axis=1))

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, which: npt.NDArray[np.bool_]) -> "Guesses":
        """Those that a mask selects."""
        return Guesses(self.truth[which], self.guess[which], self.confidence[which])

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """[N] whether the guess is the truth."""
        return np.asarray(self.guess == self.truth)


def report(guesses: Guesses, labels: Sequence[str]) -> dict[str, Any]:
    """All of these numbers under the names of the contract; None where there is nothing to count."""
    counts = confusion(guesses, len(labels))
    found = recalls(guesses, len(labels))
    return {
        "n": len(guesses),
        "accuracy": rounded(share(guesses.right)),
        "interval": [rounded(end) for end in interval(guesses.right)],
        "uar": rounded(uar(guesses, len(labels))),
        "macro_f1": rounded(macro_f1(guesses, len(labels))),
        "ece": rounded(ece(guesses)),
        "coverage": {str(COVERED): rounded(share(most_confident(guesses, COVERED)))},
        "recall": {label: rounded(value) for label, value in zip(labels, found, strict=True)},
        "confusion": counts.tolist(),
    }


def groups_report(guesses: Guesses, names: npt.NDArray[np.str_], labels: int) -> dict[str, Any]:
    """Of each group that the data names: how many, how many of them right, and the mean recall; "" is no group."""
    return {
        str(name): {
            "n": len(inside := guesses.take(names == name)),
            "accuracy": rounded(share(inside.right)),
            "interval": [rounded(end) for end in interval(inside.right)],
            "uar": rounded(uar(inside, labels)),
        }
        for name in np.unique(names)
        if name
    }


def rounded(value: float) -> float | None:
    """For JSON, which knows no NaN."""
    return None if np.isnan(value) else round(float(value), DIGITS)


def share(right: npt.NDArray[np.bool_]) -> float:
    """The part that is true, 0 to 1; NaN of nothing."""
    return float(right.mean()) if len(right) else np.nan


def interval(right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """95 % bootstrap interval of the accuracy (percentile method; Efron, Annals of Statistics 7(1), 1979)."""
    if not len(right):
        return np.nan, np.nan
    # Drawing N rights and wrongs with replacement and counting the rights is one binomial draw.
    draws = np.random.default_rng(SEED).binomial(len(right), right.mean(), RESAMPLES) / len(right)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def confusion(guesses: Guesses, labels: int) -> npt.NDArray[np.int64]:
    """[labels, labels] counts, rows = truth; a picture without a guess is in no column."""
    made = guesses.guess != NONE
    pairs = guesses.truth[made] * labels + guesses.guess[made]
    return np.bincount(pairs, minlength=labels * labels).reshape(labels, labels)


def recalls(guesses: Guesses, labels: int) -> list[float]:
    """Share of each label's pictures that were recognised; NaN for a label without pictures."""
    return [share(guesses.right[guesses.truth == label]) for label in range(labels)]


def uar(guesses: Guesses, labels: int) -> float:
    """The mean of the recalls of the labels that are present, each weighing the same."""
    present = [value for value in recalls(guesses, labels) if not np.isnan(value)]
    return float(np.mean(present)) if present else np.nan


def macro_f1(guesses: Guesses, labels: int) -> float:
    """The mean F1 of the labels that occur, in the truth or among the guesses, as scikit-learn counts it."""
    counts = confusion(guesses, labels)
    true, guessed = np.bincount(guesses.truth, minlength=labels), counts.sum(axis=0)
    occurs = true + guessed > 0
    return float((2 * counts.diagonal()[occurs] / (true + guessed)[occurs]).mean()) if occurs.any() else np.nan


def ece(guesses: Guesses) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, over 15 bins of equal width."""
    if not len(guesses):
        return np.nan
    gaps = np.bincount(bins(guesses), weights=guesses.confidence - guesses.right)
    return float(np.abs(gaps).sum() / len(guesses))


def bins(guesses: Guesses) -> npt.NDArray[np.int64]:
    """[N] the bin of each confidence, from 0; a bin includes its upper end, so that a confidence of 1 is in the last."""
    return (np.ceil(guesses.confidence * ECE_BINS).astype(np.int64) - 1).clip(0)


def most_confident(guesses: Guesses, part: float) -> npt.NDArray[np.bool_]:
    """Whether right, of that part of the guesses whose confidence is highest."""
    order = np.argsort(-guesses.confidence, kind="stable")
    return guesses.right[order[: round(part * len(guesses))]]


def abstention(guesses: Guesses, threshold: float) -> dict[str, float | None]:
    """How many readings a threshold lets through, and how many of those are right."""
    clear = guesses.confidence >= threshold
    return {
        "threshold": rounded(threshold),
        "coverage": rounded(share(clear)),
        "accuracy": rounded(share(guesses.right[clear])),
    }
