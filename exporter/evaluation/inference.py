"""Many labelled crops through a model file: at the side that it was made for, a batch at a time, and by the clock."""

from time import perf_counter
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from tracker.core.face import Floats
from tracker.model.classifier import OnnxClassifier

BATCH: Final = 256
"""Crops judged at once: 150 MB of feature maps."""
TIMED: Final = 200
"""Faces judged one by one for the clock: enough for a median, a second in all."""

Crops = npt.NDArray[np.uint8]


def resized(images: Crops, side: int) -> Crops:
    """[N, height, width] crops at another side."""
    if images.shape[1:] == (side, side):
        return images
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR) for image in images]).astype(np.uint8)


def logits_of(classifier: OnnxClassifier, images: Crops) -> dict[str, Floats]:
    """Each output of the model for [N, height, width] crops, one or more."""
    starts = tqdm(range(0, len(images), BATCH), "judging", disable=None)
    side = classifier.contract.side
    parts = [classifier.logits(resized(images[start : start + BATCH], side)) for start in starts]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def median_ms(classifier: OnnxClassifier, images: Crops) -> float:
    """From one crop to its scores."""
    seconds = []
    for image in resized(images[:TIMED], classifier.contract.side):
        started = perf_counter()
        classifier.classify(image[None])
        seconds.append(perf_counter() - started)
    return float(np.median(seconds)) * 1000
