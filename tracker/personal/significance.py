"""Whether a fit helps: every verdict judged before and after by a fit that has not seen it."""

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.personal.cross_validation import HeldOut

NORMAL_95: Final = 1.96
REPORT_DECIMALS: Final = 4

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

    def _counts(self, met: Flags) -> dict[str, Any]:
        """A moment with several faces is as right as they are on average."""
        right = np.array([met[self.groups == group].mean() for group in np.unique(self.groups)])
        return {"n": len(right), "right": round(float(right.sum())), "accuracy": round(float(right.mean()), REPORT_DECIMALS)}

    @property
    def convincing(self) -> bool:
        """Whether the interval of the gain excludes zero, on the better side."""
        return self.interval[0] > 0

    def as_dict(self) -> dict[str, Any]:
        """The members ``before``, ``after`` and ``interval`` of a report."""
        return {
            "before": self._counts(self.before),
            "after": self._counts(self.after),
            "interval": [round(end, REPORT_DECIMALS) for end in self.interval],
        }


def compare_held_out(held: HeldOut) -> Evidence:
    """What is gained on verdicts that were held out.

    An expression with a single verdict is judged by a fit that has none of it: for those the gain is a lower bound.
    """
    labels = held.labelled.labels
    return Evidence(held.released.argmax(axis=1) == labels, held.fitted.argmax(axis=1) == labels, held.labelled.groups)
