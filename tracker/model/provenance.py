"""Whose word a prediction is: the model file, the prior it was read with, and the fit that was applied."""

from typing import Self

from msgspec import Struct

from tracker.core.face import Prediction
from tracker.model.protocols import Classifier


class ModelProvenance(Struct, frozen=True, omit_defaults=True):
    """What made a prediction; frozen, so that it may cross threads.

    sha256, name, version: of the model file. prior: as asked for. threshold: below it a face is unclear. person, fit: whose
    fit was applied, and its number; None for the released model.
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
        """Of a classifier with the fit that it applies now, or that it applied when it made ``prediction``."""
        contract, fit = classifier.contract, classifier.fit if prediction is None else prediction.fit
        whose = (None, None) if fit is None else (fit.person, fit.version)
        return cls(classifier.sha256, contract.name, contract.version, classifier.prior, classifier.threshold, *whose)
