"""Reading a picture file: whatever a person has lying about becomes upright BGR bytes, or a sentence why not."""

import io
import warnings
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from tracker.errors import PictureError
from tracker.frame import Pixels

LARGEST_MEGAPIXELS: Final = 100
"""A 100-megapixel picture takes 300 MB while it is read; phones and cameras stay below."""

KINDS: Final = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What Pillow may try to read: pictures, and not the kinds (EPS) that it hands to another program to be run."""
PICTURE_SUFFIXES: Final = frozenset({".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each of EXIF's orientations but the first."""


def read_picture(source: Path | bytes) -> Pixels:
    """[height, width, 3] BGR, turned upright as its EXIF says; the first frame of an animation; PictureError otherwise."""
    data = _bytes(source) if isinstance(source, Path) else source
    if not data:
        raise PictureError("The file is empty (0 bytes).")
    try:
        # What Pillow remarks on large and damaged files says less than our sentences.
        with warnings.catch_warnings(action="ignore"):
            # Pillow loads the less common kinds only when it is told to, and fails over their names before.
            Image.init()
            image = Image.open(io.BytesIO(data), formats=KINDS)
            _refuse_giants(image)
            return _bgr(_upright(image))
    except UnidentifiedImageError as error:
        raise PictureError("This is not a picture, or of a kind that cannot be read here; try JPEG or PNG.") from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"The picture claims more than {LARGEST_MEGAPIXELS} megapixels; make it smaller.") from error
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, RuntimeError) as error:
        raise PictureError(f"The picture is damaged or cut off ({error}); get a fresh copy.") from error


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says. ImageOps would also write the EXIF anew, and fails on tags that some cameras get wrong."""
    turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    return image if turn is None else image.transpose(turn)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError("There is no such file.") from error
    except IsADirectoryError as error:
        raise PictureError(f"The folder holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).") from error
    except OSError as error:
        raise PictureError(f"The file cannot be read ({error.strerror}).") from error


def _refuse_giants(image: Image.Image) -> None:
    """Before a pixel is decoded: a small file may claim any size."""
    width, height = image.size
    if width * height > LARGEST_MEGAPIXELS * 1_000_000:
        raise PictureError(
            f"The picture claims {width:,} x {height:,} pixels; at most {LARGEST_MEGAPIXELS} megapixels are read."
            " Make it smaller."
        )


def _bgr(image: Image.Image) -> Pixels:
    if image.mode.startswith(("I", "F")):
        return np.asarray(cv2.cvtColor(_eight_bits(np.asarray(image)), cv2.COLOR_GRAY2BGR), np.uint8)
    if image.has_transparency_data:
        # Drawn over white, as a browser or viewer shows it.
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.asarray(cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2BGR), np.uint8)


def _eight_bits(deep: np.ndarray) -> Pixels:
    """16-bit gray by the range of its type, 32-bit and floating gray by their own brightest pixel."""
    top = 65535.0 if deep.dtype.itemsize == 2 else max(float(deep.max()), 1.0)
    return np.asarray((deep / top * 255).round().clip(0, 255), np.uint8)
