"""Where a crop shows a face: the geometry that a model was taught with, part of its contract."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

SIDES: Final = range(16, 513)
"""Sides of a crop that make sense: below 16 px nobody reads a face, above 512 a webcam has none to give."""

Point = tuple[float, float]
EYES: Final = "eyes"
EYES_AND_MOUTH: Final = "eyes and mouth"
ANCHORS: Final = (EYES, EYES_AND_MOUTH)


@dataclass(frozen=True, slots=True)
class Framing:
    """Where a crop of side x side pixels shows a face: (x, y) in its pixels, left and right as seen in the picture.

    anchors: by which of these places a face is put, EYES or EYES_AND_MOUTH. Corners of the mouth move with the expression:
    an open mouth shrinks a face that is put by them.
    """

    side: int
    left_eye: Point
    right_eye: Point
    mouth_left: Point
    mouth_right: Point
    anchors: str = EYES_AND_MOUTH

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise ValueError(f"a crop's side lies between {SIDES.start} and {SIDES.stop - 1} pixels, found {self.side}")
        if self.points.min() < 0 or self.points.max() > self.side:
            raise ValueError(f"crop has points outside of {self.side} x {self.side} pixels")
        if not (self.left_eye[0] < self.right_eye[0] and self.mouth_left[0] < self.mouth_right[0]):
            raise ValueError("crop has left and right exchanged: they are meant as seen in the picture")
        if self.anchors not in ANCHORS:
            raise ValueError(f"crop.anchors is {' or '.join(ANCHORS)}, found {self.anchors!r}")

    @property
    def points(self) -> npt.NDArray[np.float64]:
        """[4, 2] eyes and mouth corners, in the order of ``tracker.vision.alignment.ANCHOR_POINTS``."""
        return np.array([self.left_eye, self.right_eye, self.mouth_left, self.mouth_right], np.float64)
