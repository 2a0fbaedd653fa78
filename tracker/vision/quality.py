"""Whether a face can be judged at all: reasons that come before any guess.

Thresholds were chosen on real crops of FER-2013's public split that were darkened, blurred and covered on purpose: each lies
about where the model's accuracy has fallen by a tenth. The figures, false alarms among them, stand in models/FRAMING.md.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.face import Crop, Detection, Floats, Quality

MIN_FACE_WIDTH: Final = 24.0
"""Width of the mesh in pixels; below it even the 48 px of the crop are mostly invented."""
MAX_TURN_DEGREES: Final = 40.0
"""Degrees of yaw or pitch: of 2,706 faces 24 turn farther, and 71 % of these are read right; below 20 degrees, 88 %."""
MIN_BRIGHTNESS: Final = 24
"""The brightest twentieth of the crop, in gray levels: dimmed to it, with a webcam's noise of 2 levels, 75 % are read right."""
MIN_CONTRAST: Final = 8
"""Gray levels between the darkest and the brightest twentieth; less is a picture of nothing, where no measure means much."""
MIN_SHARPNESS: Final = 0.275
"""Neighbours differ by so little of what pixels 4 apart do, in the direction where they are most alike: 0.25 is a ramp."""
MIN_FEATURE_CONTRAST: Final = 0.065
"""Scatter of the eyes' or the mouth's region, in shares of the crop's range: skin without features has 0.03."""
FEATURE_REGIONS: Final = {"eyes": (14 / 48, 24 / 48, 9 / 48, 39 / 48), "mouth": (31 / 48, 43 / 48, 14 / 48, 35 / 48)}
"""Top, bottom, left, right in shares of the crop's side, about where the framing puts eyes and mouth."""
DIRECTIONS: Final = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Down and right: along rows, columns and both diagonals, as a head or a hand with a phone may move."""


def assess_quality(crop: Crop, detection: Detection | None) -> Quality:
    """The first reason not to trust a face, if there is one."""
    reason = None if detection is None else _far_or_turned(detection)
    return Quality(reason or _unreadable(crop))


def _far_or_turned(detection: Detection) -> str | None:
    if detection.landmarks.box.width < MIN_FACE_WIDTH:
        return "too far away"
    pose = detection.shape.pose
    return "turned away" if max(abs(pose.yaw), abs(pose.pitch)) > MAX_TURN_DEGREES else None


def _unreadable(crop: Crop) -> str | None:
    # Percentiles by partition: np.percentile costs ten times as much.
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
    """How much neighbours differ, compared with pixels 4 apart, in the most blurred direction: a ramp has 0.25, noise 1."""
    return min(_difference(pixels, way, 1) / max(_difference(pixels, way, 4), 1e-6) for way in DIRECTIONS)


def _difference(pixels: Floats, way: tuple[int, int], apart: int) -> float:
    """Root mean square between pixels so far apart in one direction."""
    down, right = way[0] * apart, way[1] * apart
    here: npt.NDArray[np.float32] = pixels if right >= 0 else pixels[:, ::-1]
    height, width = pixels.shape
    change = here[down:, abs(right) :] - here[: height - down, : width - abs(right)]
    return float(np.sqrt(np.mean(change**2)))


def feature_contrast(pixels: Floats) -> float:
    """The smaller scatter, in gray levels, of the eyes' and the mouth's region."""
    side = len(pixels)
    regions = ([round(share * side) for share in shares] for shares in FEATURE_REGIONS.values())
    return min(float(pixels[top:bottom, left:right].std()) for top, bottom, left, right in regions)
