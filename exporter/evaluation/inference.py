"""A model file run on many labelled crops, in batches or one by one to measure the time."""

from time import perf_counter
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from tracker.core.face import Floats
from tracker.model.classifier import OnnxClassifier

CROPS_PER_BATCH: Final = 256
"""They need 150 MB for feature maps."""
TIMED_CROPS: Final = 200
"""Crops classified one by one: enough for a median, and a second in all."""

Crops = npt.NDArray[np.uint8]
"""[N, height, width] gray, 0-255."""


def resized(images: Crops, side: int) -> Crops:
    """The crops at [N, side, side] pixels."""
    if images.shape[1:] == (side, side):
        return images
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR) for image in images]).astype(np.uint8)


def logits_of(classifier: OnnxClassifier, images: Crops) -> dict[str, Floats]:
    """Each output of the model, by name: [N, ...] for N crops of any size; N is at least 1."""
    starts = tqdm(range(0, len(images), CROPS_PER_BATCH), "judging", disable=None)
    side = classifier.contract.side
    parts = [classifier.logits(resized(images[start : start + CROPS_PER_BATCH], side)) for start in starts]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def median_ms(classifier: OnnxClassifier, images: Crops) -> float:
    """Milliseconds from one crop to its scores: the median over the first TIMED_CROPS."""
    seconds = []
    for image in resized(images[:TIMED_CROPS], classifier.contract.side):
        started = perf_counter()
        classifier.classify(image[None])
        seconds.append(perf_counter() - started)
    return float(np.median(seconds)) * 1000
