"""Picture files that were changed: whatever a decoder makes of them, they are read or they are a sentence."""

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import numpy as np
import pytest
from PIL import Image

from tests.mutated import mutated
from tracker.core.errors import PictureError
from tracker.core.frame import Pixels
from tracker.core.image_files import open_picture

KINDS: Final = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "PPM")
FEW, MANY = 64, 100_000


def whole(pixels: Pixels) -> Iterator[bytes]:
    """A picture in each kind, with an orientation where the kind has one."""
    image, exif = Image.fromarray(np.ascontiguousarray(pixels[:96, :128, ::-1])), Image.Exif()
    exif[0x0112] = 6
    for kind in KINDS:
        file = io.BytesIO()
        image.save(file, kind, **({} if kind in ("GIF", "BMP", "PPM") else {"exif": exif}))
        yield file.getvalue()


@pytest.mark.parametrize(
    "numbers", [range(FEW), pytest.param(range(FEW, MANY), marks=(pytest.mark.long, pytest.mark.timeout(3600)))], ids=len
)
def test_a_picture_that_was_changed_is_read_or_is_a_sentence(numbers: range, astronaut: Pixels) -> None:
    """Every kind in turn; what is read is whole, upright and of the size that it says."""
    pictures = list(whole(astronaut))
    for number in numbers:
        changed = mutated(pictures[number % len(pictures)], number)
        with suppress(PictureError):
            found = open_picture(changed)
            assert found.pixels.dtype == np.uint8, number
            assert found.pixels.ndim == 3, number
            assert min(found.size) > 0, number
