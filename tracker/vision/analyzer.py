"""One picture in, judged faces out: no time, no thread, no file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.face import Crop, Detection, Face, Found, Prediction
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.scores import put_into_words
from tracker.core.vocabulary import EMOJI, UNCLEAR
from tracker.model.correction import PersonalFit
from tracker.model.feature_statistics import Statistics
from tracker.model.framing import Framing
from tracker.vision.alignment import align_face
from tracker.vision.quality import assess_quality


class Detector(Protocol):
    """Finds the faces of a BGR picture, largest first."""

    def detect(self, pixels: Pixels) -> list[Detection]: ...


class ModelIdentity(Protocol):
    """What a model file says of itself: its name and version."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


class Classifier(Protocol):
    """Judges [N, side, side] gray crops; ``fit`` may be replaced while it works."""

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
    def statistics(self) -> Statistics | None: ...

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]: ...


class Analyzer:
    """A detector and a classifier, joined by the crop."""

    def __init__(self, detector: Detector, classifier: Classifier) -> None:
        self.detector = detector
        self.classifier = classifier

    def analyze(self, pixels: Pixels) -> list[Face]:
        """Every face of a [height, width, 3] BGR picture, largest first."""
        return self.classify(pixels, self.detector.detect(pixels))

    def classify(self, pixels: Pixels, detections: Sequence[Detection]) -> list[Face]:
        """Faces found before, aligned and classified in one batch, in the order given."""
        gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
        framing = self.classifier.framing
        crops = [align_face(gray, detection, framing) for detection in detections]
        boxes = [detection.landmarks.box for detection in detections]
        return self._classified(crops, boxes, detections, "detected")

    def classify_crop(self, pixels: Pixels) -> Face:
        """A whole picture taken as a face crop."""
        side = self.classifier.framing.side
        height, width = pixels.shape[:2]
        gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        crop = np.asarray(cv2.resize(gray, (side, side), interpolation=_shrinking(height, side)), np.uint8)
        return self._classified([crop], [Box(0, 0, width, height)], [None], "crop")[0]

    def _classified(
        self, crops: Sequence[Crop], boxes: Sequence[Box], detections: Sequence[Detection | None], found: Found
    ) -> list[Face]:
        if not crops:
            return []
        predictions = self.classifier.classify(np.stack(crops))
        parts = zip(boxes, crops, predictions, detections, strict=True)
        return [self._face(box, crop, prediction, detection, found) for box, crop, prediction, detection in parts]

    def _face(self, box: Box, crop: Crop, prediction: Prediction, detection: Detection | None, found: Found) -> Face:
        quality = assess_quality(crop, detection)
        words = put_into_words(prediction.scores, self.classifier.threshold)
        if not quality.ok:
            words = replace(words, expression=UNCLEAR, emoji=EMOJI[UNCLEAR])
        return Face(box, crop, prediction, words, quality, found, detection)


def _shrinking(height: int, side: int) -> int:
    """The interpolation that neither aliases nor blurs."""
    return cv2.INTER_AREA if height > side else cv2.INTER_LINEAR
