"""From landmarks to the 48x48 gray crop: a similarity that puts a face where the model was taught to expect it.

It is put by its eyes, or by eyes and mouth, as the model's framing says. The least-squares similarity is Umeyama's (IEEE TPAMI
13(4), 1991, eqs. 40-43), written for the plane with complex numbers.
"""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.face import Crop, Detection, Floats, Landmarks
from tracker.model.framing import EYES, Framing

ANCHOR_POINTS: Final[Mapping[str, tuple[int, ...]]] = {
    "left_eye": (33, 133),
    "right_eye": (362, 263),
    "mouth_left": (61,),
    "mouth_right": (291,),
}
"""Which mesh points (of MediaPipe's 478) mark each place, left and right as seen in the picture: the corners of an eye,
whose mean stays put when the gaze wanders, and the corners of the mouth."""

MAX_SAMPLES_PER_PIXEL: Final = 12
"""At most so many samples a crop pixel and axis are averaged: a face 580 px wide; larger ones only get more alike."""

LEAST_COSINE: Final = 0.5
"""Of a yaw of 60 degrees: a head turned further is not told apart by its eyes, and its yaw is hardly known."""


def anchor_points(landmarks: Landmarks) -> Floats:
    """[4, 2] eyes and mouth corners in the picture."""
    return np.stack([landmarks.points[list(points)].mean(axis=0) for points in ANCHOR_POINTS.values()])


def similarity(source: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """[2, 3] matrix turning, scaling and shifting source points [n, 2] onto target points with the least square error."""
    here, there = source @ (1, 1j), target @ (1, 1j)
    centred = here - here.mean()
    turn = np.vdot(centred, there - there.mean()) / np.vdot(centred, centred).real
    shift = there.mean() - turn * here.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def face_to_crop(detection: Detection, framing: Framing) -> npt.NDArray[np.float64]:
    """[2, 3] matrix from the picture to the crop, both counted from the middle of the first pixel, as OpenCV does.

    Put by its eyes, a face has its size by their distance as it would be seen from the front: a turned head is not enlarged
    because its eyes seem to lie closer together.
    """
    # Landmarks and framing count from the corner of the picture.
    found, wanted = anchor_points(detection.landmarks) - 0.5, framing.points - 0.5
    if framing.anchors == EYES:
        eyes, cosine = found[:2], np.cos(np.radians(detection.shape.pose.yaw))
        middle = eyes.mean(axis=0)
        found, wanted = middle + (eyes - middle) / max(cosine, LEAST_COSINE), wanted[:2]
    return similarity(found, wanted)


def align_face(gray: Crop, detection: Detection, framing: Framing) -> Crop:
    """[side, side] gray crop of a face in a gray picture [height, width].

    A face larger than the crop is sampled several times a pixel and averaged, as a camera would; sampling it once would
    show a sharpness that the training pictures do not have. Beyond the picture's edge its border goes on.
    """
    matrix = face_to_crop(detection, framing)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    times = int(np.clip(np.ceil(1 / max(scale, 1e-6)), 1, MAX_SAMPLES_PER_PIXEL))
    fine = matrix * times
    fine[:, 2] += (times - 1) / 2
    large = cv2.warpAffine(gray, fine, (framing.side * times,) * 2, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(large, (framing.side,) * 2, interpolation=cv2.INTER_AREA), np.uint8)
