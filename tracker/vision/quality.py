"""Whether a face can be classified at all: too small, turned away, dark, blurred or covered faces are not.

Source of the thresholds: real crops of FER-2013's public split, darkened, blurred and covered on purpose; each threshold lies
about where the model's accuracy has fallen by a tenth. The figures, with the false alarms, are in models/FRAMING.md.
"""

from math import sqrt
from typing import Final

import cv2
import numpy as np

from tracker.core.face import Crop, Detection, Floats, Quality

MIN_FACE_WIDTH: Final = 24.0
"""Of the face mesh, in pixels; of a smaller face, most of the crop's 48 px are interpolated."""
MAX_TURN_DEGREES: Final = 40.0
"""Yaw or pitch: of 2,706 faces 24 turn farther, and 71 % of these are classified correctly; below 20 degrees, 88 % are."""
MIN_BRIGHTNESS: Final = 24
"""95th percentile of the crop's gray levels: dimmed to it, with a webcam's noise of 2 levels, 75 % are classified correctly."""
MIN_CONTRAST: Final = 8
"""Gray levels between the 5th and the 95th percentile; a flatter crop shows nothing, and the measures below mean nothing."""
MIN_SHARPNESS: Final = 0.275
"""Of ``sharpness``; 0.25 is a ramp."""
MIN_FEATURE_CONTRAST: Final = 0.065
"""Of ``feature_contrast``, in shares of the range from the 5th to the 95th percentile: skin without features has 0.03."""
FEATURE_REGIONS: Final = {"eyes": (14 / 48, 24 / 48, 9 / 48, 39 / 48), "mouth": (31 / 48, 43 / 48, 14 / 48, 35 / 48)}
"""Top, bottom, left and right edge in shares of the crop's side, about where the framing puts eyes and mouth."""
DIRECTIONS: Final = ((0, 1), (1, 0), (1, 1), (1, -1))
"""(down, right) along rows, columns and both diagonals, as a head or a hand with a phone may move."""


def assess_quality(crop: Crop, detection: Detection | None) -> Quality:
    """Say whether a face can be classified.

    Args:
        crop: [side, side] gray, 0-255.
        detection: Where the face was found; None for a picture that is a crop itself.

    Returns:
        The first reason against it, of "too far away", "turned away", "too dark", "blurred" and "covered", or none.
    """
    if detection is not None:
        pose = detection.shape.pose
        if detection.landmarks.box.width < MIN_FACE_WIDTH:
            return Quality("too far away")
        if max(abs(pose.yaw), abs(pose.pitch)) > MAX_TURN_DEGREES:
            return Quality("turned away")
    return Quality(_why_unreadable(crop))


def _why_unreadable(crop: Crop) -> str | None:
    # Percentiles by partition: np.percentile takes ten times as long.
    low, high = int(crop.size * 0.05), int(crop.size * 0.95)
    ordered = np.partition(crop, (low, high), axis=None)
    darkest, brightest = int(ordered[low]), int(ordered[high])
    if brightest < MIN_BRIGHTNESS:
        return "too dark"
    if brightest - darkest < MIN_CONTRAST:
        return None
    pixels = crop.astype(np.float32)
    if sharpness(pixels) < MIN_SHARPNESS:
        return "blurred"
    return "covered" if feature_contrast(pixels) < MIN_FEATURE_CONTRAST * (brightest - darkest) else None


def sharpness(pixels: Floats) -> float:
    """How much neighbours differ, compared with pixels 4 apart, in the most blurred direction.

    Args:
        pixels: [side, side] gray levels.

    Returns:
        Above 0; a ramp has 0.25, noise 1.
    """
    return min(
        _rms_difference(pixels, direction, 1) / max(_rms_difference(pixels, direction, 4), 1e-6) for direction in DIRECTIONS
    )


def _rms_difference(pixels: Floats, direction: tuple[int, int], distance: int) -> float:
    """Root mean square of the differences between pixels at a distance in one direction."""
    down, right = direction[0] * distance, direction[1] * distance
    height, width = pixels.shape
    one = pixels[down:, max(right, 0) : width + min(right, 0)]
    other = pixels[: height - down, max(-right, 0) : width + min(-right, 0)]
    # One call of OpenCV's in place of four of NumPy's: this is done eight times a face.
    return cv2.norm(one, other, cv2.NORM_L2) / sqrt(one.size)


def feature_contrast(pixels: Floats) -> float:
    """The standard deviation, in gray levels, of the eyes' or the mouth's region, whichever is smaller.

    Args:
        pixels: [side, side] gray levels.
    """
    side = len(pixels)
    regions = ([round(share * side) for share in shares] for shares in FEATURE_REGIONS.values())
    # OpenCV's, which takes a sixth of NumPy's time for so few pixels.
    return min(float(cv2.meanStdDev(pixels[top:bottom, left:right])[1][0, 0]) for top, bottom, left, right in regions)
