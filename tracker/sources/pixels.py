"""Pixels of a capture as every Frame has them, whatever its driver delivers: three channels of bytes, BGR."""

from typing import Any, Final, Protocol

import cv2
import numpy as np

from tracker.core.errors import SourceLost
from tracker.core.frame import Pixels

MAX_FRAME_MEGAPIXELS: Final = 36
"""8K video has 33; a file that claims more would take gigabytes of memory before anybody saw a picture."""

TO_BGR: Final = {1: cv2.COLOR_GRAY2BGR, 2: cv2.COLOR_YUV2BGR_YUY2, 4: cv2.COLOR_BGRA2BGR}
"""By number of channels: infrared cameras deliver gray, frame grabbers a fourth channel, and some drivers raw YUYV."""


class Readable(Protocol):
    """The reading part of cv2.VideoCapture."""

    def read(self) -> tuple[bool, Any]: ...


def read_pixels(capture: Readable) -> Pixels | None:
    """Read the next picture of a capture.

    Returns:
        [height, width, 3] BGR bytes, or None when the capture has no picture.

    Raises:
        SourceLost: When the driver raises, or delivers a form that ``as_bgr`` does not know.
    """
    try:
        taken, given = capture.read()
    except Exception as error:  # Whatever a driver's binding raises, there is no picture.
        raise SourceLost(f"The picture could not be fetched ({str(error).strip() or type(error).__name__}).") from error
    if not taken or given is None or np.size(given) == 0:
        return None
    return as_bgr(np.asarray(given))


def as_bgr(given: np.ndarray) -> Pixels:
    """Convert a picture to BGR bytes.

    Args:
        given: [height, width] or [height, width, channels] of 8 or 16 bits: gray, YUYV (8 bits only), BGR or BGRA. Of 16 bits,
            the fewest that hold the brightest pixel are used, since cameras of 10, 12 or 14 bits fill the lower ones.

    Returns:
        [height, width, 3] BGR bytes.

    Raises:
        SourceLost: When the form is none of these, or the picture exceeds MAX_FRAME_MEGAPIXELS.
    """
    channels = given.shape[2] if given.ndim == 3 else 1
    known = given.ndim in (2, 3) and channels in (1, 2, 3, 4) and given.dtype in (np.uint8, np.uint16)
    # YUYV has two pixels in four bytes.
    if not known or (channels == 2 and (given.dtype != np.uint8 or given.shape[1] % 2)):
        raise SourceLost(f"It gives pictures of a form that Mien does not know: {given.shape} of {given.dtype}.")
    if given.shape[0] * given.shape[1] > MAX_FRAME_MEGAPIXELS * 1_000_000:
        raise SourceLost(too_large_message(given.shape[1], given.shape[0]))
    if given.dtype == np.uint16:
        bits = max(8, int(given.max()).bit_length())
        given = np.asarray(given >> (bits - 8), np.uint8)
    return np.asarray(given if channels == 3 else cv2.cvtColor(given, TO_BGR[channels]), np.uint8)


def too_large_message(width: int, height: int) -> str:
    """What a person is told of pictures that exceed MAX_FRAME_MEGAPIXELS."""
    return (
        f"Its pictures have {width:,} x {height:,} pixels; at most {MAX_FRAME_MEGAPIXELS} megapixels are read."
        " Make them smaller."
    )
