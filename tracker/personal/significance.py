"""Says whether the gain of a fit is more than chance, from verdicts that were held out."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.personal.cross_validation import HeldOut
from tracker.personal.fit_files import Comparison, HeldOutCounts

NORMAL_95: Final = 1.96
REPORT_DECIMALS: Final = 4

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """How n held-out verdicts were judged.

    Attributes:
        before: [n] whether the released model was right.
        after: [n] whether a fit that was made without the verdict was right.
        groups: [n] number of the moment; faces of one moment are one case.
    """

    before: Flags
    after: Flags
    groups: npt.NDArray[np.int64]

    @property
    def cases(self) -> npt.NDArray[np.float64]:
        """[moments] the gain in accuracy of each, -1 to 1."""
        gained = self.after.astype(float) - self.before
        return np.array([gained[self.groups == group].mean() for group in np.unique(self.groups)])

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the gain in accuracy, from -1 to 1.

        Source: Agresti and Min, Statistics in Medicine 24 (2005), for paired cases: half a case is added to each of the four
        possible outcomes, which keeps the interval correct for few cases.
        """
        gains = self.cases
        count, total = len(gains) + 2, float(gains.sum())
        spread = sqrt(max(float((gains**2).sum()) + 1 - total**2 / count, 0.0)) / count
        return max(-1.0, total / count - NORMAL_95 * spread), min(1.0, total / count + NORMAL_95 * spread)

    def _counts(self, is_right: Flags) -> HeldOutCounts:
        """How many moments, and how many are right; a moment with several faces counts with their mean."""
        right = np.array([is_right[self.groups == group].mean() for group in np.unique(self.groups)])
        return HeldOutCounts(len(right), round(float(right.sum())), round(float(right.mean()), REPORT_DECIMALS))

    @property
    def convincing(self) -> bool:
        """Whether the whole interval of the gain is above zero."""
        return self.interval[0] > 0

    @property
    def comparison(self) -> Comparison:
        """Both counts and the interval, rounded as a report has them."""
        low, high = self.interval
        rounded = round(low, REPORT_DECIMALS), round(high, REPORT_DECIMALS)
        return Comparison(self._counts(self.before), self._counts(self.after), rounded)


def compare_held_out(held: HeldOut) -> Evidence:
    """Compare the released model with the fits on held-out verdicts.

    An expression with a single verdict is judged by a fit without any verdict on it; its gain is a lower bound.
    """
    labels = held.labelled.labels
    return Evidence(held.released.argmax(axis=1) == labels, held.fitted.argmax(axis=1) == labels, held.labelled.groups)
