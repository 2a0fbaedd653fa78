"""Whether a camera delivers a usable picture: black, single-coloured and frozen pictures are reported while they last."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import cv2
import numpy as np

from tracker.core.frame import Frame, Pixels

FAULT_SECONDS: Final = 3.0
"""How long a fault lasts before it is reported: cameras begin black, and a driver may deliver a picture twice."""
PIXEL_STEP: Final = 8
"""Every eighth pixel in each direction is compared: even so few are never twice the same, because of the sensor's noise."""
BLACK_LEVEL: Final = 24
"""Of 255. Behind a closed shutter 19 pixels of 20 are darker, noise included; no face can be read in such light."""
UNIFORM_RANGE: Final = 6
"""Of 255. In a single-coloured picture, such as a green empty buffer, the means of its parts differ by this much at most."""

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
    """Checks the pictures of one camera in their order; one thread uses it."""

    def __init__(self) -> None:
        self._previous: tuple[float, Pixels] | None = None
        self._fault, self._since = "", 0.0

    def check(self, frame: Frame) -> str:
        """Check the next frame.

        Returns:
            A sentence for a person when a fault has lasted for FAULT_SECONDS or more, else an empty text.
        """
        sampled = frame.pixels[::PIXEL_STEP, ::PIXEL_STEP].copy()
        fault, since = "", frame.t
        if np.percentile(sampled, 95) < BLACK_LEVEL:
            fault = BLACK_PICTURE
        else:
            parts = cv2.resize(sampled, (8, 6), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(int)
            if int(np.ptp(parts, axis=0).max()) <= UNIFORM_RANGE:
                fault = UNIFORM_PICTURE
            elif self._previous is not None and np.array_equal(sampled, self._previous[1]):
                fault, since = FROZEN_PICTURE, self._previous[0]
        self._previous = frame.t, sampled
        if fault != self._fault:
            self._fault, self._since = fault, since
        return fault if frame.t - self._since >= FAULT_SECONDS else ""


def report_picture_faults(frames: Iterable[Frame], report: Callable[[str], None]) -> Iterator[Frame]:
    """Yield the same frames; ``report`` gets a sentence when a fault is found, and when it is over."""
    detector, reported = PictureFaultDetector(), ""
    for frame in frames:
        fault = detector.check(frame)
        if fault != reported:
            report(fault or PICTURE_MOVES_AGAIN)
            reported = fault
        yield frame
