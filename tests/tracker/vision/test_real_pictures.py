"""The released model on real pictures."""

import cv2
import numpy as np
import pytest

from tracker.config.model_files import released_model
from tracker.core.frame import Pixels
from tracker.model.classifier import OnnxClassifier
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker
from tracker.vision.single_image import analyze_picture


@pytest.fixture(scope="module", params=["natural", "balanced", "live", "picture"])
def mien(landmarker: Landmarker, request: pytest.FixtureRequest) -> Analyzer:
    """With each of the priors; the released model is part of the product, so without it these tests fail."""
    return Analyzer(landmarker, OnnxClassifier(released_model(), request.param))


def small_gray(pixels: Pixels) -> Pixels:
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (48, 48), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8)


def test_a_smiling_astronaut_looks_happy(mien: Analyzer, astronaut: Pixels) -> None:
    """One face, with the expression that everybody sees in it."""
    (face,) = analyze_picture(mien, astronaut)

    assert face.words.expression == "happy"
    assert face.words.confidence > 0.6


def test_a_mirrored_face_has_the_same_expression(mien: Analyzer, astronaut: Pixels) -> None:
    """The same smile, mirrored."""
    (face,) = analyze_picture(mien, np.ascontiguousarray(astronaut[:, ::-1]))

    assert face.words.expression == "happy"


def test_her_head_in_48_gray_pixels_looks_happy(mien: Analyzer, astronauts_head: Pixels) -> None:
    """As small and gray as the model's training pictures."""
    (face,) = analyze_picture(mien, small_gray(astronauts_head))

    assert face.words.expression == "happy"


@pytest.mark.parametrize("name", ["cat", "coffee", "rocket"])
def test_pictures_without_people_have_no_faces(mien: Analyzer, name: str, request: pytest.FixtureRequest) -> None:
    """A cat, a cup of coffee and a rocket have no expression."""
    assert analyze_picture(mien, request.getfixturevalue(name)) == []
