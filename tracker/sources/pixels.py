"""What a capture gives, whatever its driver made of it, as every frame of ours is: three channels of bytes."""

from typing import Any, Final, Protocol

import cv2
import numpy as np

from tracker.core.errors import SourceLost
from tracker.core.frame import Pixels

MAX_FRAME_MEGAPIXELS: Final = 36
"""Of a frame: 8K has 33. What claims more would take gigabytes before anybody saw it."""

TO_BGR: Final = {1: cv2.COLOR_GRAY2BGR, 2: cv2.COLOR_YUV2BGR_YUY2, 4: cv2.COLOR_BGRA2BGR}
"""By the number of channels: infrared cameras give gray, grabbers a fourth channel, and some drivers YUYV as it comes."""


class Readable(Protocol):
    """What of cv2.VideoCapture is needed here."""

    def read(self) -> tuple[bool, Any]: ...


def read_pixels(capture: Readable) -> Pixels | None:
    """[height, width, 3] BGR bytes of the next picture, None where there is none; SourceLost where it cannot be used."""
    try:
        taken, given = capture.read()
    except Exception as error:  # Whatever a driver's binding raises, the picture is not there.
        raise SourceLost(f"The picture could not be fetched ({str(error).strip() or type(error).__name__}).") from error
    if not taken or given is None or np.size(given) == 0:
        return None
    return as_bgr(np.asarray(given))


def as_bgr(given: np.ndarray) -> Pixels:
    """Gray, YUYV, BGR or BGRA, of 8 or 16 bits, as BGR bytes; SourceLost for what is none of these."""
    channels = given.shape[2] if given.ndim == 3 else 1
    known = given.ndim in (2, 3) and channels in (1, 2, 3, 4) and given.dtype in (np.uint8, np.uint16)
    # YUYV has two pixels in four bytes.
    if not known or (channels == 2 and (given.dtype != np.uint8 or given.shape[1] % 2)):
        raise SourceLost(f"It gives pictures of a form that Mien does not know: {given.shape} of {given.dtype}.")
    if given.shape[0] * given.shape[1] > MAX_FRAME_MEGAPIXELS * 1_000_000:
        raise SourceLost(too_large_message(given.shape[1], given.shape[0]))
    plain = given if given.dtype == np.uint8 else _eight_bits(given)
    return np.asarray(plain if channels == 3 else cv2.cvtColor(plain, TO_BGR[channels]), np.uint8)


def too_large_message(width: int, height: int) -> str:
    """The sentence."""
    return (
        f"Its pictures have {width:,} x {height:,} pixels; at most {MAX_FRAME_MEGAPIXELS} megapixels are read."
        " Make them smaller."
    )


def _eight_bits(deep: np.ndarray) -> Pixels:
    """Cameras of 10, 12 or 14 bits fill the lower ones of 16: the fewest that hold the brightest pixel are taken for all."""
    bits = max(8, int(deep.max()).bit_length())
    return np.asarray(deep >> (bits - 8), np.uint8)
