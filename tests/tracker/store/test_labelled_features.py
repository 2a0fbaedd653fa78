"""Verdicts as training data: features and labels of one person, of one model."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.core.face import Face
from tracker.core.frame import Pixels
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.verdicts import labelled_features, load_crops, save_moment_verdict
from tracker.testing import FakeDetector
from tracker.vision.analyzer import Analyzer

AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def faces(classifier: OnnxClassifier, astronauts_head: Pixels) -> list[Face]:
    """The same head in ever darker light."""
    analyzer = Analyzer(FakeDetector(), classifier)
    return [analyzer.classify_crop((astronauts_head * light).astype(np.uint8)) for light in (1.0, 0.8, 0.6, 0.4)]


def kept(store: Store, classifier: OnnxClassifier, faces: list[Face], said: list[str], **facts: Any) -> list[int]:
    judge = ModelProvenance.of(classifier)
    return [
        save_moment_verdict(store, face, judge, word, at=AT + timedelta(minutes=number), **facts)
        for number, (face, word) in enumerate(zip(faces, said, strict=True))
    ]


def test_stored_features_are_the_last_layers_input(store: Store, classifier: OnnxClassifier, faces: list[Face]) -> None:
    """Features come back in half precision, labels as places in EXPRESSIONS; other verdicts are left out."""
    numbers = kept(store, classifier, faces, ["sad", "contempt", "not a face", "happy"])

    lesson = labelled_features(store, "me", classifier.sha256)

    assert lesson.predictions == (numbers[0], numbers[3])
    assert lesson.labels.tolist() == [EXPRESSIONS.index("sad"), EXPRESSIONS.index("happy")]
    expected = np.stack([faces[0].prediction.features, faces[3].prediction.features])
    assert lesson.features.shape == (2, 192)
    assert lesson.features == pytest.approx(expected, rel=1e-3, abs=1e-3)
    assert lesson.left_out == 0


def test_training_data_is_of_one_person(store: Store, classifier: OnnxClassifier, faces: list[Face]) -> None:
    """Another person's verdicts are not mixed in; a person without verdicts has no data."""
    kept(store, classifier, faces[:2], ["sad", "sad"], person="Ana")
    (mine,) = kept(store, classifier, faces[2:3], ["happy"])

    assert labelled_features(store, "me", classifier.sha256).predictions == (mine,)
    assert labelled_features(store, "nobody", classifier.sha256).features.shape[0] == 0


def test_another_model_classifies_the_stored_crops_again(store: Store, classifier: OnnxClassifier, faces: list[Face]) -> None:
    """Features of another model are not used: without a classifier they are left out, with one they come from the crop."""
    numbers = kept(store, classifier, faces, ["sad", "happy", "sad", "happy"])
    store.scalars(select(schema.Model)).one().sha256 = "0" * 64
    store.get_one(schema.Prediction, numbers[3]).crop = None
    store.flush()

    without = labelled_features(store, "me", classifier.sha256)
    anew = labelled_features(store, "me", classifier.sha256, classifier)

    assert (without.predictions, without.left_out) == ((), 4)
    assert (anew.predictions, anew.left_out) == (tuple(numbers[:3]), 1)
    expected = np.stack([face.prediction.features for face in faces[:3]])
    assert anew.features == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_crops_come_back_as_the_classifier_saw_them(store: Store, classifier: OnnxClassifier, faces: list[Face]) -> None:
    """Only the crops that were asked for come back, by the prediction's number, pixel by pixel."""
    numbers = kept(store, classifier, faces, ["sad"] * 4)

    crops = load_crops(store, numbers[1:3])

    assert list(crops) == numbers[1:3]
    assert all(np.array_equal(crops[number], face.crop) for number, face in zip(numbers[1:3], faces[1:3], strict=True))
