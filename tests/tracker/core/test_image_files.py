"""Reading whatever people have lying about; every broken file is made here."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tracker.core.errors import PictureError
from tracker.core.frame import Pixels
from tracker.core.image_files import MAX_MEGAPIXELS, NEEDED_MEGAPIXELS, open_picture, read_picture

SOON: Final = 20.0
"""Seconds; only what is broken needs them."""
BLUE, GREEN, RED = (255, 0, 0), (0, 255, 0), (0, 0, 255)
"""BGR, as read."""
TURNS = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
}
"""What a camera did to the picture when it writes this EXIF orientation."""


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def flag() -> Image.Image:
    """40 x 20: red at the left, blue at the right, a green stripe along the top."""
    pixels = np.zeros((20, 40, 3), np.uint8)
    pixels[:, :20], pixels[:, 20:], pixels[:5] = (255, 0, 0), (0, 0, 255), (0, 255, 0)
    return Image.fromarray(pixels)


def colour_at(pixels: Pixels, y: int, x: int) -> tuple[int, ...]:
    return tuple(int(channel) for channel in pixels[y, x])


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def without_palette() -> bytes:
    """A PNG whose pixels are numbers of colours that it does not have."""
    header = struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0)
    rows = zlib.compress(bytes(8 * 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
def test_common_kinds_are_read_in_their_colours(kind: str) -> None:
    """Width, height and colours come out as they went in, in OpenCV's order."""
    pixels = read_picture(encoded(flag(), kind))

    assert pixels.shape == (20, 40, 3)
    assert colour_at(pixels, 12, 8) == pytest.approx(RED, abs=12)
    assert colour_at(pixels, 12, 32) == pytest.approx(BLUE, abs=12)
    assert colour_at(pixels, 1, 8) == pytest.approx(GREEN, abs=40)


@pytest.mark.parametrize("orientation", TURNS)
def test_pictures_of_phones_are_turned_upright(orientation: int) -> None:
    """Each of EXIF's eight orientations is undone: the green stripe is on top."""
    exif = Image.Exif()
    exif[0x0112] = orientation

    pixels = read_picture(encoded(TURNS[orientation](flag()), "PNG", exif=exif))

    assert np.array_equal(pixels, np.asarray(flag())[..., ::-1])


def test_an_orientation_in_xmp_counts() -> None:
    """Some programs write it there alone."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'

    pixels = read_picture(encoded(TURNS[6](flag()), "WEBP", lossless=True, xmp=xmp))

    assert np.array_equal(pixels, np.asarray(flag())[..., ::-1])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_more_pixels_than_are_needed_are_not_kept(kind: str) -> None:
    """A picture of 30 megapixels, on its side, is read in 24; where something lies in the file can still be told."""
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = open_picture(encoded(flag().resize((7500, 4000), Image.Resampling.NEAREST), kind, exif=exif, quality=50))
    height, width = picture.pixels.shape[:2]

    assert picture.size == (4000, 7500)
    assert 20e6 < height * width <= NEEDED_MEGAPIXELS * 1e6
    assert (width * picture.scale[0], height * picture.scale[1]) == pytest.approx((4000, 7500))
    assert colour_at(picture.pixels, height // 4, width // 3) == pytest.approx(RED, abs=12)


def test_a_tag_that_a_camera_got_wrong_does_not_matter() -> None:
    """A resolution written as text, which cannot be written back: the picture is turned and read all the same."""
    entries = [(0x0112, 3, 1, b"\0\x06\0\0"), (0x011A, 2, 3, b"72\0\0")]
    told = b"".join(struct.pack(">HHI", *head) + value for *head, value in entries)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(entries)) + told + bytes(4)

    assert read_picture(encoded(flag(), "JPEG", exif=exif)).shape == (40, 20, 3)


def test_a_cmyk_jpeg_has_its_right_colours() -> None:
    """Print colours, which JPEG stores inverted, are not shown as a negative."""
    pixels = read_picture(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95))

    assert colour_at(pixels, 8, 8) == pytest.approx(RED, abs=20)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("deep", "gray"), [(65535, 255), (32768, 128), (12850, 50), (200, 1)])
def test_16_bit_gray_is_scaled_by_its_range(kind: str, deep: int, gray: int) -> None:
    """16 bits become 8 by dropping the lower ones: not clipped to white, and darkness stays dark."""
    image = Image.fromarray(np.full((8, 8), deep, np.uint16))

    assert colour_at(read_picture(encoded(image, kind)), 4, 4) == pytest.approx((gray, gray, gray), abs=1)


def test_floating_gray_is_scaled_by_its_brightest() -> None:
    """A TIFF of numbers without a range is shown from black to its own white."""
    image = Image.fromarray(np.linspace(0, 4, 64, dtype=np.float32).reshape(8, 8))

    pixels = read_picture(encoded(image, "TIFF"))

    assert (pixels.min(), pixels.max()) == (0, 255)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_black(strange: float) -> None:
    """A single hole in a floating picture does not darken all the others."""
    numbers = np.linspace(0, 4, 64, dtype=np.float32).reshape(8, 8)
    numbers[0, 0] = strange

    pixels = read_picture(encoded(Image.fromarray(numbers), "TIFF"))

    assert colour_at(pixels, 0, 0) == (0, 0, 0)
    assert pixels.max() == 255


def test_transparency_is_drawn_over_white() -> None:
    """As a browser shows it, where it would be black otherwise."""
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))

    assert colour_at(read_picture(encoded(clear, "PNG")), 4, 4) == (255, 255, 255)


def test_an_animation_is_its_first_frame() -> None:
    """A GIF that goes from red to blue is red."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]

    pixels = read_picture(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50))

    assert colour_at(pixels, 4, 4) == pytest.approx(RED, abs=3)


def test_gray_and_black_and_white_have_three_equal_channels() -> None:
    """Whatever the mode, what comes out is BGR."""
    for mode in ("L", "1", "LA", "P"):
        pixels = read_picture(encoded(Image.new("L", (8, 6), 255).convert(mode), "PNG"))
        assert (pixels.shape, pixels.min()) == ((6, 8, 3), 255)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"I am a text that calls itself a picture.", "not a picture"),
        (encoded(flag(), "EPS"), "not a picture"),
        (b"\0\5\x16\7\0\2\0\0Mac OS X        ", r"what macOS remembers of a file.*without \._"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC picture.*Save it as JPEG"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC picture"),
        (without_palette(), "damaged"),
        (claiming(99_999_999, 1), "65,535 pixels a side"),
        (claiming(20_000, 20_000), "megapixels"),
        (claiming(11_000, 11_000), r"11,000 x 11,000 pixels; at most 100 megapixels"),
        (claiming(400, 400), "damaged"),
        (encoded(flag(), "JPEG")[:-200], "damaged or cut off"),
        (encoded(flag(), "PNG")[:60], "damaged or cut off"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(content: bytes, sentence: str) -> None:
    """Empty, no picture, too large, damaged, cut off: each says which it is."""
    with pytest.raises(PictureError, match=sentence):
        read_picture(content)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    """A text called .png is no picture, and a JPEG called .png is one."""
    text, jpeg = tmp_path / "text.png", tmp_path / "photo.png"
    text.write_text("hello")
    jpeg.write_bytes(encoded(flag(), "JPEG"))

    with pytest.raises(PictureError, match="not a picture"):
        read_picture(text)
    assert read_picture(jpeg).shape == (20, 40, 3)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="Only Unix has a file without end at hand: /dev/zero.")
@pytest.mark.timeout(20)
def test_a_file_without_end_ends_as_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a device: so much is read as a picture can have, and no more."""
    monkeypatch.setattr("tracker.core.image_files.MAX_FILE_BYTES", 3_000_000)
    with pytest.raises(PictureError, match="more than 3 MB"):
        read_picture(Path("/dev/zero"))


@pytest.mark.parametrize(("make", "sentence"), [(lambda path: None, "no such file"), (Path.mkdir, "holds no pictures")])
def test_what_is_no_file_is_told(tmp_path: Path, make: Callable[[Path], None], sentence: str) -> None:
    """A missing file and a folder are told apart from damaged pictures."""
    path = tmp_path / "picture.jpg"
    make(path)

    with pytest.raises(PictureError, match=sentence):
        read_picture(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
@given(data=st.data())
def test_damage_is_never_more_than_a_sentence(kind: str, data: st.DataObject) -> None:
    """Whatever bytes of a picture are changed or lost, it is read or refused; nothing else is raised."""
    whole = encoded(flag(), kind)
    damaged = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255)), max_size=8)):
        damaged[place] = byte

    with suppress(PictureError):
        pixels = read_picture(bytes(damaged))
        assert pixels.ndim == 3
        assert pixels.size <= MAX_MEGAPIXELS * 3_000_000


def test_two_pictures_at_once_take_nobodys_warnings_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads read one each, the second begins later and ends later: what anybody warns of afterwards is still seen."""
    data, before = encoded(flag(), "PNG"), list(warnings.filters)
    begun = {"first": Event(), "second": Event()}
    ended, opened = Event(), Image.open

    def slow(*given: Any, **more: Any) -> Any:
        begun[current_thread().name].set()
        (begun["second"] if current_thread().name == "first" else ended).wait(SOON)
        return opened(*given, **more)

    monkeypatch.setattr(Image, "open", slow)
    first, second = (Thread(target=read_picture, args=(data,), name=name) for name in begun)
    first.start()
    begun["first"].wait(SOON)
    second.start()
    first.join()
    ended.set()
    second.join()
    assert [each for each in warnings.filters if each not in before and each[3] is None] == []
