"""What others need of a classifier, whichever file or library is behind it."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from tracker.core.face import Prediction
from tracker.model.correction import PersonalFit
from tracker.model.feature_statistics import FeatureStatistics
from tracker.model.framing import Framing


class ModelIdentity(Protocol):
    """What a model file says of itself: its name and version."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


class Classifier(Protocol):
    """From face crops to scores. One thread classifies; ``fit`` may be replaced from any thread.

    Attributes:
        fit: The personal fit that is applied to the shown scores; None for the released model.
        threshold: Probability below which a reading says ``unclear``.
        framing: Where the crops show a face.
        sha256: Hash of the model file, in hexadecimal.
        prior: The prior that was asked for, by name or as a number.
        contract: What the model file says of itself.
        statistics: Of its features in training; None where it has none.
    """

    fit: PersonalFit | None

    @property
    def threshold(self) -> float: ...

    @property
    def framing(self) -> Framing: ...

    @property
    def sha256(self) -> str: ...

    @property
    def prior(self) -> str: ...

    @property
    def contract(self) -> ModelIdentity: ...

    @property
    def statistics(self) -> FeatureStatistics | None: ...

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]:
        """Classify [N, side, side] gray crops; one prediction for each, in their order."""
