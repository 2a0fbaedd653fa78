"""Verdicts from the store, with the features of the model that is to be fitted."""

from sqlalchemy.orm import Session as Store

from tracker.classifier import OnnxClassifier
from tracker.errors import UsageError
from tracker.personal.labelled import Labelled
from tracker.store import verdicts


def labelled_from_store(store: Store, person: str, classifier: OnnxClassifier) -> tuple[Labelled, int]:
    """A person's verdicts that name one of the seven, and how many could not be used; UsageError when none can."""
    found = verdicts.labelled(store, person, classifier.sha256, classifier)
    if not len(found.labels):
        left = f" ({found.left_out} were given on another model's word, and have no crop)" if found.left_out else ""
        raise UsageError(
            f"The store holds no verdict of {person} to learn from{left}. Confirm or correct some faces on the page, or give a"
            " folder of pictures with --verdicts."
        )
    return Labelled.of(found.features, found.labels.tolist()), found.left_out
