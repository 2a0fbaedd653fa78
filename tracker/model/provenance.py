"""Whose word a prediction is: the model file, the prior it was read with, and the fit that was applied."""

from typing import Self

from msgspec import Struct

from tracker.core.face import Prediction
from tracker.model.protocols import Classifier


class ModelProvenance(Struct, frozen=True, omit_defaults=True):
    """What made a prediction; frozen, so that it may cross threads.

    Attributes:
        sha256: Of the model file, in hexadecimal.
        name: Of the model file.
        version: Of the model file.
        prior: As it was asked for.
        threshold: Probability below which a face is ``unclear``.
        person: Whose fit was applied; None for the released model.
        fit: The version of that fit; None for the released model.
    """

    sha256: str
    name: str
    version: str
    prior: str
    threshold: float
    person: str | None = None
    fit: int | None = None

    @classmethod
    def of(cls, classifier: Classifier, prediction: Prediction | None = None) -> Self:
        """The provenance of a prediction, or of what the classifier would predict now."""
        contract, fit = classifier.contract, classifier.fit if prediction is None else prediction.fit
        return cls(
            sha256=classifier.sha256,
            name=contract.name,
            version=contract.version,
            prior=classifier.prior,
            threshold=classifier.threshold,
            person=None if fit is None else fit.person,
            fit=None if fit is None else fit.version,
        )
