"""What one frame says of a face's movements: a few numbers from its blendshapes, head pose and lips."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.core.face import Detection
from tracker.motion.blendshapes import both, mean_of

INNER_LIP_POINTS: Final = (13, 14)
"""Of MediaPipe's mesh: the middle of the inner lips, upper and lower."""
FACE_HEIGHT_POINTS: Final = (10, 152)
"""Of MediaPipe's mesh: forehead and chin."""
EYE_RANGE_DEGREES: Final = 35.0
"""How far eyes have turned when their blendshape is 1: about as far as they go without the head."""
AWAY_DEGREES: Final = 30.0
"""From the camera, head and eyes together: a large screen below or beside a camera lies within."""
SMILE_THRESHOLD: Final = 0.4
"""Of the mean of both mouthSmile blendshapes: a resting face has less than 0.1, a smile that shows teeth about 0.8."""


@dataclass(frozen=True, slots=True)
class FaceSignals:
    """A face in one frame.

    Attributes:
        t: The frame's time, in seconds.
        eye_closure: 0 open to 1 closed.
        yaw: Of the head, in degrees.
        pitch: Of the head, in degrees.
        lip_gap: Between the lips, in heights of the face.
        away: Whether gaze and head together are turned away from the screen.
        smiling: Whether the mouth smiles.
    """

    t: float
    eye_closure: float
    yaw: float
    pitch: float
    lip_gap: float
    away: bool
    smiling: bool


def face_signals(detection: Detection, t: float) -> FaceSignals:
    """The signals of a face that was detected in a frame of time t (seconds)."""
    points, pose, blendshapes = detection.landmarks.points, detection.shape.pose, detection.shape.blendshapes
    lip_gap, face_height = (
        float(np.linalg.norm(points[upper] - points[lower])) for upper, lower in (INNER_LIP_POINTS, FACE_HEIGHT_POINTS)
    )
    gaze_yaw, gaze_pitch = gaze_degrees(detection)
    return FaceSignals(
        t=t,
        eye_closure=mean_of(blendshapes, both("eyeBlink")),
        yaw=pose.yaw,
        pitch=pose.pitch,
        lip_gap=lip_gap / max(face_height, 1.0),
        away=abs(gaze_yaw) > AWAY_DEGREES or abs(gaze_pitch) > AWAY_DEGREES,
        smiling=mean_of(blendshapes, both("mouthSmile")) >= SMILE_THRESHOLD,
    )


def gaze_degrees(detection: Detection) -> tuple[float, float]:
    """Where head and eyes point together, in degrees: to the person's left, and up; eyes that look back make up for a turn."""
    pose, blendshapes = detection.shape.pose, detection.shape.blendshapes
    left = mean_of(blendshapes, ("eyeLookOutLeft", "eyeLookInRight")) - mean_of(
        blendshapes, ("eyeLookInLeft", "eyeLookOutRight")
    )
    up = mean_of(blendshapes, both("eyeLookUp")) - mean_of(blendshapes, both("eyeLookDown"))
    return pose.yaw + EYE_RANGE_DEGREES * left, pose.pitch + EYE_RANGE_DEGREES * up
