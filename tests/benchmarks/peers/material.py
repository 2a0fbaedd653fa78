"""The pictures and clips that all peers get, as raw RGB: made from a picture of scikit-image, or given by the user."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from skimage.data import astronaut

from exporter.data.dataset import read
from exporter.data.labels import shown_truth
from tracker.core.errors import PictureError, UsageError
from tracker.core.image_files import read_picture

FRAME_WIDTH: Final = 1280
FRAME_HEIGHT: Final = 720
CLIP_HZ: Final = 5.0
CLIP_SECONDS: Final = 10
SWAY_PIXELS: Final = 4
"""To both sides, over a few seconds, as of somebody who sits still."""
LIGHT_SHARE: Final = 0.06
"""By so much the light rises and falls."""
NOISE: Final = 5.0
"""Standard deviation of each pixel, as of a webcam's sensor indoors."""
JPEG_QUALITY: Final = 60
"""Of a webcam's compressed frames."""
PRIVATE_SPLIT: Final = 2
ORDER_SEED: Final = 2013
NOTHING: Final = "nothing"
"""What is given where neither labels nor pictures nor clips are."""
PICTURE_TYPES: Final = {".png", ".jpg", ".jpeg"}
FACES_IN: Final = {
    "solvay_1927.jpg": 29,
    "meeting_zoom_gallery_2021-05.png": 18,
    "meeting_zoom_strip_slide_2020-03.png": 10,
    "two_people_side_by_side.jpg": 2,
    "astronaut_collins.png": 1,
    "obama_portrait_2012.jpg": 1,
    "biden_portrait_2013.jpg": 1,
    "cameraman_profile.png": 1,
    "neg_chelsea.png": 0,
    "neg_coffee.png": 0,
    "neg_rocket.jpg": 0,
}
"""File name -> how many faces somebody counted in it. The first two are the galleries of the summary."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Raw:
    """Pictures of one size in a file of raw RGB bytes: shape is [n, height, width]; hz is 0 where they are no clip."""

    name: str
    path: Path
    shape: tuple[int, int, int]
    hz: float = 0.0
    still: bool = False
    faces: int | None = None


@dataclass(frozen=True, slots=True)
class Crops:
    """FER-2013's private split in an order that is fixed, so that a slow peer gets a fair sample: the first so many.

    labels: [n] index into EXPRESSIONS. votes: the same of FER+'s majority, negative where there is none.
    """

    raw: Raw
    labels: npt.NDArray[np.int64]
    votes: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is measured on. The first clip is the one whose frames are timed."""

    picture: Raw
    clips: tuple[Raw, ...]
    galleries: tuple[Raw, ...]
    crops: Crops | None


def make_material(folder: Path, faces: Path | None, pictures: Path | None, clips: tuple[Path, ...]) -> Material:
    """Write the files into a folder.

    Args:
        folder: Exists; what was written before is replaced.
        faces: As for ``mien evaluate --data``; None leaves accuracy out.
        pictures: A folder of pictures in which faces are counted; those with one face become still clips, too.
        clips: Videos whose word changes are counted.

    Raises:
        UsageError: What is given cannot be read, or holds nothing that is measured.
        DataError: The labelled faces cannot be read.
    """
    loaded = [] if pictures is None else _read_pictures(pictures)
    # Before what takes time.
    crops = None if faces is None else _crops(folder, faces)
    portrait = astronaut()  # type: ignore[no-untyped-call]
    frame = framed(np.ascontiguousarray(portrait[..., ::-1], np.uint8))
    still = {"astronaut": frame} | {
        name: framed(pixels) for name, pixels in loaded if FACES_IN.get(name) == 1 and not name.startswith("astronaut")
    }
    return Material(
        picture=_write(folder, "one face", np.stack([frame] * 10)),
        clips=(
            *(_write(folder, f"still {name}", swaying(pixels), CLIP_HZ, still=True) for name, pixels in still.items()),
            *(_write(folder, path.name, *_read_clip(path)) for path in clips),
        ),
        galleries=tuple(_write(folder, name, pixels[None], faces=FACES_IN.get(name)) for name, pixels in loaded),
        crops=crops,
    )


def given(faces: Path | None, pictures: Path | None, clips: tuple[Path, ...]) -> str:
    """A digest of the names and sizes of what ``make_material`` is given; results compare only where it is the same."""
    roots = [root for root in (faces, pictures, *clips) if root is not None]
    files = [path for root in roots for path in (root, *sorted(root.rglob("*"))) if path.is_file()]
    if not files:
        return NOTHING
    return sha256("\n".join(f"{path.name} {path.stat().st_size}" for path in files).encode(errors="replace")).hexdigest()


def _read_pictures(folder: Path) -> list[tuple[str, Pixels]]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name one with pictures after --pictures.")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_TYPES)
    if not files:
        raise UsageError(f"{folder} holds no picture: none of its names ends in {', '.join(sorted(PICTURE_TYPES))}.")
    loaded = []
    for path in files:
        try:
            loaded.append((path.name, read_picture(path)))
        except PictureError as error:
            raise UsageError(f"{path}: {error}") from error
    return loaded


def framed(picture: Pixels) -> Pixels:
    """[720, 1280, 3]: a picture as large as fits into a frame, on gray."""
    height, width = picture.shape[:2]
    scale = min(FRAME_WIDTH / width, FRAME_HEIGHT / height)
    size = (round(width * scale), round(height * scale))
    inner = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    frame = np.full((FRAME_HEIGHT, FRAME_WIDTH, 3), 90, np.uint8)
    left, top = (FRAME_WIDTH - size[0]) // 2, (FRAME_HEIGHT - size[1]) // 2
    frame[top : top + size[1], left : left + size[0]] = inner
    return frame


def swaying(frame: Pixels) -> Pixels:
    """[n, height, width, 3]: a frame as a webcam shows somebody who does nothing: sway, changing light, noise, compression."""
    rng = np.random.default_rng(1)
    frames = []
    for number in range(int(CLIP_HZ * CLIP_SECONDS)):
        t = number / CLIP_HZ
        shift = np.array([[1, 0, SWAY_PIXELS * np.sin(t * 1.9)], [0, 1, SWAY_PIXELS * np.sin(t * 1.3)]], np.float32)
        moved = cv2.warpAffine(frame, shift, (frame.shape[1], frame.shape[0]), borderMode=cv2.BORDER_REPLICATE)
        light = 1 + LIGHT_SHARE * np.sin(t * 0.8)
        noisy = moved.astype(np.float32) * light + rng.normal(0, NOISE, frame.shape)
        encoded = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
        frames.append(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8))
    return np.stack(frames)


def _read_clip(path: Path) -> tuple[Pixels, float]:
    """A video's frames, about CLIP_HZ a second, and how many a second these are."""
    video = cv2.VideoCapture(str(path))
    hz = video.get(cv2.CAP_PROP_FPS) or CLIP_HZ
    step = max(1, round(hz / CLIP_HZ))
    frames = []
    for number in count():
        more, frame = video.read()
        if not more:
            break
        # All of them would not fit into memory.
        if number % step == 0:
            frames.append(np.asarray(frame, np.uint8))
    video.release()
    if not frames:
        raise UsageError(f"{path} cannot be read as a video. Check what you named after --clip.")
    return np.stack(frames), hz / step


def _crops(folder: Path, path: Path) -> Crops:
    faces = read(path)
    private = faces.take(faces.split == PRIVATE_SPLIT)
    if not len(private):
        raise UsageError(f"{path} holds no picture of the private split, on which accuracy is measured.")
    chosen = private.take(np.random.default_rng(ORDER_SEED).permutation(len(private)))
    pixels = np.repeat(chosen.images[..., None], 3, axis=3)
    return Crops(_write(folder, "crops", pixels), chosen.labels.astype(np.int64), shown_truth(chosen))


def _write(folder: Path, name: str, pixels: Pixels, hz: float = 0.0, *, still: bool = False, faces: int | None = None) -> Raw:
    """Write [n, height, width, 3] BGR."""
    # Two clips of two folders may have the same name.
    path = folder / f"{len(list(folder.iterdir()))} {name}.rgb"
    np.ascontiguousarray(pixels[..., ::-1]).tofile(path)
    return Raw(name, path, (pixels.shape[0], pixels.shape[1], pixels.shape[2]), hz, still, faces)
