"""The memory of one run, on made-up detections."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tracker.core.face import Detection, Pose, Prediction
from tracker.core.frame import Frame, Pixels
from tracker.core.geometry import Box
from tracker.core.vocabulary import UNCLEAR
from tracker.live.session import Session
from tracker.testing import FakeClassifier, FakeDetector, detection_at
from tracker.vision.analyzer import Analyzer

FrameMaker = Callable[..., Frame]
LEFT, RIGHT = Box(10, 10, 60, 60), Box(120, 10, 40, 40)


class CountingClassifier(FakeClassifier):
    """Remembers how many crops each batch had."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.batches: list[int] = []

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]:
        self.batches.append(len(crops))
        return super().classify(crops)


class TurnedAway:
    """A detector of one profile."""

    def detect(self, pixels: Pixels) -> list[Detection]:
        return [detection_at(LEFT, Pose(80, 0, 0))]


def lit(brightness: int) -> Pixels:
    return np.full((120, 200, 3), brightness, np.uint8)


def test_an_empty_picture_is_news_too(frame: FrameMaker) -> None:
    """No faces is an observation with the frame's time and number, and no readings."""
    seen = frame(3.5, number=7)

    observation = Session(Analyzer(FakeDetector(), FakeClassifier())).observe(seen)

    assert (observation.t, observation.at, observation.frame, observation.readings) == (3.5, seen.at, 7, ())


def test_only_the_followed_faces_are_classified(frame: FrameMaker) -> None:
    """Of a bystander, nothing is even computed; with all faces, one batch serves them."""
    for faces, batch in (("own", 1), ("all", 2)):
        classifier = CountingClassifier()
        session = Session(Analyzer(FakeDetector([[LEFT, RIGHT]]), classifier), faces=faces)  # type: ignore[arg-type]

        assert len(session.observe(frame(pixels=lit(128))).readings) == batch
        assert classifier.batches == [batch]


def test_readings_are_calmed_over_seconds(frame: FrameMaker) -> None:
    """A face that lights up at once is shown to do so by and by, and the raw scores stand beside."""
    session = Session(Analyzer(FakeDetector([[LEFT]]), FakeClassifier()), smoothing=2.0)
    session.observe(frame(0.0, lit(153)))

    (reading,) = session.observe(frame(2.0, lit(255))).readings

    assert reading.face.prediction.scores.as_dict(3)["happy"] == 1.0
    assert reading.smooth.as_dict()["happy"] == pytest.approx(0.6 + 0.4 * (1 - np.exp(-1)), abs=1e-3)
    assert reading.words.confidence == reading.smooth.top[1]


def test_ids_and_calm_belong_to_a_face(frame: FrameMaker) -> None:
    """Two faces keep their ids while they move, the detector's order notwithstanding."""
    grown = Box(120, 10, 75, 75)
    session = Session(Analyzer(FakeDetector([[LEFT, RIGHT], [LEFT, grown]]), FakeClassifier()), faces="all")

    before, after = (session.observe(frame(t, lit(128))).readings for t in (0.0, 0.5))

    assert {reading.id: reading.face.box.x for reading in before} == {1: 10, 2: 120}
    assert {reading.id: reading.face.box.x for reading in after} == {1: 10, 2: 120}


def test_what_cannot_be_judged_is_unclear_and_leaves_the_average_alone(frame: FrameMaker) -> None:
    """A moment of darkness says nothing: the word is unclear, and the calm scores go on from before it."""
    dark, steady = (Session(Analyzer(FakeDetector([[LEFT]]), FakeClassifier()), smoothing=5.0) for _ in range(2))
    (before, _) = (session.observe(frame(0.0, lit(255))).readings[0] for session in (dark, steady))

    (reading,) = dark.observe(frame(0.5, lit(5))).readings

    assert reading.words.expression == UNCLEAR
    assert reading.face.quality.reason == "too dark"
    assert reading.smooth.values == before.smooth.values
    after = [session.observe(frame(1.0, lit(200))).readings[0].smooth.values for session in (dark, steady)]
    assert after[0] == after[1]


def test_a_profile_is_unclear_however_sure_the_classifier_is(frame: FrameMaker) -> None:
    """Whoever turned away is not said to be happy."""
    session = Session(Analyzer(TurnedAway(), FakeClassifier({"happy": 1.0})))

    (reading,) = session.observe(frame(0.0, lit(128))).readings

    assert (reading.words.expression, reading.words.emoji) == (UNCLEAR, "❔")
    assert reading.face.words.expression == UNCLEAR


def test_below_the_classifiers_threshold_a_reading_is_unclear(frame: FrameMaker) -> None:
    """Half happy is not happy for a model that wants 0.6."""
    session = Session(Analyzer(FakeDetector([[LEFT]]), FakeClassifier({"happy": 0.5, "neutral": 0.5}, threshold=0.6)))

    (reading,) = session.observe(frame(0.0, lit(128))).readings

    assert reading.words.expression == UNCLEAR


def test_every_session_has_an_id_of_its_own() -> None:
    """Rows of two runs can be told apart."""
    analyzer = Analyzer(FakeDetector(), FakeClassifier())

    assert Session(analyzer).id != Session(analyzer).id
