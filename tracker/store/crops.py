"""Face crops as the store keeps them: gray PNG files, exactly what the classifier saw."""

from hashlib import sha256

import cv2
import numpy as np

from tracker.core.errors import UsageError
from tracker.core.face import Crop
from tracker.core.image_files import open_picture

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CROP_SIDE = 1024
"""Pixels; a network that reads faces takes a tenth of it."""


def to_png(crop: Crop) -> bytes:
    """A [side, side] gray crop as a PNG file, without loss."""
    if crop.dtype != np.uint8 or crop.ndim != 2 or crop.shape[0] != crop.shape[1]:
        raise UsageError(f"A crop is a square of gray bytes, found {crop.dtype} {crop.shape}.")
    _, png = cv2.imencode(".png", crop)
    return png.tobytes()


def from_png(png: bytes) -> Crop:
    """[side, side] gray bytes; UsageError for anything that is no square gray PNG."""
    # Before a pixel is decoded: a few bytes may claim any size.
    known = png.startswith(PNG_SIGNATURE) and max(int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) <= MAX_CROP_SIDE
    crop = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if known else None
    if crop is None or crop.dtype != np.uint8 or crop.ndim != 2 or crop.shape[0] != crop.shape[1]:
        raise UsageError("A crop is saved as the classifier saw it, a square gray PNG of 8 bits; this is something else.")
    return np.asarray(crop, np.uint8)


def fingerprint(crop: Crop) -> str:
    """The same for the same pixels, however their file was written."""
    return sha256(repr(crop.shape).encode() + crop.tobytes()).hexdigest()


def decode_crop(png: bytes) -> Crop | None:
    """What the store keeps, None where it is no crop, as in a database that somebody changed."""
    try:
        return from_png(png)
    except UsageError:
        return None


def fingerprint_png(png: bytes) -> str:
    """As ``fingerprint``; of the bytes themselves where they are no crop."""
    crop = decode_crop(png)
    return sha256(png).hexdigest() if crop is None else fingerprint(crop)


def picture_size(data: bytes) -> tuple[int, int]:
    """(width, height) of a picture file; PictureError where it is none."""
    return open_picture(data).size
