"""Fakes of cameras, detectors and classifiers, for tests, also of those who build on the tracker's protocols."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.face import Detection, Landmarks, Pose, Prediction, Shape
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.scores import Scores
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS
from tracker.model.correction import PersonalFit
from tracker.model.feature_statistics import FeatureStatistics
from tracker.model.framing import Framing
from tracker.vision.alignment import ANCHOR_POINTS

FRAMING: Final = Framing(48, left_eye=(15.2, 19.1), right_eye=(32.7, 18.9), mouth_left=(16.9, 37.2), mouth_right=(31.5, 37.0))
"""Where FER-2013's crops have eyes and mouth, as measured, in pixels.

The points are those of ``FER_FRAMING`` in exporter/data/framing.py, which the tracker may not import.
"""

FRONTAL_POSE: Final = Pose(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class FakeContract:
    """The name and version of a made-up model file."""

    name: str = "made up"
    version: str = "0"


class FakeClassifier:
    """Gives each crop the same scores; without ``scores``, happy is the crop's mean brightness, and neutral the rest."""

    framing = FRAMING
    contract = FakeContract()
    prior = "default"
    fit: PersonalFit | None = None
    statistics: FeatureStatistics | None = None
    sha256 = sha256(b"not a model").hexdigest()

    def __init__(self, scores: Mapping[str, float] | None = None, threshold: float = 0.4) -> None:
        self.threshold = threshold
        self._scores = scores

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]:
        """One prediction for each crop of [N, side, side] uint8."""
        predictions = []
        for crop in crops:
            brightness = float(crop.mean()) / 255
            scores = self._scores or {"happy": brightness, "neutral": 1 - brightness}
            seven = Scores.of(EXPRESSIONS, [scores.get(label, 0.0) for label in EXPRESSIONS])
            ferplus = Scores.of(FERPLUS, [scores.get(FERPLUS_SHOWN_AS[label], 0.0) for label in FERPLUS])
            heads = {"fer2013": seven, "ferplus": ferplus}
            predictions.append(Prediction(seven, heads, np.zeros(4, np.float32), self.fit))
        return predictions


class FakeDetector:
    """Finds faces at the boxes of its script, one entry for each picture; the last entry repeats."""

    def __init__(self, script: Iterable[Sequence[Box]] = ()) -> None:
        self._script = iter(script)
        self._boxes: Sequence[Box] = ()

    def detect(self, pixels: Pixels) -> list[Detection]:  # noqa: ARG002 - the protocol's
        """Faces at the next entry's boxes, largest first, whatever the picture shows."""
        self._boxes = next(self._script, self._boxes)
        return [detection_at(box) for box in sorted(self._boxes, key=lambda box: -box.area)]


def detection_at(box: Box, pose: Pose = FRONTAL_POSE) -> Detection:
    """A face that fills a box exactly, with eyes and mouth where a face has them; pose: of the head, in degrees."""
    along = np.linspace(0, 1, 478, dtype=np.float32)
    points = np.stack([along, along], axis=1)
    for indices, point in zip(ANCHOR_POINTS.values(), FRAMING.points, strict=True):
        points[list(indices)] = point / FRAMING.side
    mesh = points * np.array([box.width, box.height], np.float32) + np.array([box.x, box.y], np.float32)
    return Detection(Landmarks(np.asarray(mesh, np.float32)), Shape({}, pose))


class FakeCapture:
    """A camera that gives the pictures of its script, in which None is a failed read; after the last one each read fails.

    opens: whether it can be opened at all. released: whether it was closed.
    """

    def __init__(self, script: Iterable[Pixels | None] = (), *, opens: bool = True) -> None:
        self._script = iter(script)
        self._opens = opens
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """As scripted, until it is closed."""
        return self._opens and not self.released

    def read(self) -> tuple[bool, Pixels | None]:
        """Whether there was a picture, and the picture."""
        pixels = None if self.released else next(self._script, None)
        return pixels is not None, pixels

    def release(self) -> None:
        """Close it."""
        self.released = True
