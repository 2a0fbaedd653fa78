"""Where a crop shows a face: the geometry that a model was trained with, part of its contract."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

CROP_SIDES: Final = range(16, 513)
"""Pixels: in a smaller crop no expression can be read, and a webcam fills no larger one."""

Point = tuple[float, float]
"""(x, y) in pixels of the crop."""
EYES: Final = "eyes"
EYES_AND_MOUTH: Final = "eyes and mouth"
ANCHOR_SETS: Final = (EYES, EYES_AND_MOUTH)


@dataclass(frozen=True)
class Framing:
    """Where a crop of side x side pixels shows a face; left and right as seen in the picture.

    Attributes:
        side: Of the crop, in pixels, one of CROP_SIDES.
        left_eye: The middle between the corners of the eye.
        right_eye: Likewise.
        mouth_left: The left corner of the mouth.
        mouth_right: The right corner of the mouth.
        anchors: The points by which a face is aligned, EYES or EYES_AND_MOUTH. Corners of the mouth move with the expression:
            by them, a face with an open mouth is aligned smaller.
    """

    side: int
    left_eye: Point
    right_eye: Point
    mouth_left: Point
    mouth_right: Point
    anchors: str = EYES_AND_MOUTH

    def __post_init__(self) -> None:
        if self.side not in CROP_SIDES:
            raise ValueError(
                f"a crop's side lies between {CROP_SIDES.start} and {CROP_SIDES.stop - 1} pixels, found {self.side}"
            )
        if self.points.min() < 0 or self.points.max() > self.side:
            raise ValueError(f"crop has points outside of {self.side} x {self.side} pixels")
        if not (self.left_eye[0] < self.right_eye[0] and self.mouth_left[0] < self.mouth_right[0]):
            raise ValueError("crop has left and right exchanged: they are meant as seen in the picture")
        if self.anchors not in ANCHOR_SETS:
            raise ValueError(f"crop.anchors is {' or '.join(ANCHOR_SETS)}, found {self.anchors!r}")

    @cached_property
    def points(self) -> npt.NDArray[np.float64]:
        """[4, 2] eyes and mouth corners, in the order of ``tracker.vision.alignment.ANCHOR_POINTS``."""
        return np.array([self.left_eye, self.right_eye, self.mouth_left, self.mouth_right], np.float64)
