"""Cross-validation of a fit: each verdict is judged by a fit made without it, which shows how much of a fit to apply."""

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
"""Up to so many moments, each is a fold of its own; more are divided into so many folds, all with about the same mix."""
APPLIED_SHARES: Final = np.linspace(0, 1, 21)
"""The shares of a correction that are compared."""
PRIOR_NATS: Final = 3.0
"""A prior for the full correction: applying none costs as much as so many nats of held-out loss, so that a few verdicts alone
do not reduce a fit."""

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """n verdicts, each judged by a fit that was made without it and the rest of its fold.

    Attributes:
        labelled: The verdicts.
        released: [n, 7] calibrated logits of the released model.
        added: [n, 7] what the fit adds to them.
        folds: [n] number of the fold in which each was held out, from 0.
        costs: [n, 21] weighted loss in nats with each of APPLIED_SHARES; 0 for the only moment of an expression, of which a fit
            without it knows nothing.
    """

    labelled: LabelledFeatures
    released: Numbers
    added: Numbers
    folds: Integers
    costs: Numbers

    def trust(self, without: int | None = None) -> float:
        """The share of the correction that does best on held-out verdicts, 0 to 1; ``without``: a fold that is left out."""
        counted = self.costs if without is None else self.costs[self.folds != without]
        return float(APPLIED_SHARES[np.argmin(PRIOR_NATS * (APPLIED_SHARES - 1) ** 2 + counted.sum(axis=0))])

    @property
    def fitted(self) -> Numbers:
        """[n, 7] calibrated logits with the fit; the applied share, too, is chosen without the fold that is judged."""
        shares = np.array([self.trust(fold) for fold in range(int(self.folds.max()) + 1)])
        return np.asarray(self.released + shares[self.folds, None] * self.added)


def hold_out(labelled: LabelledFeatures, contract: ModelContract) -> HeldOut:
    """Make a fit for each fold, without it, and judge the fold by it.

    Args:
        labelled: The verdicts, at least one.
        contract: Of the released model.

    Raises:
        ModelError: The model has no statistics of its features.
        UsageError: The features are another model's.
    """
    # Moments, sorted by expression, go to the folds in turn, so that all folds have about the same mix.
    moments, first, moment_index = np.unique(labelled.groups, return_index=True, return_inverse=True)
    order = np.argsort(labelled.labels[first], kind="stable")
    fold_of_moment = np.empty(len(moments), np.int64)
    fold_of_moment[order] = np.arange(len(moments)) % MAX_FOLDS
    folds = np.asarray(fold_of_moment[moment_index])
    released = released_logits(labelled, contract)
    added = np.zeros_like(released)
    for fold in range(int(folds.max()) + 1):
        out = folds == fold
        if not out.all():
            added[out] = fit(labelled.take(~out), contract).logits(labelled.features[out])
    rows = np.arange(len(labelled))
    losses = [
        -np.log(softmax(released + share * added)[rows, labelled.labels] + np.finfo(float).tiny) for share in APPLIED_SHARES
    ]
    single = np.isin(np.array(EXPRESSIONS)[labelled.labels], single_moment_expressions(labelled))
    costs = np.asarray(np.stack(losses, axis=1) * (labelled.weights * ~single)[:, None])
    return HeldOut(labelled, released, added, folds, costs)


def single_moment_expressions(labelled: LabelledFeatures) -> list[str]:
    """The expressions that have verdicts from one moment only."""
    moments = [len(np.unique(labelled.groups[labelled.labels == label])) for label in range(len(EXPRESSIONS))]
    return [name for name, count in zip(EXPRESSIONS, moments, strict=True) if count == 1]
