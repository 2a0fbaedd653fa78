"""From landmarks to the gray crop: a similarity transform puts a face where the model expects it.

It is aligned by its eyes, or by eyes and mouth, as the model's framing says. Source of the least-squares similarity: Umeyama
(IEEE TPAMI 13(4), 1991, eqs. 40-43), here for the plane, with complex numbers.
"""

from collections.abc import Mapping
from math import ceil, floor
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.face import Crop, Detection, Floats, Landmarks
from tracker.core.frame import Pixels
from tracker.model.framing import EYES, Framing

ANCHOR_POINTS: Final[Mapping[str, tuple[int, int]]] = {
    "left_eye": (33, 133),
    "right_eye": (362, 263),
    "mouth_left": (61, 61),
    "mouth_right": (291, 291),
}
"""The two points of MediaPipe's mesh (of 478) whose mean is each anchor, left and right as seen in the picture: both corners of
an eye, which do not move with the gaze, and twice the same corner of the mouth."""

MAX_SAMPLES_PER_PIXEL: Final = 6
"""Averaged for a crop pixel, along each axis: one for each pixel of a face 240 px wide. For larger faces more change little: in
photos of faces up to 935 px wide, one for each pixel changes no pixel of the crop by more than one gray level."""

NEIGHBOUR_PIXELS: Final = 2
"""Around what a crop shows, for interpolation."""
MIN_YAW_COSINE: Final = 0.5
"""Of a yaw of 60 degrees: the yaw of a head that is turned further is hardly known."""


def anchor_points(landmarks: Landmarks) -> Floats:
    """[4, 2] eyes and mouth corners in pixels of the picture, in the order of ANCHOR_POINTS."""
    return np.asarray(landmarks.points[list(ANCHOR_POINTS.values()), :].mean(axis=1))


def similarity(source: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The similarity transform that maps source points onto target points with the least square error.

    Args:
        source: [n, 2] points.
        target: [n, 2] points.

    Returns:
        [2, 3] matrix that turns, scales and shifts, as OpenCV takes it.
    """
    source_points, target_points = source @ (1, 1j), target @ (1, 1j)
    centred = source_points - source_points.mean()
    turn = np.vdot(centred, target_points - target_points.mean()) / np.vdot(centred, centred).real
    shift = target_points.mean() - turn * source_points.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def face_to_crop(detection: Detection, framing: Framing) -> npt.NDArray[np.float64]:
    """The transform from a picture to the crop of a face.

    A face that is aligned by its eyes alone is scaled by their distance as seen from the front: a turned head, whose eyes seem
    to be closer together, is not enlarged.

    Args:
        detection: The face, in pixels of the picture.
        framing: Where the crop shows a face.

    Returns:
        [2, 3] matrix; both sides count from the middle of the first pixel, as OpenCV does.
    """
    # Landmarks and framing count from the corner of the picture.
    found, wanted = anchor_points(detection.landmarks) - 0.5, framing.points - 0.5
    if framing.anchors == EYES:
        eyes, cosine = found[:2], np.cos(np.radians(detection.shape.pose.yaw))
        middle = eyes.mean(axis=0)
        found, wanted = middle + (eyes - middle) / max(cosine, MIN_YAW_COSINE), wanted[:2]
    return similarity(found, wanted)


def align_face(pixels: Pixels, detection: Detection, framing: Framing) -> Crop:
    """Cut out a face, in gray.

    A face larger than the crop is sampled several times a pixel and averaged, as a camera does; sampled once, it would be
    sharper than the training pictures. Beyond the picture's edge its border is repeated.

    Args:
        pixels: [height, width, 3] BGR picture.
        detection: The face, in its pixels.
        framing: Where the crop shows a face.

    Returns:
        [framing.side, framing.side] gray crop, 0-255.
    """
    matrix = face_to_crop(detection, framing)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    samples = int(np.clip(np.ceil(1 / max(scale, 1e-6)), 1, MAX_SAMPLES_PER_PIXEL))
    fine = matrix * samples
    fine[:, 2] += (samples - 1) / 2
    side = framing.side * samples
    left, top, right, bottom = _needed_part(fine, side, pixels.shape[1], pixels.shape[0])
    fine[:, 2] += fine[:, :2] @ (left, top)
    # Of a large picture, only what the crop needs is made gray.
    gray = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    large = cv2.warpAffine(gray, fine, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(large, (framing.side,) * 2, interpolation=cv2.INTER_AREA), np.uint8)


def _needed_part(matrix: npt.NDArray[np.float64], side: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Which part of a picture a square needs: left, top, right and bottom edge in whole pixels, at least one pixel each way.

    Args:
        matrix: [2, 3] from the picture to the square, which turns, scales and shifts.
        side: Of the square, in its pixels.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
    """
    (turn_x, _, shift_x), (turn_y, _, shift_y) = matrix.tolist()
    turn, shift = complex(turn_x, turn_y), complex(shift_x, shift_y)
    ends = (-0.5, side - 0.5)
    corners = [(complex(x, y) - shift) / turn for x in ends for y in ends]
    across, down = [corner.real for corner in corners], [corner.imag for corner in corners]
    return (
        min(max(floor(min(across)) - NEIGHBOUR_PIXELS, 0), width - 1),
        min(max(floor(min(down)) - NEIGHBOUR_PIXELS, 0), height - 1),
        max(min(ceil(max(across)) + NEIGHBOUR_PIXELS + 1, width), 1),
        max(min(ceil(max(down)) + NEIGHBOUR_PIXELS + 1, height), 1),
    )
