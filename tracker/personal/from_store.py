"""Reads a person's verdicts from the store, with the features of the model that is to be fitted, and fits the model to them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.personal.baseline import RESTING_EXPRESSION
from tracker.personal.fitting import require_statistics
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.refit import FitReport, fit_person
from tracker.store import schema, verdicts

START_ORIGIN: Final = "start"
"""``schema.Verdict.origin`` of expressions shown on purpose; all predictions of one moment have the same time."""


def fit_from_store(
    open_store: Callable[[], AbstractContextManager[Store]], person: str, classifier: OnnxClassifier
) -> tuple[FitReport, int]:
    """Fit a model to all of a person's verdicts in the store, as their next version, and promote it if it convinces.

    Args:
        open_store: Opens the store to read; it is closed before the fit is computed.
        person: Whose verdicts.
        classifier: The released model, without a fit.

    Returns:
        The report on the fit, and how many verdicts could not be used: they are on another model's
        predictions and have no crop.

    Raises:
        UsageError: There is no verdict to learn from.
        ModelError: The model has no statistics of its features.
    """
    require_statistics(classifier.contract)
    with open_store() as store:
        labelled, left_out = labelled_from_store(store, person, classifier)
    return fit_person(person, labelled, classifier), left_out


def labelled_from_store(store: Store, person: str, classifier: OnnxClassifier) -> tuple[LabelledFeatures, int]:
    """A person's verdicts that name one of the seven expressions.

    Args:
        store: A session of the database.
        person: Whose verdicts.
        classifier: The released model, without a fit; it computes features of crops that another model judged.

    Returns:
        The verdicts, in which the faces of one moment that was shown on purpose are one group, and how many could not be used.

    Raises:
        UsageError: There is none that can be used.
    """
    found = verdicts.labelled_features(store, person, classifier.sha256, classifier)
    if not len(found.labels):
        left = f" ({found.left_out} are on another model's predictions, and have no crop)" if found.left_out else ""
        raise UsageError(
            f"The store holds no verdict of {person} to learn from{left}. Confirm or correct some faces on the page, or give a"
            " folder of pictures with --verdicts."
        )
    # The moment of each prediction, or the prediction itself if it was not shown on purpose, gets a number.
    moments = _shown_at(store, person)
    names = [moments.get(number, number) for number in found.predictions]
    numbers = {name: index for index, name in enumerate(dict.fromkeys(names))}
    groups = [numbers[name] for name in names]
    return LabelledFeatures.of(found.features, found.labels.tolist(), groups), found.left_out


def resting_from_store(store: Store, person: str, classifier: OnnxClassifier) -> LabelledFeatures:
    """The faces of the last resting face that a person showed on purpose, as one moment; UsageError if there is none."""
    found = verdicts.labelled_features(store, person, classifier.sha256, classifier)
    moments = _shown_at(store, person)
    resting = [
        (moments[number], index)
        for index, number in enumerate(found.predictions)
        if number in moments and found.labels[index] == EXPRESSIONS.index(RESTING_EXPRESSION)
    ]
    if not resting:
        raise UsageError("There is no resting face to learn from yet: show it first, for ten seconds.")
    newest = max(moment for moment, _ in resting)
    indices = [index for moment, index in resting if moment == newest]
    return LabelledFeatures.of(found.features[indices], found.labels[indices].tolist(), [0] * len(indices))


def _shown_at(store: Store, person: str) -> dict[int, datetime]:
    """Number of a prediction that was shown on purpose -> the time of its moment."""
    query = select(schema.Prediction.id, schema.Prediction.at).join(schema.Verdict)
    rows = store.execute(query.where(schema.Verdict.person == person, schema.Verdict.origin == START_ORIGIN))
    return {row.id: row.at for row in rows}
