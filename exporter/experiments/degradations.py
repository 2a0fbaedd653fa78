"""Crops spoilt on purpose: out of focus, moved, dark, covered, far away - each as a camera would spoil them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import cv2
import numpy as np

from exporter.evaluation.inference import Crops
from tracker.core.face import Crop

WEBCAM_NOISE: Final = 2
"""Gray levels, of a webcam in the dark: what is dimmed only, a network reads as if it were bright."""
HIDDEN: Final = {"eyes": slice(11, 27), "mouth": slice(28, 48)}
"""Rows of a 48-px crop that sunglasses or a mask hide, between the columns of ACROSS."""
ACROSS: Final = slice(4, 44)
BAND: Final = slice(24, 28)
"""Rows between both: their median is the colour of a plain patch, so that its edge does not give it away."""

Spoil = Callable[[Crop], Crop]


def defocused(crop: Crop, sigma: float) -> Crop:
    """Out of focus by so many pixels of the crop."""
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), np.uint8)


def moved(crop: Crop, length: int, degrees: float = 0) -> Crop:
    """As if the head moved so many pixels (an odd number) in a direction while the picture was taken."""
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    middle = (length // 2, length // 2)
    line = np.asarray(cv2.warpAffine(line, cv2.getRotationMatrix2D(middle, degrees, 1), (length, length)), np.float32)
    return np.asarray(cv2.filter2D(crop, -1, line / line.sum()), np.uint8)


def dimmed(crop: Crop, light: float) -> Crop:
    """In so much of the light, with a webcam's noise; the same each time."""
    noise = np.random.default_rng(int(crop.sum())).normal(0, WEBCAM_NOISE, crop.shape)
    return np.asarray((crop * light + noise).clip(0, 255), np.uint8)


def hidden(crop: Crop, what: str) -> Crop:
    """The eyes or the mouth behind a plain patch of the skin's shade."""
    covered = crop.copy()
    covered[HIDDEN[what], ACROSS] = np.median(crop[BAND])
    return covered


def handed(crop: Crop) -> Crop:
    """The mouth behind the crop's own cheeks and forehead, turned over: skin with a structure of its own, as a hand has."""
    covered = crop.copy()
    rows = HIDDEN["mouth"]
    covered[rows, ACROSS] = crop[: rows.stop - rows.start, ACROSS][::-1]
    return covered


def reduced(crop: Crop, side: int) -> Crop:
    """As if the whole crop had been so many pixels large in the frame."""
    small = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, crop.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


SPOILT: Final[Mapping[str, Mapping[str, Spoil]]] = {
    "out of focus, pixels of the crop": {str(sigma): partial(defocused, sigma=sigma) for sigma in (1, 1.5, 2, 2.5, 3)},
    "moved, pixels of the crop": {str(length): partial(moved, length=length) for length in (5, 7, 9, 11, 15, 17)},
    "part of the light": {str(light): partial(dimmed, light=light) for light in (0.3, 0.2, 0.15, 0.1, 0.07)},
    "hidden behind a plain patch": {what: partial(hidden, what=what) for what in HIDDEN},
    "hidden behind skin with structure": {"mouth": handed},
    "reduced to pixels": {str(side): partial(reduced, side=side) for side in (24, 20, 16, 12)},
}
"""What was done -> how much of it -> the change."""


def spoilt(crops: Crops, change: Spoil) -> Crops:
    """[N, side, side] each crop changed."""
    return np.stack([change(crop) for crop in crops])
