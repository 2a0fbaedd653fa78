"""Verdicts on a live moment: asked about, and stored with, what the person saw."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from flask import Flask

from tracker.core.face import FaceId, Observation, Reading
from tracker.core.frame import now
from tracker.core.geometry import Box
from tracker.core.scores import put_into_words
from tracker.health.queries import labelled_predictions
from tracker.live.events import LiveSnapshot, ObservationMade
from tracker.store.schema import Prediction
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from web.pages.calibration import CalibrationCapture
from web.pages.verdicts import PendingVerdicts, verdicts_blueprint
from web.storage import Storage


def snapshot_of_a_change() -> LiveSnapshot:
    """The newest frame says sad; what is shown is still neutral, as the frames before it said."""
    classifier = FakeClassifier({"sad": 0.8, "neutral": 0.2})
    pixels = np.full((80, 80, 3), 128, np.uint8)
    analyzer = Analyzer(FakeDetector([[Box(10, 10, 60, 60)]]), classifier)
    (face,) = analyzer.classify(pixels, analyzer.detector.detect(pixels))
    smooth = replace(face.prediction.scores, values=(0.0, 0.0, 0.0, 0.0, 0.3, 0.0, 0.7))
    assert smooth.top[0] == "neutral"
    reading = Reading(FaceId(1), face, smooth, put_into_words(smooth, 0.4))
    return LiveSnapshot.of("s", Observation(1.0, now(), 2, (reading,)), classifier)


def test_a_moment_asks_about_and_stores_what_was_shown(storage: Storage) -> None:
    """The word and the confidence of the card on Now; the scores are the frame's, for a fit learns from that."""
    snapshot = snapshot_of_a_change()
    live = SimpleNamespace(controller=SimpleNamespace(call=None, snapshot=snapshot))
    app = Flask("test")
    app.register_blueprint(verdicts_blueprint(cast("Any", live), storage, PendingVerdicts(), "me"))
    client = app.test_client()

    (held,) = client.post("/api/moment").json["faces"]  # type: ignore[index]
    number = client.post("/api/verdicts", data={"face": held["token"], "said": "sad"}).json["id"]  # type: ignore[index]

    assert held["expression"] == "neutral"
    with storage.reading() as store:
        row = store.get_one(Prediction, number)
        assert (row.expression, round(row.confidence, 3)) == ("neutral", 0.7)
        assert (row.scores.index(max(row.scores)), round(max(row.scores), 2)) == (4, 0.8)
        assert labelled_predictions(store).shown.tolist() == ["neutral"]


def test_calibration_samples_have_what_was_shown() -> None:
    """As a moment does."""
    controller = SimpleNamespace(call=None, state=SimpleNamespace(kind="watching"), subscribe=lambda _: None)
    capture = CalibrationCapture(cast("Any", SimpleNamespace(controller=controller)), 0.0)
    capture.begin("sad")
    capture.consume(ObservationMade(cast("Any", None), snapshot_of_a_change()))

    (sample,) = capture.end(sure=False).samples

    assert sample.face.words.expression == "neutral"
    assert sample.face.prediction.scores.top[0] == "sad"
