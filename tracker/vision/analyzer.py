"""From a picture to classified faces, without time, threads or files."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from tracker.core.face import Crop, Detection, Face, Found
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.scores import put_into_words
from tracker.core.vocabulary import EMOJI, UNCLEAR
from tracker.core.withheld import NO_PREDICTION, NO_WORDS
from tracker.model.protocols import Classifier
from tracker.vision.alignment import align_face
from tracker.vision.detectors import Detector, DetectorPool, OpenDetector
from tracker.vision.quality import assess_quality


class Analyzer:
    """A detector and a classifier, joined by the crop. One thread uses it.

    detectors: the detector with its helpers, which one leaves as a context if there are any.
    """

    def __init__(self, detector: Detector, classifier: Classifier, helpers: Sequence[OpenDetector] = ()) -> None:
        self.detector = detector
        self.classifier = classifier
        self.detectors = DetectorPool(detector, helpers)

    def analyze(self, pixels: Pixels) -> list[Face]:
        """Detect and classify every face of a [height, width, 3] BGR picture, largest first."""
        return self.classify(pixels, self.detector.detect(pixels))

    def classify(self, pixels: Pixels, detections: Sequence[Detection]) -> list[Face]:
        """Align and classify faces that were detected before, in one batch.

        Args:
            pixels: [height, width, 3] BGR.
            detections: Faces in its pixels.

        Returns:
            The faces, in the order of the detections.
        """
        if not detections:
            return []
        boxes = [detection.landmarks.box for detection in detections]
        return self._classify_crops(self._align(pixels, detections), boxes, detections, "detected")

    def assess(self, pixels: Pixels, detections: Sequence[Detection]) -> list[Face]:
        """Align faces and say whether they can be classified, without classifying them.

        Args:
            pixels: [height, width, 3] BGR.
            detections: Faces in its pixels.

        Returns:
            The faces, in the order of the detections, with equal scores and no word.
        """
        if not detections:
            return []
        crops = self._align(pixels, detections)
        return [
            Face(each.landmarks.box, crop, NO_PREDICTION, NO_WORDS, assess_quality(crop, each), detection=each)
            for crop, each in zip(crops, detections, strict=True)
        ]

    def _align(self, pixels: Pixels, detections: Sequence[Detection]) -> list[Crop]:
        return [align_face(pixels, detection, self.classifier.framing) for detection in detections]

    def classify_crop(self, pixels: Pixels) -> Face:
        """Classify a whole [height, width, 3] BGR picture as a face crop, whose box is the picture."""
        side = self.classifier.framing.side
        height, width = pixels.shape[:2]
        gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        # Shrinking must not alias, enlarging must not blur.
        interpolation = cv2.INTER_AREA if height > side else cv2.INTER_LINEAR
        crop = np.asarray(cv2.resize(gray, (side, side), interpolation=interpolation), np.uint8)
        return self._classify_crops([crop], [Box(0, 0, width, height)], [None], "crop")[0]

    def _classify_crops(
        self, crops: Sequence[Crop], boxes: Sequence[Box], detections: Sequence[Detection | None], found: Found
    ) -> list[Face]:
        predictions = self.classifier.classify(np.stack(crops))
        faces = []
        for box, crop, prediction, detection in zip(boxes, crops, predictions, detections, strict=True):
            quality = assess_quality(crop, detection)
            words = put_into_words(prediction.scores, self.classifier.threshold)
            if not quality.ok:
                words = replace(words, expression=UNCLEAR, emoji=EMOJI[UNCLEAR], doubt=None)
            faces.append(Face(box, crop, prediction, words, quality, found, detection))
        return faces
