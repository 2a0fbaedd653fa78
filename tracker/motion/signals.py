"""What one frame says of a face's movements: a few numbers, from blendshapes, head pose and lips."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.core.face import Detection, Shape

INNER_LIP_POINTS: Final = (13, 14)
FACE_HEIGHT_POINTS: Final = (10, 152)
"""Points of MediaPipe's mesh: the middle of the inner lips, above and below; forehead and chin."""
EYE_RANGE_DEGREES: Final = 35.0
"""Degrees that eyes have turned when their blendshape is 1: about as far as they go without the head."""
AWAY_DEGREES: Final = 30.0
"""Degrees from the camera, head and eyes together: a large screen below or beside a camera lies within."""
SMILE_THRESHOLD: Final = 0.4
"""Of the two mouthSmile blendshapes: a resting face has less than 0.1, a smile that shows teeth about 0.8."""


@dataclass(frozen=True, slots=True)
class FaceSignals:
    """A face in a frame of time t (seconds).

    lids: open 0 to closed 1. yaw, pitch: of the head, degrees. mouth: gap between the lips, in heights of the face.
    """

    t: float
    lids: float
    yaw: float
    pitch: float
    mouth: float
    away: bool
    smiling: bool


def face_signals(found: Detection, t: float) -> FaceSignals:
    """The numbers of a face that was found in a frame of time t."""
    shape, points = found.shape, found.landmarks.points
    gap, height = (
        float(np.linalg.norm(points[upper] - points[lower])) for upper, lower in (INNER_LIP_POINTS, FACE_HEIGHT_POINTS)
    )
    mouth = gap / max(height, 1.0)
    smiling = _mean(shape, "mouthSmileLeft", "mouthSmileRight") >= SMILE_THRESHOLD
    lids = _mean(shape, "eyeBlinkLeft", "eyeBlinkRight")
    return FaceSignals(t, lids, shape.pose.yaw, shape.pose.pitch, mouth, _away(shape), smiling)


def _away(shape: Shape) -> bool:
    """Eyes that look back at the screen make up for a head that is turned."""
    aside = _mean(shape, "eyeLookOutLeft", "eyeLookInRight") - _mean(shape, "eyeLookInLeft", "eyeLookOutRight")
    upwards = _mean(shape, "eyeLookUpLeft", "eyeLookUpRight") - _mean(shape, "eyeLookDownLeft", "eyeLookDownRight")
    return (
        abs(shape.pose.yaw + EYE_RANGE_DEGREES * aside) > AWAY_DEGREES
        or abs(shape.pose.pitch + EYE_RANGE_DEGREES * upwards) > AWAY_DEGREES
    )


def _mean(shape: Shape, *names: str) -> float:
    return sum(shape.blendshapes.get(name, 0.0) for name in names) / len(names)
