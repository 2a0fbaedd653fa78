"""Whether a fit helps: every verdict judged before and after by a fit that has not seen it."""

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.card import ModelCard
from tracker.personal.fitting import answers, fit
from tracker.personal.labelled import Labelled
from tracker.vocabulary import EXPRESSIONS

FOLDS: Final = 40
"""Up to so many moments each is held out alone; beyond, so many parts are, each as mixed as the whole."""
NORMAL_95: Final = 1.96
DIGITS: Final = 4

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """[n] whether each verdict was met before, and after by a fit made without it and its moment.

    groups: [n] its moment: faces of one moment are one case.
    """

    before: Flags
    after: Flags
    groups: npt.NDArray[np.int64]

    @property
    def cases(self) -> npt.NDArray[np.float64]:
        """[moments] what each has gained, -1 to 1."""
        gained = self.after.astype(float) - self.before
        return np.array([gained[self.groups == group].mean() for group in np.unique(self.groups)])

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the gain in accuracy (Agresti and Min, Statistics in Medicine 24, 2005: honest for few cases).

        Half a case is added to each of the four possible outcomes, so that few cases promise little.
        """
        gains = self.cases
        count, total = len(gains) + 2, float(gains.sum())
        spread = sqrt(max(float((gains**2).sum()) + 1 - total**2 / count, 0.0)) / count
        return max(-1.0, total / count - NORMAL_95 * spread), min(1.0, total / count + NORMAL_95 * spread)

    @property
    def convincing(self) -> bool:
        """Whether the interval of the gain excludes zero, on the better side."""
        return self.interval[0] > 0

    def as_dict(self) -> dict[str, Any]:
        """The members ``before``, ``after`` and ``interval`` of a report."""
        return {
            "before": _told(self.before),
            "after": _told(self.after),
            "interval": [round(end, DIGITS) for end in self.interval],
        }


def weigh(labelled: Labelled, card: ModelCard) -> Evidence:
    """Hold every verdict out once.

    An expression with a single verdict is then judged by a fit that has none of it: for those the gain is a lower bound.
    """
    released = answers(labelled, card)
    after = released.copy()
    folds = _folds(labelled)
    for fold in range(int(folds.max()) + 1):
        out = folds == fold
        if not out.all():
            after[out] += fit(labelled.take(~out), card).of(labelled.features[out])
    return Evidence(released.argmax(axis=1) == labelled.labels, after.argmax(axis=1) == labelled.labels, labelled.groups)


def _folds(labelled: Labelled) -> npt.NDArray[np.int64]:
    """[n] in which fold each is held out: moments dealt like cards, sorted by expression."""
    moments, first, place = np.unique(labelled.groups, return_index=True, return_inverse=True)
    order = np.argsort(labelled.labels[first], kind="stable")
    dealt = np.empty(len(moments), np.int64)
    dealt[order] = np.arange(len(moments)) % FOLDS
    return np.asarray(dealt[place])


def lone(labelled: Labelled) -> list[str]:
    """The expressions that one moment alone speaks for."""
    moments = [len(np.unique(labelled.groups[labelled.labels == label])) for label in range(len(EXPRESSIONS))]
    return [name for name, count in zip(EXPRESSIONS, moments, strict=True) if count == 1]


def _told(right: Flags) -> dict[str, Any]:
    return {"n": len(right), "right": int(right.sum()), "accuracy": round(float(right.mean()), DIGITS)}
