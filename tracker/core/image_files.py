"""Reading a picture file: whatever a person has lying about becomes upright BGR bytes, or a sentence why not."""

import io
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from tracker.core.captured_stderr import hush_pillow
from tracker.core.errors import PictureError
from tracker.core.frame import Pixels

MAX_MEGAPIXELS: Final = 100
"""A 100-megapixel picture takes 400 MB while it is read; phones and cameras stay below."""
MAX_FILE_BYTES: Final = 1_000_000_000
"""Of a file: 100 megapixels of four channels of 16 bits are 800 MB without any compression. A device may have no end."""
MAX_WHOLE_DECODED_MEGAPIXELS: Final = 50
"""Megapixels of the kinds that their libraries decode whole, several times over in memory, before Pillow sees a pixel."""
DECODED_WHOLE: Final = ("AVIF", "WEBP")
MAX_SIDE_PIXELS: Final = 65_535
"""Pixels a side: JPEG's own limit. PNG's decoder holds several rows, however long they are."""
NEEDED_MEGAPIXELS: Final = 24
"""Nobody needs more to find faces; what is larger is made smaller before anything else is done with it."""
NEEDED_LONGEST: Final = 32_000
"""OpenCV cannot remap, nor MediaPipe look at, more than 32,767 pixels a side (SHRT_MAX)."""

JPEG: Final = b"\xff\xd8"
KEPT_QUALITY: Final = 95
"""Of a JPEG that is written anew: about as large as a camera's, and no difference that anybody sees."""

IMAGE_FORMATS: Final = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What Pillow may try to read: pictures, and not the kinds (EPS) that it hands to another program to be run."""
ANIMATED_FORMATS: Final = ("AVIF", "GIF", "PNG", "WEBP")
AVERAGED_MODES: Final = ("CMYK", "L", "RGB", "RGBX", "YCbCr")
"""Modes that Pillow makes smaller by taking means, without a copy of the whole; of the others some pixels are taken."""
PICTURE_SUFFIXES: Final = frozenset(
    {".apng", ".avif", ".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm"}
    | {".tif", ".tiff", ".webp"}
)
HEIC_SUFFIXES: Final = frozenset({".heic", ".heif", ".hif"})
"""Pictures, too, as far as a person is concerned: they are told as not readable rather than passed over."""

HEIC: Final = (
    "This is a HEIC picture, which cannot be read here: its decoder may not be shipped with Mien. Save it as JPEG; an iPhone"
    " does so by itself with Settings > Camera > Formats > Most Compatible."
)
APPLE_DOUBLE: Final = (
    "This holds what macOS remembers of a file, and not the picture: take the file of the same name without ._ in front."
)

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


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture file, read: [height, width, 3] BGR, upright, and the size that the file has, (width, height), upright too.

    The pixels may be fewer than the file has, at most NEEDED_MEGAPIXELS.
    """

    pixels: Pixels
    size: tuple[int, int]

    @property
    def scale(self) -> tuple[float, float]:
        """How many of the file's pixels one of ``pixels`` is, across and down."""
        height, width = self.pixels.shape[:2]
        return self.size[0] / width, self.size[1] / height


def read_picture(source: Path | bytes) -> Pixels:
    """[height, width, 3] BGR, as ``open_picture`` has them, for whoever does not ask where something is in the file."""
    return open_picture(source).pixels


def open_picture(source: Path | bytes) -> Picture:
    """Turned upright as its EXIF or XMP says; the first frame of an animation; PictureError otherwise."""
    data = _bytes(source) if isinstance(source, Path) else source
    if not data:
        raise PictureError("The file is empty (0 bytes).")
    _refuse_known(data)
    try:
        hush_pillow()
        # Pillow loads the less common kinds only when it is told to, and fails over their names before.
        Image.init()
        image = Image.open(io.BytesIO(data), formats=IMAGE_FORMATS)
        _refuse_giants(image)
        turn = TURNS.get(_orientation(image))
        width, height = image.size
        smaller = _smaller(image)
        # ImageOps would also write the EXIF anew, and fails on tags that some cameras get wrong.
        upright = smaller if turn is None else smaller.transpose(turn)
        lying = turn in (TURNS[5], TURNS[6], TURNS[7], TURNS[8])
        return Picture(_bgr(upright), (height, width) if lying else (width, height))
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError("This is not a picture, or of a kind that cannot be read here; try JPEG or PNG.") from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"The picture claims more than {MAX_MEGAPIXELS} megapixels; make it smaller.") from error
    except MemoryError as error:
        raise PictureError("There is not enough memory left to read this picture. Make it smaller.") from error
    except Exception as error:  # There is no list of what a decoder raises over a stranger's bytes.
        said = f" ({error})" if str(error) else ""
        raise PictureError(f"The picture is damaged or cut off{said}; get a fresh copy.") from error


def without_metadata(data: bytes) -> bytes:
    """The same picture, upright, as a file that holds nothing but its pixels: no place, camera, comment,
    thumbnail, profile or further picture. JPEG stays JPEG, all others become PNG; PictureError for what cannot be read.
    """
    pixels = read_picture(data)
    kind, options = (".jpg", [cv2.IMWRITE_JPEG_QUALITY, KEPT_QUALITY]) if data.startswith(JPEG) else (".png", [])
    _, written = cv2.imencode(kind, pixels, options)
    return written.tobytes()


def is_animated(path: Path) -> bool:
    """Whether a picture file holds several pictures that follow each other in time."""
    try:
        hush_pillow()
        Image.init()
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            return image.format in ANIMATED_FORMATS and getattr(image, "n_frames", 1) > 1
    except Exception:  # noqa: BLE001 - there is no list of what a decoder raises; what is wrong is told when it is read
        return False


def _refuse_known(data: bytes) -> None:
    """Kinds by whose first bytes one can tell what to do."""
    if data.startswith(b"\x00\x05\x16\x07"):
        raise PictureError(APPLE_DOUBLE)
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"):
        raise PictureError(HEIC)
    # Others only say of what family they are; AVIF names itself among the brands.
    if data[4:12] in (b"ftypmif1", b"ftypmsf1") and b"avif" not in data[:64]:
        raise PictureError(HEIC)


def _orientation(image: Image.Image) -> int:
    """As its EXIF says, or its XMP; 1 where that cannot be read."""
    try:
        told = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - there is no list of what goes wrong in a camera's notes, and the picture is whole
        return 1
    return told if isinstance(told, int) else 1


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise PictureError("There is no such file.") from error
    except IsADirectoryError as error:
        raise PictureError(f"The folder holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).") from error
    except OSError as error:
        raise PictureError(f"The file cannot be read ({error.strerror}).") from error
    if len(data) > MAX_FILE_BYTES:
        raise PictureError(f"The file has more than {MAX_FILE_BYTES // 1_000_000:,} MB, which no picture needs.")
    return data


def _refuse_giants(image: Image.Image) -> None:
    """Before a pixel is decoded: a small file may claim any size."""
    width, height = image.size
    most = MAX_WHOLE_DECODED_MEGAPIXELS if image.format in DECODED_WHOLE else MAX_MEGAPIXELS
    if width * height > most * 1_000_000 or max(width, height) > MAX_SIDE_PIXELS:
        kind = f" of {image.format}" if image.format in DECODED_WHOLE else ""
        raise PictureError(
            f"The picture claims {width:,} x {height:,} pixels; at most {most} megapixels{kind} are read, and"
            f" {MAX_SIDE_PIXELS:,} pixels a side. Make it smaller."
        )


def _smaller(image: Image.Image) -> Image.Image:
    """No more pixels than are needed; a JPEG is not even decoded in full."""
    width, height = image.size
    factor = max(sqrt(width * height / (NEEDED_MEGAPIXELS * 1_000_000)), max(width, height) / NEEDED_LONGEST)
    if factor <= 1:
        return image
    image.draft(None, (ceil(width / factor), ceil(height / factor)))
    size = max(1, int(width / factor)), max(1, int(height / factor))
    return image.resize(size, Image.Resampling.BOX if image.mode in AVERAGED_MODES else Image.Resampling.NEAREST)


def _bgr(image: Image.Image) -> Pixels:
    if image.mode.startswith(("I", "F")):
        # 16-bit gray by the range of its type, 32-bit and floating gray by their brightest pixel; what is no number is black.
        deep = np.asarray(image)
        share: np.ndarray
        if deep.dtype.itemsize == 2:
            share = deep / np.float32(65535)
        else:
            known = np.nan_to_num(deep.astype(np.float32), nan=0, posinf=0, neginf=0)
            share = known / max(float(known.max()), 1.0)
        gray = np.asarray((share * 255).round().clip(0, 255), np.uint8)
        return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)
    if image.has_transparency_data:
        # Drawn over white, as a browser or viewer shows it.
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.asarray(cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2BGR), np.uint8)
