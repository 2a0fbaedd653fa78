"""People made up from FER-2013's public split: the claims of models/PERSONAL.md, on fewer of them."""

from pathlib import Path

import numpy as np
import pytest

from exporter.data.dataset import read
from exporter.data.labels import shown_truth
from exporter.experiments.personal_fits import each, fresh, people, taught
from exporter.experiments.synthetic_people import EACH, KINDS
from tracker.config.model_files import released_model
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier

PEOPLE = 12


@pytest.mark.parametrize("kind", KINDS)
def test_people_are_made_up_the_same_each_time(kind: str) -> None:
    """Sixteen pictures of each expression, whole gray bytes, the same for the same seed and others for another."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(len(EXPRESSIONS)), EACH + 2)
    images = rng.integers(0, 256, (len(labels), 48, 48), np.uint8)

    one, again, other = (KINDS[kind](images, labels, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert np.bincount(one.labels).tolist() == [EACH] * len(EXPRESSIONS)
    assert one.images.dtype == np.uint8
    assert (one.images == again.images).all()
    assert (one.images != other.images).any()


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("kind", "gain"), [("own expressions, steady", 8), ("one camera, strangers' expressions", -1)])
def test_seven_verdicts_help_and_hurt_nobody_much(shared: Path, kind: str, gain: float) -> None:
    """One verdict an expression: who repeats themselves is understood far better, and where nothing repeats nothing is lost."""
    faces, model = fresh(read(shared / "data" / "fer2013.npz")), OnnxClassifier(released_model())
    assert (shown_truth(faces) >= 0).all()
    gains = [
        taught(person, each(1)(person, np.random.default_rng(place)), model.contract).gain
        for place, person in enumerate(people(KINDS[kind], faces, model, PEOPLE))
    ]

    assert np.mean(gains) >= gain
    assert min(gains) >= -8
