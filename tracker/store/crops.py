"""Face crops as they are stored: gray PNG files of exactly what the classifier saw."""

from hashlib import sha256

import cv2
import numpy as np

from tracker.core.errors import UsageError
from tracker.core.face import Crop
from tracker.core.image_files import open_picture

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CROP_SIDE = 1024
"""Pixels; networks that read faces take a tenth of it."""


def to_png(crop: Crop) -> bytes:
    """A gray crop, [side, side] uint8, as a PNG file without loss; UsageError for any other array."""
    if crop.dtype != np.uint8 or crop.ndim != 2 or crop.shape[0] != crop.shape[1]:
        raise UsageError(f"A crop is a square of gray bytes, found {crop.dtype} {crop.shape}.")
    _, png = cv2.imencode(".png", crop)
    return png.tobytes()


def from_png(png: bytes) -> Crop:
    """The crop in a PNG file, [side, side] uint8 gray; UsageError for anything but a square gray PNG of 8 bits."""
    # The size is checked before a pixel is decoded: a few bytes may claim any.
    side = max(int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    is_decodable = png.startswith(PNG_SIGNATURE) and side <= MAX_CROP_SIDE
    crop = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if is_decodable else None
    if crop is None or crop.dtype != np.uint8 or crop.ndim != 2 or crop.shape[0] != crop.shape[1]:
        raise UsageError("A crop is saved as the classifier saw it, a square gray PNG of 8 bits; this is something else.")
    return np.asarray(crop, np.uint8)


def fingerprint(crop: Crop) -> str:
    """A hash of the pixels, the same however their file was written."""
    return sha256(repr(crop.shape).encode() + crop.tobytes()).hexdigest()


def decode_crop(png: bytes) -> Crop | None:
    """As ``from_png``; None for anything but a crop, as in a database that somebody changed."""
    try:
        return from_png(png)
    except UsageError:
        return None


def fingerprint_png(png: bytes) -> str:
    """``fingerprint`` of the crop in a PNG file; of the file's bytes where it is no crop."""
    crop = decode_crop(png)
    return sha256(png).hexdigest() if crop is None else fingerprint(crop)


def picture_size(data: bytes) -> tuple[int, int]:
    """(width, height) of a picture file; PictureError where it is none."""
    return open_picture(data).size
