"""What a face looks like tells one person of a session from another, whatever both show."""

from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import pytest

from tracker.config.model_files import released_model
from tracker.core.face import Crop, Face, Prediction, Quality
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.scores import Scores, put_into_words
from tracker.core.vocabulary import EXPRESSIONS
from tracker.live.appearance import SAME_MOMENT_BONUS, SAME_PERSON_SIMILARITY, SAME_PLACE_BONUS, Appearance, AppearanceEncoder
from tracker.live.face_tracking import FaceTracker
from tracker.model.classifier import OnnxClassifier
from tracker.model.feature_statistics import FeatureStatistics
from tracker.sources.files import VideoSource
from tracker.sources.synthetic import draw_face, face_at
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker

SEVEN = Scores.of(EXPRESSIONS, [1 / 7] * 7)
TEXTURE = np.random.default_rng(0).integers(0, 255, (48, 48), np.uint8)


def face(features: list[float], crop: Crop = TEXTURE, quality: Quality | None = None) -> Face:
    prediction = Prediction(SEVEN, {}, np.array(features, np.float32))
    return Face(Box(0, 0, 48, 48), crop, prediction, put_into_words(SEVEN, 0.4), quality or Quality())


@pytest.fixture(scope="module")
def eyes(landmarker: Landmarker) -> Analyzer:
    return Analyzer(landmarker, OnnxClassifier(released_model(), "live"))


def similarity(one: Appearance, other: Appearance) -> float:
    found = one.similarity(other)
    assert found is not None
    return found


def test_what_tells_expressions_apart_is_not_looked_at() -> None:
    """Two faces that differ only in what the shown head reads look the same; in anything else, they do not."""
    weights = tuple((1.0, 0.0, 0.0) for _ in EXPRESSIONS)
    statistics = FeatureStatistics((0.0,) * 3, (1.0,) * 3, tuple((float(n), 0.0, 0.0) for n in range(7)), weights, (0.0,) * 7)
    likeness, known = AppearanceEncoder(statistics), Appearance()
    known.learn(likeness.of(face([3.0, 1.0, 1.0])))

    assert known.similarity(likeness.of(face([-9.0, 1.0, 1.0]))) == pytest.approx(1)
    assert known.similarity(likeness.of(face([3.0, -1.0, -1.0]))) == pytest.approx(0)


def test_of_what_cannot_be_judged_nothing_is_remembered() -> None:
    """A blurred face, and a crop without contrast beside features that say nothing, have no look."""
    assert AppearanceEncoder(None).of(face([], quality=Quality("blurred"))) is None
    assert AppearanceEncoder(None).of(face([], np.full((48, 48), 90, np.uint8))) is None


def test_light_and_size_do_not_make_somebody_else(eyes: Analyzer, astronaut: Pixels) -> None:
    """A woman far away, and in side light, looks like herself."""
    likeness, known = AppearanceEncoder(eyes.classifier.statistics), Appearance()
    (here,) = eyes.analyze(astronaut[0:300, 80:380])
    known.learn(likeness.of(here))
    shade = np.linspace(0.5, 1.2, 300)[None, :, None]
    lit = np.clip(astronaut[0:300, 80:380] * shade, 0, 255).astype(np.uint8)
    far = np.full((300, 300, 3), 120, np.uint8)
    far[60:180, 90:210] = cv2.resize(astronaut[0:300, 80:380], (120, 120), interpolation=cv2.INTER_AREA)

    for pixels in (lit, far):
        found = known.similarity(likeness.of(eyes.analyze(pixels)[0]))
        assert found is not None
        assert found > SAME_PERSON_SIMILARITY + SAME_PLACE_BONUS


def test_no_expression_makes_somebody_else(eyes: Analyzer) -> None:
    """The drawn face, resting, smiling, astonished and sad, stays the same one from frame to frame and at its place."""
    likeness, known = AppearanceEncoder(eyes.classifier.statistics), Appearance()
    for t in (1.0, 1.5, 6.0, 12.5, 19.0):
        look = likeness.of(eyes.analyze(draw_face(face_at(t)))[0])
        found = known.similarity(look)
        assert found is None or found > SAME_PERSON_SIMILARITY - SAME_PLACE_BONUS
        known.learn(look)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["intel_two_faces.mp4", "intel_three_faces.mp4"])
def test_people_of_one_video_are_told_apart(eyes: Analyzer, shared: Path, name: str) -> None:
    """Whom the first second showed is known in the rest of it, and nobody else is taken for them."""
    likeness, follower = AppearanceEncoder(eyes.classifier.statistics), FaceTracker("all")
    seen: dict[int, list[Face]] = defaultdict(list)
    with VideoSource(str(shared / "data" / "videos" / name)) as video:
        for frame in video:
            for each in follower.follow(eyes.detector.detect(frame.pixels), frame.t):
                seen[each.id] += [judged for judged in eyes.classify(frame.pixels, [each.detection]) if judged.quality.ok]
    first: dict[int, Appearance] = defaultdict(Appearance)
    rest: dict[int, Appearance] = defaultdict(Appearance)
    for who, faces in seen.items():
        for number, judged in enumerate(faces):
            (first if number < 10 else rest)[who].learn(likeness.of(judged))

    for who, appearance in first.items():
        for other, later in rest.items():
            found = similarity(appearance, later)
            assert found > SAME_PERSON_SIMILARITY if who == other else found < SAME_PERSON_SIMILARITY - SAME_PLACE_BONUS, (
                who,
                other,
                found,
            )
    assert SAME_MOMENT_BONUS > SAME_PLACE_BONUS
