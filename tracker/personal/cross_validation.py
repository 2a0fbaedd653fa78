"""Every verdict judged by a fit that has not seen it: how far a fit can be trusted, and what it gains."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.prior import softmax
from tracker.personal.fitting import fit, released_logits
from tracker.personal.labelled import LabelledFeatures

MAX_FOLDS: Final = 20
"""Up to so many moments each is held out alone; beyond, so many parts are, each as mixed as the whole."""
APPLIED_SHARES: Final = np.linspace(0, 1, 21)
"""Of a correction, that may be applied."""
PRIOR_NATS: Final = 3.0
"""Applying nothing costs as much as so many nats of held-out loss: few verdicts alone do not talk a fit down."""

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Verdicts [n], each beside what the model says [n, 7] and what a fit without it and its moment adds [n, 7].

    folds: [n] which were held out together. costs: [n, shares] the loss of each when that share of the correction is applied;
    0 for the only verdict on an expression, of which a fit without it knows nothing.
    """

    labelled: LabelledFeatures
    released: Numbers
    added: Numbers
    folds: Integers
    costs: Numbers

    def trust(self, without: int | None = None) -> float:
        """The share of the correction that does best on held-out verdicts, 0 to 1; ``without`` one of the folds."""
        counted = self.costs if without is None else self.costs[self.folds != without]
        return float(APPLIED_SHARES[np.argmin(PRIOR_NATS * (APPLIED_SHARES - 1) ** 2 + counted.sum(axis=0))])

    @property
    def fitted(self) -> Numbers:
        """[n, 7] calibrated logits after; the share that is applied is also chosen without the verdict that is judged."""
        shares = np.array([self.trust(fold) for fold in range(int(self.folds.max()) + 1)])
        return np.asarray(self.released + shares[self.folds, None] * self.added)


def hold_out(labelled: LabelledFeatures, contract: ModelContract) -> HeldOut:
    """Fit once for each fold, without it."""
    released, folds = released_logits(labelled, contract), _folds(labelled)
    added = np.zeros_like(released)
    for fold in range(int(folds.max()) + 1):
        out = folds == fold
        if not out.all():
            added[out] = fit(labelled.take(~out), contract).logits(labelled.features[out])
    return HeldOut(labelled, released, added, folds, _costs(labelled, released, added))


def _costs(labelled: LabelledFeatures, released: Numbers, added: Numbers) -> Numbers:
    rows = np.arange(len(labelled))
    losses = [
        -np.log(softmax(released + share * added)[rows, labelled.labels] + np.finfo(float).tiny) for share in APPLIED_SHARES
    ]
    single = np.array([name in single_moment_expressions(labelled) for name in np.array(EXPRESSIONS)[labelled.labels]])
    return np.asarray(np.stack(losses, axis=1) * (labelled.weights * ~single)[:, None])


def _folds(labelled: LabelledFeatures) -> Integers:
    """[n] in which fold each is held out: moments dealt like cards, sorted by expression."""
    moments, first, place = np.unique(labelled.groups, return_index=True, return_inverse=True)
    order = np.argsort(labelled.labels[first], kind="stable")
    dealt = np.empty(len(moments), np.int64)
    dealt[order] = np.arange(len(moments)) % MAX_FOLDS
    return np.asarray(dealt[place])


def single_moment_expressions(labelled: LabelledFeatures) -> list[str]:
    """The expressions that one moment alone speaks for."""
    moments = [len(np.unique(labelled.groups[labelled.labels == label])) for label in range(len(EXPRESSIONS))]
    return [name for name, count in zip(EXPRESSIONS, moments, strict=True) if count == 1]
