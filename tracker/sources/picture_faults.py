"""Whether a camera's picture is one at all: black, of one colour or frozen pictures are told while they last."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import cv2
import numpy as np

from tracker.core.frame import Frame, Pixels

FAULT_SECONDS: Final = 3.0
"""Seconds before it is told: cameras begin black, and a driver may give a picture twice."""
PIXEL_STEP: Final = 8
"""Every so manyth pixel each way is looked at: no sensor gives even these twice the same, for its noise."""
BLACK_LEVEL: Final = 24
"""Of 255: 19 pixels in 20 of a closed shutter are darker, its noise included; by a face in such light nobody can go."""
UNIFORM_RANGE: Final = 6
"""Of 255: by so much at most the means of a picture's parts differ where it has one colour, as an empty buffer is green."""

BLACK_PICTURE: Final = (
    "The camera's picture is black: is its shutter closed, does another program hold it, or is it dark? Mien goes on looking."
)
UNIFORM_PICTURE: Final = (
    "The camera's picture has one colour all over: is its lens covered, does another program hold it? Mien goes on looking."
)
FROZEN_PICTURE: Final = (
    "The camera gives the same picture again and again: is its shutter closed, does another program hold it? Mien goes on"
    " looking."
)
PICTURE_MOVES_AGAIN: Final = "The camera's picture moves again."


class PictureFaultDetector:
    """What is wrong with the pictures of one camera; looked at one after the other, by one thread."""

    def __init__(self) -> None:
        self._before: tuple[float, Pixels] | None = None
        self._seen, self._since = "", 0.0

    def look(self, frame: Frame) -> str:
        """A sentence while something is wrong for LASTING seconds or more, or nothing."""
        part = frame.pixels[::PIXEL_STEP, ::PIXEL_STEP].copy()
        seen, since = _wrong(part), frame.t
        if not seen and self._before is not None and np.array_equal(part, self._before[1]):
            seen, since = FROZEN_PICTURE, self._before[0]
        self._before = frame.t, part
        if seen != self._seen:
            self._seen, self._since = seen, since
        return seen if frame.t - self._since >= FAULT_SECONDS else ""


def _wrong(pixels: Pixels) -> str:
    """Of one picture alone."""
    if np.percentile(pixels, 95) < BLACK_LEVEL:
        return BLACK_PICTURE
    parts = cv2.resize(pixels, (8, 6), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(int)
    return UNIFORM_PICTURE if int(np.ptp(parts, axis=0).max()) <= UNIFORM_RANGE else ""


def report_picture_faults(frames: Iterable[Frame], tell: Callable[[str], None]) -> Iterator[Frame]:
    """The same frames; ``tell`` gets a sentence when something is wrong with them, and when it is over."""
    stillness, told = PictureFaultDetector(), ""
    for frame in frames:
        seen = stillness.look(frame)
        if seen != told:
            tell(seen or PICTURE_MOVES_AGAIN)
            told = seen
        yield frame
