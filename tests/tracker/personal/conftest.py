"""The released model, and faces as it knows them from training, without a picture."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tracker.config.model_files import released_model
from tracker.model.classifier import OnnxClassifier
from tracker.personal.labelled import LabelledFeatures

MakeFaces = Callable[..., LabelledFeatures]


@pytest.fixture(scope="module")
def model() -> OnnxClassifier:
    return OnnxClassifier(released_model())


@pytest.fixture(scope="module")
def faces(model: OnnxClassifier) -> MakeFaces:
    """Features as training pictures of some expressions have them, a little different each time; said: what they are called."""

    def make(
        shown: Sequence[int], said: Sequence[int] | None = None, *, seed: int = 1, spread: float = 0.3
    ) -> LabelledFeatures:
        statistics = model.contract.statistics
        assert statistics is not None
        noise = np.random.default_rng(seed).normal(0, spread, (len(shown), statistics.width))
        standardised = np.array(statistics.typical)[list(shown)] + noise
        return LabelledFeatures.of(standardised * np.array(statistics.std) + np.array(statistics.mean), said or shown)

    return make
